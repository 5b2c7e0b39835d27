//! What decides a training of digits, kept in its run folder: `resume` reads it there.

use std::path::{Path, PathBuf};

use lstm_lessons::{
    kernel::Kernel,
    mnist::Digits,
    say,
    shell::{
        cli::MAX_EPOCHS,
        error::{Error, Result},
        files,
    },
    training::{bundle::SETTINGS, device::without_token, sealed, weights::sha256},
};
use serde::{Deserialize, Serialize};

use crate::{args::Args, training::Training};

/// The flags of a training, with what they stand for where nothing was said.
#[derive(Serialize, Deserialize)]
pub struct Settings {
    #[serde(flatten)]
    pub training: Training,
    pub epochs: usize,
    pub seed: u64,
    pub kernel: Kernel,
    pub quick: bool,
    /// Where MNIST was looked for, if it was asked for by `--data`.
    data: Option<PathBuf>,
    /// SHA-256 of the training set.
    digits_sha256: String,
    /// As it was typed: it goes into the description of the classifier.
    pub command: String,
}

impl Settings {
    /// Of a training that begins.
    pub fn new(args: &Args, training: &Training, epochs: usize, train: &Digits) -> Self {
        let data = args.data.as_ref();
        Self {
            training: training.clone(),
            epochs,
            seed: args.seed,
            kernel: args.kernel,
            quick: args.quick,
            data: data.map(|folder| folder.canonicalize().unwrap_or_else(|_| folder.clone())),
            digits_sha256: sum(train),
            command: command(),
        }
    }

    /// Writes them into the run folder.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        files::write_whole(&folder.join(SETTINGS), &sealed::json(self)?)
    }

    /// Those of the run in `folder`.
    ///
    /// # Errors
    /// A folder that is no run, settings that were changed or that no flag would take.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(SETTINGS);
        let no_settings = |why: String| {
            let file = file.display();
            Error::user(say!(
                "{file} is not the settings of a training of digits ({why}); choose a folder that \
                 lesson_mnist trained in",
                "{file} 不是数字分类器的训练设置（{why}）；请选择 lesson_mnist 训练过的文件夹"
            ))
        };
        let json = sealed::open(&file)?;
        let settings: Self =
            serde_json::from_slice(&json).map_err(|error| no_settings(error.to_string()))?;
        let Training { hidden, layers, batch_size, accumulate, train_count, .. } =
            settings.training;
        let counts = [
            ("hidden", hidden),
            ("layers", layers),
            ("batch_size", batch_size),
            ("accumulate", accumulate),
            ("epochs", settings.epochs),
            ("train_count", train_count.unwrap_or(1)),
        ];
        match counts.into_iter().find(|&(_, count)| count == 0) {
            None if settings.epochs <= MAX_EPOCHS => Ok(settings),
            bad => {
                let key = bad.map_or("epochs", |(key, _)| key);
                Err(no_settings(say!("{key} is out of range", "{key} 超出范围")))
            }
        }
    }

    /// The flags with which this training goes on; MNIST may lie elsewhere now.
    pub fn applied_to(&self, args: &Args) -> Args {
        let data = args.data.clone().or_else(|| self.data.clone());
        let (seed, kernel, quick) = (self.seed, self.kernel, self.quick);
        Args { data, seed, kernel, quick, ..args.clone() }
    }

    /// Refuses other digits than those it began with.
    ///
    /// # Errors
    /// Says so.
    pub fn check_digits(&self, train: &Digits) -> Result<()> {
        match sum(train) == self.digits_sha256 {
            true => Ok(()),
            false => Err(Error::user(say!(
                "these are not the digits that this training began with; name their folder with \
                 --data DIR, or train anew",
                "这不是该训练开始时所用的数字；请用 --data DIR 指定原来的文件夹，或重新训练"
            ))),
        }
    }
}

fn sum(digits: &Digits) -> String {
    sha256(&[&digits.images[..], &digits.labels].concat())
}

/// The flags of this run; folders are left out, they mean nothing elsewhere, and so are tokens.
fn command() -> String {
    let mut words = vec!["lesson_mnist".to_string()];
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--data" => {
                args.next();
                words.extend([arg, "DIR".into()]);
            }
            "--run" => drop(args.next()),
            _ if arg.starts_with("--run=") => {}
            _ if arg.starts_with("--data=") => words.push("--data=DIR".into()),
            _ => words.push(arg),
        }
    }
    words.iter().map(|word| without_token(word)).collect::<Vec<_>>().join(" ")
}
