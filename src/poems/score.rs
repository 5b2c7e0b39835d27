//! How surprised a model is by poems it has not seen.

use burn::prelude::*;
use serde::Serialize;

use super::{
    batch::{PoemBatch, buckets},
    bundle::Bundle,
    corpus::Poem,
    vocab::{UNK, is_han},
};

/// A character outside the vocabulary costs -ln P(UNK) and this on top, as if it were drawn from so many: otherwise a smaller
/// vocabulary would flatter the figure.
pub const UNKNOWN_CHARACTERS: f64 = 20_000.0;

/// The figures of an evaluation; every token counts once: characters, punctuation, EOS; not PAD, not BOS.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Mean of -ln p over all tokens.
    pub nats_per_token: f64,
    /// e to the power of it: among how many characters the model seems to waver.
    pub perplexity: f64,
    /// The same mean over Han characters only.
    pub nats_per_han_character: f64,
    pub tokens: usize,
    pub poems: usize,
}

/// Reads `poems` with the model of `bundle` (without autodiff) and sums up its surprise.
pub fn evaluate(bundle: &Bundle, poems: &[Poem], device: &Device) -> Score {
    let ids: Vec<Vec<usize>> = poems.iter().map(|poem| bundle.vocab.encode(&poem.content)).collect();
    let (mut all, mut han) = ((0.0, 0usize), (0.0, 0usize));
    for rows in buckets(&ids, 64, None) {
        let batch = PoemBatch::new(&rows.iter().map(|&k| &*ids[k]).collect::<Vec<_>>(), device);
        let [_, width] = batch.inputs.dims();
        let ln_p: Vec<f32> = bundle.model.log_probabilities(&batch).into_data().iter().collect(); // [B·T]
        for (row, &k) in ln_p.chunks(width).zip(&rows) {
            let characters = poems[k].content.chars().map(Some).chain([None]); // None stands for EOS
            for (t, character) in characters.enumerate() {
                let unknown = ids[k].get(t) == Some(&UNK);
                let nats = -row[t] as f64 + if unknown { UNKNOWN_CHARACTERS.ln() } else { 0.0 };
                all = (all.0 + nats, all.1 + 1);
                if character.is_some_and(is_han) {
                    han = (han.0 + nats, han.1 + 1);
                }
            }
        }
    }
    let nats_per_token = all.0 / all.1.max(1) as f64;
    Score {
        nats_per_token,
        perplexity: nats_per_token.exp(),
        nats_per_han_character: han.0 / han.1.max(1) as f64,
        tokens: all.1,
        poems: poems.len(),
    }
}
