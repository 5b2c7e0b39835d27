//! What a run keeps of each epoch beside its weights: two losses, and a poem.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use burn::prelude::Device;
use serde::{Deserialize, Serialize};

use crate::poems::{
    bundle::{Bundle, Description},
    model::PoemModel,
    text::ngram::Landmarks,
    write::{
        beginning::Beginning,
        reader::Reader,
        sample::{Sampler, SamplingConfig},
    },
};
use crate::{
    look::{Mark, WIDTH, fit},
    say,
    shell::{error::Result, files},
    training::FinishedEpoch,
};

/// The name of the history in a run folder.
pub const HISTORY: &str = "history.csv";
/// The name of the poems in a run folder: a line an epoch, its number, a tab, its poem.
pub const SAMPLES: &str = "samples.txt";
/// The beginning of these poems, where the model knows it.
const BEGIN: &str = "月";

/// What an epoch came to: a line of the history.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Counted from 1.
    #[serde(rename = "epoch")]
    pub number: usize,
    /// Nats per token of the training set.
    pub train_loss: f64,
    /// Nats per token of the validation set.
    pub valid_loss: f64,
    /// Training and validation.
    pub seconds: f64,
}

/// The epoch with the lowest validation loss.
pub fn best(epochs: &[Epoch]) -> Option<Epoch> {
    epochs.iter().copied().min_by(|a, b| a.valid_loss.total_cmp(&b.valid_loss))
}

/// The epochs that are neither the best nor among the last `keep`.
pub fn dispensable(epochs: &[Epoch], keep: usize) -> Vec<usize> {
    let best = best(epochs).map(|best| best.number);
    let old = &epochs[..epochs.len().saturating_sub(keep)];
    old.iter().map(|epoch| epoch.number).filter(|&number| Some(number) != best).collect()
}

/// Writes the history as CSV.
///
/// # Errors
/// A folder that cannot be written.
pub fn write(folder: &Path, epochs: &[Epoch]) -> Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = ["epoch", "train_loss", "valid_loss", "seconds"].map(String::from);
    let rows = epochs.iter().map(|Epoch { number, train_loss, valid_loss, seconds }| {
        let loss = |loss: &f64| format!("{loss:.6}");
        [number.to_string(), loss(train_loss), loss(valid_loss), format!("{seconds:.1}")]
    });
    for row in [head].into_iter().chain(rows) {
        csv.write_record(row).expect("rows of four fields, into memory");
    }
    files::write_whole(&folder.join(HISTORY), &csv.into_inner().expect("it is in memory"))
}

/// The history of the epochs up to `last`, as far as the folder has one.
pub fn read(folder: &Path, last: usize) -> Vec<Epoch> {
    let Ok(file) = File::open(folder.join(HISTORY)) else { return Vec::new() };
    let rows = csv::Reader::from_reader(file).into_deserialize::<Epoch>();
    rows.filter_map(|row| row.ok()).filter(|epoch| epoch.number <= last).collect()
}

/// The poem by which the epochs of a run are compared: always the same seed and, if it is known,
/// the same beginning.
///
/// # Errors
/// A model that knows no Han character.
pub fn poem(bundle: &Bundle, seed: u64, device: &Device) -> Result<String> {
    let reader = Reader::new(bundle, device);
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    let begin =
        Beginning::parse(BEGIN, &bundle.vocab).or_else(|_| sampler.first_character(None, seed))?;
    Ok(sampler.write(&begin, None, seed, &mut |_| ()).text)
}

/// Writes the poems of all epochs so far.
///
/// # Errors
/// A folder that cannot be written.
pub fn write_samples(folder: &Path, poems: &[(usize, String)]) -> Result<()> {
    let lines: String = poems.iter().map(|(epoch, poem)| format!("{epoch}\t{poem}\n")).collect();
    files::write_whole(&folder.join(SAMPLES), lines.as_bytes())
}

/// The poems of the epochs up to `last`, as far as the folder has them.
pub fn read_samples(folder: &Path, last: usize) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(folder.join(SAMPLES)).unwrap_or_default();
    let line = |line: &str| {
        line.split_once('\t')
            .and_then(|(epoch, poem)| Some((epoch.parse().ok()?, poem.to_string())))
    };
    text.lines().filter_map(line).filter(|(epoch, _)| *epoch <= last).collect()
}

/// What counting alone would come to: the lines beside a loss that say what it is worth.
pub fn landmark_line(Landmarks { uniform, unigram, bigram, trigram }: &Landmarks) -> String {
    say!(
        "counting alone: uniform {uniform:.2}, unigram {unigram:.2}, bigram {bigram:.2}, trigram \
         {trigram:.2} nats/token",
        "只靠计数的损失：均匀 {uniform:.2}，一元 {unigram:.2}，二元 {bigram:.2}，三元 {trigram:.2}"
    )
}

/// The same for a curve.
pub fn marks(landmarks: &Landmarks) -> Vec<Mark> {
    let Landmarks { uniform, unigram, bigram, trigram } = *landmarks;
    let mark = |name, value| Mark { name, value };
    vec![
        mark(say!("uniform", "均匀"), uniform),
        mark(say!("unigram", "一元"), unigram),
        mark(say!("bigram", "二元"), bigram),
        mark(say!("trigram", "三元"), trigram),
    ]
}

/// Keeps the losses and the poem of each epoch in the run folder.
pub struct EpochLog {
    folder: PathBuf,
    epochs: Vec<Epoch>,
    /// By the number of the epoch.
    poems: Vec<(usize, String)>,
    /// Of the model that is trained.
    about: Description,
    seed: u64,
    device: Device,
}

impl EpochLog {
    /// The log of a training in `folder` that goes on after the epoch `last`.
    pub fn open(
        folder: &Path,
        last: usize,
        about: Description,
        seed: u64,
        device: &Device,
    ) -> Self {
        let (epochs, poems) = (read(folder, last), read_samples(folder, last));
        Self { folder: folder.into(), epochs, poems, about, seed, device: device.clone() }
    }

    /// Writes down the losses of an epoch and a poem by its `model`, and returns the poem for the
    /// display.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn keep(&mut self, model: &PoemModel, epoch: &FinishedEpoch) -> Result<String> {
        let FinishedEpoch { number, train, valid, seconds } = *epoch;
        self.epochs.push(Epoch { number, train_loss: train.loss, valid_loss: valid.loss, seconds });
        write(&self.folder, &self.epochs)?;
        let poem = poem(&self.about.clone().bundle(model.clone()), self.seed, &self.device)?;
        let line = fit(&format!("  {poem}"), WIDTH - 1);
        self.poems.push((number, poem));
        write_samples(&self.folder, &self.poems)?;
        Ok(line)
    }
}
