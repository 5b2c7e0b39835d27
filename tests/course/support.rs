//! What all the tests here need: devices, numbers in and out of tensors, and cells with known
//! weights.

use burn::{module::Param, prelude::*, tensor::Gradients};
use lstm_lessons::{
    cell::{Cell, CellKind, GruCell, LstmCell, RnnCell, State},
    kernel::in_memory,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

pub const KINDS: [CellKind; 3] = [CellKind::Rnn, CellKind::Gru, CellKind::Lstm];

/// Every device this build can compute on; of GPUs the one that `LSTM_TEST_DEVICE` names.
pub fn devices() -> Vec<Device> {
    vec![
        Device::flex(),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)]
        Device::ndarray(),
        #[cfg(feature = "cubecl")]
        gpu(),
    ]
}

/// Where the readable side of a comparison is computed: beside a GPU stands the CPU, because Burn's own
/// products may round to TF32 there (10 bits of mantissa), and ours do not.
pub fn reference(device: &Device) -> Device {
    match in_memory(device) {
        true => device.clone(),
        false => Device::flex(),
    }
}

#[cfg(feature = "cubecl")]
fn gpu() -> Device {
    static GPU: std::sync::OnceLock<Device> = std::sync::OnceLock::new(); // opened once
    let open = || {
        let name = std::env::var("LSTM_TEST_DEVICE").unwrap_or("wgpu".into());
        lstm_lessons::training::device::device(&name).unwrap_or_else(|error| panic!("{error}"))
    };
    GPU.get_or_init(open).clone()
}

pub fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

pub fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.try_to_vec_as().expect("a tensor of floats")
}

/// n numbers from U(-bound, bound).
pub fn random(n: usize, bound: f32, seed: u64) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..n).map(|_| rng.random_range(-bound..=bound)).collect()
}

pub fn random_tensor<const D: usize>(
    shape: [usize; D],
    bound: f32,
    seed: u64,
    device: &Device,
) -> Tensor<D> {
    tensor(&random(shape.iter().product(), bound, seed), shape, device)
}

#[track_caller]
pub fn assert_close(what: &str, got: &[f32], want: &[f32], tolerance: f32) {
    assert_eq!(got.len(), want.len(), "{what}: how many numbers");
    for (k, (g, w)) in got.iter().zip(want).enumerate() {
        // Written so that NaN fails too.
        assert!(
            (g - w).abs() <= tolerance,
            "{what}, number {k}: {g} is not {w} (tolerance {tolerance})"
        );
    }
}

/// The names of a cell's parameters in the order of [`build`] and [`gradients`].
pub fn names(kind: CellKind) -> &'static [&'static str] {
    match kind {
        CellKind::Rnn => &["u", "w", "bias"],
        CellKind::Gru => &["w_x", "w_h", "bias", "bias_hn"],
        CellKind::Lstm => &["w_x", "w_h", "bias"],
    }
}

/// How many numbers each parameter has.
pub fn sizes(kind: CellKind, d: usize, h: usize) -> Vec<usize> {
    match kind {
        CellKind::Rnn => vec![d * h, h * h, h],
        CellKind::Gru => vec![d * 3 * h, h * 3 * h, 3 * h, h],
        CellKind::Lstm => vec![d * 4 * h, h * 4 * h, 4 * h],
    }
}

/// A cell with exactly these parameters, D wide on the input side, H on the hidden side.
pub fn build<V: AsRef<[f32]>>(
    kind: CellKind,
    d: usize,
    h: usize,
    values: &[V],
    device: &Device,
) -> Cell {
    let matrix =
        |k: usize, shape: [usize; 2]| Param::from_tensor(tensor(values[k].as_ref(), shape, device));
    let vector =
        |k: usize, len: usize| Param::from_tensor(tensor(values[k].as_ref(), [len], device));
    match kind {
        CellKind::Rnn => {
            Cell::Rnn(RnnCell { u: matrix(0, [d, h]), w: matrix(1, [h, h]), bias: vector(2, h) })
        }
        CellKind::Gru => Cell::Gru(GruCell {
            w_x: matrix(0, [d, 3 * h]),
            w_h: matrix(1, [h, 3 * h]),
            bias: vector(2, 3 * h),
            bias_hn: vector(3, h),
        }),
        CellKind::Lstm => Cell::Lstm(LstmCell {
            w_x: matrix(0, [d, 4 * h]),
            w_h: matrix(1, [h, 4 * h]),
            bias: vector(2, 4 * h),
        }),
    }
}

/// Numbers for every parameter, biases included (a fresh cell's are zero, which would hide them).
pub fn random_values(kind: CellKind, d: usize, h: usize, bound: f32, seed: u64) -> Vec<Vec<f32>> {
    sizes(kind, d, h)
        .into_iter()
        .zip(seed * 100..)
        .map(|(n, seed)| random(n, bound, seed))
        .collect()
}

pub fn random_cell(kind: CellKind, d: usize, h: usize, seed: u64, device: &Device) -> Cell {
    build(kind, d, h, &random_values(kind, d, h, 0.8, seed), device)
}

/// A state full of random numbers, with c if this kind of cell has one.
pub fn random_state(kind: CellKind, batch: usize, h: usize, seed: u64, device: &Device) -> State {
    let hidden = random_tensor([batch, h], 0.9, seed, device);
    match kind {
        CellKind::Lstm => {
            State::with_cell(hidden, random_tensor([batch, h], 0.9, seed + 1, device))
        }
        CellKind::Rnn | CellKind::Gru => State::hidden_only(hidden),
    }
}

/// The values of a cell's parameters.
pub fn parameters(cell: &Cell) -> Vec<Vec<f32>> {
    match cell {
        Cell::Rnn(c) => vec![numbers(&c.u.val()), numbers(&c.w.val()), numbers(&c.bias.val())],
        Cell::Gru(c) => {
            vec![
                numbers(&c.w_x.val()),
                numbers(&c.w_h.val()),
                numbers(&c.bias.val()),
                numbers(&c.bias_hn.val()),
            ]
        }
        Cell::Lstm(c) => vec![numbers(&c.w_x.val()), numbers(&c.w_h.val()), numbers(&c.bias.val())],
    }
}

/// What a loss says about each parameter.
pub fn gradients(cell: &Cell, grads: &Gradients) -> Vec<Vec<f32>> {
    match cell {
        Cell::Rnn(c) => {
            vec![of(&c.u.val(), grads), of(&c.w.val(), grads), of(&c.bias.val(), grads)]
        }
        Cell::Gru(c) => {
            vec![
                of(&c.w_x.val(), grads),
                of(&c.w_h.val(), grads),
                of(&c.bias.val(), grads),
                of(&c.bias_hn.val(), grads),
            ]
        }
        Cell::Lstm(c) => {
            vec![of(&c.w_x.val(), grads), of(&c.w_h.val(), grads), of(&c.bias.val(), grads)]
        }
    }
}

/// The gradient that reached a leaf.
pub fn of<const D: usize>(leaf: &Tensor<D>, grads: &Gradients) -> Vec<f32> {
    numbers(&leaf.grad(grads).expect("the loss depends on this leaf"))
}
