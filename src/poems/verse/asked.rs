//! What the tune of a lyric asks of the next character: that the line goes on or ends, that the
//! character repeats the end of the line before, that it rhymes.
//!
//! All of it was learned by counting (see [`schemes`](super::schemes)). A tune asks for what most of
//! its lyrics have; for a length, only what nearly all have, as some tunes have several forms.

use super::{facts::FactReader, scan::Scan, schemes::Often};

/// What is asked of the next character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whether the line is as long as the tune has it, and a mark is due; nothing where its length is
    /// not sure, a line before it was of another form, or it is longer already.
    pub mark: Option<bool>,
    /// The characters that are asked for, in order; none where any may come.
    pub characters: Vec<u32>,
    /// How often lyrics to this tune have one of them here.
    pub often: Often,
}

impl FactReader {
    /// What the tune asks for after what `scan` has read; nothing in a poem.
    pub fn asked(&self, scan: &Scan) -> Asked {
        let Some(rule) = self.rule(scan).filter(|_| scan.tune > 0 && scan.begun) else {
            return Asked::default();
        };
        let sure = rule.lengths == Often::Always && !scan.strayed;
        let mark = (sure && scan.place <= rule.length).then_some(scan.place == rule.length);
        let (characters, often) = match self.echo(scan) {
            Some((id, often)) if often >= Often::Mostly => (vec![id as u32], often),
            _ if rule.rhymes >= Often::Mostly => (self.rhyming_now(scan), rule.rhymes),
            _ => Default::default(),
        };
        if characters.is_empty() {
            return Asked { mark, ..Asked::default() };
        }
        Asked { mark, characters, often }
    }
}
