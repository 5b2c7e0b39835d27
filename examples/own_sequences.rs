//! A classifier of your own sequences: which of three waves is it, behind the noise?
//!
//! Put your data in the place of `sequences`: B sequences of T steps of D numbers, and a class each.
//!
//! `cargo run --example own_sequences`

use lstm_lessons::{
    burn::{self, nn::Linear, nn::loss::CrossEntropyLossConfig, prelude::*},
    cell::{CellKind, Stack, StackConfig, head},
    rand::{RngExt, SeedableRng, rngs::StdRng},
    training::fit,
};

/// The steps of a sequence, the width of each, and how many classes there are.
const T: usize = 40;
const D: usize = 1;
const CLASSES: usize = 3;

/// `count` waves `[B, T, D]`, and of each which one it is, `[B]`.
fn sequences(count: usize, rng: &mut StdRng, device: &Device) -> (Tensor<3>, Tensor<1, Int>) {
    let (mut values, mut classes) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (class, period) = (rng.random_range(0..CLASSES), rng.random_range(8.0..16.0));
        let phase = rng.random_range(0.0..1.0);
        for t in 0..T {
            let turn: f32 = (t as f32 / period + phase).fract(); // 0 to 1 in each period
            let wave = match class {
                0 => (std::f32::consts::TAU * turn).sin(),
                1 => 2.0 * turn - 1.0,               // a saw
                _ => 1.0 - 4.0 * (turn - 0.5).abs(), // a triangle
            };
            values.push(wave + rng.random_range(-0.3..0.3));
        }
        classes.push(class as i32);
    }
    let x = Tensor::from_data(TensorData::new(values, [count, T, D]), device);
    (x, Tensor::from_data(TensorData::new(classes, [count]), device))
}

/// A stack of LSTMs that decides from its last output.
#[derive(Module, Debug)]
struct Classifier {
    stack: Stack,
    head: Linear,
}

impl Classifier {
    fn forward(&self, x: Tensor<3>) -> Tensor<2> {
        let (outputs, _) = self.stack.forward(x, None); // [B, T, H]
        self.head.forward(outputs.narrow(1, T - 1, 1).squeeze_dim(1)) // [B, 3]
    }
}

fn main() {
    let (device, mut rng) = (Device::flex(), StdRng::seed_from_u64(1));
    let tracked = device.clone().autodiff();
    let config = StackConfig {
        cell: CellKind::Lstm,
        d_input: D,
        d_hidden: 32,
        n_layers: 1,
        forget_bias: 1.0,
    };
    let model = Classifier {
        stack: Stack::new(&config, &mut rng, &tracked),
        head: head(32, CLASSES, &mut rng, &tracked),
    };
    let loss = CrossEntropyLossConfig::new().init(&tracked);
    let mut data = StdRng::seed_from_u64(2);
    let model = fit(
        model,
        600,
        0.01,
        |model, _| {
            let (x, classes) = sequences(64, &mut data, &tracked);
            loss.forward(model.forward(x), classes)
        },
        |step, loss, _| {
            if step % 100 == 99 {
                println!("step {:3}  loss {loss:.3}", step + 1)
            }
        },
    );
    let (x, classes) = sequences(1000, &mut data, &tracked);
    let right = model.forward(x).argmax(1).squeeze_dim::<1>(1).equal(classes).int().sum();
    println!("{} of 1,000 waves it has never seen named rightly", right.into_scalar::<i32>());
}
