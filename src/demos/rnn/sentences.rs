//! Eight sentences in which the last word depends on the first half (course section 1-2).

use burn::prelude::*;

use crate::poems::text::vocab::Vocab;

/// The character of each country, and that of its language.
pub const COUNTRIES: [(char, char); 4] = [('中', '汉'), ('法', '法'), ('英', '英'), ('德', '德')];

/// The course's own sentence and another, once for each country; all have fourteen characters, so
/// that nothing is padded.
pub const SENTENCES: [&str; 8] = [
    "我出生在中国，所以我说汉语。",
    "我出生在法国，所以我说法语。",
    "我出生在英国，所以我说英语。",
    "我出生在德国，所以我说德语。",
    "她从小住在中国，也会说汉语。",
    "她从小住在法国，也会说法语。",
    "她从小住在英国，也会说英语。",
    "她从小住在德国，也会说德语。",
];

/// The sentences as numbers: the target at each step is the next input.
#[derive(Clone, Debug)]
pub struct Sentences {
    /// The table of characters.
    pub vocab: Vocab,
    /// All characters but the last, `[B, T]`.
    pub inputs: Tensor<2, Int>,
    /// All characters but the first, `[B, T]`.
    pub targets: Tensor<2, Int>,
}

impl Sentences {
    /// [`SENTENCES`] on `device`.
    pub fn new(device: &Device) -> Self {
        let vocab = Vocab::count(SENTENCES, 1);
        let rows = |from: usize, drop_last: usize| {
            let row =
                |s: &str| -> Vec<i32> { vocab.encode(s).into_iter().map(|id| id as i32).collect() };
            let rows: Vec<Vec<i32>> = SENTENCES
                .iter()
                .map(|s| row(s))
                .map(|ids| ids[from..ids.len() - drop_last].to_vec())
                .collect();
            let shape = [rows.len(), rows[0].len()];
            Tensor::from_data(TensorData::new(rows.concat(), shape), device) // [B, T]
        };
        let (inputs, targets) = (rows(0, 1), rows(1, 0));
        Self { vocab, inputs, targets }
    }
}

/// The lowest mean loss, nats, that any guesser can reach who sees only the last `memory`
/// characters (all of them: `usize::MAX`).
///
/// It counts what follows each context and answers with the shares it counted; its loss is their
/// mean surprise.
///
/// ```
/// use lstm_lessons::demos::rnn::lowest_loss;
/// let (last_only, everything) = (lowest_loss(1), lowest_loss(usize::MAX));
/// assert!(everything < last_only); // the country is chance for both, the language for one of them
/// ```
pub fn lowest_loss(memory: usize) -> f64 {
    use std::collections::HashMap;
    let mut follows: HashMap<Vec<char>, HashMap<char, f64>> = HashMap::new();
    for sentence in SENTENCES {
        let chars: Vec<char> = sentence.chars().collect();
        for t in 1..chars.len() {
            let context = chars[t.saturating_sub(memory)..t].to_vec();
            *follows.entry(context).or_default().entry(chars[t]).or_default() += 1.0;
        }
    }
    let (mut nats, mut count) = (0.0, 0.0);
    for next in follows.values() {
        let total: f64 = next.values().sum();
        nats -= next.values().map(|n| n * (n / total).ln()).sum::<f64>();
        count += total;
    }
    nats / count
}
