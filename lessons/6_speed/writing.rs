//! One character written, in every implementation: one stream, no autodiff, drawn at temperature
//! 0.8.

use burn::{
    module::{Module, ModuleMapper, Param},
    prelude::*,
    tensor::FloatDType,
};
use lstm_lessons::poems::{
    bundle::Bundle,
    model::PoemModel,
    text::vocab::{BOS, FIRST},
    write::{
        reader::Reader,
        sample::{Chooser, SamplingConfig},
    },
};
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    burn_lstm::BurnStack,
    implementation::Implementation,
    poems::head,
    training::Timed,
    work::{POEM_SHAPE, Size, VOCAB_SIZE, poem_model},
};
use lstm_lessons::demos::measure::{Budget, Stopwatch};

/// Characters that are timed together: one alone is too short for a clock.
const CHARACTERS: usize = 64;
const SAMPLING: SamplingConfig = SamplingConfig { temperature: 0.8, ..SamplingConfig::PLAIN };

/// Times the writing of characters.
pub fn time(implementation: Implementation, budget: Budget, device: &Device) -> Timed {
    let model = poem_model(Size::default(), device).map(&mut AsShipped);
    match implementation {
        Implementation::BurnLstm => with_burn(model, budget, device),
        _ => with_sampler(model.with_kernel(implementation.kernel()), budget, device),
    }
}

/// Rounds every weight to half precision, as the file of a shipped model has it: only such weights
/// can be read as 16 bits.
struct AsShipped;

impl ModuleMapper for AsShipped {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|weights| weights.cast(FloatDType::F16).cast(FloatDType::F32))
    }
}

/// As lesson 5 writes.
fn with_sampler(model: PoemModel, budget: Budget, device: &Device) -> Timed {
    // As many characters as the model knows; which ones does not matter here.
    let chars: String = ('\u{4e00}'..).take(VOCAB_SIZE - FIRST).collect();
    let bundle = Bundle {
        model,
        vocab: chars.into(),
        shape: POEM_SHAPE,
        tunes: Vec::new(),
        schemes: Default::default(),
        story: String::new(),
    };
    let reader = Reader::new(&bundle, device);
    let mut stream = reader.start(None);
    write(budget, |id, choose| {
        stream.read(id);
        choose(stream.logits())
    })
}

/// With Burn's own layers.
fn with_burn(model: PoemModel, budget: Budget, device: &Device) -> Timed {
    let (stack, head) = (BurnStack::with_weights_of(&model.stack), head(&model));
    let mut memories = Vec::new();
    write(budget, |id, choose| {
        let token = Tensor::<2, Int>::from_data([[id as i32]], device); // [1, 1]
        let hidden = stack.forward(model.embedding.forward(token), &mut memories); // [1, 1, H]
        let z: Vec<f32> = head.forward(hidden).into_data().iter().collect(); // [V]
        choose(&z)
    })
}

/// Writes on and on: `next` reads a character, lets `choose` draw from the logits, and returns what
/// was drawn.
fn write(
    budget: Budget,
    mut next: impl FnMut(usize, &mut dyn FnMut(&[f32]) -> usize) -> usize,
) -> Timed {
    let (mut rng, mut chooser) = (StdRng::seed_from_u64(6), Chooser::default());
    let mut choose =
        |z: &[f32]| chooser.pick(z, |_| true, SAMPLING, &mut rng).expect("all are allowed");
    let mut watch = Stopwatch::new(budget);
    let mut id = BOS;
    while !watch.is_done() {
        watch.time(|| {
            for _ in 0..CHARACTERS {
                id = next(id, &mut choose);
            }
        });
    }
    let (times, ms) = watch.result();
    Timed { ms_per_step: ms / CHARACTERS as f64, steps: times * CHARACTERS, first_loss: None }
}
