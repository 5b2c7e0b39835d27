//! Layers and stacks: the sequence as one operation against the same sequence step by step.

use burn::{module::Param, prelude::*};
use lstm_lessons::{
    cell::{Cell, CellKind, Layer, Stack, State},
    kernel::Kernel,
};
use proptest::prelude::*;

use crate::{
    kernel::{assert_near, cases, scored},
    support::{
        KINDS, devices, names, numbers, random, random_cell, random_state, random_tensor,
        reference, tensor,
    },
};

/// Sums of a few dozen products in another order.
const TOLERANCE: f32 = 3e-5;

/// Which results the loss looks at.
#[derive(Clone, Copy, Debug)]
struct Used {
    outputs: bool,
    hidden: bool,
    cell: bool,
}

/// Which inputs want a gradient.
#[derive(Clone, Copy, Debug)]
struct Tracked {
    x: bool,
    state: bool,
    /// One bit for each parameter of a cell; the GRU's two biases share one.
    parameters: u8,
}

#[derive(Clone, Debug)]
struct Case {
    kind: CellKind,
    batch: usize,
    seq_len: usize,
    d_input: usize,
    d_hidden: usize,
    n_layers: usize,
    /// The stack starts from a state that it is given.
    carried: bool,
    /// x lies in memory with B and T exchanged.
    transposed: bool,
    used: Used,
    tracked: Tracked,
    seed: u64,
}

fn any_case() -> impl Strategy<Value = Case> {
    let sizes = (1..=5usize, 1..=6usize, 1..=9usize, 1..=37usize, 1..=3usize);
    let used =
        (1..8u8).prop_map(|k| Used { outputs: k & 1 != 0, hidden: k & 2 != 0, cell: k & 4 != 0 });
    let tracked = (any::<bool>(), any::<bool>(), 0..8u8);
    let tracked = tracked.prop_map(|(x, state, parameters)| Tracked { x, state, parameters });
    (
        prop::sample::select(&KINDS[..]),
        sizes,
        any::<bool>(),
        any::<bool>(),
        used,
        tracked,
        0..1000u64,
    )
        .prop_map(
            |(
                kind,
                (batch, seq_len, d_input, d_hidden, n_layers),
                carried,
                transposed,
                used,
                tracked,
                seed,
            )| Case {
                kind,
                batch,
                seq_len,
                d_input,
                d_hidden,
                n_layers,
                carried,
                transposed,
                used,
                tracked,
                seed,
            },
        )
}

/// A parameter that wants a gradient only if its bit is set.
fn tracked<const D: usize>(param: Param<Tensor<D>>, bits: u8, k: usize) -> Param<Tensor<D>> {
    param.set_require_grad(bits >> k & 1 != 0)
}

fn tracked_cell(cell: Cell, bits: u8) -> Cell {
    match cell {
        Cell::Rnn(mut c) => {
            (c.u, c.w, c.bias) =
                (tracked(c.u, bits, 0), tracked(c.w, bits, 1), tracked(c.bias, bits, 2));
            Cell::Rnn(c)
        }
        Cell::Gru(mut c) => {
            (c.w_x, c.w_h) = (tracked(c.w_x, bits, 0), tracked(c.w_h, bits, 1));
            (c.bias, c.bias_hn) = (tracked(c.bias, bits, 2), tracked(c.bias_hn, bits, 2));
            Cell::Gru(c)
        }
        Cell::Lstm(mut c) => {
            (c.w_x, c.w_h, c.bias) =
                (tracked(c.w_x, bits, 0), tracked(c.w_h, bits, 1), tracked(c.bias, bits, 2));
            Cell::Lstm(c)
        }
    }
}

/// The gradient that reached each parameter, if one did.
fn parameter_gradients(cell: &Cell, grads: &burn::tensor::Gradients) -> Vec<Option<Vec<f32>>> {
    fn of<const D: usize>(
        param: &Param<Tensor<D>>,
        grads: &burn::tensor::Gradients,
    ) -> Option<Vec<f32>> {
        param.val().grad(grads).as_ref().map(numbers)
    }
    match cell {
        Cell::Rnn(c) => vec![of(&c.u, grads), of(&c.w, grads), of(&c.bias, grads)],
        Cell::Gru(c) => {
            vec![of(&c.w_x, grads), of(&c.w_h, grads), of(&c.bias, grads), of(&c.bias_hn, grads)]
        }
        Cell::Lstm(c) => vec![of(&c.w_x, grads), of(&c.w_h, grads), of(&c.bias, grads)],
    }
}

