//! The training step of the poem model, in every implementation.

use burn::{
    nn::{Embedding, Linear, loss::CrossEntropyLossConfig},
    prelude::*,
};
use lstm_lessons::poems::{batch::PoemBatch, model::PoemModel};

use crate::{
    burn_lstm::BurnStack,
    implementation::Implementation,
    stages::reader,
    training::{Timed, adam, train},
    work::{Size, poem_batches, poem_model},
};
use lstm_lessons::demos::measure::Budget;

/// The poem model with Burn's own layers.
#[derive(Module, Debug)]
struct BurnPoems {
    embedding: Embedding,
    stack: BurnStack,
    head: Linear,
}

/// Times training steps of the poem model.
pub fn time(size: Size, implementation: Implementation, budget: Budget, device: &Device) -> Timed {
    let device = device.clone().autodiff();
    let (model, batches) = (poem_model(size, &device), poem_batches(size, &device));
    let adam = adam(implementation);
    match implementation {
        Implementation::BurnLstm => {
            let (stack, head) = (BurnStack::with_weights_of(&model.stack), head(&model));
            let model = BurnPoems { embedding: model.embedding, stack, head };
            let loss = |model: &BurnPoems, batch: &PoemBatch| {
                let x = model.embedding.forward(batch.inputs.clone()); // [B, T, E]
                loss_by_operations(&model.head, model.stack.forward(x, &mut Vec::new()), batch)
            };
            train(model, adam, &batches, loss, budget)
        }
        Implementation::FusedLoss | Implementation::Fused | Implementation::FusedBf16 => train(
            model.with_kernel(implementation.kernel()),
            adam,
            &batches,
            PoemModel::loss,
            budget,
        ),
        // Stages 1 to 4 differ in how the layers read, and in nothing else.
        _ => {
            let read = reader(implementation);
            let loss = |model: &PoemModel, batch: &PoemBatch| {
                let x = model.embedding.forward(batch.inputs.clone()); // [B, T, E]
                loss_by_operations(&head(model), read(&model.stack, x), batch)
            };
            train(model.with_kernel(implementation.kernel()), adam, &batches, loss, budget)
        }
    }
}

/// The projection to the vocabulary as Burn's own module.
pub fn head(model: &PoemModel) -> Linear {
    let weight = model.projection.clone().unwrap_or_else(|| model.embedding.weight.clone());
    Linear { weight, bias: Some(model.bias.clone()) }
}

/// The mean cross-entropy as Burn's own operations make it: the logits of all characters at once,
/// `[B·T, V]`.
fn loss_by_operations(head: &Linear, hidden: Tensor<3>, batch: &PoemBatch) -> Tensor<1> {
    let hidden: Tensor<2> = hidden.flatten(0, 1); // [B·T, H]
    let logits = head.forward(hidden); // [B·T, V]
    let targets = batch.targets.clone().flatten(0, 1); // [B·T]
    CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
}
