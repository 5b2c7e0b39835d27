//! One step of a stack of LSTM layers and its projection, for one text or several side by side: how
//! a poem is written.
//!
//! With one row there is nothing to multiply a matrix by: each weight is read once and used once,
//! and the time is that of reading them. So the weights lie here in the order in which they are
//! read. For a text alone a second thread brings nothing: a step is shorter than the waking of a
//! thread. Several texts that step together share the reading, and their columns are divided among
//! the threads; each row comes to the same numbers as alone, to the last bit.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{lstm::update, vector::Vectors};

/// Columns of a matrix that lie together: eight rows of them, and the sums of sixteen texts, fit the
/// first cache.
const STRIP: usize = 256;
/// Rows that are added at a time, so that each sum is loaded and stored an eighth as often.
const ROWS: usize = 8;

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
    projection: Strips,
    /// b, `[V]`.
    bias: Vec<f32>,
    d_hidden: usize,
}

/// [`LayerWeights`], laid out to be read.
#[derive(Clone, Debug)]
struct Layer {
    w_x: Strips,
    w_h: Strips,
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
        let layer = |LayerWeights { w_x, w_h, bias }: LayerWeights| Layer {
            w_x: Strips::new(&w_x, bias.len()),
            w_h: Strips::new(&w_h, bias.len()),
            bias,
        };
        let (layers, d_hidden) = (layers.into_iter().map(layer).collect(), w.len() / v);
        Self { vectors, layers, projection: Strips::new(w, v), bias, d_hidden }
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

    /// Takes one input `x [D]` into `memory` and writes the logits of the next character into
    /// `z [V]`.
    pub fn step(&self, x: &[f32], memory: &mut Memory, z: &mut [f32]) {
        self.step_all(x, &mut [memory], &mut [z]);
    }

    /// Takes an input into the memory of each of B texts, `x [B, D]`, and writes the logits of
    /// their next characters, B times `z [V]`.
    ///
    /// # Panics
    /// If these are not as many.
    pub fn step_all(&self, x: &[f32], memories: &mut [&mut Memory], z: &mut [&mut [f32]]) {
        let (rows, h) = (memories.len(), self.d_hidden);
        assert_eq!(rows, z.len(), "as many logits as texts");
        let mut x = Cow::Borrowed(x); // [B, D]
        let mut gates = vec![0.0; rows * 4 * h]; // [B, 4H]
        let mut row_gates = vec![0.0; 4 * h];
        for (k, layer) in self.layers.iter().enumerate() {
            let before = gather(memories, |memory| &memory.hidden[k]); // [B, H]
            gates.fill(0.0);
            layer.w_x.add_products(self.vectors, &x, rows, &mut gates);
            layer.w_h.add_products(self.vectors, &before, rows, &mut gates);
            for (row, Memory { hidden, cell }) in memories.iter_mut().enumerate() {
                take_row(&gates, rows, row, &mut row_gates);
                let before = cell[k].clone(); // c_{t-1}
                self.vectors.run(
                    #[inline(always)]
                    || {
                        let (cell, hidden) = (&mut cell[k], &mut hidden[k]);
                        update(h, &mut row_gates, &layer.bias, &before, cell, hidden);
                    },
                );
            }
            x = Cow::Owned(gather(memories, |memory| &memory.hidden[k])); // [B, H]
        }
        if let [z] = z {
            z.copy_from_slice(&self.bias);
            return self.projection.add_products(self.vectors, &x, rows, z);
        }
        let repeat = |strip: &[f32]| (0..rows).flat_map(|_| strip.to_vec()).collect::<Vec<_>>();
        let mut all: Vec<f32> = self.bias.chunks(STRIP).flat_map(repeat).collect(); // [B, V]
        self.projection.add_products(self.vectors, &x, rows, &mut all);
        z.iter_mut().enumerate().for_each(|(row, z)| take_row(&all, rows, row, z));
    }
}

/// One vector of each text, below each other.
fn gather(memories: &[&mut Memory], of: impl Fn(&Memory) -> &Vec<f32>) -> Vec<f32> {
    let mut rows = Vec::new();
    memories.iter().for_each(|memory| rows.extend_from_slice(of(memory)));
    rows
}

