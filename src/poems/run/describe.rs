//! What a model will be, before its first step.

use super::settings::Settings;
use crate::poems::{
    bundle::Description,
    text::{
        corpus::Poem,
        vocab::{Vocab, frequencies},
    },
    verse::{facts::VerseFacts, schemes::Schemes},
};

/// The characters and tunes of the training set, and the shape of the model for them.
pub(super) fn describe(settings: &Settings, train: &[Poem]) -> Description {
    let Settings { genre, min_count, vocab_size, seed, .. } = settings;
    let counted = frequencies(genre.texts(train));
    let vocab = Vocab::limited(&counted, *min_count, vocab_size.unwrap_or(usize::MAX));
    let story = format!("a training that is not over, seed {seed}");
    let tunes = genre.tunes(train);
    let schemes = match settings.shape.facts {
        VerseFacts::Output => Schemes::count(*genre, train, &tunes),
        _ => Schemes::default(),
    };
    Description::new(settings.shape.clone(), vocab, (tunes, schemes), story)
}
