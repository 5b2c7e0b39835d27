//! The poem by which the epochs of a run are compared.

use std::path::{Path, PathBuf};

use burn::prelude::Device;

use crate::poems::{
    bundle::{Bundle, Description},
    model::PoemModel,
    write::{
        beginning::Beginning,
        reader::Reader,
        sample::{Sampler, SamplingConfig},
    },
};
use crate::{
    shell::{error::Result, files},
    training::{FinishedEpoch, history::Row},
};

/// The name of the poems in a run folder: a line an epoch, its number, a tab, its poem.
pub const SAMPLES: &str = "samples.txt";
/// The beginning of these poems, where the model knows it.
const BEGIN: &str = "月";

/// Always of the same seed and, if it is known, with the same beginning.
///
/// # Errors
/// A model that knows no Han character.
pub fn poem(bundle: &Bundle, seed: u64, device: &Device) -> Result<String> {
    let reader = Reader::new(bundle, device);
    let sampler = Sampler::new(&reader, SamplingConfig::of(bundle.genre()));
    let begin =
        Beginning::parse(BEGIN, &bundle.vocab).or_else(|_| sampler.first_character(None, seed))?;
    Ok(sampler.write(&begin, None, seed, &mut |_| ()).text)
}

/// Writes the poem of each epoch of a training, and keeps them in the run folder.
pub struct Samples {
    folder: PathBuf,
    lines: String,
    /// Of the model that is trained.
    about: Description,
    seed: u64,
    device: Device,
}

impl Samples {
    /// Of a training in `folder` that goes on after the epochs of `history`.
    pub fn after(
        history: &[Row],
        folder: &Path,
        about: Description,
        seed: u64,
        device: &Device,
    ) -> Self {
        let lines = history.iter().map(|row| line(row.epoch.number, &row.sample)).collect();
        Self { folder: folder.into(), lines, about, seed, device: device.clone() }
    }

    /// The poem of an epoch by its `model`, which is in the folder then.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn write(&mut self, model: &PoemModel, epoch: &FinishedEpoch) -> Result<String> {
        let poem = poem(&self.about.clone().bundle(model.clone()), self.seed, &self.device)?;
        self.lines.push_str(&line(epoch.number, &poem));
        files::write_whole(&self.folder.join(SAMPLES), self.lines.as_bytes())?;
        Ok(poem)
    }
}

fn line(epoch: usize, poem: &str) -> String {
    format!("{epoch}\t{poem}\n")
}
