//! Lesson 2: how far back a gradient reaches.

use burn::prelude::*;
use lstm_lessons::{
    cell::{Cell, CellKind, Layer, State},
    demos::gradients::{
        descend,
        first_symbol::{Trial, attempt},
        gradient_norms, half_life, kept_per_step, sigmoid, with_gain,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::devices;

const D: usize = 4;

fn cell(kind: CellKind, d_hidden: usize, forget_bias: f32, device: &Device) -> Cell {
    Cell::new(kind, D, d_hidden, forget_bias, &mut StdRng::seed_from_u64(1), device)
}

fn inputs(batch: usize, seq_len: usize, device: &Device) -> Tensor<3> {
    let mut rng = StdRng::seed_from_u64(2);
    let values: Vec<f32> = (0..batch * seq_len * D).map(|_| rng.random_range(-1.0..=1.0)).collect();
    Tensor::from_data(TensorData::new(values, [batch, seq_len, D]), device)
}

fn length(g: Option<Tensor<2>>) -> f64 {
    g.map_or(0.0, |g| g.to_data().iter::<f64>().map(|v| v * v).sum::<f64>().sqrt())
}

/// The state after t steps, made a leaf of its own, is read on: its gradient must be what the
/// thermometer shows at t.
#[test]
fn the_thermometer_shows_the_gradient_of_a_restart() {
    const T: usize = 6;
    for device in devices() {
        let device = device.autodiff();
        for kind in [CellKind::Rnn, CellKind::Gru, CellKind::Lstm] {
            let cell = cell(kind, 5, 1.0, &device);
            let x = inputs(2, T, &device);
            let norms = gradient_norms(&cell, x.clone(), |last| last.hidden.square().sum());
            let layer = Layer::new(cell);
            for t in 1..T {
                let (_, state) = layer.forward(x.clone().narrow(1, 0, t), None);
                let h = state.hidden.detach().require_grad();
                let c = state.cell.map(|c| c.detach().require_grad());
                let restart = State { hidden: h.clone(), cell: c.clone() };
                let (_, last) = layer.forward(x.clone().narrow(1, t, T - t), Some(restart));
                let grads = last.hidden.square().sum().backward();
                let close =
                    |shown: f64, wanted: f64| (shown - wanted).abs() < 1e-5 * wanted.max(1e-3);
                assert!(close(norms.hidden[t - 1], length(h.grad(&grads))), "{kind:?}: h_{t}");
                if let Some(c) = c {
                    assert!(close(norms.cell[t - 1], length(c.grad(&grads))), "{kind:?}: c_{t}");
                }
            }
        }
    }
}

#[test]
fn two_hundred_steps_back_the_rnn_has_no_gradient_and_the_lstm_has_one() {
    for device in devices() {
        let device = device.autodiff();
        let left = |kind, forget_bias| {
            let cell = cell(kind, 64, forget_bias, &device);
            let norms = gradient_norms(&cell, inputs(1, 200, &device), |last| last.hidden.sum());
            norms.hidden[0] / norms.hidden[199]
        };
        let (rnn, lstm, keeping) =
            (left(CellKind::Rnn, 0.0), left(CellKind::Lstm, 1.0), left(CellKind::Lstm, 2.0));
        assert!(rnn < 1e-38, "{rnn}");
        assert!(lstm > 1e-20 && lstm < 1e-6, "{lstm}");
        assert!(keeping > 1e-3, "{keeping}");
    }
}

#[test]
fn the_half_life_is_what_the_forget_bias_foretells() {
    for device in devices() {
        let device = device.autodiff();
        // ln ½ / ln σ(b), by a calculator.
        for (b, predicted) in [
            (0.0f32, 1.0),
            (1.0, 2.2127),
            (2.0, 5.4609),
            (3.0, 14.266),
            (4.0, 38.190),
            (5.0, 103.22),
        ] {
            assert!((half_life(sigmoid(f64::from(b))) / predicted - 1.0).abs() < 1e-4);
            let Cell::Lstm(mut lstm) = cell(CellKind::Lstm, 32, b, &device) else {
                unreachable!("an LSTM")
            };
            lstm.w_h = lstm.w_h.map(|w_h| w_h.zeros_like()); // c reaches c through f alone
            let c_last = |last: State| last.cell.unwrap().sum();
            let norms = gradient_norms(&Cell::Lstm(lstm), inputs(1, 60, &device), c_last);
            let measured = half_life(kept_per_step(&norms.cell).unwrap());
            assert!(
                (measured / predicted - 1.0).abs() < 0.05,
                "b = {b}: {measured} steps, predicted {predicted}"
            );
        }
    }
}

#[test]
fn the_rnn_forgets_the_first_of_forty_symbols_and_the_lstm_names_it() {
    for device in devices() {
        let accuracy = |kind, seq_len, forget_bias| {
            let trial = Trial {
                kind,
                forget_bias,
                seq_len,
                d_hidden: 32,
                batch: 32,
                steps: 120,
                lr: 0.005,
                seed: 1,
            };
            attempt(&trial, &device).accuracy
        };
        let (rnn, lstm) = (accuracy(CellKind::Rnn, 40, 0.0), accuracy(CellKind::Lstm, 40, 4.0));
        assert!(rnn < 0.4 && lstm > 0.6, "RNN {rnn}, LSTM {lstm}");
        // It is the length that the RNN fails at, not the task.
        assert!(accuracy(CellKind::Rnn, 5, 0.0) > 0.95);
    }
}

#[test]
fn products_of_a_large_w_grow_where_those_of_a_small_one_fade() {
    for device in devices() {
        let device = device.autodiff();
        let ratios: Vec<f64> = [1.0, 2.0, 3.0, 4.0]
            .into_iter()
            .map(|gain| {
                let cell = with_gain(cell(CellKind::Rnn, 64, 0.0, &device), gain);
                let norms =
                    gradient_norms(&cell, inputs(1, 100, &device), |last| last.hidden.sum());
                norms.hidden[0] / norms.hidden[99]
            })
            .collect();
        assert!(ratios.is_sorted() && ratios[0] < 1e-12 && ratios[3] > 1e3, "{ratios:?}");
    }
}

#[test]
fn clipping_learns_where_the_whole_gradient_leaps_away() {
    for device in devices() {
        let mean_of_last = |max_norm| {
            let descent = descend(3.0, 10, 60, 1.0, max_norm, 1, &device);
            descent.losses[40..].iter().sum::<f64>() / 20.0
        };
        let (free, clipped) = (mean_of_last(f64::INFINITY), mean_of_last(1.0));
        assert!(clipped < 0.2 && free > 4f64.ln(), "clipped {clipped}, free {free}");
    }
}
