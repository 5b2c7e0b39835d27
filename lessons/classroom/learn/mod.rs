//! A training to watch: one that the teacher starts from the page, or a run folder that another
//! program trains in. Both are a folder with a history, which is read again as it grows.

mod digits;
mod extra;
mod poems;
mod requests;
mod run;
mod training;

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use burn::prelude::Device;
use hyper::StatusCode;
use lstm_lessons::{
    poems::text::ngram::Landmarks,
    say,
    shell::{Standing, error::Result},
    training::history::Row,
};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{run::Run, training::Training};
use crate::{guard::Visitor, lock::lock, reply::Refusal};

pub use requests::answer;

/// What is learned from.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum From {
    Digits,
    Poems,
}

impl From {
    fn name(self) -> &'static str {
        match self {
            From::Digits => "digits",
            From::Poems => "poems",
        }
    }
}

/// What there is to watch.
pub struct Learning {
    device: Device,
    /// The folder of `--run`.
    run: Option<Run>,
    /// The last training that was started from the page.
    training: Mutex<Option<Arc<Training>>>,
}

impl Learning {
    /// With the folder of `--run`, if it was given.
    ///
    /// # Errors
    /// A folder that is no run, or whose files were changed.
    pub fn new(run: Option<&Path>, device: &Device) -> Result<Self> {
        let run = run.map(Run::open).transpose()?;
        Ok(Self { device: device.clone(), run, training: Mutex::default() })
    }

    fn current(&self) -> Option<Arc<Training>> {
        lock(&self.training).clone()
    }

    /// Starts a training; the one before it must be over, and is forgotten.
    fn start(&self, from: From) -> std::result::Result<(), Refusal> {
        let busy = |sentence: fn() -> String| Err(Refusal::new(StatusCode::CONFLICT, sentence));
        let mut training = lock(&self.training);
        if self.run.is_some() {
            return busy(|| {
                say!(
                    "This page shows the folder of --run; start the classroom without it to train.",
                    "本页显示 --run 指定的文件夹；要训练请不带它启动课堂。"
                )
            });
        }
        if training.as_ref().is_some_and(|training| training.is_running()) {
            return busy(|| {
                say!(
                    "A training is running; wait for its end, or stop it.",
                    "已有训练在进行；请等它结束，或先停止它。"
                )
            });
        }
        *training = Some(Training::start(from, &self.device)?);
        Ok(())
    }

    /// Asks the training to stop after its step.
    fn cancel(&self) -> std::result::Result<(), Refusal> {
        match self.current().filter(|training| training.is_running()) {
            Some(training) => {
                training.watch.stop();
                Ok(())
            }
            None => Err(Refusal::new(StatusCode::CONFLICT, || {
                say!("No training is running.", "没有正在进行的训练。")
            })),
        }
    }

    /// Stops what is running and waits until it has: its folder is gone then.
    pub fn close(&self) {
        let last = lock(&self.training).take();
        if let Some(training) = last {
            training.watch.stop();
            training.wait();
        }
    }

    /// All that there is to see.
    fn told(&self, visitor: &Visitor) -> Value {
        let mut told = json!({ "teacher": visitor.is_teacher, "own": self.run.is_none() });
        let more = match (&self.run, self.current()) {
            (Some(run), _) => run.told(),
            (None, Some(training)) => training.told(),
            (None, None) => json!({ "from": null }),
        };
        if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
            told.extend(more);
        }
        told
    }
}

/// A row of the history as the page draws it.
fn row(Row { epoch, sample, .. }: &Row) -> Value {
    json!({
        "epoch": epoch.number, "train": epoch.train_loss, "valid": epoch.valid_loss,
        "seconds": epoch.seconds, "sample": sample,
    })
}

/// Where the training stands, as the page says it.
fn standing(standing: Standing) -> Value {
    let Standing { epoch, trained, validating, loss, units_per_second, left, .. } = standing;
    json!({
        "epoch": epoch, "trained": trained, "validating": validating, "loss": loss,
        "rate": units_per_second, "left": left,
    })
}

/// The levels that a loss is held against, in the order of their names on the page.
fn levels(landmarks: Landmarks) -> Value {
    let Landmarks { uniform, unigram, bigram, trigram } = landmarks;
    json!({ "uniform": uniform, "unigram": unigram, "bigram": bigram, "trigram": trigram })
}

/// Of digits only one is known: a guess among ten.
fn guess_of_ten() -> Value {
    json!({ "uniform": 10f64.ln() })
}
