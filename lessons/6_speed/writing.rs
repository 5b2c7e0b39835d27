//! One character written, in every implementation: one stream, no autodiff, drawn at temperature 0.8.

use burn::prelude::*;
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        sample::{Taste, pick},
        vocab::BOS,
    },
};
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    burn_lstm::BurnStack,
    implementation::Implementation,
    poems::head,
    training::Timed,
    watch::{Budget, Stopwatch},
    work::poem_model,
};

/// Characters that are timed together: one alone is too short for a clock.
const CHARACTERS: usize = 64;
const TASTE: Taste = Taste { temperature: 0.8, top_k: 0, top_p: 1.0 };

/// Times the writing of characters.
pub fn time(implementation: Implementation, budget: Budget, device: &Device) -> Timed {
    let model = poem_model(device);
    let token = |id: usize| Tensor::<2, Int>::from_data([[id as i32]], device); // [1, 1]
    let scores = |logits: Tensor<3>| logits.into_data().iter::<f32>().collect::<Vec<_>>(); // [V]
    match implementation {
        Implementation::BurnLstm => {
            let stack = BurnStack::with_weights_of(&model.stack);
            let head = head(&model);
            let mut memories = Vec::new();
            write(budget, |id| {
                let hidden = stack.forward(model.embedding.forward(token(id)), &mut memories); // [1, 1, H]
                scores(head.forward(hidden))
            })
        }
        how => {
            let kernel = if how == Implementation::Fused { Kernel::Fused } else { Kernel::Readable };
            let model = model.with_kernel(kernel);
            let mut state = None;
            write(budget, |id| {
                let (logits, after) = model.forward(token(id), state.take()); // [1, 1, V]
                state = Some(after);
                scores(logits)
            })
        }
    }
}

/// Writes on and on: a character in, its scores out, the next one drawn from them.
fn write(budget: Budget, mut scores_after: impl FnMut(usize) -> Vec<f32>) -> Timed {
    let mut rng = StdRng::seed_from_u64(6);
    let mut watch = Stopwatch::new(budget);
    let mut id = BOS;
    while !watch.is_done() {
        watch.time(|| {
            for _ in 0..CHARACTERS {
                id = pick(&scores_after(id), |_| true, TASTE, &mut rng).unwrap_or(BOS);
            }
        });
    }
    let (times, ms) = watch.result();
    Timed { ms_per_step: ms / CHARACTERS as f64, steps: times * CHARACTERS, first_loss: None }
}
