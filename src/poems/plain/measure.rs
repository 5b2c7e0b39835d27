//! How surprised a model is by a text, and what the state that is carried is worth.

use burn::prelude::Device;
use serde::Serialize;

use super::{carried::Carried, pieces::Streams};
use crate::{
    poems::{
        model::PoemModel,
        text::ngram::{Landmarks, NGram},
    },
    training::Measured,
};

/// N-grams count in stretches of so many characters, and take every tenth to fit their weights.
const STRETCH: usize = 1000;

/// Mean nats per character of `valid`, by n-grams counted in `train`.
pub fn landmarks(train: &[u32], valid: &[u32], vocab_size: usize) -> Landmarks {
    let counted = NGram::count(train.chunks(STRETCH).map(ids), vocab_size);
    let nats = valid.chunks(STRETCH).flat_map(|stretch| {
        let mut nats = counted.nats(ids(stretch));
        nats.pop(); // of the end, which no stretch has
        nats
    });
    Landmarks::mean(&nats.collect::<Vec<_>>())
}

fn ids(stretch: &[u32]) -> impl Iterator<Item = usize> + Clone + '_ {
    stretch.iter().map(|&id| id as usize)
}

/// The loss of a model on a text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PieceLoss {
    /// Every piece read from the state in which the one before ended.
    pub nats_per_token: f64,
    /// Every piece read from a state of zeros, as if it began a text.
    pub nats_with_state_reset: f64,
    /// How many characters were predicted.
    pub tokens: usize,
}

/// Reads the streams of a text twice: with the state carried from piece to piece, and reset before
/// each.
pub fn measure(model: PoemModel, streams: &Streams, device: &Device) -> PieceLoss {
    let carried = Carried::new(model, streams.batch(), device);
    let read = |carry: bool| {
        let mut state = None;
        let pieces = (0..streams.pieces()).map(|k| {
            let piece = streams.piece(k, device);
            let (loss, after) = carried.loss(&piece, state.take());
            state = carry.then_some(after);
            let loss = loss.into_scalar();
            Measured { loss, correct: 0, count: piece.batch.tokens() }
        });
        Measured::mean(&pieces.collect::<Vec<_>>())
    };
    let (carried, reset) = (read(true), read(false));
    PieceLoss {
        nats_per_token: carried.loss,
        nats_with_state_reset: reset.loss,
        tokens: carried.count,
    }
}
