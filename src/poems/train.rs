//! From a corpus to a model: everything a training needs, in one folder.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use burn::prelude::*;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::{Deserialize, Serialize};

pub use super::run::{epoch_bundle, epoch_weights, model_in, no_epoch_yet, read_run};
use super::{
    batch::PoemLoader,
    bundle::Bundle,
    corpus::{Corpus, Poem, Reading},
    genre::{Genre, Tune, content},
    history::{self, Diary, Epoch, Mirror, landmark_line, marks},
    model::{PoemConfig, PoemModel},
    ngram::landmarks,
    vocab::{Vocab, frequencies},
};
use crate::{
    cell::CellKind,
    error::{Error, Result},
    files,
    kernel::Kernel,
    say,
    training::{
        Loss, Partial, Plan,
        report::{Report, ReportOptions},
        run, schedule, weights,
    },
};

/// The name of the settings in a run folder.
pub const SETTINGS: &str = "settings.json";

/// Everything that decides what a training does; it is written into the run folder, and `resume`
/// reads it there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub corpus: PathBuf,
    /// Poems, or lyrics whose titles name their tunes.
    #[serde(default)]
    pub genre: Genre,
    /// SHA-256 of the corpus file, so that a resumed run reads the same poems.
    pub corpus_sha256: String,
    /// The run whose weights this one begins with, instead of fresh ones.
    pub start: Option<PathBuf>,
    pub epochs: usize,
    pub batch_size: usize,
    pub lr: f64,
    pub seed: u64,
    pub cell: CellKind,
    pub d_embed: usize,
    pub d_hidden: usize,
    pub n_layers: usize,
    /// The embedding is the projection too.
    pub tied: bool,
    /// The share of units silenced while training.
    pub dropout: f64,
    /// The facts of verse are added to the characters' vectors.
    #[serde(default)]
    pub features: bool,
    /// Among them the character above.
    #[serde(default)]
    pub couplets: bool,
    /// Steps until the learning rate reaches its height.
    pub warm_up: usize,
    /// Which way computes; the two differ in the last digits.
    pub kernel: Kernel,
    /// Rarer characters become UNK.
    pub min_count: usize,
    /// The share of poems that are held back for validation.
    pub valid_share: f64,
    /// At most so many characters are kept, the most frequent; the others become UNK.
    #[serde(default)]
    pub vocab_size: Option<usize>,
    /// Poems of more characters are left out.
    #[serde(default = "longest")]
    pub longest: usize,
}

/// What runs of before this was a setting have read.
fn longest() -> usize {
    super::corpus::LONGEST
}

/// The poems of a run, split by seed into those that teach and those that judge.
pub struct Split {
    pub train: Vec<Poem>,
    pub valid: Vec<Poem>,
}

