//! Whether lyrics rhyme where their tune does.
//!
//! Nobody tells the program where a tune rhymes: it counts. Of the real lyrics to one tune with the
//! same lengths of lines, it asks of every two lines how many rhyme (词林正韵); where nearly all do,
//! the tune rhymes.

use std::collections::HashMap;

use super::{share, sheet::Sheet};
use crate::poems::verse::rhymes::parts::{PartBook, Parts};

/// The rhymes of a tune are not known from fewer lyrics than this.
const FEWEST: usize = 10;
/// In so many of the real lyrics two lines must rhyme for the tune to rhyme there.
const NEARLY_ALL: f64 = 0.8;

/// Where each tune rhymes, for each pattern of lengths that it occurs in.
pub struct TuneRhymes {
    /// Pairs of lines (from 0, the earlier first) by tune and lengths.
    pairs: HashMap<(String, Vec<usize>), Vec<[usize; 2]>>,
    book: PartBook<'static>,
}

impl TuneRhymes {
    /// Counts in real lyrics.
    pub fn count(lyrics: &[Sheet]) -> Self {
        let book = PartBook::shipped();
        let mut groups = HashMap::<_, Vec<Vec<Parts>>>::new();
        for lyric in lyrics {
            let Some(pattern) = pattern(lyric) else { continue };
            groups.entry(pattern).or_default().push(ends(lyric, &book));
        }
        groups.retain(|_, lyrics| lyrics.len() >= FEWEST);
        let pairs = groups.into_iter().map(|(pattern, lyrics)| {
            let rhymes = |pair: &[usize; 2]| {
                let together = lyrics.iter().filter(|ends| rhyme(ends, *pair)).count();
                together as f64 >= NEARLY_ALL * lyrics.len() as f64
            };
            let lines = pattern.1.len();
            let all = (0..lines).flat_map(|b| (0..b).map(move |a| [a, b]));
            (pattern, all.filter(rhymes).collect())
        });
        Self { pairs: pairs.collect(), book }
    }

    /// The pairs of lines that must rhyme in this lyric, from 0; nothing if its pattern is not
    /// known.
    pub fn pairs(&self, lyric: &Sheet) -> Option<&[[usize; 2]]> {
        self.pairs.get(&pattern(lyric)?).map(Vec::as_slice)
    }

    /// Of all pairs of lines that the tune rhymes, the share that rhyme in these lyrics.
    pub fn kept(&self, lyrics: &[Sheet]) -> Option<f64> {
        let known = lyrics.iter().filter_map(|lyric| Some((lyric, self.pairs(lyric)?)));
        share(known.flat_map(|(lyric, pairs)| {
            let ends = ends(lyric, &self.book);
            pairs.iter().map(move |&pair| rhyme(&ends, pair))
        }))
    }
}

/// The tune and the lengths of all lines.
fn pattern(lyric: &Sheet) -> Option<(String, Vec<usize>)> {
    Some((lyric.tune.clone()?, lyric.lengths()))
}

/// The parts in which the end of each line may rhyme.
fn ends(lyric: &Sheet, book: &PartBook) -> Vec<Parts> {
    lyric.lines.iter().map(|line| line.last().map_or(Parts::NONE, |&c| book.parts(c))).collect()
}

fn rhyme(ends: &[Parts], [a, b]: [usize; 2]) -> bool {
    !(ends[a] & ends[b]).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lyric(text: &str) -> Sheet {
        Sheet::new(Some("如梦令"), text)
    }

    #[test]
    fn a_tune_rhymes_where_nearly_all_lyrics_do() {
        // Lines 1, 2 and 4 rhyme (part 4), the third does so in one lyric of ten.
        let mut real = vec![
            lyric("常记溪亭日暮，沉醉不知归路，兴尽晚，误入藕花深处。");
            9
        ];
        real.push(lyric("常记溪亭日暮，沉醉不知归路，兴尽暮，误入藕花深处。"));
        let rhymes = TuneRhymes::count(&real);
        assert_eq!(rhymes.pairs(&real[0]), Some(&[[0, 1], [0, 3], [1, 3]][..]));
        assert_eq!(rhymes.kept(&real), Some(1.0));
        let half = lyric("常记溪亭日暮，沉醉不知归路，兴尽晚，误入藕花深红。");
        assert_eq!(rhymes.kept(&[half]), Some(1.0 / 3.0));
        let other = lyric("常记溪亭，沉醉不知归路。");
        assert_eq!((rhymes.pairs(&other), rhymes.kept(std::slice::from_ref(&other))), (None, None));
    }

    #[test]
    fn a_few_lyrics_do_not_make_a_rule() {
        let real = vec![lyric("常记溪亭日暮，沉醉不知归路。"); FEWEST - 1];
        assert_eq!(TuneRhymes::count(&real).pairs(&real[0]), None);
    }
}