/// A matrix `[D, N]`, strip by strip: `[N / STRIP][D, STRIP]`.
#[derive(Clone, Debug)]
struct Strips {
    weights: Vec<f32>,
    d: usize,
}

impl Strips {
    fn new(w: &[f32], n: usize) -> Self {
        let mut weights = Vec::with_capacity(w.len());
        for first in (0..n).step_by(STRIP) {
            for row in w.chunks_exact(n) {
                weights.extend_from_slice(&row[first..n.min(first + STRIP)]);
            }
        }
        Self { weights, d: w.len() / n }
    }

    /// Y ← Y + X W for B rows, `x [B, D]`; Y, `[B, N]`, lies strip by strip as W does,
    /// `[N / STRIP][B, STRIP]`.
    fn add_products(&self, vectors: Vectors, x: &[f32], rows: usize, y: &mut [f32]) {
        let strip = |(y, w): (&mut [f32], &[f32])| {
            vectors.run(
                #[inline(always)]
                || add_products(y, x, w, rows),
            );
        };
        let (y_strip, w_strip) = (STRIP * rows, STRIP * self.d);
        match rows {
            1 => y.chunks_mut(y_strip).zip(self.weights.chunks(w_strip)).for_each(strip),
            _ => y.par_chunks_mut(y_strip).zip(self.weights.par_chunks(w_strip)).for_each(strip),
        }
    }
}

/// Row `row` of a matrix `[B, N]` that lies strip by strip.
fn take_row(strips: &[f32], rows: usize, row: usize, into: &mut [f32]) {
    for (into, strip) in into.chunks_mut(STRIP).zip(strips.chunks(STRIP * rows)) {
        into.copy_from_slice(&strip[row * into.len()..][..into.len()]);
    }
}

/// Y ← Y + X W, `y [B, N]`, `x [B, D]`, `w [D, N]`.
#[inline(always)]
fn add_products(y: &mut [f32], x: &[f32], w: &[f32], rows: usize) {
    let (n, d) = (y.len() / rows, x.len() / rows);
    let (w_blocks, w_rest) = w.split_at(d / ROWS * ROWS * n);
    for (block, w) in w_blocks.chunks_exact(ROWS * n).enumerate() {
        let line = |k: usize| &w[k * n..][..n];
        let (w0, w1, w2, w3, w4, w5, w6, w7) =
            (line(0), line(1), line(2), line(3), line(4), line(5), line(6), line(7));
        for (y, x) in y.chunks_exact_mut(n).zip(x.chunks_exact(d)) {
            let x = &x[block * ROWS..][..ROWS];
            for k in 0..n {
                let first = x[0] * w0[k] + x[1] * w1[k] + (x[2] * w2[k] + x[3] * w3[k]);
                let second = x[4] * w4[k] + x[5] * w5[k] + (x[6] * w6[k] + x[7] * w7[k]);
                y[k] += first + second;
            }
        }
    }
    for (k, w) in w_rest.chunks_exact(n).enumerate() {
        for (y, x) in y.chunks_exact_mut(n).zip(x.chunks_exact(d)) {
            let x = x[d / ROWS * ROWS + k];
            for (y, w) in y.iter_mut().zip(w) {
                *y += x * w;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths that fill no strip and no block of rows.
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
            let mut alone: Vec<_> = (0..3).map(|_| (stepper.start(), vec![0.0; v])).collect();
            let mut together = alone.clone();
            for t in 0..4 {
                let x = numbers(3 * d, t);
                for ((memory, z), x) in alone.iter_mut().zip(x.chunks(d)) {
                    stepper.step(x, memory, z);
                }
                let (mut memories, mut z): (Vec<&mut Memory>, Vec<&mut [f32]>) =
                    together.iter_mut().map(|(memory, z)| (memory, &mut z[..])).unzip();
                stepper.step_all(&x, &mut memories, &mut z);
                for ((_, alone), (_, together)) in alone.iter().zip(&together) {
                    assert_eq!(alone, together, "step {t}, {vectors:?}");
                }
            }
            assert_ne!(together[0].1, together[1].1);
        }
    }
}
