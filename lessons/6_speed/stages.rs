//! Stages 1 and 3: the LSTM with a product for each gate, and with all inputs multiplied before the
//! loop. Stage 2, between them, is the course's own [`LstmCell`].

use burn::{prelude::*, tensor::activation::sigmoid};
use lstm_lessons::cell::{Cell, LstmCell, LstmGates, Recurrent, Stack, State};

use crate::implementation::Implementation;

/// Stage 1, a matmul per gate: each gate has matrices of its own, eight small products a step.
///
/// ```text
/// i_t = σ(x_t W_xi + h_{t-1} W_hi + b_i)        and so on for f, g, o
/// ```
pub fn gate_by_gate(cell: &LstmCell, x: Tensor<3>) -> Tensor<3> {
    let h = cell.d_hidden();
    let columns = |w: &Tensor<2>, k: usize| w.clone().narrow(1, k * h, h);
    let (w_x, w_h, bias) = (cell.w_x.val(), cell.w_h.val(), cell.bias.val());
    // The matrices of gate k, cut out once: [D, H], [H, H], [1, H].
    let cut = |k: usize| {
        (columns(&w_x, k), columns(&w_h, k), bias.clone().narrow(0, k * h, h).unsqueeze())
    };
    let of_gates = [0, 1, 2, 3].map(cut);

    run(cell, x, |x_t, state| {
        let (hidden, c) = state.into_hidden_and_cell();
        let sum = |(w_x, w_h, b): &(Tensor<2>, Tensor<2>, Tensor<2>)| {
            x_t.clone().matmul(w_x.clone()) + hidden.clone().matmul(w_h.clone()) + b.clone() // [B, H]
        };
        LstmCell::update(gates(of_gates.each_ref().map(sum)), c)
    })
}

/// Stage 3, the inputs hoisted: x_t W_x + b knows no past, so one product makes it for all steps
/// before the loop; h_{t-1} W_h alone has to wait for its turn.
pub fn inputs_hoisted(cell: &LstmCell, x: Tensor<3>) -> Tensor<3> {
    let ([batch, seq_len, d_input], h, w_h) = (x.dims(), cell.d_hidden(), cell.w_h.val());
    let x = x.reshape([batch * seq_len, d_input]); // [B·T, D]
    let projected = x.matmul(cell.w_x.val()) + cell.bias.val().unsqueeze(); // [B·T, 4H]

    run(cell, projected.reshape([batch, seq_len, 4 * h]), |projected, state| {
        let (hidden, c) = state.into_hidden_and_cell();
        let all = projected + hidden.matmul(w_h.clone()); // [B, 4H]
        LstmCell::update(gates([0, 1, 2, 3].map(|k| all.clone().narrow(1, k * h, h))), c)
    })
}

/// The gates from what σ and tanh are taken of, in the order i, f, g, o, each `[B, H]`.
fn gates([i, f, g, o]: [Tensor<2>; 4]) -> LstmGates {
    LstmGates { input: sigmoid(i), forget: sigmoid(f), candidate: g.tanh(), output: sigmoid(o) }
}

/// The same step for each x_t in turn: `[B, T, D] -> [B, T, H]`.
fn run(cell: &LstmCell, x: Tensor<3>, step: impl Fn(Tensor<2>, State) -> State) -> Tensor<3> {
    let [batch, _, _] = x.dims();
    let mut state = cell.zero_state(batch, &x.device());
    let mut outputs = Vec::new();
    for x_t in steps(x) {
        state = step(x_t, state);
        outputs.push(state.hidden.clone()); // [B, H]
    }
    Tensor::stack(outputs, 1) // [B, T, H]
}

/// The steps of a sequence one after the other: `[B, T, D] -> T times [B, D]`.
///
/// It cuts in halves rather than slice by slice: the gradient of a slice is a tensor of zeros as
/// long as what was cut, so T slices of the whole cost T · T steps in the backward pass, halves
/// T · log T. With the 4H numbers a step of stage 3 that is a third of the whole pass.
fn steps(x: Tensor<3>) -> Vec<Tensor<2>> {
    let [_, seq_len, _] = x.dims();
    if seq_len == 1 {
        return vec![x.squeeze_dim(1)];
    }
    let half = seq_len / 2;
    let mut all = steps(x.clone().narrow(1, 0, half));
    all.extend(steps(x.narrow(1, half, seq_len - half)));
    all
}

/// How an implementation reads a sequence through all layers: `[B, T, D] -> [B, T, H]`.
pub fn reader(implementation: Implementation) -> fn(&Stack, Tensor<3>) -> Tensor<3> {
    match implementation {
        Implementation::GateByGate => |stack, x| through_all_layers(stack, x, gate_by_gate),
        Implementation::InputsHoisted => |stack, x| through_all_layers(stack, x, inputs_hoisted),
        _ => |stack, x| stack.forward(x, None).0, // the course's own way, as its kernel is set
    }
}