/// Everything that comes out of a case: numbers and gradients by name; a gradient that nothing
/// asked for is missing.
fn computed(case: &Case, kernel: Kernel, device: &Device) -> Vec<(String, Option<Vec<f32>>)> {
    let Case { kind, batch, seq_len, d_input, d_hidden, seed, .. } = *case;
    let device = device.clone().autodiff();
    let layers = (0..case.n_layers).map(|k| {
        let d = if k == 0 { d_input } else { d_hidden };
        Layer::new(tracked_cell(
            random_cell(kind, d, d_hidden, seed + k as u64, &device),
            case.tracked.parameters,
        ))
    });
    let stack = Stack { layers: layers.collect(), dropout: 0.0 }.with_kernel(kernel);
    let wanting = |leaf: Tensor<2>| if case.tracked.state { leaf.require_grad() } else { leaf };
    let states: Vec<State> = (0..case.n_layers as u64)
        .map(|k| random_state(kind, batch, d_hidden, 50 + seed + 2 * k, &device))
        .map(|State { hidden, cell }| State { hidden: wanting(hidden), cell: cell.map(wanting) })
        .collect();
    let leaf: Tensor<3> = match case.transposed {
        false => random_tensor([batch, seq_len, d_input], 1.0, seed, &device),
        true => random_tensor([seq_len, batch, d_input], 1.0, seed, &device),
    };
    let leaf = if case.tracked.x { leaf.require_grad() } else { leaf };
    let x = if case.transposed { leaf.clone().swap_dims(0, 1) } else { leaf.clone() }; // [B, T, D]

    let (outputs, after) = stack.forward(x, case.carried.then(|| states.clone()));
    let mut all = vec![("outputs".into(), Some(numbers(&outputs)))];
    let mut losses = Vec::new();
    if case.used.outputs {
        losses.push(scored(outputs, 1));
    }
    for (k, State { hidden, cell }) in after.into_iter().enumerate() {
        all.push((format!("h_T of layer {k}"), Some(numbers(&hidden))));
        if case.used.hidden {
            losses.push(scored(hidden, 2 + k as u64));
        }
        if let Some(cell) = cell {
            all.push((format!("c_T of layer {k}"), Some(numbers(&cell))));
            if case.used.cell {
                losses.push(scored(cell, 6 + k as u64));
            }
        }
    }
    let Tracked { x, state, parameters } = case.tracked;
    if losses.is_empty() || !(x || state && case.carried || parameters != 0) {
        return all;
    }
    let grads = Tensor::cat(losses, 0).sum().backward();
    all.push(("gradient of x".into(), leaf.grad(&grads).as_ref().map(numbers)));
    for (k, (layer, state)) in stack.layers.iter().zip(&states).enumerate() {
        for (name, gradient) in names(kind).iter().zip(parameter_gradients(&layer.cell, &grads)) {
            all.push((format!("gradient of {name} of layer {k}"), gradient));
        }
        all.push((
            format!("gradient of h_0 of layer {k}"),
            state.hidden.grad(&grads).as_ref().map(numbers),
        ));
        if let Some(cell) = &state.cell {
            all.push((
                format!("gradient of c_0 of layer {k}"),
                cell.grad(&grads).as_ref().map(numbers),
            ));
        }
    }
    all
}

