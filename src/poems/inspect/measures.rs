//! How good poems are, in figures: of sampled poems, of real ones, of random lines.

use std::collections::HashSet;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::Serialize;

use crate::poems::{
    text::{corpus::Poem, vocab::is_han},
    verse::{
        breaches::{shared_rhymes, strict_tone},
        prosody::{Form, verses},
        rhymes::RhymeBook,
    },
};

/// Shares between 0 and 1 over all the poems measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measures {
    /// How many poems these are.
    pub measured: usize,
    /// 五绝, 七绝, 五律 or 七律 by its lines ([`Form::of`]).
    pub regular_form: f64,
    /// The ends of all even lines share one of the 106 rhymes, in any tone.
    pub rhyme: f64,
    /// Regular form and not one breach of the tones ([`strict_tone`]).
    pub strict_tone: f64,
    /// The share of lines that stand in the training set, word for word; 0 without one.
    pub copied_lines: f64,
    /// Different pairs of neighbouring Han characters (within a line) over all such pairs: 1 if
    /// none repeats.
    pub distinct_2: f64,
}

/// Every line of a corpus, to find copies by.
pub fn lines_of(poems: &[Poem]) -> HashSet<Vec<char>> {
    poems.iter().flat_map(|poem| verses(&poem.content)).collect()
}

/// Measures poems; a line counts as copied if it stands in `known`.
///
/// ```
/// use lstm_lessons::poems::{inspect::measures::measure, verse::rhymes::RhymeBook};
///
/// let poem = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";
/// let measures = measure([poem], &Default::default(), RhymeBook::shipped());
/// assert_eq!((measures.regular_form, measures.rhyme, measures.strict_tone), (1.0, 1.0, 1.0));
/// ```
pub fn measure<'a>(
    poems: impl IntoIterator<Item = &'a str>,
    known: &HashSet<Vec<char>>,
    book: &RhymeBook,
) -> Measures {
    let (mut count, mut regular, mut rhymed, mut strict) = (0, 0, 0, 0);
    let (mut lines, mut copied, mut pairs, mut different) = (0, 0, 0, HashSet::new());
    for poem in poems {
        let all = verses(poem);
        count += 1;
        regular += usize::from(Form::of(poem).is_some());
        rhymed += usize::from(!shared_rhymes(&all, book).is_empty());
        strict += usize::from(strict_tone(poem, book));
        lines += all.len();
        copied += all.iter().filter(|line| known.contains(*line)).count();
        for pair in all
            .iter()
            .flat_map(|line| line.windows(2))
            .filter(|pair| pair.iter().all(|&c| is_han(c)))
        {
            pairs += 1;
            different.insert((pair[0], pair[1]));
        }
    }
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    Measures {
        measured: count,
        regular_form: share(regular, count),
        rhyme: share(rhymed, count),
        strict_tone: share(strict, count),
        copied_lines: share(copied, lines),
        distinct_2: share(different.len(), pairs),
    }
}

/// What chance alone gives: poems of the same forms as `poems`, each of whose lines is a line of
/// some real poem of that form.
///
/// Poems of no regular form are left out. The same seed gives the same poems.
pub fn random_lines(poems: &[Poem], count: usize, seed: u64) -> Vec<String> {
    let regular = |poem: &Poem| Some((Form::of(&poem.content)?, verses(&poem.content)));
    let all: Vec<(Form, Vec<Vec<char>>)> = poems.iter().filter_map(regular).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mut rng = StdRng::seed_from_u64(seed);
    let shuffled = |_| {
        let form = all[rng.random_range(0..all.len())].0;
        let same: Vec<&Vec<Vec<char>>> =
            all.iter().filter(|(f, _)| *f == form).map(|(_, lines)| lines).collect();
        let mut text = String::new();
        for k in 0..form.lines() {
            let from = same[rng.random_range(0..same.len())];
            text.extend(&from[rng.random_range(0..from.len())]);
            text.push(if k % 2 == 0 { '，' } else { '。' });
        }
        text
    };
    (0..count).map(shuffled).collect()
}
