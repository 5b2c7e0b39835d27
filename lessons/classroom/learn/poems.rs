//! A small training on the poems that ship with the course: as `lesson_poems train --quick`.

use std::path::Path;

use burn::prelude::Device;
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        run::{
            landmarks,
            settings::{STARTER, Settings},
            train::train,
        },
        shape::PoemShape,
        text::corpus::Corpus,
    },
    shell::{Shown, error::Result},
};

use super::{extra::Extra, levels};

/// Passes over the poems.
pub const EPOCHS: usize = 40;

/// Trains in `folder`.
pub fn learn(extra: &Extra, folder: &Path, shown: Shown, device: &Device) -> Result<()> {
    let mut settings = Settings {
        epochs: EPOCHS,
        shape: PoemShape { d_embed: 64, d_hidden: 64, n_layers: 1, ..PoemShape::default() },
        batch_size: 16,
        warm_up: 40,
        lr: 0.01,
        valid_share: 0.1, // so few poems need more of them to measure a loss
        kernel: Kernel::Fused,
        keep: Some(1),
        ..Settings::default()
    };
    let corpus = Corpus::read_all(&[STARTER.into()], settings.reading())?;
    settings.corpus_sha256 = corpus.sha256();
    let counted = landmarks::of_run(&settings, folder)?;
    extra.landmarks.get_or_init(|| levels(counted));
    train(&settings, Some(corpus), folder, None, shown, &device.clone().into()).map(drop)
}
