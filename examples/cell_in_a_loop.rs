//! The cell alone: one LSTM, one step after the other, its state handed on by hand.
//!
//! `cargo run --example cell_in_a_loop`

use lstm_lessons::{
    burn::prelude::*,
    cell::{LstmCell, Recurrent},
    rand::{SeedableRng, rngs::StdRng},
};

fn main() {
    let device = Device::flex();
    let cell = LstmCell::new(1, 4, 1.0, &mut StdRng::seed_from_u64(1), &device); // D 1, H 4, forget bias 1

    // One impulse, then silence: what is left of it after each step?
    let mut state = cell.zero_state(1, &device);
    for t in 0..8 {
        let x = if t == 0 { 5.0 } else { 0.0 };
        let x_t = Tensor::<2>::from_floats([[x]], &device); // [B, D]
        state = cell.step(x_t, state);
        let c: Vec<f32> = state.cell.clone().expect("an LSTM has one").into_data().iter().collect(); // [B, H]
        println!("x_{} = {x}    c = {c:6.3?}", t + 1);
    }

    // A whole sequence at once gives the same: x [B, T, D] -> (outputs [B, T, H], the last state).
    let mut x = Tensor::zeros([1, 8, 1], &device);
    x = x.slice_assign([0..1, 0..1, 0..1], Tensor::full([1, 1, 1], 5.0, &device));
    let (outputs, last) = cell.sequence(x, None);
    let difference = (last.hidden - state.hidden).abs().max().into_scalar::<f32>();
    println!("outputs {:?}; h_8 differs by {difference}", outputs.dims());
}
