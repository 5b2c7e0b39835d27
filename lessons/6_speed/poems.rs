//! The training step of the poem model, in every implementation.

use burn::{
    nn::{Embedding, Linear, loss::CrossEntropyLossConfig},
    prelude::*,
};
use lstm_lessons::{
    kernel::{self, Kernel},
    poems::{batch::PoemBatch, model::PoemModel},
};

use crate::{
    burn_lstm::BurnStack,
    implementation::Implementation,
    stages::{four_gates, gate_by_gate, with_every_layer},
    training::{Timed, train},
    watch::Budget,
    work::{poem_batches, poem_model},
};

/// The poem model with Burn's own layers.
#[derive(Module, Debug)]
struct BurnPoems {
    embedding: Embedding,
    stack: BurnStack,
    head: Linear,
}

/// Times training steps of the poem model.
pub fn time(implementation: Implementation, budget: Budget, device: &Device) -> Timed {
    let device = device.clone().autodiff();
    let (model, batches) = (poem_model(&device), poem_batches(&device));
    // Stages 1 to 4 differ in how the layers read, and in nothing else.
    let by = |read: fn(&PoemModel, Tensor<3>) -> Tensor<3>| {
        move |model: &PoemModel, batch: &PoemBatch| {
            let hidden = read(model, model.embedding.forward(batch.inputs.clone())); // [B, T, H]
            loss_by_operations(&model.head, hidden, batch)
        }
    };
    let stack: fn(&PoemModel, Tensor<3>) -> Tensor<3> = |model, x| model.stack.forward(x, None).0;
    match implementation {
        Implementation::BurnLstm => {
            let stack = BurnStack::with_weights_of(&model.stack);
            let model = BurnPoems { embedding: model.embedding, stack, head: model.head };
            let loss = |model: &BurnPoems, batch: &PoemBatch| {
                let x = model.embedding.forward(batch.inputs.clone()); // [B, T, E]
                loss_by_operations(&model.head, model.stack.forward(x, &mut Vec::new()), batch)
            };
            train(model, &batches, loss, budget)
        }
        Implementation::GateByGate => {
            train(model, &batches, by(|model, x| with_every_layer(&model.stack, x, gate_by_gate)), budget)
        }
        Implementation::FourGates => {
            train(model, &batches, by(|model, x| with_every_layer(&model.stack, x, four_gates)), budget)
        }
        Implementation::Readable => {
            kernel::choose(Kernel::Readable);
            train(model, &batches, by(stack), budget)
        }
        Implementation::FusedSequence => {
            kernel::choose(Kernel::Fused);
            train(model, &batches, by(stack), budget)
        }
        Implementation::Fused => {
            kernel::choose(Kernel::Fused);
            train(model, &batches, PoemModel::loss, budget)
        }
    }
}

/// The mean cross-entropy as Burn's own operations make it: the logits of all characters at once, `[B·T, V]`.
fn loss_by_operations(head: &Linear, hidden: Tensor<3>, batch: &PoemBatch) -> Tensor<1> {
    let hidden: Tensor<2> = hidden.flatten(0, 1); // [B·T, H]
    let logits = head.forward(hidden); // [B·T, V]
    let targets = batch.targets.clone().flatten(0, 1); // [B·T]
    CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
}
