//! A text being read or written, one character in, the scores of the next out, the state handed on.

use burn::prelude::*;

use super::{facts::Scan, sample::Sampler};
use crate::{
    cell::State,
    kernel::step::{Memory, Stepper},
};

/// A poem being read or written: what the model remembers of it, and its scores of what comes next.
#[derive(Clone)]
pub struct Stream<'a> {
    pub(super) sampler: &'a Sampler<'a>,
    pub(super) memory: Remembered<'a>,
    /// What the stepper is told, `[E]`.
    pub(super) x: Vec<f32>,
    pub(super) z: Vec<f32>,
}

#[derive(Clone)]
pub(super) enum Remembered<'a> {
    Fused(&'a Stepper, Memory, Box<Scan>),
    Readable(Option<Vec<State>>, Box<Scan>),
}

impl Stream<'_> {
    /// Takes one character (or BOS) in.
    pub fn read(&mut self, id: usize) {
        let Self { sampler, memory, x, z } = self;
        match memory {
            Remembered::Fused(stepper, memory, scan) => {
                let width = sampler.embedding.len() / stepper.vocab_size();
                x.clear();
                x.extend_from_slice(&sampler.embedding[id * width..][..width]);
                if let Some(features) = &sampler.bundle.model.features {
                    for row in features.step(scan, id) {
                        x.iter_mut()
                            .zip(&sampler.features[row * width..])
                            .for_each(|(x, p)| *x += p);
                    }
                }
                stepper.step(x, memory, z);
            }
            Remembered::Readable(state, scan) => {
                let (model, device) = (&sampler.bundle.model, &sampler.device);
                let input = Tensor::from_data([[id as i32]], device); // [1, 1]
                let reader = model.features.as_ref().map(|features| &features.reader);
                let facts = reader.map(|reader| reader.read(scan, &[id], device)); // [1, 1, F]
                let (logits, after) = model.forward(model.embed(input, facts), state.take()); // [1, 1, V]
                *state = Some(after);
                z.clear();
                z.extend(logits.into_data().iter::<f32>());
            }
        }
    }

    /// The scores of all ids, `[V]`.
    pub fn logits(&self) -> &[f32] {
        &self.z
    }
}
