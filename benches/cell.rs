//! How long one batch takes in each cell, and in Burn's own LSTM beside them: 64 digits of 28 rows of 28 pixels, 128 hidden units.
//!
//! `cargo bench --bench cell`; one batch a sample, so that the whole comparison takes less than a minute.

use std::{hint::black_box, time::Duration};

use burn::{nn::LstmConfig, prelude::*};
use criterion::{Criterion, criterion_group, criterion_main};
use lstm_lessons::cell::{Cell, CellKind, Layer};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const B: usize = 64;
const T: usize = 28;
const D: usize = 28;
const H: usize = 128;

/// A batch of numbers between -1 and 1, `[B, T, D]`.
fn batch(device: &Device) -> Tensor<3> {
    let mut rng = StdRng::seed_from_u64(1);
    let values: Vec<f32> = (0..B * T * D).map(|_| rng.random_range(-1.0..=1.0)).collect();
    Tensor::from_data(TensorData::new(values, [B, T, D]), device)
}

/// Reads the batch to its end: what inference pays.
fn forward(criterion: &mut Criterion, name: &str, read: impl Fn(Tensor<3>) -> Tensor<3>, device: &Device) {
    let x = batch(device);
    criterion.bench_function(&format!("forward/{name}"), |bencher| {
        bencher.iter(|| black_box(read(x.clone()).sum().into_scalar::<f32>()));
    });
}

/// Reads the batch and takes every gradient: what training pays, the optimizer's step apart.
fn forward_backward(criterion: &mut Criterion, name: &str, read: impl Fn(Tensor<3>) -> Tensor<3>, device: &Device) {
    let x = batch(device);
    criterion.bench_function(&format!("forward and backward/{name}"), |bencher| {
        bencher.iter(|| black_box(read(x.clone()).sum().backward()));
    });
}

fn cells(criterion: &mut Criterion) {
    // Without autodiff nothing is recorded, as when a trained model reads.
    let (plain, tracked) = (Device::flex(), Device::flex().autodiff());
    let layer = |kind, device: &Device| Layer::new(Cell::new(kind, D, H, 1.0, &mut StdRng::seed_from_u64(2), device));
    for (name, kind) in [("rnn", CellKind::Rnn), ("gru", CellKind::Gru), ("lstm", CellKind::Lstm)] {
        let reader = layer(kind, &plain);
        forward(criterion, name, |x| reader.forward(x, None).0, &plain);
        let learner = layer(kind, &tracked);
        forward_backward(criterion, name, |x| learner.forward(x, None).0, &tracked);
    }
    let reader = LstmConfig::new(D, H, true).init(&plain);
    forward(criterion, "burn::nn::Lstm", |x| reader.forward(x, None).0, &plain);
    let learner = LstmConfig::new(D, H, true).init(&tracked);
    forward_backward(criterion, "burn::nn::Lstm", |x| learner.forward(x, None).0, &tracked);
}

fn short() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

criterion_group! { name = benches; config = short(); targets = cells }
criterion_main!(benches);
