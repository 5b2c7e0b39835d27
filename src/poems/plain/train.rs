//! A training on plain text: the same run folder, the same loop, other batches.

use std::{path::Path, sync::Arc};

use burn::prelude::Device;

use super::{carried::Carried, measure::landmarks, pieces::PieceLoader, text::PlainText, write};
use crate::{
    look::thousands,
    poems::{
        bundle::Description,
        run::{
            landmarks::landmark_line,
            settings::Settings,
            train::{Begin, Trained, announce, keep_best, plan, report},
        },
        text::{
            genre::Genre,
            vocab::{Vocab, frequencies},
        },
        verse::schemes::Schemes,
        write::choose::SamplingConfig,
    },
    say,
    shell::{Shown, error::Result, lock::Lock},
    training::{Ended, FinishedEpoch, bundle, run, schedule},
};

/// T, unless the settings say otherwise.
pub const PIECE: usize = 64;
/// How many characters the model writes after each epoch.
const SAMPLE: usize = 70;

/// [`train`](crate::poems::run::train::train) of plain text.
///
/// # Errors
/// As there.
pub fn train(
    settings: &Settings,
    text: Option<PlainText>,
    folder: &Path,
    resume_from: Option<usize>,
    shown: Shown,
    device: &Device,
) -> Result<Trained> {
    let held = resume_from.map(|_| Lock::take(folder)).transpose()?;
    let text = text.map_or_else(|| PlainText::of_run(settings, folder), Ok)?;
    let (train, valid) = text.split(settings.valid_share);
    let about = describe(settings, train);
    let ids = |text: &str| about.vocab.ids_of(text).map(|id| id as u32).collect::<Vec<u32>>();
    let (train, valid) = (ids(train), ids(valid));
    let sizes = (train.len(), valid.len());
    shown.note(say!(
        "{} characters to learn from, {} held back, {} different ones",
        "{} 个字符用于训练，{} 个留作验证，共 {} 种",
        thousands(sizes.0 as u64),
        thousands(sizes.1 as u64),
        thousands(about.vocab.characters() as u64)
    ));
    let landmarks = landmarks(&train, &valid, about.vocab.size());
    shown.note(landmark_line(&landmarks));

    let Begin { done, partial, tracked, model } =
        Begin::of(settings, &about, folder, resume_from, device)?;
    let piece = settings.piece.unwrap_or(PIECE);
    let size = [settings.batch_size, piece];
    let valid = PieceLoader::new(valid, size, (None, 0), device);
    let train = PieceLoader::new(train, size, (Some(settings.seed), done), &tracked);
    let steps = settings.epochs * train.steps();
    let schedule = schedule(settings.lr, settings.warm_up.min(steps / 4), steps)?;

    let _lock = held.map_or_else(|| bundle::claim(folder), Ok)?;
    text.keep_copy(folder)?;
    announce(settings, &about, folder)?;
    let report = report(&landmarks, partial.as_ref());
    let (seed, at, writer) = (settings.seed, device.clone(), about.clone());
    let sample = move |both: &Carried, _: &FinishedEpoch| {
        let bundle = writer.clone().bundle(both.model.clone());
        let sampling = SamplingConfig::of(Genre::Text);
        let text = write::write(&bundle, "", SAMPLE, sampling, seed, &at, &mut |_| ())?;
        Ok(text.replace('\n', "⏎").replace('\t', "⇥"))
    };
    let plan = plan(settings, folder, done, partial, shown);
    let carried = Carried::new(model, train.batch(), &tracked);
    let Ended { model, stopped } =
        run(&plan, carried, schedule, Arc::new(train), Arc::new(valid), report, sample)?;
    let ended = Ended { model: model.model, stopped };
    keep_best(settings, folder, sizes, about, ended, device)
}

/// The characters of the training set, and the shape of the model for them.
fn describe(settings: &Settings, train: &str) -> Description {
    let counted = frequencies([train]);
    let most = settings.vocab_size.unwrap_or(usize::MAX);
    let vocab = Vocab::limited(&counted, settings.min_count, most);
    let story = format!("a training that is not over, seed {}", settings.seed);
    Description::new(settings.shape.clone(), vocab, (Vec::new(), Schemes::default()), story)
}
