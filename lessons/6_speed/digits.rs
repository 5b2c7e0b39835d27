//! The training step of the classifier, in every implementation.

use burn::{
    nn::{Linear, loss::CrossEntropyLossConfig},
    prelude::*,
};
use lstm_lessons::mnist::{
    model::{RowClassifier, last},
    rows::RowBatch,
};

use crate::{
    burn_lstm::BurnStack,
    implementation::Implementation,
    stages::reader,
    training::{Timed, adam, train},
    work::{classifier, digit_batches},
};
use lstm_lessons::demos::measure::Budget;

/// The classifier with Burn's own layer.
#[derive(Module, Debug)]
struct BurnClassifier {
    stack: BurnStack,
    head: Linear,
}

/// Times training steps of the classifier.
pub fn time(implementation: Implementation, budget: Budget, device: &Device) -> Timed {
    let device = device.clone().autodiff();
    let (model, batches) = (classifier(&device), digit_batches(&device));
    let adam = adam(implementation);
    match implementation {
        Implementation::BurnLstm => {
            let model = BurnClassifier {
                stack: BurnStack::with_weights_of(&model.stack),
                head: model.head,
            };
            let loss = |model: &BurnClassifier, batch: &RowBatch| {
                loss(&model.head, model.stack.forward(batch.rows.clone(), &mut Vec::new()), batch)
            };
            train(model, adam, &batches, loss, budget)
        }
        Implementation::Fused | Implementation::FusedBf16 => {
            train(model.with_kernel(implementation.kernel()), adam, &batches, as_trained, budget)
        }
        _ => {
            let read = reader(implementation);
            let loss = |model: &RowClassifier, batch: &RowBatch| {
                loss(&model.head, read(&model.stack, batch.rows.clone()), batch)
            };
            train(model.with_kernel(implementation.kernel()), adam, &batches, loss, budget)
        }
    }
}

/// The loss of a training step as the classifier itself computes it.
fn as_trained(model: &RowClassifier, batch: &RowBatch) -> Tensor<1> {
    let outputs = model.outputs(batch.rows.clone(), None); // [B, T, H]
    model.cross_entropy(last(outputs), batch.labels.clone())
}

/// The mean cross-entropy of what is said after the last row.
fn loss(head: &Linear, outputs: Tensor<3>, batch: &RowBatch) -> Tensor<1> {
    let logits = head.forward(last(outputs)); // [B, 10]
    CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, batch.labels.clone())
}
