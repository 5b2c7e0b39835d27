//! Time: states handed on, the future unseen, each example alone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::prelude::*;
use lstm_lessons::{
    cell::{CellKind, Layer, Recurrent, Stack, State},
    kernel::Kernel,
};

use crate::support::{
    KINDS, assert_close, devices, numbers, random, random_cell, random_state, random_tensor, tensor,
};

const B: usize = 3;
const T: usize = 7;
const D: usize = 4;
const H: usize = 6;
const TOLERANCE: f32 = 1e-6;

fn assert_same_state(got: &State, want: &State) {
    assert_close("h_T", &numbers(&got.hidden), &numbers(&want.hidden), TOLERANCE);
    assert_eq!(got.cell.is_some(), want.cell.is_some());
    if let (Some(got), Some(want)) = (&got.cell, &want.cell) {
        assert_close("c_T", &numbers(got), &numbers(want), TOLERANCE);
    }
}

/// x_t, `[B, D]`.
fn at(x: &Tensor<3>, t: usize) -> Tensor<2> {
    x.clone().narrow(1, t, 1).squeeze_dim(1)
}

#[test]
fn stepping_equals_the_whole_sequence() {
    for device in devices() {
        for kind in KINDS {
            let layer = Layer::new(random_cell(kind, D, H, 1, &device));
            let x = random_tensor([B, T, D], 1.0, 2, &device);
            for first in [None, Some(random_state(kind, B, H, 3, &device))] {
                let (want, want_after) = layer.forward(x.clone(), first.clone());
                let (mut outputs, mut state) = (Vec::new(), first);
                for t in 0..T {
                    let (hidden, after) = layer.cell.forward(at(&x, t), state);
                    outputs.push(hidden);
                    state = Some(after);
                }
                assert_close(
                    "outputs",
                    &numbers::<3>(&Tensor::stack(outputs, 1)),
                    &numbers(&want),
                    TOLERANCE,
                );
                assert_same_state(&state.expect("at least one step"), &want_after);
            }
        }
    }
}

/// Two layers around random cells.
fn two_layers(kind: CellKind, device: &Device) -> Stack {
    Stack {
        layers: vec![
            Layer::new(random_cell(kind, D, H, 4, device)),
            Layer::new(random_cell(kind, H, H, 5, device)),
        ],
        dropout: 0.0,
    }
}

#[test]
fn a_stack_can_be_fed_in_pieces_of_any_length() {
    for device in devices() {
        for kind in KINDS {
            let stack = two_layers(kind, &device);
            let x = random_tensor([B, T, D], 1.0, 6, &device);
            let (want, want_after) = stack.forward(x.clone(), None);
            for pieces in [vec![T], vec![3, 4], vec![6, 1], vec![1; T]] {
                let (mut outputs, mut states, mut start) = (Vec::new(), None, 0);
                for len in pieces {
                    let (piece, after) = stack.forward(x.clone().narrow(1, start, len), states);
                    outputs.push(piece);
                    states = Some(after);
                    start += len;
                }
                assert_close(
                    "outputs",
                    &numbers::<3>(&Tensor::cat(outputs, 1)),
                    &numbers(&want),
                    TOLERANCE,
                );
                let states = states.expect("at least one piece");
                assert_eq!(states.len(), 2);
                for (got, want) in states.iter().zip(&want_after) {
                    assert_same_state(got, want);
                }
            }
        }
    }
}

#[test]
fn a_state_that_is_not_handed_on_is_missed() {
    for device in devices() {
        for kind in KINDS {
            let stack = two_layers(kind, &device);
            let x = random_tensor([B, T, D], 1.0, 6, &device);
            let (whole, _) = stack.forward(x.clone(), None);
            let (alone, _) = stack.forward(x.narrow(1, 3, 4), None);
            let apart: f32 = (whole.narrow(1, 3, 4) - alone).abs().max().into_scalar();
            assert!(apart > 1e-3, "{kind:?}: the past made a difference of only {apart}");
        }
    }
}

/// Lesson 3's reason to have a memory: the same last word after two different beginnings leaves two
/// different states.
#[test]
fn the_same_last_token_after_another_beginning_leaves_another_state() {
    let one_hot = |tokens: [usize; 3], device: &Device| {
        let mut values = vec![0.0; 3 * D];
        for (t, token) in tokens.into_iter().enumerate() {
            values[t * D + token] = 1.0;
        }
        tensor(&values, [1, 3, D], device)
    };
    for device in devices() {
        for kind in KINDS {
            let layer = Layer::new(random_cell(kind, D, H, 7, &device));
            let state = |tokens| numbers(&layer.forward(one_hot(tokens, &device), None).1.hidden);
            let (one, other) = (state([0, 1, 3]), state([2, 1, 3]));
            let apart = one.iter().zip(&other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart > 1e-3, "{kind:?}: two beginnings, states only {apart} apart");
            assert_eq!(one, state([0, 1, 3]), "{kind:?}: the same beginning leaves the same state");
        }
    }
}

/// `values` as rows of `width`, with the rows that `which` picks replaced by others.
fn with_other_rows(values: &[f32], width: usize, which: impl Fn(usize) -> bool) -> Vec<f32> {
    let others = random(values.len(), 3.0, 99);
    values
        .iter()
        .zip(others)
        .enumerate()
        .map(|(k, (&v, other))| if which(k / width) { other } else { v })
        .collect()
}

