use burn::prelude::*;
use lstm_lessons::{
    bugs::learning::{fit_unclipped, loss_with_one_cell, one_cell_for_all},
    cell::{Cell, CellKind, Stack, StackConfig},
    poems::{batch::PoemBatch, model::PoemModel},
    training::fit,
};
use rand::{SeedableRng, rngs::StdRng};

use crate::{POEMS, Shown, Verdict, caught, hold, tiny};

/// Other weights in the second layer give other outputs.
fn the_second_layer_counts(forward: impl Fn(&Stack, Tensor<3>) -> Tensor<3>) -> Verdict {
    let device = Device::flex();
    let config = StackConfig {
        cell: CellKind::Lstm,
        d_input: 4,
        d_hidden: 4,
        n_layers: 2,
        forget_bias: 1.0,
    };
    let mut stack = Stack::new(&config, &mut StdRng::seed_from_u64(1), &device);
    let x = Tensor::ones([1, 3, 4], &device); // [B, T, D]
    let outputs = |stack: &Stack| forward(stack, x.clone()).into_data();
    let before = outputs(&stack);
    stack.layers[1].cell =
        Cell::new(CellKind::Lstm, 4, 4, 1.0, &mut StdRng::seed_from_u64(2), &device);
    hold(outputs(&stack) != before, "the second layer changes nothing")
}

#[test]
fn shared_cell_is_caught_by_changing_the_second_layer() {
    caught(
        the_second_layer_counts(|stack, x| stack.forward(x, None).0),
        the_second_layer_counts(one_cell_for_all),
    );
}

#[test]
fn shared_cell_gives_the_second_layer_no_gradient() {
    let tracked = Device::flex().autodiff();
    let model = tiny(8, 2, &tracked);
    let batch = PoemBatch::new(&[&[4, 5, 6, 7]], &tracked);
    let reached = |loss: Tensor<1>| {
        let grads =
            burn::optim::GradientsParams::from_grads(loss.backward(), &model.stack.layers[1]);
        !grads.is_empty()
    };
    assert!(reached(model.loss(&batch)));
    assert!(!reached(loss_with_one_cell(&model, &batch)));
    // With equal layers both are the same equation.
    let mut alike = model.clone();
    alike.stack.layers[1] = alike.stack.layers[0].clone();
    let [right, wrong] = [alike.loss(&batch), loss_with_one_cell(&alike, &batch)]
        .map(|loss| loss.into_scalar::<f64>());
    assert!((right - wrong).abs() < 1e-5, "{right}, {wrong}");
}

#[test]
fn shared_cell_has_half_the_weights_and_learns_all_the_same() {
    let shown = Shown::by(POEMS, "shared-cell");
    let (healthy, faulty) = shown.number("weights");
    assert_eq!(healthy, 2.0 * faulty);
    let (first, last) = (shown.number("first_loss"), shown.number("last_loss"));
    assert!(last.0 < first.0 && last.1 < first.1, "{first:?}, {last:?}");
}

/// The loss of a batch trained on again and again never exceeds that of uniform guessing.
fn the_loss_stays_below_guessing(train: impl Fn(PoemModel, &mut Vec<f64>)) -> Verdict {
    let mut losses = Vec::new();
    train(tiny(8, 1, &Device::flex().autodiff()), &mut losses);
    let highest = losses.iter().copied().fold(0.0, f64::max);
    hold(highest < 8f64.ln() + 0.1, format!("{highest} nats"))
}

#[test]
fn bold_steps_is_caught_by_a_loss_above_uniform_guessing() {
    let tracked = Device::flex().autodiff();
    let batch = PoemBatch::new(&[&[4, 5, 6, 7, 6, 5, 4], &[7, 7, 4, 5]], &tracked);
    let loss = |model: &PoemModel, _: usize| model.loss(&batch);
    let calm = |model, losses: &mut Vec<f64>| {
        drop(fit(model, 30, 0.01, loss, |_, loss, _| losses.push(loss)))
    };
    let bold = |model, losses: &mut Vec<f64>| {
        drop(fit_unclipped(model, 30, 1.0, loss, |_, loss, _| losses.push(loss)))
    };
    caught(the_loss_stays_below_guessing(calm), the_loss_stays_below_guessing(bold));
}

#[test]
fn bold_steps_destroy_what_was_learned() {
    let shown = Shown::by(POEMS, "bold-steps");
    let (healthy, faulty) = shown.number("highest_loss");
    assert!(faulty > healthy + 1.0, "{healthy}, {faulty}");
    let (healthy, faulty) = shown.number("last_loss");
    assert!(faulty > healthy, "{healthy}, {faulty}");
}
