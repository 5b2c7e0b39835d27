//! How a model grew: each epoch's losses, how well it wrote, and the poem of one seed, in a small
//! text file beside the model.

use std::{
    collections::HashSet,
    fmt,
    path::{Path, PathBuf},
};

use burn::prelude::Device;
use csv::{QuoteStyle, ReaderBuilder, WriterBuilder};
use serde::Deserialize;

use super::measures::{Measures, lines_of, measure};
use crate::poems::{
    run::{
        folder::{best_epoch, epoch_bundle, model_in, read_verse_run},
        samples,
        settings::SETTINGS,
    },
    text::ngram::Landmarks,
    verse::rhymes::RhymeBook,
    write::{
        reader::Reader,
        sample::{Sampler, SamplingConfig},
    },
};
use crate::{
    say,
    shell::{
        self,
        error::{Error, Result},
        files, program,
    },
    training::history::{self, Epoch},
};

/// The name of the file.
pub const GROWTH: &str = "growth.txt";
/// The columns of the file, separated by tabs.
const COLUMNS: [&str; 8] =
    ["training", "epoch", "train_loss", "valid_loss", "form", "rhyme", "copied", "poem"];

/// A file that is not the growth of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoGrowth {
    /// Its folder.
    pub name: String,
}

impl fmt::Display for NoGrowth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self { name }, poems) = (self, program("lesson_poems"));
        f.write_str(&say!(
            "{name}/{GROWTH} is not the growth of a model; choose a folder that `{poems} pack` \
             made",
            "{name}/{GROWTH} 不是模型的成长记录；请选择由 `{poems} pack` 生成的文件夹"
        ))
    }
}

impl std::error::Error for NoGrowth {}

/// One epoch of a model's growth. Of an epoch whose checkpoint is no longer kept only the losses and
/// the poem are known.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Stage {
    /// Which training, counted from 1; a training that was begun with another's weights is one
    /// more.
    pub training: usize,
    /// Counted from 1 in each training.
    pub epoch: usize,
    /// Nats per token of the training set.
    pub train_loss: f64,
    /// Nats per token of the validation set.
    pub valid_loss: f64,
    /// The share of its poems that have a regular form.
    pub form: Option<f64>,
    /// The share of its poems whose even lines rhyme.
    pub rhyme: Option<f64>,
    /// The share of its lines that stand in the training set.
    pub copied: Option<f64>,
    /// The poem of the training's seed.
    pub poem: String,
}

/// A model from its first epoch to its last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// What counting alone comes to on the last training's poems.
    pub landmarks: Landmarks,
    /// Training after training, epoch after epoch.
    pub stages: Vec<Stage>,
}

