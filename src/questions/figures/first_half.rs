//! The numbers of lessons 1 to 3.

use burn::{module::Param, optim::GradientsParams, prelude::*};
use rand::{SeedableRng, rngs::StdRng};

use super::{Figure, percent, whole_percent};
use crate::{
    cell::{Cell, CellKind},
    demos::{
        gradients::{half_life, sigmoid},
        lstm::by_hand as lstm,
        rnn::{COUNTRIES, by_hand as rnn, lowest_loss},
    },
    look::thousands,
    training::{MAX_NORM, clip_global_norm},
};

pub(super) const TABLE: &[Figure] = &[
    // Lesson 1
    ("share_of_four", || whole_percent(1.0 / COUNTRIES.len() as f64)),
    ("ln_4", || nats((COUNTRIES.len() as f64).ln())),
    ("lowest_perfect", || nats(lowest_loss(usize::MAX))),
    ("lowest_none", || nats(lowest_loss(1))),
    ("hand_norm_3", || format!("{:.2}", hand_norm(3))),
    ("hand_norm_1", || format!("{:.2}", hand_norm(1))),
    ("hand_share_1", || whole_percent(hand_norm(1) / hand_norm(3))),
    ("hand_share_2", || whole_percent(hand_norm(2) / hand_norm(3))),
    // Lesson 2
    ("nine_tenths_28", || percent(0.9f64.powi(28))),
    ("lost_28", || percent(1.0 - 0.9f64.powi(28))),
    ("one_28th", || percent(1.0 / 28.0)),
    ("sigma_1", || format!("{:.2}", sigmoid(1.0))),
    ("sigma_3", || format!("{:.2}", sigmoid(3.0))),
    ("half_life_1", || steps(half_life(sigmoid(1.0)))),
    ("half_life_3", || steps(half_life(sigmoid(3.0)))),
    ("mean_life_3", || steps(1.0 / (1.0 - sigmoid(3.0)))),
    ("straight_3", || steps(0.5 / (1.0 - sigmoid(3.0)))),
    ("halvings_1", || format!("{:.0}", 60.0 / half_life(sigmoid(1.0)))),
    ("halvings_3", || format!("{:.0}", 60.0 / half_life(sigmoid(3.0)))),
    ("max_norm", || format!("{MAX_NORM}")),
    ("clipped", || pair(clipped([3.0, 4.0]))),
    ("clipped_each", || pair([3.0, 4.0].map(|g: f64| g.min(MAX_NORM)))),
    ("clipped_by_sum", || pair([3.0, 4.0].map(|g| g * MAX_NORM / (3.0 + 4.0)))),
    ("clipped_not", || pair([3.0, 4.0])),
    // Lesson 3
    ("c_half_3", || nats(0.8 * 0.5f64.powi(3))),
    ("c_half_1", || nats(0.8 * 0.5)),
    ("c_third", || nats(0.8 / 3.0)),
    ("c_minus", || nats(0.8 - 0.5)),
    ("lstm_layer", || thousands(parameters(CellKind::Lstm))),
    // An RNN has the weights of one gate.
    ("lstm_layer_one", || thousands(parameters(CellKind::Rnn))),
    ("lstm_layer_three", || thousands(3 * parameters(CellKind::Rnn))),
    ("lstm_layer_no_h", || thousands(parameters(CellKind::Lstm) - 4 * (H * H) as u64)),
    ("c_1", || gate(hand(1).c)),
    ("f_2", || gate(hand(2).f)),
    ("i_2", || gate(hand(2).i)),
    ("g_2", || gate(hand(2).g)),
    ("c_2", || gate(hand(2).c)),
    ("h_2", || gate(hand(2).h)),
    ("c_2_no_f", || gate(hand(1).c + hand(2).i * hand(2).g)),
    ("c_2_no_i", || gate(hand(2).f * hand(1).c + hand(2).g)),
];

/// The layer whose parameters are counted.
const D: usize = 28;
const H: usize = 128;

fn nats(loss: f64) -> String {
    format!("{loss:.3}")
}

fn steps(steps: f64) -> String {
    format!("{steps:.1}")
}

fn gate(value: f64) -> String {
    format!("{value:.4}")
}

fn pair([a, b]: [f64; 2]) -> String {
    format!("({a:.2}, {b:.2})")
}

/// |∂L/∂s_t| of lesson 1's example.
fn hand_norm(t: usize) -> f64 {
    let read = rnn::forward(&rnn::EXAMPLE, &rnn::INPUTS, rnn::TARGET);
    let [a, b] = rnn::backward(&rnn::EXAMPLE, &rnn::INPUTS, rnn::TARGET, &read).d_s[t - 1];
    a.hypot(b)
}

/// Step t of lesson 3's unit.
fn hand(t: usize) -> lstm::Step {
    let first = lstm::step(&lstm::EXAMPLE, lstm::INPUTS[0], 0.0, 0.0);
    let mut steps = vec![first];
    for x in &lstm::INPUTS[1..t] {
        let lstm::Step { h, c, .. } = steps[steps.len() - 1];
        steps.push(lstm::step(&lstm::EXAMPLE, *x, h, c));
    }
    steps[t - 1]
}

/// How many numbers a fresh cell has.
fn parameters(kind: CellKind) -> u64 {
    let mut rng = StdRng::seed_from_u64(0);
    Cell::new(kind, D, H, 1.0, &mut rng, &Device::flex()).num_params() as u64
}

/// The gradient of a model of two parameters after it was clipped.
fn clipped(gradient: [f32; 2]) -> [f64; 2] {
    let device = Device::flex().autodiff();
    let model: Param<Tensor<1>> = Param::from_tensor(Tensor::zeros([2], &device));
    let loss = (model.val() * Tensor::from_data(gradient, &device)).sum();
    let grads = GradientsParams::from_grads(loss.backward(), &model);
    let (grads, _) = clip_global_norm(&model, grads, MAX_NORM);
    let clipped = grads.get::<1>(model.id).expect("the loss depends on both");
    let values: Vec<f64> = clipped.into_data().iter().collect();
    [values[0], values[1]]
}