/// Parts the poems; at least one judges if there are two.
pub fn split(mut poems: Vec<Poem>, valid_share: f64, seed: u64) -> Split {
    poems.shuffle(&mut StdRng::seed_from_u64(seed));
    let judges = ((poems.len() as f64 * valid_share).round() as usize)
        .clamp(1, poems.len().saturating_sub(1).max(1));
    let valid = poems.split_off(poems.len().saturating_sub(judges));
    Split { train: poems, valid }
}

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
/// # Errors
/// A corpus that cannot be read or has changed, a folder that cannot be written, settings out of
/// range.
pub fn train(
    settings: &Settings,
    folder: &Path,
    resume_from: Option<usize>,
    dashboard: bool,
    device: &Device,
) -> Result<Trained> {
    let (corpus_name, corpus) = (settings.corpus.display(), corpus_of(settings)?);
    eprintln!("{}", corpus.report());
    let Split { train, valid } = split(corpus.poems, settings.valid_share, settings.seed);
    if train.is_empty() {
        return Err(Error::user(say!(
            "{corpus_name} holds only one poem; at least two are needed, one to learn from and one \
             to judge by",
            "{corpus_name} 只有一首诗；至少需要两首：一首用于训练，一首用于验证"
        )));
    }
    let Settings {
        genre,
        cell,
        d_embed,
        d_hidden,
        n_layers,
        tied,
        dropout,
        features,
        couplets,
        batch_size,
        ..
    } = *settings;
    let counted = frequencies(genre.texts(&train));
    let vocab =
        Vocab::limited(&counted, settings.min_count, settings.vocab_size.unwrap_or(usize::MAX));
    let tunes = genre.tunes(&train);
    let config = PoemConfig {
        vocab_size: vocab.size(),
        d_embed,
        d_hidden,
        n_layers,
        cell,
        tied,
        dropout,
        features,
        couplets,
    };
    let encode = |poems: &[Poem]| {
        Arc::new(poems.iter().map(|poem| genre.encode(poem, &vocab)).collect::<Vec<_>>())
    };

    let tracked = device.clone().autodiff();
    let done = resume_from.unwrap_or(0);
    let partial = resume_from.and_then(|done| Partial::read(folder, done + 1));
    let (train_ids, valid_ids) = (encode(&train), encode(&valid));
    let contents =
        |ids: &[Vec<usize>]| ids.iter().map(|ids| content(ids).to_vec()).collect::<Vec<_>>();
    let counting = landmarks(&contents(&train_ids), &contents(&valid_ids), vocab.size());
    eprintln!("{}", landmark_line(&counting));
    let train_loader = PoemLoader::new(train_ids, batch_size, Some(settings.seed), done, &tracked);
    let valid_loader = PoemLoader::new(valid_ids, batch_size, None, 0, device);
    let steps = settings.epochs * train_loader.batches();
    let schedule = schedule(settings.lr, settings.warm_up.min(steps / 4), steps)?;

    let json = serde_json::to_vec_pretty(settings).map_err(|e| Error::ours(e.to_string()))?;
    files::write_whole(&folder.join(SETTINGS), &json)?;
    Bundle::announce(
        folder,
        &config,
        &vocab,
        &tunes,
        format!("a training that is not over, seed {}", settings.seed),
    )?;
    let epochs = Arc::new(Mutex::new(history::read(folder, done)));
    let mirror = Mirror::default();
    let mut diary = Diary {
        folder: folder.to_path_buf(),
        epochs: epochs.clone(),
        poems: history::read_samples(folder, done),
        mirror: mirror.clone(),
        vocab: vocab.clone(),
        config: config.clone(),
        tunes: tunes.clone(),
        seed: settings.seed,
        device: device.clone(),
    };
    let report = Report::new(ReportOptions {
        unit: say!("characters", "字"),
        units_per_epoch: None,
        loss_name: Loss::NAME.into(),
        labels: vec![(Loss::NAME.into(), say!("loss", "损失"))],
        quiet: false,
    })
    .with_marks(marks(&counting))
    .going_on_from(partial.as_ref())
    .on_epoch_end(move |epoch| diary.keep(epoch).unwrap_or_else(|error| Some(error.message())));

    let mut model = match &settings.start {
        Some(run) if done == 0 && partial.is_none() => {
            start_from(run, &config, &vocab, &tunes, &tracked)?
        }
        _ => PoemModel::for_vocab(&config, &vocab, &tunes, settings.seed, &tracked), // a resumed run finds its weights in its checkpoint
    };
    model.stack.dropout = dropout;
    model.mirror = Some(mirror);
    model = model.with_kernel(settings.kernel);
    let plan = Plan {
        folder: folder.to_path_buf(),
        epochs: settings.epochs,
        resume_from: (done > 0).then_some(done),
        partial,
        dashboard,
        keep: usize::MAX,
        accuracy: false,
    };
    let ended =
        run(&plan, model, schedule, Arc::new(train_loader), Arc::new(valid_loader), report)?;

    let best = history::best(&epochs.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    let model = match best {
        Some(best) => {
            let model = PoemModel::for_vocab(&config, &vocab, &tunes, settings.seed, device);
            epoch_weights(model, folder, best.number)?
        }
        None => ended.model,
    };
    let begun = settings
        .start
        .as_ref()
        .map(|run| format!(", begun with the weights of the run {}", name_of(run)));
    let begun = begun.unwrap_or_default();
    let story = match best {
        Some(Epoch { number: epoch, valid_loss: loss, .. }) => format!(
            "{} poems (corpus sha256 {}), epoch {epoch} of {}, {loss:.4} nats per token on {} \
             held-back poems, seed {}{begun}",
            train.len() + valid.len(),
            settings.corpus_sha256,
            settings.epochs,
            valid.len(),
            settings.seed
        ),
        None => String::from("stopped before the first epoch was done"),
    };
    Bundle { model, vocab, config, tunes, story }.save(folder, false)?;
    Ok(Trained { best_epoch: best.map(|epoch| epoch.number), stopped: ended.stopped })
}

/// The last part of a path: where else it lay is nobody's business once the model travels.
fn name_of(run: &Path) -> std::borrow::Cow<'_, str> {
    run.file_name().unwrap_or(run.as_os_str()).to_string_lossy()
}

/// The corpus of a run, unchanged.
///
/// # Errors
/// A corpus that cannot be read or has changed.
pub fn corpus_of(settings: &Settings) -> Result<Corpus> {
    let bytes = files::read_whole(&settings.corpus)?;
    if weights::sha256(&bytes) == settings.corpus_sha256 {
        let reading = Reading { longest: settings.longest, ..Reading::default() };
        return Corpus::read_all(std::slice::from_ref(&settings.corpus), reading);
    }
    let name = settings.corpus.display();
    Err(Error::user(say!(
        "{name} is not the corpus this run began with; put the old one back or train anew",
        "{name} 已不是本次训练开始时的语料；请恢复原文件或重新训练"
    )))
}

/// The model of another run, to be trained further; it need not have had the features, or all of
/// them, yet.
fn start_from(
    run: &Path,
    config: &PoemConfig,
    vocab: &Vocab,
    tunes: &[Tune],
    device: &Device,
) -> Result<PoemModel> {
    let Bundle { model, config: before, vocab: its_vocab, tunes: its_tunes, .. } =
        model_in(run, device)?;
    let PoemConfig { dropout, features, couplets, .. } = *config;
    let same_shape = PoemConfig { dropout, features, couplets, ..before } == *config;
    let told_no_less = (features || !before.features) && (couplets || !before.couplets);
    if same_shape && its_vocab == *vocab && its_tunes == tunes && told_no_less {
        let fresh = PoemModel::for_vocab(config, vocab, tunes, 0, device).features;
        let features = match (model.features.clone(), fresh) {
            (Some(learned), Some(fresh)) => Some(learned.widened(&fresh)),
            (_, fresh) => fresh,
        };
        return Ok(weights::numbered(PoemModel { features, ..model }));
    }
    let run = run.display();
    Err(Error::user(say!(
        "the model in {run} has another shape or vocabulary; train with the flags and the corpus \
         it was trained with, or without --start",
        "{run} 中的模型形状或词表不同；请用训练它时的参数和语料，或不用 --start"
    )))
}
