//! What [`output`](super::output) tells, step by step.

use std::{ops::Range, sync::Arc};

use crate::{kernel::sparse_bias::SparseBias, poems::text::vocab::PAD};

/// What is told at the output, of each step.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Which w is added to the logit of which candidate.
    pub bias: Arc<SparseBias>,
    /// The character above the next one; PAD where there is none.
    pub above: Vec<u32>,
    /// The place of the next character.
    pub place: Vec<u32>,
    /// How strongly the character above asks for its answer, against what was learned: 1, or 0 where
    /// there is none; see [`with_parallelism`](Self::with_parallelism).
    pub parallelism: Vec<f32>,
}

impl Told {
    /// What is told of some of the steps.
    pub fn of_steps(&self, steps: Range<usize>) -> Self {
        Self {
            bias: Arc::new(self.bias.of_rows(steps.clone())),
            above: self.above[steps.clone()].to_vec(),
            place: self.place[steps.clone()].to_vec(),
            parallelism: self.parallelism[steps].to_vec(),
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
        let asks = |&above: &u32| if above == PAD as u32 { 0.0 } else { 1.0 };
        let parallelism = above.iter().map(asks).collect();
        Self { bias: Arc::new(bias), above, place, parallelism }
    }
}
