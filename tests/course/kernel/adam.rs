//! Our Adam walks where Burn's walks.

use burn::{
    optim::{AdamConfig, Optimizer},
    prelude::*,
};
use lstm_lessons::kernel::adam::Adam;

use crate::{
    kernel::assert_near,
    support::{devices, numbers, random_tensor},
};

/// `steps` steps of `adam` from the same start along the same gradients: w, m and v at the end.
fn walk(
    adam: &impl Optimizer<State<2> = burn::optim::AdamState<2>>,
    steps: u64,
    device: &Device,
) -> [Vec<f32>; 3] {
    let shape = [317, 211]; // more than one task, and no multiple of anything
    let mut w = random_tensor(shape, 1.0, 1, device);
    let mut state = None;
    for k in 0..steps {
        // Gradients of very different sizes, as layers have them.
        let g = random_tensor(shape, 10f32.powi(k as i32 % 7 - 5), 100 + k, device);
        (w, state) = adam.step(0.01, w, g, state);
    }
    let momentum = state.expect("at least one step").momentum;
    assert_eq!(momentum.time, steps as usize);
    [numbers(&w), numbers(&momentum.moment_1), numbers(&momentum.moment_2)]
}

#[test]
fn twenty_steps_of_adam_end_where_burns_end() {
    for device in devices() {
        let (ours, burns) =
            (walk(&Adam::default(), 20, &device), walk(&AdamConfig::new().build(), 20, &device));
        for (name, (ours, burns)) in ["w", "m", "v"].iter().zip(ours.iter().zip(&burns)) {
            assert_near(name, ours, burns, 2e-6);
        }
    }
}

#[test]
fn a_checkpoint_of_burns_adam_can_be_continued() {
    for device in devices() {
        let start = random_tensor([5, 9], 1.0, 1, &device);
        let g = |k: u64| random_tensor([5, 9], 0.1, k, &device);
        let (w, state) = AdamConfig::new().build().step(0.01, start, g(2), None);
        let (ours, _) = Adam::default().step(0.01, w.clone(), g(3), state.clone());
        let (burns, _) = AdamConfig::new().build().step(0.01, w, g(3), state);
        assert_near("w", &numbers(&ours), &numbers(&burns), 1e-6);
    }
}