/// Every layer of the stack read by `read`; the outputs of one are the inputs of the next.
fn through_all_layers(
    stack: &Stack,
    x: Tensor<3>,
    read: fn(&LstmCell, Tensor<3>) -> Tensor<3>,
) -> Tensor<3> {
    stack.layers.iter().fold(x, |x, layer| match &layer.cell {
        Cell::Lstm(cell) => read(cell, x),
        Cell::Rnn(_) | Cell::Gru(_) => unreachable!("the works of this lesson are LSTMs"),
    })
}

#[cfg(test)]
mod tests {
    use lstm_lessons::cell::Layer;
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    use super::*;
    use crate::burn_lstm::burn_lstm;

    const B: usize = 3;
    const T: usize = 7;
    const D: usize = 5;
    const H: usize = 6;

    fn numbers<const N: usize>(tensor: Tensor<N>) -> Vec<f32> {
        tensor.into_data().iter().collect()
    }

    #[track_caller]
    fn assert_close(got: Vec<f32>, want: &[f32]) {
        assert_eq!(got.len(), want.len());
        for (g, w) in got.iter().zip(want) {
            assert!((g - w).abs() <= 1e-5, "{got:?}\nis not\n{want:?}");
        }
    }

    /// A cell with no weight at zero, and inputs for it.
    fn cell_and_inputs(device: &Device) -> (LstmCell, Tensor<3>) {
        let mut rng = StdRng::seed_from_u64(3);
        let mut cell = LstmCell::new(D, H, 1.0, &mut rng, device);
        let mut random =
            |n: usize| -> Vec<f32> { (0..n).map(|_| rng.random_range(-1.0..=1.0)).collect() };
        cell.bias = burn::module::Param::from_data(TensorData::new(random(4 * H), [4 * H]), device);
        (cell, Tensor::from_data(TensorData::new(random(B * T * D), [B, T, D]), device))
    }

    #[test]
    fn every_stage_computes_what_the_layer_computes() {
        let (cell, x) = cell_and_inputs(&Device::flex());
        let want = numbers(Layer::new(Cell::Lstm(cell.clone())).forward(x.clone(), None).0);
        assert_close(numbers(gate_by_gate(&cell, x.clone())), &want);
        assert_close(numbers(inputs_hoisted(&cell, x.clone())), &want);
        assert_close(numbers(cell.sequence(x.clone(), None).0), &want);
        assert_close(numbers(burn_lstm(&cell).forward(x, None).0), &want);
    }

    #[test]
    fn every_stage_learns_what_the_layer_learns() {
        type Read = fn(&LstmCell, Tensor<3>) -> Tensor<3>;
        let layer: Read = |cell, x| Layer::new(Cell::Lstm(cell.clone())).forward(x, None).0;
        let gradients = |read: Read| {
            let (cell, x) = cell_and_inputs(&Device::flex().autodiff());
            let all = read(&cell, x).powi_scalar(2).sum().backward();
            let of =
                |w: Tensor<2>| numbers(w.grad(&all).expect("the outputs depend on every weight"));
            let bias = numbers(cell.bias.val().grad(&all).expect("and on every bias"));
            [of(cell.w_x.val()), of(cell.w_h.val()), bias]
        };
        let want = gradients(layer);
        let stage_2: Read = |cell, x| cell.sequence(x, None).0;
        for stage in [gate_by_gate as Read, stage_2, inputs_hoisted] {
            for (got, want) in gradients(stage).into_iter().zip(&want) {
                assert_close(got, want);
            }
        }
    }

    #[test]
    fn steps_keep_their_order() {
        for seq_len in 1..=9 {
            // x[b, t, d] = 100 b + 10 t + d
            let value = |b: usize, t: usize, d: usize| (100 * b + 10 * t + d) as f32;
            let values: Vec<f32> = (0..2 * seq_len * 3)
                .map(|k| value(k / (seq_len * 3), k / 3 % seq_len, k % 3))
                .collect();
            let x = TensorData::new(values, [2, seq_len, 3]);
            let cut = steps(Tensor::from_data(x, &Device::flex()));
            assert_eq!(cut.len(), seq_len);
            for (t, step) in cut.into_iter().enumerate() {
                assert_eq!(step.dims(), [2, 3]);
                let want: Vec<f32> = (0..2 * 3).map(|k| value(k / 3, t, k % 3)).collect();
                assert_eq!(numbers(step), want, "step {t} of {seq_len}");
            }
        }
    }

    #[test]
    fn burns_lstm_learns_on_leaves_of_its_own() {
        let (cell, x) = cell_and_inputs(&Device::flex().autodiff());
        let theirs = burn_lstm(&cell);
        let all = theirs.forward(x, None).0.sum().backward();
        assert!(theirs.input_gate.hidden_transform.weight.val().grad(&all).is_some());
        assert!(cell.w_h.val().grad(&all).is_none());
    }
}
