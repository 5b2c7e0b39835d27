//! One step of a stack of LSTM layers and its projection, for one stream: how a poem is written.
//!
//! With one row there is nothing to multiply a matrix by: each weight is read once and used once,
//! and the time is that of reading them. So the weights lie here in the order in which they are
//! read, no tensor is made and nothing is allocated. A second thread brought nothing: a step is
//! shorter than the waking of a thread.

use super::{lstm::update, vector::Vectors};

/// Columns of the projection that lie together: their sums fit the first cache.
const STRIP: usize = 1024;
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
    layers: Vec<LayerWeights>,
    /// W, strip by strip: `[V / STRIP][H, STRIP]`.
    strips: Vec<f32>,
    /// b, `[V]`.
    bias: Vec<f32>,
    d_hidden: usize,
}

/// What a stream remembers between two steps: h and c of each layer.
#[derive(Clone, Debug)]
pub struct Memory {
    hidden: Vec<Vec<f32>>,
    cell: Vec<Vec<f32>>,
    /// Room for the gates and for c_{t-1}.
    gates: Vec<f32>,
    before: Vec<f32>,
}

impl Stepper {
    /// From the layers' weights, the projection W `[H, V]` and its bias b `[V]`.
    ///
    /// # Panics
    /// If there is no layer or no character.
    pub fn new(vectors: Vectors, layers: Vec<LayerWeights>, w: &[f32], bias: Vec<f32>) -> Self {
        let v = bias.len();
        assert!(!layers.is_empty() && v > 0, "{} layers, {v} characters", layers.len());
        let d_hidden = w.len() / v;
        let mut strips = Vec::with_capacity(w.len());
        for first in (0..v).step_by(STRIP) {
            for row in w.chunks_exact(v) {
                strips.extend_from_slice(&row[first..v.min(first + STRIP)]);
            }
        }
        Self { vectors, layers, strips, bias, d_hidden }
    }

    /// V.
    pub fn vocab_size(&self) -> usize {
        self.bias.len()
    }

    /// h_0 = 0, c_0 = 0.
    pub fn start(&self) -> Memory {
        let h = self.d_hidden;
        let zeros = vec![vec![0.0; h]; self.layers.len()];
        Memory { hidden: zeros.clone(), cell: zeros, gates: vec![0.0; 4 * h], before: vec![0.0; h] }
    }

    /// Takes one input `x [D]` into `memory` and writes the logits of the next character into
    /// `z [V]`.
    pub fn step(&self, x: &[f32], memory: &mut Memory, z: &mut [f32]) {
        let h = self.d_hidden;
        let Memory { hidden, cell, gates, before } = memory;
        for (k, layer) in self.layers.iter().enumerate() {
            let (below, this) = hidden.split_at_mut(k);
            let x = below.last().map_or(x, |below| &below[..]);
            self.vectors.run(
                #[inline(always)]
                || {
                    gates.fill(0.0);
                    add_product(gates, x, &layer.w_x);
                    add_product(gates, &this[0], &layer.w_h);
                    before.copy_from_slice(&cell[k]);
                    update(h, gates, &layer.bias, before, &mut cell[k], &mut this[0]);
                },
            );
        }
        let top = hidden.last().expect("`new` refuses a stack without layers");
        z.copy_from_slice(&self.bias);
        self.vectors.run(
            #[inline(always)]
            || {
                for (z, w) in z.chunks_mut(STRIP).zip(self.strips.chunks(STRIP * h)) {
                    add_product(z, top, w);
                }
            },
        );
    }
}

/// y ← y + x W, `w [D, Y]`.
#[inline(always)]
fn add_product(y: &mut [f32], x: &[f32], w: &[f32]) {
    let n = y.len();
    let (blocks, rest) = x.as_chunks::<ROWS>();
    let (w_blocks, w_rest) = w.split_at(blocks.len() * ROWS * n);
    for (x, w) in blocks.iter().zip(w_blocks.chunks_exact(ROWS * n)) {
        let row = |k: usize| &w[k * n..][..n];
        let (w0, w1, w2, w3, w4, w5, w6, w7) =
            (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7));
        for k in 0..n {
            let first = x[0] * w0[k] + x[1] * w1[k] + (x[2] * w2[k] + x[3] * w3[k]);
            let second = x[4] * w4[k] + x[5] * w5[k] + (x[6] * w6[k] + x[7] * w7[k]);
            y[k] += first + second;
        }
    }
    for (&x, w) in rest.iter().zip(w_rest.chunks_exact(n)) {
        for (y, w) in y.iter_mut().zip(w) {
            *y += x * w;
        }
    }
}
