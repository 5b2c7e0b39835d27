use burn::{
    prelude::*,
    tensor::activation::{log_softmax, softmax},
};
use burn_train::{InferenceStep, TrainStep};
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        Digits,
        drawn::draw_set,
        model::{RowClassifier, RowClassifierConfig},
        rows::RowBatch,
    },
};

const KINDS: [CellKind; 3] = [CellKind::Rnn, CellKind::Gru, CellKind::Lstm];

fn model(kind: CellKind, device: &Device) -> RowClassifier {
    RowClassifierConfig::new(kind, 16, 2).init(9, device)
}

fn rows(count: usize) -> Tensor<3> {
    RowBatch::new(&draw_set(count, 2), &(0..count).collect::<Vec<_>>(), &Device::flex()).rows
}

fn apart<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> f32 {
    (a - b).abs().max().into_scalar()
}

#[test]
fn only_the_last_output_decides() {
    for kind in KINDS {
        let model = model(kind, &Device::flex());
        let rows = rows(4);
        let (outputs, states) = model.stack.forward(rows.clone(), None);
        let last = outputs.narrow(1, 27, 1).squeeze_dim::<2>(1);
        let logits = model.forward(rows.clone(), None);
        assert_eq!(apart(logits.clone(), model.head.forward(last)), 0.0);
        // The last output is the hidden state that the top layer is left with, and no earlier one.
        assert!(apart(logits.clone(), model.head.forward(states[1].hidden.clone())) < 1e-6);
        let beliefs = model.beliefs(rows);
        assert!(
            apart(softmax(logits.clone(), 1), beliefs.clone().narrow(1, 27, 1).squeeze_dim::<2>(1))
                < 1e-6
        );
        assert!(apart(softmax(logits, 1), beliefs.narrow(1, 26, 1).squeeze_dim::<2>(1)) > 1e-6);
    }
}

#[test]
fn changing_a_row_changes_later_beliefs_only() {
    for kind in KINDS {
        let model = model(kind, &Device::flex());
        let rows = rows(1);
        let changed = rows
            .clone()
            .slice_assign([0..1, 12..13, 0..28], Tensor::ones([1, 1, 28], &rows.device()));
        let (before, after) = (model.beliefs(rows), model.beliefs(changed));
        assert_eq!(
            apart(before.clone().narrow(1, 0, 12), after.clone().narrow(1, 0, 12)),
            0.0,
            "the past is past"
        );
        for row in 12..28 {
            assert!(
                apart(before.clone().narrow(1, row, 1), after.clone().narrow(1, row, 1)) > 0.0,
                "row {row}"
            );
        }
    }
}

#[test]
fn every_belief_is_a_distribution() {
    let sums = model(CellKind::Lstm, &Device::flex()).beliefs(rows(3)).sum_dim(2);
    assert!(apart(sums.clone(), sums.ones_like()) < 1e-5);
}

#[test]
fn the_second_half_can_be_read_on_from_the_first() {
    let model = model(CellKind::Lstm, &Device::flex());
    let rows = rows(2);
    let (_, states) = model.stack.forward(rows.clone().narrow(1, 0, 14), None);
    let on = model.forward(rows.clone().narrow(1, 14, 14), Some(states));
    assert!(apart(on, model.forward(rows, None)) < 1e-6);
}

#[test]
fn batch_of_five_works() {
    let device = Device::flex().autodiff();
    let digits = draw_set(5, 3);
    let batch = || RowBatch::new(&digits, &[0, 1, 2, 3, 4], &device);
    for kind in KINDS {
        let model = model(kind, &device);
        let step = TrainStep::step(&model, batch());
        assert_eq!(step.item.count, 5);
        assert!(step.item.correct <= 5);
        // ln 10 is what a classifier that knows nothing pays.
        assert!((step.item.loss - 10f64.ln()).abs() < 0.5, "{}", step.item.loss);
    }
}

#[test]
fn a_rows_reading_does_not_depend_on_its_batchmates() {
    let model = model(CellKind::Gru, &Device::flex());
    let rows = rows(5);
    let alone = model.forward(rows.clone().narrow(0, 3, 1), None);
    assert!(apart(alone, model.forward(rows, None).narrow(0, 3, 1)) < 1e-6);
}

