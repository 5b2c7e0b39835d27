//! Which poems of a corpus a model learns from, and which it is measured on.

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::poems::text::{
    corpus::{Poem, text_of},
    ngram::{Landmarks, landmarks},
    vocab::Vocab,
};

/// The n-grams beside a model are counted in so many of its poems: enough to know them, and a limit
/// to the memory that a large corpus takes.
const COUNTED: usize = 200_000;

/// The training set and the validation set.
pub struct Split {
    /// The model learns from these.
    pub train: Vec<Poem>,
    /// And is measured on these.
    pub valid: Vec<Poem>,
}

impl Split {
    /// Splits `poems` by a share and a seed; of two poems or more, one at least is in each set.
    pub fn by_seed(mut poems: Vec<Poem>, valid_share: f64, seed: u64) -> Self {
        poems.shuffle(&mut StdRng::seed_from_u64(seed));
        let held_back = ((poems.len() as f64 * valid_share).round() as usize)
            .clamp(1, poems.len().saturating_sub(1).max(1));
        let valid = poems.split_off(poems.len().saturating_sub(held_back));
        Self { train: poems, valid }
    }

    /// The poems as [`Corpus::to_text`](crate::poems::text::corpus::Corpus::to_text) had them
    /// before they were split by `seed`. (It is made anew from them, as it would take as much
    /// memory as the corpus.)
    pub fn to_text(&self, seed: u64) -> String {
        let poems = self.train.iter().chain(&self.valid);
        let mut places: Vec<usize> = (0..self.train.len() + self.valid.len()).collect();
        places.shuffle(&mut StdRng::seed_from_u64(seed)); // as the poems were
        let mut in_order: Vec<(usize, &Poem)> = places.into_iter().zip(poems).collect();
        in_order.sort_unstable_by_key(|&(place, _)| place);
        text_of(in_order.iter().map(|&(_, poem)| poem))
    }

    /// The loss on the validation set of n-grams counted in the training set, the first 200,000
    /// poems of it (they are shuffled).
    pub fn landmarks(&self, vocab: &Vocab) -> Landmarks {
        let counted = &self.train[..self.train.len().min(COUNTED)];
        let [counted, valid] = [counted, &self.valid]
            .map(|poems| poems.iter().map(|poem| vocab.ids_of(&poem.content)));
        landmarks(counted, valid, vocab.size())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poems::text::corpus::Corpus;

    #[test]
    fn a_split_gives_the_text_of_its_corpus_back() {
        let lines: String = (0..40).map(|k| format!("{k}:第{k}首，共四十。\n")).collect();
        let corpus = Corpus::parse(&lines);
        for (seed, share) in [(1, 0.02), (2, 0.5), (3, 0.0)] {
            let text = Split::by_seed(corpus.poems.clone(), share, seed).to_text(seed);
            assert_eq!(text, corpus.to_text(), "{seed}");
        }
    }
}
