//! What a reader sees: the faults for which a reader gives a poem back, and which neither the loss
//! nor the rules of verse show.
//!
//! Every figure stands beside that of real texts of the same forms, as no figure is good by itself:
//! a third of the real poems repeat a character too.
//!
//! | file | what it asks |
//! |---|---|
//! | [`sheet`] | a text in lines; real texts of the same forms |
//! | [`repeats`] | what stands twice |
//! | [`couplets`] | does a line answer the other |
//! | [`coherence`] | does a poem end where it began |
//! | [`characters`] | which characters |
//! | [`tune_rhymes`], [`phrases`] | do lyrics rhyme and repeat as their tune asks |
//! | [`classifier`] | what else differs |

pub mod characters;
pub mod classifier;
pub mod coherence;
pub mod couplets;
pub mod phrases;
pub mod repeats;
pub mod sheet;
pub mod tune_rhymes;

use std::collections::HashSet;

use serde::Serialize;

use self::{coherence::Vectors, phrases::Phrases, sheet::Sheet, tune_rhymes::TuneRhymes};
use crate::poems::text::{corpus::Poem, genre::Genre};

/// So many texts are enough to count in.
const COUNTED: usize = 60_000;

/// What is counted in real texts, once, to measure others by; none of the texts measured should be
/// among them.
pub struct Standard {
    /// The hundred commonest characters.
    pub common: HashSet<char>,
    /// Which characters go together; nothing if the texts are too few.
    pub vectors: Option<Vectors>,
    /// Where each tune rhymes.
    pub rhymes: TuneRhymes,
    /// Which tunes repeat a phrase.
    pub phrases: Phrases,
}

impl Standard {
    /// Counts in real texts.
    pub fn of(real: &[Sheet]) -> Self {
        Self {
            common: characters::commonest(real),
            vectors: Vectors::count(real),
            rhymes: TuneRhymes::count(real),
            phrases: Phrases::count(real),
        }
    }

    /// Counts in a corpus, or in an even share of a large one.
    pub fn of_corpus(poems: &[Poem], genre: Genre) -> Self {
        let every = poems.len().div_ceil(COUNTED).max(1);
        let sheets: Vec<Sheet> =
            poems.iter().step_by(every).map(|poem| Sheet::of(poem, genre)).collect();
        Self::of(&sheets)
    }
}

/// The figures of some texts: shares between 0 and 1, but for the coherence; nothing where there
/// was nothing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// How many texts these are.
    pub texts: usize,
    /// Poems in which a character rhymes twice ([`repeats::same_rhyme`]).
    pub same_rhyme: Option<f64>,
    /// Texts that repeat a character ([`repeats::repeating`]).
    pub repeating: Option<f64>,
    /// Texts with a character three times.
    pub three_times: Option<f64>,
    /// 律诗 with the same character in both lines of a middle couplet
    /// ([`repeats::middle_repeats`]).
    pub middle_repeats: Option<f64>,
    /// Words of position that are answered ([`couplets::positions_answered`]).
    pub positions_answered: Option<f64>,
    /// Coherence of the first and the last couplet above that of shuffled poems, x 1000
    /// ([`Vectors::coherence`]).
    pub coherence: Option<f64>,
    /// Texts with 春 and 秋 ([`characters::spring_and_autumn`]).
    pub spring_and_autumn: Option<f64>,
    /// Characters that are among the hundred commonest ([`characters::common_share`]).
    pub common: Option<f64>,
    /// Texts with characters beyond GB 2312 ([`characters::mixed_script`]).
    pub mixed_script: Option<f64>,
    /// Of pairs of lines that the tune rhymes, those that rhyme ([`TuneRhymes::kept`]).
    pub tune_rhymes: Option<f64>,
    /// Lyrics in which a character ends two sentences ([`repeats::same_end`]).
    pub same_end: Option<f64>,
    /// Of lyrics whose tune repeats a phrase, how many do, and how many these are
    /// ([`Phrases::kept`]).
    pub phrases: Option<[usize; 2]>,
}

/// Measures texts by `standard`.
///
/// ```
/// use lstm_lessons::poems::inspect::seen::{Standard, seen, sheet::Sheet};
///
/// let standard = Standard::of(&[Sheet::new(None, "白日依山尽，黄河入海流。")]);
/// let figures = seen(&[Sheet::new(None, "山下看山水，山中听水流。")], &standard);
/// assert_eq!((figures.repeating, figures.three_times), (Some(1.0), Some(1.0)));
/// assert_eq!(figures.common, Some(0.4)); // 山, 山, 山, 流 of ten
/// assert_eq!(figures.tune_rhymes, None); // no lyric
/// ```
pub fn seen(texts: &[Sheet], standard: &Standard) -> Seen {
    let (lyrics, poems): (Vec<Sheet>, Vec<Sheet>) =
        texts.iter().cloned().partition(|text| text.tune.is_some());
    Seen {
        texts: texts.len(),
        same_rhyme: repeats::same_rhyme(&poems),
        repeating: repeats::repeating(texts, 2),
        three_times: repeats::repeating(texts, 3),
        middle_repeats: repeats::middle_repeats(&poems),
        positions_answered: couplets::positions_answered(&poems),
        coherence: standard.vectors.as_ref().and_then(|vectors| vectors.coherence(texts)),
        spring_and_autumn: characters::spring_and_autumn(texts),
        common: characters::common_share(texts, &standard.common),
        mixed_script: characters::mixed_script(texts),
        tune_rhymes: standard.rhymes.kept(&lyrics),
        same_end: repeats::same_end(&lyrics),
        phrases: standard.phrases.kept(&lyrics),
    }
}

/// The share of what is true; nothing of nothing.
fn share(cases: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut all, mut yes) = (0usize, 0usize);
    for case in cases {
        all += 1;
        yes += usize::from(case);
    }
    (all > 0).then(|| yes as f64 / all as f64)
}
