//! A small training on drawn digits: the classifier of lesson 4, half as wide.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use burn::prelude::Device;
use lstm_lessons::{
    cell::CellKind,
    kernel::Kernel,
    mnist::{
        Digits,
        drawn::draw_set,
        evaluate::{evaluate, prediction},
        model::{RowClassifier, RowClassifierConfig},
        rows::RowLoader,
    },
    shell::{Shown, error::Result},
    training::{
        FinishedEpoch, Loss, MicroBatches, Plan,
        report::{Report, ReportOptions},
        run, schedule,
    },
};
use serde_json::{Value, json};

use super::{extra::Extra, guess_of_ten};
use crate::lock::lock;

/// Passes over the training set.
pub const EPOCHS: usize = 10;
/// Digits that are shown with what is read in them after each epoch.
const SHOWN: usize = 8;
/// Digits of the validation set, and of the training set.
const VALID: usize = 500;
const TRAIN: usize = 3_000;
const HIDDEN: usize = 64;
const BATCH: usize = 32;
const LR: f64 = 0.004;
const SEED: u64 = 1;

/// Trains in `folder`; after each epoch the shown digits are read.
pub fn learn(extra: &Arc<Extra>, folder: &Path, shown: Shown, device: &Device) -> Result<()> {
    extra.landmarks.get_or_init(guess_of_ten);
    let (_, rest) = draw_set(SHOWN + VALID + TRAIN, SEED).split(SHOWN);
    let (valid, train) = rest.split(VALID);
    let tracked = device.clone().autodiff();
    let train = RowLoader::shuffled(Arc::new(train), BATCH, SEED, 0, &tracked);
    let valid = RowLoader::in_order(Arc::new(valid), VALID, device);
    let steps = EPOCHS * train.batches();
    let plan = Plan {
        folder: folder.into(),
        epochs: EPOCHS,
        resume_from: None,
        partial: None,
        shown,
        keep: Some(1),
        accuracy: true,
        average: None,
        micro_batches: MicroBatches::default(),
    };
    let model = RowClassifierConfig::new(CellKind::Lstm, HIDDEN, 1).init(SEED, &tracked);
    let report = Report::new(ReportOptions {
        unit: String::new(), // the page names it
        units_per_epoch: Some(TRAIN),
        loss_name: Loss::NAME.into(),
        labels: vec![],
    });
    let (extra, plain) = (extra.clone(), device.clone());
    let sample = move |model: &RowClassifier, epoch: &FinishedEpoch| {
        lock(&extra.readings).push(reading(model, epoch, &plain));
        Ok(String::new())
    };
    let model = model.with_kernel(Kernel::Fused);
    let schedule = schedule(LR, steps / 20, steps)?;
    run(&plan, model, schedule, Arc::new(train), Arc::new(valid), report, sample).map(drop)
}

/// What is read in the shown digits, and how much of the validation set is read rightly.
fn reading(model: &RowClassifier, epoch: &FinishedEpoch, device: &Device) -> Value {
    let evaluation = evaluate(model, shown(), device);
    json!({
        "accuracy": epoch.valid.correct as f64 / epoch.valid.count.max(1) as f64,
        "read": evaluation.beliefs.iter().map(prediction).collect::<Vec<_>>(),
    })
}

/// The digits that are shown; they are in neither set.
fn shown() -> &'static Digits {
    static DIGITS: OnceLock<Digits> = OnceLock::new();
    DIGITS.get_or_init(|| draw_set(SHOWN, SEED))
}

/// The same for the page.
pub fn pictures() -> Value {
    let digits = shown();
    let picture = |k: usize| {
        let pixels: String = digits.image(k).iter().map(|ink| format!("{ink:02x}")).collect();
        json!({ "pixels": pixels, "truth": digits.labels[k] })
    };
    (0..digits.len()).map(picture).collect()
}
