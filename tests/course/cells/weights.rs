//! First weights: where they start and that the seed alone decides.

use burn::prelude::*;
use lstm_lessons::cell::{Cell, CellKind, Layer, Signal, Stack, StackConfig};
use rand::{SeedableRng, rngs::StdRng};

use crate::support::{KINDS, assert_close, devices, numbers, parameters};

const D: usize = 5;
const H: usize = 8;

fn fresh(kind: CellKind, forget_bias: f32, seed: u64, device: &Device) -> Cell {
    Cell::new(kind, D, H, forget_bias, &mut StdRng::seed_from_u64(seed), device)
}

#[test]
fn forget_bias_starts_where_it_is_set() {
    for device in devices() {
        for set in [-2.0, 0.0, 1.0] {
            let cell = fresh(CellKind::Lstm, set, 1, &device);
            let want: Vec<f32> = (0..4 * H).map(|k| if k / H == 1 { set } else { 0.0 }).collect();
            assert_eq!(parameters(&cell)[2], want);

            // Nothing read, nothing remembered: the bias alone speaks, f_1 = σ(b_f) and every other
            // gate is at its middle.
            let (_, _, trace) = Layer::new(cell).trace(Tensor::zeros([1, 1, D], &device), None);
            for (signal, values) in trace {
                let want = match signal {
                    Signal::Forget => 1.0 / (1.0 + (-set).exp()),
                    Signal::Input | Signal::Output => 0.5,
                    _ => 0.0,
                };
                assert_close(&format!("{signal:?}"), &numbers(&values), &[want; H], 1e-6);
            }
        }
    }
}

#[test]
fn memories_of_all_lengths_begin_as_their_equation_says() {
    const T: usize = 784;
    for device in devices() {
        let cell = fresh(CellKind::Lstm, 1.0, 1, &device);
        let Cell::Lstm(lstm) = cell.clone() else { panic!("an LSTM was asked for") };
        let spread = Cell::Lstm(lstm.with_memories_up_to(T));
        let [before, after] = [&cell, &spread].map(parameters);
        assert_eq!((&before[0], &before[1]), (&after[0], &after[1]), "only the biases change");
        let (_, _, trace) = Layer::new(spread).trace(Tensor::zeros([1, 1, D], &device), None);
        for (signal, values) in trace {
            let of_unit = |k: usize| {
                let remembered = 2.0 + (T as f32 - 2.0) * (k as f32 + 0.5) / H as f32; // 1 + τ_k
                match signal {
                    Signal::Forget => 1.0 - 1.0 / remembered,
                    Signal::Input => 1.0 / remembered,
                    Signal::Output => 0.5,
                    _ => 0.0,
                }
            };
            let want: Vec<f32> = (0..H).map(of_unit).collect();
            assert_close(&format!("{signal:?}"), &numbers(&values), &want, 1e-6);
        }
    }
}

#[test]
fn a_stack_spreads_the_memories_of_its_lstm_cells_alone() {
    for device in devices() {
        for kind in KINDS {
            let config =
                StackConfig { cell: kind, d_input: D, d_hidden: H, n_layers: 2, forget_bias: 1.0 };
            let stack = Stack::new(&config, &mut StdRng::seed_from_u64(1), &device);
            let spread = stack.clone().with_memories_up_to(28);
            for (before, after) in stack.layers.iter().zip(&spread.layers) {
                let same = parameters(&before.cell) == parameters(&after.cell);
                assert_eq!(same, kind != CellKind::Lstm, "{kind:?}");
            }
        }
    }
}

#[test]
fn only_the_lstm_knows_a_forget_bias() {
    for device in devices() {
        for kind in [CellKind::Rnn, CellKind::Gru] {
            assert_eq!(
                parameters(&fresh(kind, 5.0, 1, &device)),
                parameters(&fresh(kind, 0.0, 1, &device))
            );
            assert!(parameters(&fresh(kind, 5.0, 1, &device))[2].iter().all(|&b| b == 0.0));
        }
    }
}

#[test]
fn same_seed_same_weights() {
    for kind in KINDS {
        // Drawn on the host: the same on every device too.
        let want = parameters(&fresh(kind, 1.0, 7, &Device::flex()));
        for device in devices() {
            assert_eq!(parameters(&fresh(kind, 1.0, 7, &device)), want, "{kind:?}");
            let other = parameters(&fresh(kind, 1.0, 8, &device));
            assert_ne!(other[0], want[0], "{kind:?}: another seed gave the same weights");
            assert_ne!(other[1], want[1], "{kind:?}: another seed gave the same weights");
        }
    }
}

#[test]
fn same_seed_same_stack() {
    for device in devices() {
        for kind in KINDS {
            let config =
                StackConfig { cell: kind, d_input: D, d_hidden: H, n_layers: 2, forget_bias: 1.0 };
            let all = |seed: u64| {
                let stack = Stack::new(&config, &mut StdRng::seed_from_u64(seed), &device);
                stack.layers.iter().flat_map(|layer| parameters(&layer.cell)).collect::<Vec<_>>()
            };
            assert_eq!(all(3), all(3), "{kind:?}");
            assert_ne!(all(3), all(4), "{kind:?}");
        }
    }
}

#[test]
fn first_weights_fill_the_interval_they_are_drawn_from() {
    // U(-1/√H, 1/√H)
    let bound = 1.0 / (H as f32).sqrt();
    for device in devices() {
        for kind in KINDS {
            for matrix in &parameters(&fresh(kind, 1.0, 9, &device))[..2] {
                assert!(
                    matrix.iter().all(|w| w.abs() <= bound),
                    "{kind:?}: a weight beyond {bound}"
                );
                let (low, high) =
                    matrix.iter().fold((0.0f32, 0.0f32), |(l, h), &w| (l.min(w), h.max(w)));
                assert!(
                    low < -0.8 * bound && high > 0.8 * bound,
                    "{kind:?}: weights only from {low} to {high}"
                );
            }
        }
    }
}
