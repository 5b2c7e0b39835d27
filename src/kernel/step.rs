//! One step of a stack of LSTM layers and its projection, for one text or several side by side: how
//! a poem is written.
//!
//! With one row there is nothing to multiply a matrix by: each weight is read once and used once,
//! and the time is that of reading them. So the weights lie here in the order in which they are
//! read, and those of a shipped model, which are half-precision numbers on disk, stay so in memory:
//! half the bytes, and each comes to 32 bits in the register without loss.
//!
//! Several texts that step together share the reading, and each thread takes some of them through
//! the whole step; each row comes to the same numbers as alone, to the last bit. A text alone stays
//! on its thread: with the columns of the projection divided among two, a step waits longer for the
//! second to wake than it saves (0.089 ms instead of 0.074 for 256 x 5,919 where it was measured).

mod half;
mod panels;
mod tile;

use std::borrow::Cow;

use rayon::prelude::*;

use self::panels::Panels;
use super::{lstm::update, vector::Vectors};

/// The weights of one layer.
#[derive(Clone, Debug)]
pub struct LayerWeights {
    /// W_x, `[D, 4H]`.
    pub w_x: Vec<f32>,
    /// W_h, `[H, 4H]`.
    pub w_h: Vec<f32>,
    /// b, `[4H]`.
    pub bias: Vec<f32>,
}

/// A stack and its projection, ready to step.
#[derive(Clone, Debug)]
pub struct Stepper {
    vectors: Vectors,
    layers: Vec<Layer>,
    /// W, `[H, V]`.
    projection: Panels,
    /// b, `[V]`.
    bias: Vec<f32>,
    d_hidden: usize,
}

/// [`LayerWeights`], laid out to be read.
#[derive(Clone, Debug)]
struct Layer {
    w_x: Panels,
    w_h: Panels,
    bias: Vec<f32>,
}

/// What a text remembers between two steps: h and c of each layer.
#[derive(Clone, Debug)]
pub struct Memory {
    hidden: Vec<Vec<f32>>,
    cell: Vec<Vec<f32>>,
}

impl Stepper {
    /// From the layers' weights, the projection W `[H, V]` and its bias b `[V]`.
    ///
    /// # Panics
    /// If there is no layer or no character.
    pub fn new(vectors: Vectors, layers: Vec<LayerWeights>, w: &[f32], bias: Vec<f32>) -> Self {
        let v = bias.len();
        assert!(!layers.is_empty() && v > 0, "{} layers, {v} characters", layers.len());
        let panels = |w: &[f32], n| Panels::new(vectors, w, n);
        let layer = |LayerWeights { w_x, w_h, bias }: LayerWeights| Layer {
            w_x: panels(&w_x, bias.len()),
            w_h: panels(&w_h, bias.len()),
            bias,
        };
        let (layers, d_hidden) = (layers.into_iter().map(layer).collect(), w.len() / v);
        Self { vectors, layers, projection: panels(w, v), bias, d_hidden }
    }

    /// V.
    pub fn vocab_size(&self) -> usize {
        self.bias.len()
    }

    /// h_0 = 0, c_0 = 0.
    pub fn start(&self) -> Memory {
        let zeros = vec![vec![0.0; self.d_hidden]; self.layers.len()];
        Memory { hidden: zeros.clone(), cell: zeros }
    }

    /// Takes an input into the memory of each of B texts, `x [B, D]`, and writes the logits of
    /// their next characters, B times `z [V]`; with no `z` at all it leaves them out. `added [B, H]`
    /// is added to the last layer's outputs before the projection, if it is not empty.
    ///
    /// # Panics
    /// If these are not as many.
    pub fn step_all(
        &self,
        x: &[f32],
        memories: &mut [&mut Memory],
        added: &[f32],
        z: &mut [&mut [f32]],
    ) {
        let (rows, h) = (memories.len(), self.d_hidden);
        assert!(z.is_empty() || z.len() == rows, "as many logits as texts");
        assert!(added.is_empty() || added.len() == rows * h, "as many rows as texts");
        // A thread of the pool has others beside it that are at work already.
        let alone = rows < 2 * FEWEST || rayon::current_thread_index().is_some();
        let threads = if alone { 1 } else { rayon::current_num_threads() };
        let share = rows.div_ceil(threads).next_multiple_of(FEWEST);
        if share >= rows {
            return self.step_rows(x, memories, added, z);
        }
        let (mut z, mut added) = (z.chunks_mut(share), added.chunks(share * h));
        let next = |_| (added.next().unwrap_or_default(), z.next().unwrap_or_default());
        let mut outputs: Vec<(&[f32], &mut [&mut [f32]])> =
            (0..rows.div_ceil(share)).map(next).collect();
        x.par_chunks(share * self.layers[0].w_x.d())
            .zip(memories.par_chunks_mut(share))
            .zip(&mut outputs)
            .for_each(|((x, memories), (added, z))| self.step_rows(x, memories, added, z));
    }

