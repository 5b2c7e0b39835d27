//! What a gate is: a number between 0 and 1 that keeps, erases, writes or hides.

use burn::{module::Param, prelude::*};
use lstm_lessons::cell::{Cell, CellKind, Layer, LstmCell, LstmGates, Signal, Stack, State, Trace};

use crate::support::{
    KINDS, assert_close, build, devices, numbers, random, random_cell, random_state, random_tensor,
    random_values, tensor,
};

const B: usize = 3;
const T: usize = 20;
const D: usize = 4;
const H: usize = 5;

/// An LSTM whose gates are held at σ(±100) by their biases, whatever it reads; `None` leaves a gate
/// to its random weights.
fn held(input: Option<f32>, forget: Option<f32>, output: Option<f32>, device: &Device) -> Layer {
    let values = random_values(CellKind::Lstm, D, H, 0.5, 1);
    let mut bias = values[2].clone();
    // The order in the matrix is i, f, g, o.
    for (k, held) in [(0, input), (1, forget), (3, output)] {
        if let Some(held) = held {
            bias[k * H..(k + 1) * H].fill(held);
        }
    }
    Layer::new(build(CellKind::Lstm, D, H, &[&values[0], &values[1], &bias], device))
}

const OPEN: Option<f32> = Some(100.0);
const SHUT: Option<f32> = Some(-100.0);

/// T random steps from a random state: `(outputs, c_0, state after)`.
fn run(layer: &Layer, device: &Device) -> (Vec<f32>, Vec<f32>, State) {
    let state = random_state(CellKind::Lstm, B, H, 2, device);
    let before = numbers(state.cell.as_ref().expect("an LSTM's state"));
    let (outputs, after) = layer.forward(random_tensor([B, T, D], 1.0, 3, device), Some(state));
    (numbers(&outputs), before, after)
}

fn memory(state: &State) -> Vec<f32> {
    numbers(state.cell.as_ref().expect("an LSTM's state"))
}

/// The same three numbers for every unit, and a random candidate.
fn by_hand(input: f32, forget: f32, output: f32, device: &Device) -> LstmGates {
    let all = |v: f32| tensor(&[v; B * H], [B, H], device);
    LstmGates {
        input: all(input),
        forget: all(forget),
        candidate: random_tensor([B, H], 1.0, 4, device),
        output: all(output),
    }
}

#[test]
fn forget_1_input_0_keeps_the_cell() {
    for device in devices() {
        let (_, before, after) = run(&held(SHUT, OPEN, None, &device), &device);
        assert_close("c after many steps", &memory(&after), &before, 1e-6);

        let cell = random(B * H, 2.0, 5);
        let kept =
            LstmCell::update(by_hand(0.0, 1.0, 0.3, &device), tensor(&cell, [B, H], &device));
        assert_eq!(memory(&kept), cell);
    }
}

#[test]
fn forget_0_input_0_erases_the_cell() {
    for device in devices() {
        let (outputs, _, after) = run(&held(SHUT, SHUT, OPEN, &device), &device);
        assert_close("c", &memory(&after), &[0.0; B * H], 1e-30);
        assert_close("h", &outputs, &[0.0; B * T * H], 1e-30);

        let cell = random_tensor([B, H], 2.0, 5, &device);
        let erased = LstmCell::update(by_hand(0.0, 0.0, 1.0, &device), cell);
        assert_eq!(memory(&erased), [0.0; B * H]);
        assert_eq!(numbers(&erased.hidden), [0.0; B * H]);
    }
}

#[test]
fn forget_0_input_1_writes_the_candidate_and_nothing_else() {
    for device in devices() {
        let layer = held(OPEN, SHUT, OPEN, &device);
        let state = random_state(CellKind::Lstm, B, H, 2, &device);
        let (_, _, trace) = layer.trace(random_tensor([B, T, D], 1.0, 3, &device), Some(state));
        assert_close(
            "c",
            &numbers(part(&trace, Signal::Cell)),
            &numbers(part(&trace, Signal::Candidate)),
            1e-6,
        );
    }
}

#[test]
fn output_0_shows_nothing() {
    for device in devices() {
        let (outputs, _, after) = run(&held(None, OPEN, SHUT, &device), &device);
        assert_close("h", &outputs, &[0.0; B * T * H], 1e-30);
        assert!(memory(&after).iter().all(|c| c.abs() > 1e-4), "what is hidden is still there");

        let cell = random(B * H, 2.0, 5);
        let hidden =
            LstmCell::update(by_hand(0.0, 1.0, 0.0, &device), tensor(&cell, [B, H], &device));
        assert_eq!(numbers(&hidden.hidden), [0.0; B * H]);
        assert_eq!(memory(&hidden), cell);
    }
}

fn part(trace: &Trace, signal: Signal) -> &Tensor<3> {
    &trace.iter().find(|(name, _)| *name == signal).expect("this cell has such a signal").1
}

