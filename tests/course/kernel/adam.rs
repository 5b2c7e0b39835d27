//! Our Adam walks where Burn's walks.

use burn::{
    nn::LinearConfig,
    optim::{AdamConfig, GradientsParams, Optimizer},
    prelude::*,
};
use lstm_lessons::{
    kernel::adam::Adam,
    training::{clip_global_norm, clipped},
};

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

#[test]
fn a_gradient_is_clipped_alike_whether_its_norm_is_read_or_not() {
    for device in devices() {
        let device = device.autodiff();
        let model = LinearConfig::new(7, 5).init(&device);
        let x = random_tensor([3, 7], 1.0, 1, &device);
        let grads = || {
            let y = model.forward(x.clone());
            GradientsParams::from_grads(y.square().sum().backward(), &model)
        };
        let (_, long) = clip_global_norm(&model, grads(), 1.0);
        for max_norm in [long / 8.0, long * 8.0] {
            let (read, _) = clip_global_norm(&model, grads(), max_norm);
            let stayed = clipped(&model, grads(), max_norm);
            let of = |grads: &GradientsParams| {
                numbers(&grads.get::<2>(model.weight.id).expect("W has a gradient"))
            };
            assert_near("δW", &of(&read), &of(&stayed), 1e-6);
            let (_, norm) = clip_global_norm(&model, stayed, f64::INFINITY);
            assert!((norm - max_norm.min(long)).abs() < 1e-5 * long, "{norm} of {long}");
        }
    }
}