    /// The same on this thread.
    fn step_rows(
        &self,
        x: &[f32],
        memories: &mut [&mut Memory],
        added: &[f32],
        z: &mut [&mut [f32]],
    ) {
        let (rows, h) = (memories.len(), self.d_hidden);
        let mut x = Cow::Borrowed(x); // [B, D]
        let mut gates = vec![0.0; rows * 4 * h]; // [B, 4H]
        for (k, layer) in self.layers.iter().enumerate() {
            let before = gather(memories, |memory| &memory.hidden[k]); // [B, H]
            gates.fill(0.0);
            let mut gates: Vec<&mut [f32]> = gates.chunks_mut(4 * h).collect();
            layer.w_x.products(None, &x, &mut gates);
            layer.w_h.products(None, &before, &mut gates);
            for (Memory { hidden, cell }, gates) in memories.iter_mut().zip(gates) {
                let before = cell[k].clone(); // c_{t-1}
                self.vectors.run(
                    #[inline(always)]
                    || update(h, gates, &layer.bias, &before, &mut cell[k], &mut hidden[k]),
                );
            }
            x = Cow::Owned(gather(memories, |memory| &memory.hidden[k])); // [B, H]
        }
        x.to_mut().iter_mut().zip(added).for_each(|(h, added)| *h += added);
        self.projection.products(Some(&self.bias), &x, z);
    }
}

/// Texts that are worth a thread: fewer would read all the weights for little arithmetic.
const FEWEST: usize = 4;

/// One vector of each text, below each other.
fn gather(memories: &[&mut Memory], of: impl Fn(&Memory) -> &Vec<f32>) -> Vec<f32> {
    let mut rows = Vec::new();
    memories.iter().for_each(|memory| rows.extend_from_slice(of(memory)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as two threads share, and a rest.
    const TEXTS: usize = 2 * FEWEST + 1;

    /// Widths that fill no panel.
    #[test]
    fn texts_that_step_together_come_to_the_numbers_of_each_alone() {
        let (d, h, v) = (11, 70, 300);
        let numbers = |n: usize, seed: usize| -> Vec<f32> {
            (0..n).map(|k| ((k * 37 + seed * 11) % 101) as f32 / 101.0 - 0.5).collect()
        };
        let layer = |d: usize, seed| LayerWeights {
            w_x: numbers(d * 4 * h, seed),
            w_h: numbers(h * 4 * h, seed + 1),
            bias: numbers(4 * h, seed + 2),
        };
        for vectors in Vectors::all() {
            let layers = vec![layer(d, 1), layer(h, 5)];
            let stepper = Stepper::new(vectors, layers, &numbers(h * v, 9), numbers(v, 10));
            let mut alone: Vec<_> = (0..TEXTS).map(|_| (stepper.start(), vec![0.0; v])).collect();
            let mut together = alone.clone();
            for t in 0..4 {
                let x = numbers(TEXTS * d, t);
                for ((memory, z), x) in alone.iter_mut().zip(x.chunks(d)) {
                    stepper.step_all(x, &mut [memory], &[], &mut [&mut z[..]]);
                }
                let (mut memories, mut z): (Vec<&mut Memory>, Vec<&mut [f32]>) =
                    together.iter_mut().map(|(memory, z)| (memory, &mut z[..])).unzip();
                stepper.step_all(&x, &mut memories, &[], &mut z);
                for ((_, alone), (_, together)) in alone.iter().zip(&together) {
                    assert_eq!(alone, together, "step {t}, {vectors:?}");
                }
            }
            assert_ne!(together[0].1, together[1].1);
        }
    }
}
