//! What a poem must keep, as the user asks for it.

use super::kind::Kind;
use crate::{
    poems::{
        verse::{prosody::Form, rhymes::Rhymes},
        write::beginning::{Acrostic, Beginning, Verse},
    },
    shell::error::{Error, Result},
};

/// What the user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// The poem's first characters; empty leaves them to the model.
    pub begin: Beginning,
    /// Line k begins with its k-th character (藏头); empty for none.
    pub acrostic: Acrostic,
    /// `None` for a free poem.
    pub form: Option<Form>,
    /// Even lines end in one of these rhymes, all of them in the same.
    pub rhyme: Option<Rhymes>,
    /// The tones of regulated verse.
    pub tones: bool,
}

impl Constraints {
    /// Whether nothing is asked but a beginning: the model writes as it likes.
    pub fn is_free(&self) -> bool {
        self.form.is_none() && self.acrostic.heads.is_empty() && self.rhyme.is_none() && !self.tones
    }

    /// The form, if one is asked for or needed: `--rhyme` and `--tones` alone choose, by the seed,
    /// among those with lines enough.
    pub(super) fn form(&self, seed: u64) -> Option<Form> {
        if self.form.is_some() || self.rhyme.is_none() && !self.tones {
            return self.form;
        }
        let lines = self.acrostic.heads.len();
        let characters = self.begin.verses.first().map_or(0, |verse| verse.characters.len());
        let fits = |form: &Form| form.lines() >= lines && form.characters() >= characters;
        let fitting: Vec<Form> = Form::ALL.into_iter().filter(fits).collect();
        fitting.get(seed as usize % fitting.len().max(1)).copied().or(Some(Form::Lvshi7))
    }

    /// What is given, line by line: the beginning, and the heads of the acrostic.
    ///
    /// # Errors
    /// A beginning that contradicts the acrostic.
    pub(super) fn given(&self) -> Result<Vec<Verse>> {
        let mut given = self.begin.verses.clone();
        for (k, &head) in self.acrostic.heads.iter().enumerate() {
            if given.len() <= k {
                given.push(Verse::default());
            }
            match given[k].characters.first() {
                None => given[k].characters.push(head),
                Some(&c) if c == head => {}
                Some(&begin) => {
                    return Err(Error::user(Kind::Contradiction {
                        line: k + 1,
                        begin,
                        acrostic: head,
                    }));
                }
            }
        }
        Ok(given)
    }
}
