//! How far a poem is: what the facts of verse are read off.

use super::{rhymes::Rhymes, schemes::Sounds};
use crate::poems::text::vocab::PAD;

/// What the vocabulary knows of one id.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Character {
    pub ends_line: bool,
    /// And mostly a couplet with it.
    pub ends_sentence: bool,
    /// 1 if it can only be level, 2 if only oblique, else 0.
    pub tone: usize,
    pub rhymes: Rhymes,
}

/// How far a poem is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The ids before BOS.
    pub(super) title: Vec<usize>,
    /// BOS has been read.
    pub(super) begun: bool,
    /// The known tune that the title names, from 1; 0 for none.
    pub(super) tune: usize,
    /// Characters since the last mark.
    pub(super) place: usize,
    /// Lines done.
    pub(super) line: usize,
    /// A line had another length than the scheme has for it.
    pub(super) strayed: bool,
    /// Characters of the first line; 0 while it is not done.
    pub(super) first: usize,
    /// The characters of this line and of the one before.
    pub(super) lines: [Vec<usize>; 2],
    /// Every Han character of the lines before this one.
    pub(super) earlier: Vec<usize>,
    /// The characters at the ends of sentences.
    pub(super) feet: Vec<usize>,
    /// What each line rhymes on, see [`Sounds::joined`].
    pub(super) ends: Vec<Rhymes>,
    /// The tone of the second character of this line and of the one before.
    pub(super) second: [usize; 2],
    /// What the last character rhymes with.
    pub(super) last: Rhymes,
    /// What the ends of the couplets so far all rhyme with (or the last of them, if they do not).
    pub(super) rhyme: Rhymes,
}

impl Scan {
    /// Takes one character of the poem in; the present line should rhyme with the line
    /// `rhymes_with`.
    pub(super) fn take(
        &mut self,
        id: usize,
        character: Character,
        rhymes_with: usize,
        sounds: &Sounds,
    ) {
        if !character.ends_line {
            self.place += 1;
            self.lines[0].push(id);
            if self.place == 2 {
                self.second[0] = character.tone;
            }
            self.last = character.rhymes;
            return;
        }
        if self.line == 0 {
            self.first = self.place;
        }
        // The first line may rhyme (首句入韵); after it, a rhyme stands where a sentence ends.
        if self.line == 0 || character.ends_sentence {
            let shared = self.rhyme & self.last;
            self.rhyme = if shared.is_empty() { self.last } else { shared };
        }
        if character.ends_sentence {
            self.feet.extend(self.lines[0].last());
        }
        let before = self.ends.get(rhymes_with).copied().unwrap_or_default();
        self.ends.push(sounds.joined(before, self.last));
        self.earlier.extend(&self.lines[0]);
        self.second = [0, self.second[0]];
        self.lines = [Vec::new(), std::mem::take(&mut self.lines[0])];
        (self.place, self.line) = (0, self.line + 1);
    }

    /// The character of a couplet's first line that stands above the next one of its second.
    pub(super) fn above(&self) -> usize {
        if self.line.is_multiple_of(2) {
            PAD
        } else {
            self.lines[1].get(self.place).copied().unwrap_or(PAD)
        }
    }
}