#[test]
fn a_row_cannot_see_its_batchmates() {
    for device in devices() {
        for kind in KINDS {
            let stack = two_layers(kind, &device);
            let values = random(B * T * D, 1.0, 8);
            let row = |values: &[f32], b: usize| {
                let (outputs, after) = stack.forward(tensor(values, [B, T, D], &device), None);
                let mut row = numbers(&outputs.narrow(0, b, 1));
                for state in after {
                    row.extend(numbers(&state.hidden.narrow(0, b, 1)));
                    row.extend(state.cell.map(|c| numbers(&c.narrow(0, b, 1))).unwrap_or_default());
                }
                row.into_iter().map(f32::to_bits).collect::<Vec<_>>()
            };
            let changed = with_other_rows(&values, T * D, |b| b == 2);
            for b in [0, 1] {
                assert_eq!(row(&values, b), row(&changed, b), "{kind:?}: row {b} saw row 2");
            }
            assert_ne!(
                row(&values, 2),
                row(&changed, 2),
                "{kind:?}: row 2 did not see its own input"
            );
        }
    }
}

#[test]
fn the_future_cannot_be_seen() {
    for device in devices() {
        for kind in KINDS {
            let stack = two_layers(kind, &device);
            let values = random(B * T * D, 1.0, 9);
            let outputs =
                |values: &[f32]| stack.forward(tensor(values, [B, T, D], &device), None).0;
            let before = outputs(&values);
            for t in 0..T {
                let after = outputs(&with_other_rows(&values, D, |row| row % T == t));
                for s in 0..T {
                    let bits = |h: &Tensor<3>| {
                        numbers(&at(h, s)).into_iter().map(f32::to_bits).collect::<Vec<_>>()
                    };
                    let same = bits(&before) == bits(&after);
                    assert_eq!(same, s < t, "{kind:?}: x_{t} changed, h_{s} is the same: {same}");
                }
            }
        }
    }
}

/// Every signal of a step is kept in the place of that step: T steps traced one by one give what the
/// whole sequence, traced, gives.
#[test]
fn steps_keep_their_order() {
    for device in devices() {
        for kind in KINDS {
            for seq_len in 1..=9 {
                let layer = Layer::new(random_cell(kind, D, H, 1, &device));
                let x = random_tensor([B, seq_len, D], 1.0, 2, &device);
                let (outputs, _, trace) = layer.trace(x.clone(), None);
                let mut state = None;
                for t in 0..seq_len {
                    let (hidden, after, now) = layer.trace(x.clone().narrow(1, t, 1), state);
                    assert_eq!(numbers(&at(&outputs, t)), numbers(&at(&hidden, 0)), "{kind:?}");
                    for ((signal, all), (same, one)) in trace.iter().zip(&now) {
                        assert_eq!(signal, same);
                        assert_eq!(
                            numbers(&at(all, t)),
                            numbers(&at(one, 0)),
                            "{kind:?}, {signal:?}: step {t} of {seq_len}"
                        );
                    }
                    state = Some(after);
                }
            }
        }
    }
}

/// What [`Layer`] computes with its kernels is what the trait says: one step after the other.
#[test]
fn a_layer_computes_what_its_cell_computes_step_by_step() {
    for device in devices() {
        for kind in KINDS {
            let layer = Layer::new(random_cell(kind, D, H, 1, &device));
            let x = random_tensor([B, T, D], 1.0, 2, &device);
            for state in [None, Some(random_state(kind, B, H, 3, &device))] {
                let (want, want_after) = layer.cell.sequence(x.clone(), state.clone());
                let (got, after) = layer.forward(x.clone(), state);
                assert_close("outputs", &numbers(&got), &numbers(&want), TOLERANCE);
                assert_same_state(&after, &want_after);
            }
        }
    }
}

/// A state of another kind of cell is a mistake of the program, and is not read as zeros.
#[test]
fn a_state_of_another_kind_of_cell_is_refused() {
    let device = Device::flex();
    let refused = |kind, state_of, kernel| {
        let mut layer = Layer::new(random_cell(kind, D, H, 1, &device));
        layer.kernel = kernel;
        let x = random_tensor([B, T, D], 1.0, 2, &device);
        let state = random_state(state_of, B, H, 3, &device);
        let forward = || layer.forward(x.clone(), Some(state.clone()));
        let trace = || layer.trace(x.clone(), Some(state.clone()));
        let step = || layer.cell.forward(at(&x, 0), Some(state.clone()));
        let panics = |work: &dyn Fn()| catch_unwind(AssertUnwindSafe(work)).is_err();
        let all =
            [panics(&|| drop(forward())), panics(&|| drop(trace())), panics(&|| drop(step()))];
        assert!(all.iter().all(|&panicked| panicked == all[0]), "{kind:?}: {all:?}");
        all[0]
    };
    for kind in KINDS {
        for state_of in KINDS {
            for kernel in [Kernel::Fused, Kernel::Readable] {
                let other = (kind == CellKind::Lstm) != (state_of == CellKind::Lstm);
                let refused = refused(kind, state_of, kernel);
                assert_eq!(refused, other, "{kind:?} with the state of {state_of:?}, {kernel:?}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "one state for each layer")]
fn a_stack_refuses_too_few_states() {
    let device = Device::flex();
    let state = random_state(CellKind::Gru, B, H, 3, &device);
    let x = random_tensor([B, T, D], 1.0, 2, &device);
    two_layers(CellKind::Gru, &device).forward(x, Some(vec![state]));
}
