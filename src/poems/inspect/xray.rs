//! A batch as it can be looked at: ids turned back into characters, inputs over targets over mask
//! (course section 3-4).

use burn::prelude::*;

use crate::poems::{
    batch::PoemBatch,
    text::vocab::{BOS, EOS, PAD, Vocab},
};
use crate::{
    look::{Grid, Tile},
    say,
};

/// What an id looks like in a picture: ▶ is BOS, ■ is EOS, ? is UNK, · is PAD.
///
/// ```
/// use lstm_lessons::{look::Tile, poems::{text::vocab::{BOS, PAD, UNK, Vocab}, inspect::xray::tile}};
///
/// let vocab = Vocab::count(["月"], 1);
/// let tiles = [BOS, 4, UNK, PAD].map(|id| tile(id, &vocab));
/// assert_eq!(tiles, [Tile::Sign('▶'), Tile::Character('月'), Tile::Sign('?'), Tile::Empty]);
/// ```
pub fn tile(id: usize, vocab: &Vocab) -> Tile {
    match (id, vocab.char(id)) {
        (_, Some(c)) => Tile::Character(c),
        (PAD, _) => Tile::Empty,
        (BOS, _) => Tile::Sign('▶'),
        (EOS, _) => Tile::Sign('■'),
        _ => Tile::Sign('?'),
    }
}

/// The three grids of one batch, read back from its tensors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XRay {
    /// `[B, T]`, as the model reads it.
    pub inputs: Vec<Vec<usize>>,
    /// `[B, T]`, as the loss wants it.
    pub targets: Vec<Vec<usize>>,
    /// `[B, T]`, whether a target counts.
    pub mask: Vec<Vec<bool>>,
}

impl XRay {
    /// Reads the tensors of `batch`.
    pub fn of(batch: &PoemBatch) -> Self {
        let [_, seq_len] = batch.inputs.dims();
        let ids = |tensor: &Tensor<2, Int>| {
            let flat: Vec<usize> = tensor.to_data().iter::<i64>().map(|id| id as usize).collect(); // [B·T]
            flat.chunks(seq_len.max(1)).map(<[usize]>::to_vec).collect()
        };
        let mask: Vec<bool> = batch.mask.to_data().iter::<f32>().map(|m| m > 0.5).collect(); // [B·T]
        let mask = mask.chunks(seq_len.max(1)).map(<[bool]>::to_vec).collect();
        Self { inputs: ids(&batch.inputs), targets: ids(&batch.targets), mask }
    }

    /// The share of this batch that is padding.
    ///
    /// ```text
    /// waste = 1 - Σ mask / (B · T)
    /// ```
    pub fn waste(&self) -> f64 {
        let cells = self.mask.iter().map(Vec::len).sum::<usize>();
        let counted = self.mask.iter().flatten().filter(|&&counts| counts).count();
        1.0 - counted as f64 / cells.max(1) as f64
    }

    /// Inputs over targets over mask, as a picture wants them.
    pub fn grids(&self, vocab: &Vocab) -> Vec<Grid> {
        let characters = |rows: &[Vec<usize>]| {
            rows.iter()
                .map(|row| row.iter().map(|&id| tile(id, vocab)).collect())
                .collect::<Vec<Vec<Tile>>>()
        };
        let tile_of = |&counts: &bool| if counts { Tile::On } else { Tile::Off };
        let mask = self.mask.iter().map(|row| row.iter().map(tile_of).collect()).collect();
        vec![
            Grid { title: say!("inputs", "输入"), rows: characters(&self.inputs) },
            Grid { title: say!("targets", "目标"), rows: characters(&self.targets) },
            Grid { title: say!("mask", "掩码"), rows: mask },
        ]
    }
}
