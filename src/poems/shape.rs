//! The shape of a poem model.

use serde::{Deserialize, Serialize};

use super::verse::facts::VerseFacts;
use crate::cell::{CellKind, StackConfig};

/// The shape of a poem model, whatever its vocabulary; it travels with the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoemShape {
    /// E, the width of a character's vector.
    pub d_embed: usize,
    /// H, the width of each layer.
    pub d_hidden: usize,
    /// L; the course has two.
    pub n_layers: usize,
    /// Which cell.
    pub cell: CellKind,
    /// One matrix reads the characters and writes them: the projection is the embedding transposed
    /// (needs E = H).
    pub tied: bool,
    /// The share of units silenced while training.
    pub dropout: f64,
    /// The facts of verse whose vectors are added to the characters'.
    #[serde(flatten)]
    pub facts: VerseFacts,
    /// The theme of a poem's title is read before it, as a lyric's tune is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub titles: bool,
    /// What is read is plain text, one long row of characters: no titles, no ends, no verse.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
}

impl Default for PoemShape {
    /// The course's: two layers of 128 LSTM cells.
    fn default() -> Self {
        Self {
            d_embed: 128,
            d_hidden: 128,
            n_layers: 2,
            cell: CellKind::Lstm,
            tied: false,
            dropout: 0.0,
            facts: VerseFacts::None,
            titles: false,
            plain: false,
        }
    }
}

impl PoemShape {
    /// The layers alone.
    pub fn stack(&self) -> StackConfig {
        let Self { d_embed: d_input, d_hidden, n_layers, cell, .. } = *self;
        StackConfig { cell, d_input, d_hidden, n_layers, forget_bias: 1.0 }
    }
}
