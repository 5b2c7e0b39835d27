//! What a run keeps of each epoch beside its weights: two losses, and a poem.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use burn::prelude::Device;

use super::{
    beginning::Beginning,
    bundle::Bundle,
    genre::Tune,
    model::{PoemConfig, PoemModel},
    ngram::Landmarks,
    reader::Reader,
    sample::{Sampler, SamplingConfig},
    vocab::Vocab,
};
use crate::{
    error::Result,
    files,
    look::{Mark, WIDTH, fit},
    say,
    training::{Loss, report::EpochSummary},
};

/// The name of the history in a run folder.
pub const HISTORY: &str = "history.csv";
/// The name of the poems in a run folder: a line an epoch, its number, a tab, its poem.
pub const SAMPLES: &str = "samples.txt";
/// The beginning of these poems, where the model knows it.
const BEGIN: &str = "月";

/// What an epoch came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Counted from 1.
    pub number: usize,
    /// Nats per token.
    pub train_loss: f64,
    /// Nats per token of the poems held back.
    pub valid_loss: f64,
    /// Training and validation.
    pub seconds: f64,
}

/// The epoch with the lowest validation loss.
pub fn best(epochs: &[Epoch]) -> Option<Epoch> {
    epochs.iter().copied().min_by(|a, b| a.valid_loss.total_cmp(&b.valid_loss))
}

/// Writes the history as CSV.
///
/// # Errors
/// A folder that cannot be written.
pub fn write(folder: &Path, epochs: &[Epoch]) -> Result<()> {
    let mut csv = String::from("epoch,train_loss,valid_loss,seconds\n");
    for Epoch { number, train_loss, valid_loss, seconds } in epochs {
        csv.push_str(&format!("{number},{train_loss:.6},{valid_loss:.6},{seconds:.1}\n"));
    }
    files::write_whole(&folder.join(HISTORY), csv.as_bytes())
}

/// The history of the epochs up to `done`, as far as the folder has one.
pub fn read(folder: &Path, done: usize) -> Vec<Epoch> {
    let text = std::fs::read_to_string(folder.join(HISTORY)).unwrap_or_default();
    let line = |line: &str| {
        let mut fields = line.split(',');
        let number: usize = fields.next()?.parse().ok()?;
        let mut figure = || fields.next()?.parse().ok();
        Some(Epoch { number, train_loss: figure()?, valid_loss: figure()?, seconds: figure()? })
    };
    text.lines().filter_map(line).filter(|epoch| epoch.number <= done).collect()
}

/// The poem by which the epochs of a run are told apart: always the same seed and, if it is known,
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

/// The poems of the epochs up to `done`, as far as the folder has them.
pub fn read_samples(folder: &Path, done: usize) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(folder.join(SAMPLES)).unwrap_or_default();
    let line = |line: &str| {
        line.split_once('\t')
            .and_then(|(epoch, poem)| Some((epoch.parse().ok()?, poem.to_string())))
    };
    text.lines().filter_map(line).filter(|(epoch, _)| *epoch <= done).collect()
}

/// What counting alone would come to: whoever sees the losses sees what they are worth.
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

/// Where a model in training leaves itself when it is validated.
///
/// The display is told of an epoch's end but not given the model, and the checkpoint is not written
/// yet; here lies the model as it was validated, without autodiff, until it is taken. (Tensors are
/// shared, not copied.)
#[derive(Clone, Debug, Default)]
pub struct Mirror(Arc<Mutex<Option<PoemModel>>>);

impl Mirror {
    /// Leaves a model, which must not hold this mirror itself.
    pub fn leave(&self, model: PoemModel) {
        *self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(model);
    }

    /// Takes the model out.
    pub fn take(&self) -> Option<PoemModel> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take()
    }
}

/// Keeps the losses and the poem of each epoch in the run folder.
pub struct Diary {
    pub folder: PathBuf,
    pub epochs: Arc<Mutex<Vec<Epoch>>>,
    pub poems: Vec<(usize, String)>,
    pub mirror: Mirror,
    pub vocab: Vocab,
    pub config: PoemConfig,
    pub tunes: Vec<Tune>,
    pub seed: u64,
    pub device: Device,
}

impl Diary {
    /// Writes them down and returns the poem, for the display.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn keep(&mut self, epoch: &EpochSummary) -> Result<Option<String>> {
        let (Some(train_loss), Some(valid_loss)) =
            (epoch.train(Loss::NAME), epoch.valid(Loss::NAME))
        else {
            return Ok(None);
        };
        let number = epoch.epoch;
        let mut epochs = self.epochs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        epochs.push(Epoch { number, train_loss, valid_loss, seconds: epoch.seconds });
        write(&self.folder, &epochs)?;
        let Some(model) = self.mirror.take() else { return Ok(None) };
        let (vocab, config, tunes) = (self.vocab.clone(), self.config.clone(), self.tunes.clone());
        let bundle = Bundle { model, vocab, config, tunes, story: String::new() };
        let poem = poem(&bundle, self.seed, &self.device)?;
        let line = fit(&format!("  {poem}"), WIDTH - 1);
        self.poems.push((number, poem));
        write_samples(&self.folder, &self.poems)?;
        Ok(Some(line))
    }
}