impl Growth {
    /// The growth of the model that ships.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn shipped() -> Result<Self> {
        Self::parse(
            include_str!("../../../data/pretrained/poems/growth.txt"),
            "data/pretrained/poems",
        )
    }

    /// The growth of the model in a folder: from its file if it has one, else from the training
    /// itself, `count` poems an epoch.
    ///
    /// A training that was begun with the weights of another run has that run's growth, up to the
    /// epoch it was begun from, in front, as far as those folders are still there.
    ///
    /// # Errors
    /// A folder without either, a training without a finished epoch, a corpus that cannot be read
    /// or has changed.
    pub fn of(folder: &Path, count: usize, device: &Device) -> Result<Self> {
        let (runs, mut growth) = ancestry(folder)?;
        for run in runs.iter().rev() {
            let last = run.as_path() == folder;
            match growth.add(run, last, count, device) {
                Err(why) if !last => {
                    let run = run.display();
                    let note = say!(
                        "the growth in {run} is left out: {why}",
                        "{run} 中的成长记录略去：{why}"
                    );
                    shell::note(&note);
                }
                added => added?,
            }
        }
        Ok(growth)
    }

    /// Appends one training: all its epochs if it is the `last`, else those up to its best, with
    /// whose weights the next one began.
    fn add(&mut self, run: &Path, last: bool, count: usize, device: &Device) -> Result<()> {
        let (settings, done) = read_verse_run(run)?;
        let (epochs, best) = (history::read(run, done)?, best_epoch(run, done)?.epoch);
        let split = settings.split_in(run)?;
        self.landmarks = split.landmarks(&model_in(run, device)?.vocab);
        let known = lines_of(&split.train);
        let training = self.stages.last().map_or(1, |stage| stage.training + 1);
        for row in epochs {
            let Epoch { number: epoch, train_loss, valid_loss, .. } = row.epoch;
            if epoch > best.number && !last {
                break;
            }
            let (measures, poem) = match history::is_kept(run, epoch) {
                true => {
                    let of_seed = (count, settings.seed);
                    let (measures, poem) = written(run, epoch, of_seed, &known, device)?;
                    (Some(measures), poem)
                }
                false => (None, row.sample),
            };
            let share = |of: fn(&Measures) -> f64| measures.as_ref().map(of);
            self.stages.push(Stage {
                training,
                epoch,
                train_loss,
                valid_loss,
                form: share(|m| m.regular_form),
                rhyme: share(|m| m.rhyme),
                copied: share(|m| m.copied_lines),
                poem,
            });
        }
        Ok(())
    }

    /// The file's text: a line for the landmarks, the names of the columns, a line an epoch.
    pub fn to_text(&self) -> String {
        let four = |figure: f64| format!("{figure:.4}");
        let Landmarks { uniform, unigram, bigram, trigram } = self.landmarks;
        let mut rows = vec![
            [&["landmarks".into()][..], &[uniform, unigram, bigram, trigram].map(four)].concat(),
            COLUMNS.map(String::from).to_vec(),
        ];
        for Stage { training, epoch, train_loss, valid_loss, form, rhyme, copied, poem } in
            &self.stages
        {
            let losses = [train_loss, valid_loss].map(|&loss| four(loss));
            let shares = [form, rhyme, copied].map(|share| share.map(four).unwrap_or_default());
            let numbers = [training, epoch].map(usize::to_string);
            rows.push([&numbers[..], &losses, &shares, std::slice::from_ref(poem)].concat());
        }
        let mut table = WriterBuilder::new()
            .delimiter(b'\t')
            .quote_style(QuoteStyle::Never)
            .flexible(true)
            .from_writer(Vec::new());
        rows.iter().try_for_each(|row| table.write_record(row)).expect("fields, into memory");
        let text = table.into_inner().expect("it is in memory");
        String::from_utf8(text).expect("made of strings")
    }

    /// Reads what [`to_text`](Self::to_text) wrote; `name` is for the message.
    ///
    /// ```
    /// use lstm_lessons::poems::inspect::growth::Growth;
    ///
    /// let shipped = Growth::shipped().unwrap();
    /// assert_eq!(Growth::parse(&shipped.to_text(), "a copy").unwrap(), shipped);
    /// ```
    ///
    /// # Errors
    /// [`NoGrowth`].
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        parse(text).ok_or_else(|| Error::user(NoGrowth { name: name.into() }))
    }
}

/// The trainings that led to the model in `folder`, the last one first, and the growth of the
/// packed model with which the first of them began, as far as those folders are still there.
fn ancestry(folder: &Path) -> Result<(Vec<PathBuf>, Growth)> {
    let (mut runs, mut next) = (Vec::new(), Some(folder.to_path_buf()));
    while let Some(folder) = next.take() {
        if folder.join(SETTINGS).exists() {
            let start = read_verse_run(&folder)?.0.start;
            runs.push(folder);
            next = start.filter(|start| start.is_dir() && !runs.contains(start));
        } else if runs.is_empty() || folder.join(GROWTH).exists() {
            let text = files::read_whole(&folder.join(GROWTH))?;
            let name = folder.display().to_string();
            return Ok((runs, Growth::parse(&String::from_utf8_lossy(&text), &name)?));
        } // else a model that was packed before there were such files
    }
    Ok((runs, Growth::default()))
}

fn parse(text: &str) -> Option<Growth> {
    let table = ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut rows = table.into_records().map(|row| row.ok());
    let first = rows.next()??;
    let (name, uniform, unigram, bigram, trigram): (&str, f64, f64, f64, f64) =
        first.deserialize(None).ok()?;
    let columns = rows.next()??;
    if name != "landmarks" || columns != COLUMNS[..] {
        return None;
    }
    let stages = rows.map(|row| row?.deserialize(Some(&columns)).ok());
    let landmarks = Landmarks { uniform, unigram, bigram, trigram };
    Some(Growth { landmarks, stages: stages.collect::<Option<_>>()? })
}

/// How well an epoch writes, measured on `count` poems, and its poem of `seed`; a line counts as
/// copied if it stands in `known`.
///
/// # Errors
/// An epoch that is not kept.
pub fn written(
    run: &Path,
    epoch: usize,
    (count, seed): (usize, u64),
    known: &HashSet<Vec<char>>,
    device: &Device,
) -> Result<(Measures, String)> {
    let bundle = epoch_bundle(run, epoch, device)?;
    let poem = samples::poem(&bundle, seed, device)?;
    let reader = Reader::new(&bundle, device);
    let sampling = SamplingConfig::of(bundle.genre());
    let written = Sampler::new(&reader, sampling).freely(count, seed)?;
    Ok((measure(written.iter().map(|poem| poem.text.as_str()), known, RhymeBook::shipped()), poem))
}