#[test]
fn one_seed_gives_one_classifier() {
    let config = RowClassifierConfig::new(CellKind::Lstm, 16, 1);
    let logits = |seed| config.init(seed, &Device::flex()).forward(rows(2), None);
    assert_eq!(apart(logits(4), logits(4)), 0.0);
    assert!(apart(logits(4), logits(5)) > 0.0);
}

/// The gradients of a step are those of -Σ target · ln p by plain tensors; what is measured is the
/// loss without smoothing.
#[test]
fn a_label_is_smoothed_by_the_formula_and_only_for_the_gradients() {
    let device = Device::flex().autodiff();
    let digits = draw_set(5, 3);
    let batch = || RowBatch::new(&digits, &[0, 1, 2, 3, 4], &device);
    for smoothing in [0.0f32, 0.02, 0.3] {
        let mut model = model(CellKind::Lstm, &device);
        model.smoothing = smoothing;
        let mut targets = [[smoothing / 10.0; 10]; 5];
        for (target, &label) in targets.iter_mut().zip(&digits.labels) {
            target[usize::from(label)] += 1.0 - smoothing;
        }
        let log_p = log_softmax(model.forward(batch().rows, None), 1); // [B, 10]
        let loss = -(log_p.clone() * Tensor::<2>::from_data(targets, &device)).sum() / 5.0;
        let want = model.head.weight.val().grad(&loss.backward()).unwrap();
        let step = TrainStep::step(&model, batch());
        let got = step.grads.get::<2>(model.head.weight.id).unwrap();
        assert!(apart(got, want) < 1e-6, "{smoothing}");
        let log_p: Vec<f32> = log_p.into_data().iter().collect();
        let right = (0..5).map(|b| f64::from(log_p[b * 10 + usize::from(digits.labels[b])]));
        let plain = -right.sum::<f64>() / 5.0;
        assert!((step.item.loss - plain).abs() < 1e-6, "{smoothing}: {}", step.item.loss);
        assert!(
            (InferenceStep::step(&model.valid(), plain_batch(&digits)).loss - plain).abs() < 1e-6
        );
    }
}

fn plain_batch(digits: &Digits) -> RowBatch {
    RowBatch::new(digits, &[0, 1, 2, 3, 4], &Device::flex())
}

#[test]
fn dropout_is_for_training_alone() {
    let with = |device: &Device, dropout| {
        let mut model = model(CellKind::Lstm, device);
        model.dropout = dropout;
        let rows = RowBatch::new(&draw_set(4, 2), &[0, 1, 2, 3], device).rows;
        model.forward(rows, None).inner()
    };
    let (plain, tracked) = (Device::flex(), Device::flex().autodiff());
    assert_eq!(apart(with(&plain, 0.5), with(&plain, 0.0)), 0.0);
    assert!(apart(with(&tracked, 0.5), with(&tracked, 0.0)) > 1e-3);
    assert!(apart(with(&tracked, 0.5), with(&tracked, 0.5)) > 1e-3, "other units each time");
}

/// 28 pixels a step or one: each row's output is that after its last pixel.
#[test]
fn read_pixel_by_pixel_a_row_is_28_steps() {
    for kind in KINDS {
        let mut config = RowClassifierConfig::new(kind, 8, 2);
        config.stack.d_input = 1;
        let model = config.init(9, &Device::flex());
        let rows = rows(2);
        let (all, _) = model.stack.forward(rows.clone().reshape([2, 784, 1]), None); // [B, 784, H]
        let outputs = model.outputs(rows.clone(), None); // [B, 28, H]
        for row in 0..28 {
            let want = all.clone().narrow(1, row * 28 + 27, 1);
            assert_eq!(apart(outputs.clone().narrow(1, row, 1), want), 0.0, "row {row}");
        }
        let last = all.narrow(1, 783, 1).squeeze_dim::<2>(1);
        assert_eq!(apart(model.forward(rows, None), model.head.forward(last)), 0.0);
    }
}