#[test]
fn gates_stay_between_zero_and_one() {
    for device in devices() {
        for kind in KINDS {
            let layer = Layer::new(random_cell(kind, D, H, 6, &device));
            for bound in [1.0, 1000.0] {
                let (_, _, trace) = layer.trace(random_tensor([B, T, D], bound, 7, &device), None);
                for (signal, values) in &trace {
                    let (low, high) = match signal {
                        Signal::Input
                        | Signal::Forget
                        | Signal::Output
                        | Signal::Reset
                        | Signal::Update => (0.0, 1.0),
                        Signal::Candidate | Signal::Hidden => (-1.0, 1.0),
                        // Each step adds at most i · g = 1.
                        Signal::Cell => (-(T as f32), T as f32),
                    };
                    for v in numbers(values) {
                        assert!(
                            (low..=high).contains(&v),
                            "{kind:?}, inputs up to {bound}: {signal:?} is {v}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_part_of_the_equations_is_traced() {
    for device in devices() {
        for (kind, want) in [
            (CellKind::Rnn, vec![Signal::Hidden]),
            (CellKind::Gru, vec![Signal::Reset, Signal::Update, Signal::Candidate, Signal::Hidden]),
            (
                CellKind::Lstm,
                vec![
                    Signal::Input,
                    Signal::Forget,
                    Signal::Candidate,
                    Signal::Output,
                    Signal::Cell,
                    Signal::Hidden,
                ],
            ),
        ] {
            let layer = Layer::new(random_cell(kind, D, H, 8, &device));
            let (_, _, trace) = layer.trace(random_tensor([B, T, D], 1.0, 9, &device), None);
            assert_eq!(trace.iter().map(|(signal, _)| *signal).collect::<Vec<_>>(), want);
            assert!(trace.iter().all(|(_, values)| values.dims() == [B, T, H]));
        }
    }
}

/// The traced signals, put through the last two equations on the host, give the traced c_t and h_t.
#[test]
fn the_traced_gates_make_the_traced_states() {
    for device in devices() {
        let lstm = Layer::new(random_cell(CellKind::Lstm, D, H, 8, &device));
        let x = random_tensor([1, T, D], 1.0, 9, &device);
        let (_, _, trace) = lstm.trace(x.clone(), None);
        let [i, f, g, o, c, h] = [
            Signal::Input,
            Signal::Forget,
            Signal::Candidate,
            Signal::Output,
            Signal::Cell,
            Signal::Hidden,
        ]
        .map(|signal| numbers(part(&trace, signal)));
        let (mut want_c, mut want_h) = (vec![0.0; T * H], vec![0.0; T * H]);
        for k in 0..T * H {
            let before = if k < H { 0.0 } else { c[k - H] };
            want_c[k] = f[k] * before + i[k] * g[k];
            want_h[k] = o[k] * c[k].tanh();
        }
        assert_close("c_t", &c, &want_c, 1e-6);
        assert_close("h_t", &h, &want_h, 1e-6);

        let gru = Layer::new(random_cell(CellKind::Gru, D, H, 8, &device));
        let (_, _, trace) = gru.trace(x, None);
        let [z, n, h] = [Signal::Update, Signal::Candidate, Signal::Hidden]
            .map(|signal| numbers(part(&trace, signal)));
        let want: Vec<f32> = (0..T * H)
            .map(|k| (1.0 - z[k]) * n[k] + z[k] * if k < H { 0.0 } else { h[k - H] })
            .collect();
        assert_close("h_t", &h, &want, 1e-6);
    }
}

#[test]
fn trace_equals_forward() {
    for device in devices() {
        for kind in KINDS {
            let layers = vec![
                Layer::new(random_cell(kind, D, H, 10, &device)),
                Layer::new(random_cell(kind, H, H, 11, &device)),
            ];
            let stack =
                Stack { layers, dropout: 0.0 }.with_kernel(lstm_lessons::kernel::Kernel::Readable);
            let x = random_tensor([B, T, D], 1.0, 12, &device);
            let states =
                vec![random_state(kind, B, H, 13, &device), random_state(kind, B, H, 15, &device)];
            for states in [None, Some(states)] {
                let (want, want_after) = stack.forward(x.clone(), states.clone());
                let (got, after, traces) = stack.trace(x.clone(), states);
                assert_eq!(numbers(&got), numbers(&want), "{kind:?}");
                assert_eq!(numbers(part(&traces[1], Signal::Hidden)), numbers(&want), "{kind:?}");
                assert_eq!(traces.len(), 2);
                for (got, want) in after.iter().zip(&want_after) {
                    assert_eq!(numbers(&got.hidden), numbers(&want.hidden), "{kind:?}");
                    assert_eq!(
                        got.cell.as_ref().map(numbers),
                        want.cell.as_ref().map(numbers),
                        "{kind:?}"
                    );
                }
            }
        }
    }
}

/// Reset 0: the candidate knows nothing of the past. Update 1: the past stays as it is.
#[test]
fn the_grus_gates_do_what_their_names_say() {
    for device in devices() {
        let with_bias = |gate: usize, held: f32| {
            let Cell::Gru(mut cell) = random_cell(CellKind::Gru, D, H, 16, &device) else {
                unreachable!("a GRU")
            };
            let mut bias = numbers(&cell.bias.val());
            bias[gate * H..(gate + 1) * H].fill(held);
            cell.bias = Param::from_tensor(tensor(&bias, [3 * H], &device));
            Layer::new(Cell::Gru(cell))
        };
        let x = random_tensor([B, T, D], 1.0, 17, &device);
        let pasts = [18, 19].map(|seed| random_state(CellKind::Gru, B, H, seed, &device));

        let (_, after) = with_bias(1, 100.0).forward(x.clone(), Some(pasts[0].clone()));
        assert_close("h", &numbers(&after.hidden), &numbers(&pasts[0].hidden), 1e-6);

        let first_candidate = |layer: &Layer, past: &State| {
            let (_, _, trace) = layer.trace(x.clone(), Some(past.clone()));
            numbers(&part(&trace, Signal::Candidate).clone().narrow(1, 0, 1))
        };
        let (deaf, open) = (with_bias(0, -100.0), with_bias(0, 100.0));
        assert_close(
            "n_1",
            &first_candidate(&deaf, &pasts[0]),
            &first_candidate(&deaf, &pasts[1]),
            1e-30,
        );
        assert_ne!(first_candidate(&open, &pasts[0]), first_candidate(&open, &pasts[1]));
    }
}
