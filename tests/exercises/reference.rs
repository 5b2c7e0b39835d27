//! The crate's own code behind the signatures of the exercises: it must pass the same checks.

use burn::{
    module::Param,
    optim::{GradientsParams, ModuleOptimizer},
    prelude::*,
};
use burn_train::TrainStep;
use lstm_lessons::{
    cell::{Cell, Layer, LstmCell, LstmGates, RnnCell, Stack, State},
    kernel::{
        Precision,
        operations::{LossOptions, linear_cross_entropy},
    },
    poems::{
        batch::PoemBatch,
        model::PoemModel,
        write::sample::{Chooser, SamplingConfig},
    },
    training::clip_global_norm,
};
use rand::rngs::StdRng;

pub use burn::tensor::activation::sigmoid as sigma;
pub use lstm_lessons::poems::batch::shift;

pub fn rnn(cell: &RnnCell, x: Tensor<2>, s: Tensor<2>) -> Tensor<2> {
    Cell::Rnn(cell.clone()).forward(x, Some(State::hidden_only(s))).0
}

pub fn update(gates: LstmGates, cell: Tensor<2>) -> State {
    LstmCell::update(gates, cell)
}

pub fn gates(cell: &LstmCell, x: Tensor<2>, hidden: Tensor<2>) -> LstmGates {
    cell.gates(x, hidden)
}

pub fn sequence(cell: &LstmCell, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
    Layer::new(Cell::Lstm(cell.clone())).forward(x, state)
}

pub fn stack(
    cells: &[LstmCell],
    x: Tensor<3>,
    states: Option<Vec<State>>,
) -> (Tensor<3>, Vec<State>) {
    let layers = cells.iter().map(|cell| Layer::new(Cell::Lstm(cell.clone()))).collect();
    Stack { layers, dropout: 0.0 }.forward(x, states)
}

pub fn choose(z: &[f32], temperature: f32, rng: &mut StdRng) -> usize {
    let sampling = SamplingConfig { temperature: f64::from(temperature), ..SamplingConfig::PLAIN };
    Chooser::default().pick(z, |_| true, sampling, rng).expect("every character is allowed")
}

/// A [`PoemBatch`] adds EOS itself, so it gets the poems without it.
pub fn pad(rows: &[Vec<usize>]) -> (Vec<Vec<usize>>, Vec<Vec<f32>>) {
    let poems: Vec<&[usize]> = rows.iter().map(|row| &row[..row.len() - 1]).collect();
    let batch = PoemBatch::new(&poems, &Device::flex());
    let [_, width] = batch.mask.dims();
    let padded: Vec<usize> =
        batch.targets.into_data().iter::<i64>().map(|id| id as usize).collect();
    let mask: Vec<f32> = batch.mask.into_data().iter::<f32>().collect();
    (
        padded.chunks(width).map(<[_]>::to_vec).collect(),
        mask.chunks(width).map(<[_]>::to_vec).collect(),
    )
}

/// The fused loss computes its own logits, h W + b: with W the identity and b = 0 they are the
/// given ones.
pub fn loss(logits: Tensor<3>, targets: Tensor<2, Int>, mask: Tensor<2>) -> Tensor<1> {
    let ([batch, seq_len, v], device) = (logits.dims(), logits.device());
    let counted = mask.clone().sum().unsqueeze(); // [1, 1]
    linear_cross_entropy(
        logits.reshape([batch * seq_len, v]), // [B·T, V]
        Tensor::eye(v, &device),
        Tensor::zeros([v], &device),
        targets.reshape([batch * seq_len]),          // [B·T]
        (mask / counted).reshape([batch * seq_len]), // [B·T]
        None,
        LossOptions { tied: false, precision: Precision::F32, sparse: None },
    )
}

/// A model of parameters that are all zero, with these gradients.
pub fn clip(gradients: Vec<Vec<f64>>, max_norm: f64) -> Vec<Vec<f64>> {
    let tensor = |g: &Vec<f64>| Tensor::<1>::from_data(&g[..], &Device::flex());
    let model: Vec<Param<Tensor<1>>> =
        gradients.iter().map(|g| Param::from_tensor(tensor(g).zeros_like())).collect();
    let mut grads = GradientsParams::new();
    model.iter().zip(&gradients).for_each(|(param, g)| grads.register(param.id, tensor(g)));
    let (grads, _) = clip_global_norm(&model, grads, max_norm);
    let read = |param: &Param<Tensor<1>>| {
        grads.get::<1>(param.id).map_or(vec![], |g| g.into_data().iter::<f64>().collect::<Vec<_>>())
    };
    model.iter().map(read).collect()
}

pub fn train(
    model: PoemModel,
    optimizer: &mut ModuleOptimizer,
    batch: &PoemBatch,
    lr: f64,
) -> PoemModel {
    let grads = TrainStep::step(&model, batch.clone()).grads;
    TrainStep::optimize(model, optimizer, lr.into(), grads)
}
