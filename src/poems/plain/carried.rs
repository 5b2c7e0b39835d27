//! The state that goes from piece to piece.

use std::sync::{Arc, Mutex, PoisonError};

use burn::{
    module::{Module, Param, ParamId},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    prelude::*,
};
use burn_train::{InferenceStep, TrainOutput, TrainStep};

use super::pieces::Piece;
use crate::{
    cell::{Cell, State},
    poems::model::PoemModel,
    training::{Measured, outside_autodiff},
};

/// A model that is trained piece by piece, and the state in which the last piece ended.
///
/// ```text
/// h_k, c_k = model(piece k, from h_{k-1}, c_{k-1}, without their gradient)
/// ```
///
/// The state is a parameter that no optimizer changes, so that every checkpoint holds it, and a
/// training that is resumed goes on in the middle of the text as if it had never stopped.
#[derive(Module, Debug)]
pub struct Carried {
    /// What is trained.
    pub model: PoemModel,
    /// h of each layer, and c where the cell has one: `[S, B, H]`.
    state: Param<Tensor<3>>,
    /// The state after the step that is being taken.
    #[module(skip)]
    after: Slot,
    /// The same of the validation set, which has streams of its own.
    #[module(skip)]
    validated: Slot,
}

/// Where a state waits until it is wanted: burn-train hands a step only `&self`.
#[derive(Clone, Debug, Default)]
struct Slot(Arc<Mutex<Option<Tensor<3>>>>);

impl Slot {
    fn put(&self, state: Tensor<3>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    fn take(&self) -> Option<Tensor<3>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Carried {
    /// Before the first piece of `batch` streams: the state is zero.
    pub fn new(model: PoemModel, batch: usize, device: &Device) -> Self {
        let layers = &model.stack.layers;
        let states: usize = layers.iter().map(|layer| 1 + usize::from(has_c(&layer.cell))).sum();
        let [d_hidden, _] = model.w().dims();
        let state = Tensor::zeros([states, batch, d_hidden], device).detach();
        // Not a random id, or the same seed would not write the same bytes.
        let state = Param::initialized(ParamId::from(u64::MAX), state).no_grad();
        Self { model, state, after: Slot::default(), validated: Slot::default() }
    }

    /// The loss of a piece from a state, and the state after it, without a gradient.
    pub fn loss(&self, piece: &Piece, state: Option<Tensor<3>>) -> (Tensor<1>, Tensor<3>) {
        let state = state.map(|state| self.unpack(state));
        let (loss, after) = self.model.loss_after(&piece.batch, state);
        let after = after.into_iter().flat_map(|State { hidden, cell }| [Some(hidden), cell]);
        let after: Vec<Tensor<2>> =
            after.flatten().map(|state| outside_autodiff(state, |state| state)).collect();
        (loss, Tensor::stack::<3>(after, 0)) // [S, B, H]
    }

    /// `[S, B, H]` as the state of each layer.
    fn unpack(&self, state: Tensor<3>) -> Vec<State> {
        let mut states = state.iter_dim(0).map(|state| state.squeeze_dim::<2>(0)); // [B, H] each
        let mut next = || states.next().expect("as many states as `new` counted");
        let layers = self.model.stack.layers.iter();
        layers
            .map(|layer| State { hidden: next(), cell: has_c(&layer.cell).then(&mut next) })
            .collect()
    }
}

/// Whether the cell keeps a cell state beside its hidden state.
fn has_c(cell: &Cell) -> bool {
    matches!(cell, Cell::Lstm(_))
}

fn measured(loss: &Tensor<1>, piece: &Piece) -> Measured {
    Measured { loss: loss.clone().into_scalar(), correct: 0, count: piece.batch.tokens() }
}

impl TrainStep for Carried {
    type Input = Piece;
    type Output = Measured;

    fn step(&self, piece: Piece) -> TrainOutput<Measured> {
        let (loss, after) = self.loss(&piece, (!piece.first).then(|| self.state.val()));
        self.after.put(after);
        let measured = measured(&loss, &piece);
        TrainOutput::new(&self.model, loss.backward(), measured)
    }

    fn optimize(
        mut self,
        optimizer: &mut ModuleOptimizer,
        lr: ModuleLearningRate,
        grads: GradientsParams,
    ) -> Self {
        self.model = self.model.optimize(optimizer, lr, grads);
        if let Some(after) = self.after.take() {
            self.state = self.state.map(|_| after).no_grad();
        }
        self
    }
}

impl InferenceStep for Carried {
    type Input = Piece;
    type Output = Measured;

    fn step(&self, piece: Piece) -> Measured {
        let before = self.validated.take().filter(|_| !piece.first);
        let (loss, after) = self.loss(&piece, before);
        self.validated.put(after);
        measured(&loss, &piece)
    }
}
