//! The opposite failure: gradients that grow in the backward pass, and the clip that shortens them.

use burn::{
    optim::{GradientsParams, SgdConfig},
    prelude::*,
};
use rand::{SeedableRng, rngs::StdRng};

use super::first_symbol::{Rememberer, draw};
use crate::{
    cell::{Cell, CellKind},
    training::clip_global_norm,
};

/// Loss and gradient norm of every step of plain gradient descent.
#[derive(Clone, Debug, PartialEq)]
pub struct Descent {
    /// The loss before each step, nats.
    pub losses: Vec<f64>,
    /// |g| before each step, all parameters together, not yet shortened.
    pub norms: Vec<f64>,
}

/// The same RNN with its W multiplied by `gain`: products of W grow where they shrank.
///
/// # Panics
/// If the cell is no RNN.
pub fn with_gain(cell: Cell, gain: f32) -> Cell {
    let Cell::Rnn(mut rnn) = cell else { panic!("W is a matrix of the RNN alone") };
    rnn.w = rnn.w.map(|w| (w * gain).detach().require_grad());
    Cell::Rnn(rnn)
}

/// An RNN with a large W learns to name the first symbol, by plain gradient descent, its gradient
/// shortened to `max_norm`.
///
/// ```text
/// g ← g · min(1, max_norm / |g|)        θ ← θ - lr · g
/// ```
///
/// `f64::INFINITY` shortens nothing. `device` without autodiff.
///
/// Source: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks*
/// (2013).
pub fn descend(
    gain: f32,
    seq_len: usize,
    steps: usize,
    lr: f64,
    max_norm: f64,
    seed: u64,
    device: &Device,
) -> Descent {
    let tracked = device.clone().autodiff();
    let mut model = Rememberer::new(CellKind::Rnn, 32, 0.0, seed, &tracked);
    model.layer.cell = with_gain(model.layer.cell, gain);
    let mut rng = StdRng::seed_from_u64(seed);
    let mut sgd = SgdConfig::new().init();
    let mut descent = Descent { losses: Vec::new(), norms: Vec::new() };
    for _ in 0..steps {
        let loss = model.loss(&draw(32, seq_len, &mut rng, &tracked));
        descent.losses.push(loss.clone().into_scalar());
        let grads = GradientsParams::from_grads(loss.backward(), &model);
        let (grads, norm) = clip_global_norm(&model, grads, max_norm);
        descent.norms.push(norm);
        model = sgd.step(lr, model, grads);
    }
    descent
}
