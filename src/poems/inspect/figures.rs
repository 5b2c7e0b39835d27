//! What a corpus is made of: forms, lengths, and what its batches waste.

use std::fmt;

use crate::{
    poems::{batch::buckets, text::vocab::is_han},
    say,
};

/// A poem's form by the lengths of its lines alone; tones and rhymes do not matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// 五绝: four lines of five characters.
    FiveQuatrain,
    /// 七绝: four lines of seven.
    SevenQuatrain,
    /// 五律: eight lines of five.
    FiveEight,
    /// 七律: eight lines of seven.
    SevenEight,
    /// Everything else.
    Other,
}

impl Form {
    /// In the order of [`forms`].
    pub const ALL: [Form; 5] =
        [Form::FiveQuatrain, Form::SevenQuatrain, Form::FiveEight, Form::SevenEight, Form::Other];

    /// The form of a poem.
    ///
    /// ```
    /// use lstm_lessons::poems::inspect::figures::Form;
    ///
    /// assert_eq!(Form::of("床前明月光，疑是地上霜。举头望明月，低头思故乡。"), Form::FiveQuatrain);
    /// assert_eq!(Form::of("前不见古人，后不见来者。念天地之悠悠，独怆然而涕下！"), Form::Other);
    /// ```
    pub fn of(poem: &str) -> Self {
        let mut lines: Vec<&str> = poem.split(['，', '。', '？', '！', '；']).collect();
        if lines.last().is_some_and(|rest| rest.is_empty()) {
            lines.pop();
        }
        let width = lines.first().map_or(0, |line| line.chars().count());
        if lines.iter().any(|line| line.chars().count() != width || !line.chars().all(is_han)) {
            return Form::Other;
        }
        match (lines.len(), width) {
            (4, 5) => Form::FiveQuatrain,
            (4, 7) => Form::SevenQuatrain,
            (8, 5) => Form::FiveEight,
            (8, 7) => Form::SevenEight,
            _ => Form::Other,
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Form::FiveQuatrain => say!("五绝 4x5", "五绝"),
            Form::SevenQuatrain => say!("七绝 4x7", "七绝"),
            Form::FiveEight => say!("五律 8x5", "五律"),
            Form::SevenEight => say!("七律 8x7", "七律"),
            Form::Other => say!("others", "其他"),
        })
    }
}

/// How many poems have each form, in the order of [`Form::ALL`].
pub fn forms<'a>(poems: impl IntoIterator<Item = &'a str>) -> [usize; 5] {
    let mut counts = [0; 5];
    for poem in poems {
        counts[Form::of(poem) as usize] += 1;
    }
    counts
}

/// How many poems have a length of 0 to 9, 10 to 19, … characters.
pub fn lengths_by_ten(lengths: &[usize]) -> Vec<usize> {
    let mut counts = vec![0; lengths.iter().max().map_or(0, |longest| longest / 10 + 1)];
    for length in lengths {
        counts[length / 10] += 1;
    }
    counts
}

/// The share of an epoch's cells that hold PAD: a batch is as wide as its longest poem, and the
/// others are padded.
///
/// ```text
/// waste = 1 - Σ_k (T_k + 1) / Σ_batches B · max_k (T_k + 1)         T_k characters, and EOS or BOS
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Padding {
    /// Poems go together as they stand in the file (what the course's sort, whose key never
    /// changes, comes to).
    pub file_order: f64,
    /// Poems of like length go together, as in training.
    pub buckets: f64,
}

impl Padding {
    /// The waste of both orders at one batch size; `lengths` are those of the poems.
    pub fn of(lengths: &[usize], batch_size: usize) -> Self {
        let in_order: Vec<usize> = (0..lengths.len()).collect();
        let file_order: Vec<Vec<usize>> =
            in_order.chunks(batch_size).map(<[usize]>::to_vec).collect();
        Self {
            file_order: waste(lengths, &file_order),
            buckets: waste(lengths, &buckets(lengths, batch_size, None)),
        }
    }
}

/// The share of all cells of `batches` (places in `lengths`) that hold PAD, as in [`Padding`].
pub fn waste(lengths: &[usize], batches: &[Vec<usize>]) -> f64 {
    let steps = |k: &usize| lengths[*k] + 1;
    let used: usize = batches.iter().flatten().map(steps).sum();
    let cells: usize =
        batches.iter().map(|batch| batch.len() * batch.iter().map(steps).max().unwrap_or(0)).sum();
    1.0 - used as f64 / cells.max(1) as f64
}
