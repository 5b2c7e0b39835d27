//! What [`output`](super::output) tells, step by step.

use std::{ops::Range, sync::Arc};

use crate::kernel::sparse_bias::SparseBias;

/// What is told at the output, of each step.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Which w is added to the logit of which candidate.
    pub bias: Arc<SparseBias>,
    /// The character above the next one; PAD where there is none.
    pub above: Vec<u32>,
    /// The place of the next character.
    pub place: Vec<u32>,
}

impl Told {
    /// What is told of some of the steps.
    pub fn of_steps(&self, steps: Range<usize>) -> Self {
        Self {
            bias: Arc::new(self.bias.of_rows(steps.clone())),
            above: self.above[steps.clone()].to_vec(),
            place: self.place[steps].to_vec(),
        }
    }
}

/// [`Told`] in the making.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    pub(super) bias: SparseBias,
    pub(super) above: Vec<u32>,
    pub(super) place: Vec<u32>,
}

impl From<Telling> for Told {
    fn from(Telling { bias, above, place }: Telling) -> Self {
        Self { bias: Arc::new(bias), above, place }
    }
}
