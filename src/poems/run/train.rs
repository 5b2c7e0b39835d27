//! From a corpus to a model: everything a training needs, in one folder.

use std::{
    collections::HashSet,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::prelude::*;

use super::{
    describe::describe,
    folder::any_model_in,
    landmarks::{landmark_line, marks},
    samples::Samples,
    settings::{SETTINGS, Settings, Split},
};
use crate::poems::{
    bundle::{Bundle, Description},
    loader::{PoemLoader, TITLES_LEFT_OUT},
    model::PoemModel,
    shape::PoemShape,
    text::{
        corpus::{Corpus, Poem},
        genre::{Genre, Tune},
        ngram::Landmarks,
    },
    verse::facts::VerseFacts,
};
use crate::{
    say,
    shell::{
        Shown,
        error::{Error, Result},
        files,
        lock::Lock,
    },
    training::{
        Ended, FinishedEpoch, Loss, MicroBatches, Partial, Plan, bundle, checkpoint_files,
        device::Devices,
        history::{self, Epoch},
        report::{Report, ReportOptions},
        run, schedule, sealed,
        weights::{self, numbered},
    },
};

/// Why a training cannot begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A corpus of one poem has no validation set.
    OnePoem {
        /// The corpus.
        corpus: PathBuf,
    },
    /// The model to begin with has another shape, vocabulary or tunes.
    OtherModel {
        /// The run that it is in.
        run: PathBuf,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::OnePoem { corpus } => say!(
                "{corpus} holds only one poem; at least two are needed, one for the training set \
                 and one for the validation set",
                "{corpus} 只有一首诗；至少需要两首：一首用于训练，一首用于验证",
                corpus = corpus.display()
            ),
            Kind::OtherModel { run } => say!(
                "the model in {run} has another shape or vocabulary; train with the flags and the \
                 corpus it was trained with, or without --start",
                "{run} 中的模型形状或词表不同；请用训练它时的参数和语料，或不用 --start",
                run = run.display()
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// What a training came to.
pub struct Trained {
    /// The epoch with the lowest validation loss, whose weights are in the folder; `None` if none
    /// was completed.
    pub best_epoch: Option<usize>,
    /// Where Ctrl-C stopped it; `None` if it came to the end of its last epoch.
    pub stopped: Option<Partial>,
}

/// Trains in `folder`, which then holds the settings, every epoch's checkpoint, the history and the
/// best model; or goes on there after the last whole epoch, `resume_from` (0 if there is none yet),
/// in the middle of the next one if it was stopped there.
///
/// The corpus is that of the settings where it is read already, else it is read here.
///
/// # Errors
/// A corpus that cannot be read or has changed, a folder that cannot be written, settings out of
/// range, or [`Kind`].
pub fn train(
    settings: &Settings,
    corpus: Option<Corpus>,
    folder: &Path,
    resume_from: Option<usize>,
    shown: Shown,
    devices: &Devices,
) -> Result<Trained> {
    devices.all().try_for_each(|device| settings.kernel.check(device))?;
    let device = &devices.home;
    // What is gone on with must not change while it is read; what is new is made last.
    let held = resume_from.map(|_| Lock::take(folder)).transpose()?;
    let split = read_split(settings, corpus, folder, shown)?;
    let sizes = (split.train.len(), split.valid.len());
    let about = describe(settings, &split.train);
    let landmarks = split.landmarks(&about.vocab);
    shown.note(landmark_line(&landmarks));

    let Begin { done, partial, tracked, model } =
        Begin::of(settings, &about, folder, resume_from, device)?;
    let more = more_to_read(settings, &split, &about.tunes, shown)?;
    let steps = steps(settings, split.train.len(), more.len());
    let schedule = schedule(settings.lr, settings.warm_up.min(steps / 4), steps)?;

    let _lock = held.map_or_else(|| bundle::claim(folder), Ok)?;
    settings.keep_copy(folder, &split)?;
    announce(settings, &about, folder)?;
    let (train, valid) = loaders(settings, split, more, (&about, &model), done, (&tracked, device));
    let micro_batches = MicroBatches::of(devices, settings.accumulate);
    let train = train.dealt_to(&micro_batches.workers);
    let report = report(&landmarks, partial.as_ref());
    let history = history::read(folder, done)?;
    let mut samples = Samples::after(&history, folder, about.clone(), settings.seed, device);
    let sample = move |model: &PoemModel, epoch: &FinishedEpoch| samples.write(model, epoch);
    let plan = Plan { micro_batches, ..plan(settings, folder, done, partial, shown) };
    let (train, valid) = (Arc::new(train), Arc::new(valid));
    let ended = run(&plan, model, schedule, train, valid, report, sample)?;
    keep_best(settings, folder, sizes, about, ended, device)
}

/// Where a training begins, or goes on.
pub(in crate::poems) struct Begin {
    /// The epochs that are done.
    pub done: usize,
    /// Where in the next one it was stopped.
    pub partial: Option<Partial>,
    /// The device with autodiff.
    pub tracked: Device,
    /// The model before its first step.
    pub model: PoemModel,
}

impl Begin {
    /// Of a training in `folder`.
    pub fn of(
        settings: &Settings,
        about: &Description,
        folder: &Path,
        resume_from: Option<usize>,
        device: &Device,
    ) -> Result<Self> {
        settings.kernel.check(device)?;
        let done = resume_from.unwrap_or(0);
        let partial = resume_from.and_then(|done| Partial::read(folder, done + 1));
        let tracked = device.clone().autodiff();
        // A resumed run finds its weights in its checkpoint.
        let start = settings.start.as_deref().filter(|_| done == 0 && partial.is_none());
        let model = first_model(settings, about, start, &tracked)?;
        Ok(Self { done, partial, tracked, model })
    }
}

/// The corpus, reported and split.
fn read_split(
    settings: &Settings,
    corpus: Option<Corpus>,
    folder: &Path,
    shown: Shown,
) -> Result<Split> {
    let corpus = corpus.map_or_else(|| settings.corpus_in(folder), Ok)?;
    shown.note(corpus.report());
    let split = settings.split(corpus.poems);
    match split.train.is_empty() {
        true => Err(Error::user(Kind::OnePoem { corpus: settings.corpus.clone() })),
        false => Ok(split),
    }
}

/// What the first epochs read beside the training set. A model of lyrics may read poems first; their
/// titles name no tune, and are left out.
pub(super) fn more_to_read(
    settings: &Settings,
    split: &Split,
    tunes: &[Tune],
    shown: Shown,
) -> Result<Vec<Poem>> {
    let Some(pretraining) = &settings.pretraining else { return Ok(Vec::new()) };
    let mut more = pretraining.poems(settings.reading(), &split.valid)?;
    let names: HashSet<&str> = tunes.iter().map(|tune| &*tune.name).collect();
    for poem in more.iter_mut().filter(|_| settings.genre == Genre::Lyric) {
        if !names.contains(&*poem.title) {
            poem.title.clear();
        }
    }
    let (count, epochs) = (more.len(), pretraining.epochs);
    shown.note(say!(
        "pretraining: the first {epochs} epochs read {count} further poems",
        "预训练：前 {epochs} 轮另读 {count} 首诗"
    ));
    Ok(more)
}

/// The steps of all epochs.
fn steps(settings: &Settings, train: usize, more: usize) -> usize {
    let batches = |texts: usize| texts.div_ceil(settings.batch_size);
    let longer = settings.pretraining.as_ref().map_or(0, |more| more.epochs.min(settings.epochs));
    longer * batches(train + more) + (settings.epochs - longer) * batches(train)
}

/// The model before its first step: with the weights of the run `start`, or fresh ones.
fn first_model(
    settings: &Settings,
    about: &Description,
    start: Option<&Path>,
    device: &Device,
) -> Result<PoemModel> {
    let mut model = match start {
        Some(run) => start_from(run, about, device)?,
        None => about.fresh(settings.seed, device),
    };
    model.stack.dropout = settings.shape.dropout;
    Ok(model.with_kernel(settings.kernel))
}

/// The model of another run, to be trained further; it may know fewer facts of verse.
fn start_from(run: &Path, about: &Description, device: &Device) -> Result<PoemModel> {
    let Bundle { model, shape: before, vocab, tunes, schemes, .. } = any_model_in(run, device)?;
    let shape = about.shape();
    let same_shape = PoemShape { dropout: shape.dropout, facts: shape.facts, ..before.clone() };
    let same_table = vocab == about.vocab && tunes == about.tunes;
    // What is told at the output is told by rules of its own, and nothing is told above.
    let same_output = before.facts == shape.facts && schemes == about.schemes
        || before.facts <= shape.facts && shape.facts < VerseFacts::Output;
    if same_shape != *shape || !same_table || !same_output {
        return Err(Error::user(Kind::OtherModel { run: run.into() }));
    }
    let features = match (model.features.clone(), about.fresh(0, device).features) {
        (Some(learned), Some(fresh)) => Some(learned.widened(&fresh)),
        (_, fresh) => fresh,
    };
    Ok(numbered(PoemModel { features, ..model }))
}

/// The batches of the training set, on the device with autodiff, and of the validation set, on the
/// plain one. Of the poems themselves nothing is left.
fn loaders(
    settings: &Settings,
    split: Split,
    more: Vec<Poem>,
    (about, model): (&Description, &PoemModel),
    done: usize,
    (tracked, plain): (&Device, &Device),
) -> (PoemLoader, PoemLoader) {
    let Settings { genre, batch_size, seed, .. } = *settings;
    let titles = about.shape().titles;
    let encode = |poem: Poem| genre.encode(&poem, &about.vocab, titles);
    let facts = model.features.as_ref().map(|features| features.reader.clone());
    let epochs = settings.pretraining.as_ref().map_or(0, |more| more.epochs);
    let (train, valid) = (split.train.into_iter().map(encode), split.valid.into_iter().map(encode));
    (
        PoemLoader::shuffled(train, facts.clone(), batch_size, (seed, done), tracked)
            .with_more(more.into_iter().map(encode), epochs)
            .leaving_titles_out(if titles { TITLES_LEFT_OUT } else { 0.0 }),
        PoemLoader::in_order(valid, facts, batch_size, plain),
    )
}

pub(in crate::poems) fn plan(
    settings: &Settings,
    folder: &Path,
    done: usize,
    partial: Option<Partial>,
    shown: Shown,
) -> Plan {
    Plan {
        folder: folder.to_path_buf(),
        epochs: settings.epochs,
        resume_from: (done > 0).then_some(done),
        partial,
        shown,
        keep: settings.keep,
        accuracy: false,
        average: settings.average,
        micro_batches: MicroBatches::default(),
    }
}

/// Writes what the training and its model are, before the first step.
pub(in crate::poems) fn announce(
    settings: &Settings,
    about: &Description,
    folder: &Path,
) -> Result<()> {
    files::write_whole(&folder.join(SETTINGS), &sealed::json(settings)?)?;
    bundle::announce(folder, about)
}

pub(in crate::poems) fn report(landmarks: &Landmarks, partial: Option<&Partial>) -> Report {
    Report::new(ReportOptions {
        unit: say!("characters", "字"),
        units_per_epoch: None,
        loss_name: Loss::NAME.into(),
        labels: vec![(Loss::NAME.into(), say!("loss", "损失"))],
    })
    .with_marks(marks(landmarks))
    .going_on_from(partial)
}

/// Writes the best epoch's model into the folder; before the first epoch is done, the model as it
/// is.
pub(in crate::poems) fn keep_best(
    settings: &Settings,
    folder: &Path,
    sizes: (usize, usize),
    about: Description,
    ended: Ended<PoemModel>,
    device: &Device,
) -> Result<Trained> {
    let last = ended.stopped.as_ref().map_or(settings.epochs, |partial| partial.epoch - 1);
    let rows = history::read(folder, last)?;
    let best = history::best(&rows);
    let (model, story) = match best {
        Some(best) => {
            let [file, _, _] = checkpoint_files(folder, best.epoch.number);
            let (bytes, name) = (files::read_whole(&file)?, file.display().to_string());
            let fresh = about.fresh(settings.seed, device);
            let model = weights::load(fresh, bytes, &best.sums[0], &name)?;
            (model, story(settings, sizes, best.epoch))
        }
        None => (ended.model, String::from("stopped before the first epoch was done")),
    };
    Bundle { story, ..about.bundle(model) }.save(folder, false)?;
    Ok(Trained { best_epoch: best.map(|best| best.epoch.number), stopped: ended.stopped })
}

/// How the model came to be.
fn story(settings: &Settings, (train, valid): (usize, usize), best: Epoch) -> String {
    let Settings { corpus_sha256, genre, epochs, seed, start, .. } = settings;
    let (held_back, all) = (valid, train + valid);
    let Epoch { number, valid_loss, .. } = best;
    // Of the path only its last part: where else it lay means nothing once the model travels.
    let name = |run: &PathBuf| run.file_name().unwrap_or(run.as_os_str()).display().to_string();
    let begun = start
        .as_ref()
        .map(|run| format!(", begun with the weights of the run {}", name(run)))
        .unwrap_or_default();
    let texts = if *genre == Genre::Text { "characters" } else { "poems" };
    format!(
        "{all} {texts} (corpus sha256 {corpus_sha256}), epoch {number} of {epochs}, {valid_loss:.4} \
         nats per token on {held_back} held-back {texts}, seed {seed}{begun}"
    )
}