fn assert_fused_equals_readable(case: &Case) {
    for device in devices() {
        let fused = computed(case, Kernel::Fused, &device);
        let readable = computed(case, Kernel::Readable, &reference(&device));
        assert_eq!(fused.len(), readable.len());
        for ((name, fused), (_, readable)) in fused.iter().zip(&readable) {
            match (fused, readable) {
                (Some(fused), Some(readable)) => assert_near(name, fused, readable, TOLERANCE),
                (fused, readable) => {
                    assert_eq!(fused, readable, "{name}: only one of the two exists")
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn fused_equals_readable(case in any_case()) {
        assert_fused_equals_readable(&case);
    }
}

/// The corners, each by name rather than by chance.
#[test]
fn fused_equals_readable_in_the_corners() {
    let everything = Used { outputs: true, hidden: true, cell: true };
    let all = Tracked { x: true, state: true, parameters: 7 };
    for kind in KINDS {
        let usual = Case {
            kind,
            batch: 3,
            seq_len: 4,
            d_input: 5,
            d_hidden: 19,
            n_layers: 2,
            carried: true,
            transposed: false,
            used: everything,
            tracked: all,
            seed: 1,
        };
        let only =
            |outputs, hidden, cell| Case { used: Used { outputs, hidden, cell }, ..usual.clone() };
        let corners = [
            usual.clone(),
            only(true, false, false),
            only(false, true, false),
            only(false, false, true),
            Case { batch: 1, ..usual.clone() },
            Case { seq_len: 1, ..usual.clone() },
            Case { batch: 1, seq_len: 1, d_input: 1, d_hidden: 1, ..usual.clone() },
            Case {
                seq_len: 1,
                used: Used { cell: true, outputs: false, hidden: false },
                ..usual.clone()
            },
            Case { batch: 17, seq_len: 3, d_input: 70, d_hidden: 67, ..usual.clone() },
            Case { batch: 17, d_hidden: 3, ..usual.clone() }, // more rows than a row is wide
            Case { carried: false, ..usual.clone() },
            Case { transposed: true, ..usual.clone() },
            Case { tracked: Tracked { x: false, state: false, parameters: 7 }, ..usual.clone() },
            Case { tracked: Tracked { x: true, state: false, parameters: 0 }, ..usual.clone() },
            Case { tracked: Tracked { x: false, state: true, parameters: 0 }, ..usual.clone() },
        ];
        corners.iter().for_each(assert_fused_equals_readable);
    }
}

/// A poem is read in pieces while it is written; the state in between carries the gradient.
#[test]
fn a_sequence_in_two_pieces_has_the_gradients_of_the_whole() {
    for device in devices() {
        let device = device.autodiff();
        for kind in KINDS {
            let layer = Layer::new(random_cell(kind, 3, 7, 1, &device));
            let values = random(2 * 5 * 3, 1.0, 2);
            let read = |cut: usize| {
                let x = tensor(&values, [2, 5, 3], &device).require_grad();
                let (_, state) = layer.forward(x.clone().narrow(1, 0, cut), None);
                let (outputs, state) =
                    layer.forward(x.clone().narrow(1, cut, 5 - cut), Some(state));
                let last = outputs.narrow(1, 5 - cut - 1, 1);
                let loss =
                    scored(last, 3) + state.cell.map_or(scored(state.hidden, 4), |c| scored(c, 4));
                let grads = loss.backward();
                (x.grad(&grads).map(|g| numbers(&g)), parameter_gradients(&layer.cell, &grads))
            };
            let ((one_x, one), (other_x, other)) = (read(1), read(4));
            assert_near("x", &one_x.unwrap_or_default(), &other_x.unwrap_or_default(), TOLERANCE);
            for (name, (one, other)) in names(kind).iter().zip(one.into_iter().zip(other)) {
                assert_near(name, &one.unwrap_or_default(), &other.unwrap_or_default(), TOLERANCE);
            }
        }
    }
}

/// Without autodiff nothing is kept, but the numbers are the same.
#[test]
fn reading_without_gradients_gives_the_same_bits() {
    for device in devices() {
        for kind in KINDS {
            let read = |device: &Device| {
                let layer = Layer::new(random_cell(kind, 6, 21, 1, device));
                let x = random_tensor([4, 5, 6], 1.0, 2, device);
                let (outputs, after) = layer.forward(x, Some(random_state(kind, 4, 21, 3, device)));
                let mut all = numbers(&outputs);
                all.extend(numbers(&after.hidden));
                all.extend(after.cell.map(|c| numbers(&c)).unwrap_or_default());
                crate::kernel::bits(&all)
            };
            assert_eq!(read(&device), read(&device.clone().autodiff()), "{kind:?}");
        }
    }
}
