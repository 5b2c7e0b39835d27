//! How a model grew: each epoch's losses, how well it wrote, and the poem of one seed, in a small
//! text file beside the model.

use std::{collections::HashSet, path::Path};

use burn::prelude::Device;

use super::{
    corpus::Poem,
    history::{self, Epoch},
    measures::{Measures, lines_of, measure},
    ngram::{Landmarks, landmarks},
    reader::Reader,
    rhymes::RhymeBook,
    run::{epoch_bundle, model_in, no_epoch_yet, read_run},
    sample::{Sampler, SamplingConfig},
    train::{SETTINGS, Split, corpus_of, split},
    vocab::Vocab,
};
use crate::{
    error::{Error, Result},
    files, say,
};

/// The name of the file.
pub const GROWTH: &str = "growth.txt";
/// The columns of the file, split by tabs.
const COLUMNS: &str = "training\tepoch\ttrain_loss\tvalid_loss\tform\trhyme\tcopied\tpoem";

/// One epoch of a model's growth.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Which training, counted from 1; a training that was begun with another's weights is one
    /// more.
    pub training: usize,
    /// Counted from 1 in each training.
    pub epoch: usize,
    /// Nats per token.
    pub train_loss: f64,
    /// Nats per token of the poems held back.
    pub valid_loss: f64,
    /// The share of its poems that have a regular form.
    pub form: f64,
    /// The share of its poems whose even lines rhyme.
    pub rhyme: f64,
    /// The share of its lines that stand in the poems it learned from.
    pub copied: f64,
    /// The poem of the training's seed.
    pub poem: String,
}

/// A model from its first epoch to its last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// What counting alone comes to on the last training's poems.
    pub landmarks: Landmarks,
    pub stages: Vec<Stage>,
}

impl Growth {
    /// The growth of the model that ships.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn shipped() -> Result<Self> {
        Self::parse(include_str!("../../data/pretrained/poems/growth.txt"), "data/pretrained/poems")
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
        let mut chain = vec![folder.to_path_buf()];
        let mut growth = Self::default();
        while let Some(first) = chain.last() {
            if first.join(SETTINGS).exists() {
                match read_run(first)?.0.start {
                    Some(start) if start.is_dir() && !chain.contains(&start) => chain.push(start),
                    _ => break,
                }
            } else if first.join(GROWTH).exists() || chain.len() == 1 {
                let file = first.join(GROWTH);
                let text = String::from_utf8_lossy(&files::read_whole(&file)?).into_owned();
                growth = Self::parse(&text, &first.display().to_string())?;
                chain.pop();
                break;
            } else {
                chain.pop(); // a packed model of before there were such files
                break;
            }
        }
        for run in chain.iter().rev() {
            let last = run.as_path() == folder;
            match growth.add(run, last, count, device) {
                Err(why) if !last => {
                    let run = run.display();
                    eprintln!(
                        "{}",
                        say!(
                            "the growth in {run} is left out: {why}",
                            "{run} 中的成长记录略去：{why}"
                        )
                    );
                }
                added => added?,
            }
        }
        Ok(growth)
    }

    /// Appends one training: all its epochs if it is the `last`, else those up to its best, with
    /// whose weights the next one began.
    fn add(&mut self, run: &Path, last: bool, count: usize, device: &Device) -> Result<()> {
        let (settings, done) = read_run(run)?;
        let epochs = history::read(run, done);
        let best = history::best(&epochs).ok_or_else(|| no_epoch_yet(run))?;
        let split = split(corpus_of(&settings)?.poems, settings.valid_share, settings.seed);
        self.landmarks = counting(&split, &model_in(run, device)?.vocab);
        let known = lines_of(&split.train);
        let training = self.stages.last().map_or(1, |stage| stage.training + 1);
        for Epoch { number: epoch, train_loss, valid_loss, .. } in epochs {
            if epoch > best.number && !last {
                break;
            }
            let (Measures { regular_form: form, rhyme, copied_lines: copied, .. }, poem) =
                written(run, epoch, (count, settings.seed), &known, device)?;
            self.stages.push(Stage {
                training,
                epoch,
                train_loss,
                valid_loss,
                form,
                rhyme,
                copied,
                poem,
            });
        }
        Ok(())
    }

    /// The file's text: a line for the landmarks, the names of the columns, a line an epoch.
    pub fn to_text(&self) -> String {
        let Landmarks { uniform, unigram, bigram, trigram } = self.landmarks;
        let mut text = format!(
            "landmarks\t{uniform:.4}\t{unigram:.4}\t{bigram:.4}\t{trigram:.4}\n{COLUMNS}\n"
        );
        for Stage { training, epoch, train_loss, valid_loss, form, rhyme, copied, poem } in
            &self.stages
        {
            text.push_str(&format!(
                "{training}\t{epoch}\t{train_loss:.4}\t{valid_loss:.4}\t{form:.4}\t{rhyme:.4}\t{copied:.4}\t{poem}\n"
            ));
        }
        text
    }

    /// Reads what [`to_text`](Self::to_text) wrote; `name` is for the message.
    ///
    /// ```
    /// use lstm_lessons::poems::growth::Growth;
    ///
    /// let shipped = Growth::shipped().unwrap();
    /// assert_eq!(Growth::parse(&shipped.to_text(), "a copy").unwrap(), shipped);
    /// ```
    ///
    /// # Errors
    /// Another text.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let mut lines = text.lines();
        let landmarks = lines.next().and_then(landmarks_in);
        let columns = lines.next().filter(|line| *line == COLUMNS);
        let stages: Option<Vec<Stage>> = lines.map(stage_in).collect();
        match (landmarks, columns, stages) {
            (Some(landmarks), Some(_), Some(stages)) => Ok(Self { landmarks, stages }),
            _ => Err(Error::user(say!(
                "{name}/{GROWTH} is not the growth of a model; choose a folder that `lesson_poems \
                 pack` made",
                "{name}/{GROWTH} 不是模型的成长记录；请选择由 `lesson_poems pack` 生成的文件夹"
            ))),
        }
    }
}

fn landmarks_in(line: &str) -> Option<Landmarks> {
    let mut fields = line.strip_prefix("landmarks\t")?.split('\t');
    let mut figure = || fields.next()?.parse().ok();
    Some(Landmarks {
        uniform: figure()?,
        unigram: figure()?,
        bigram: figure()?,
        trigram: figure()?,
    })
}

fn stage_in(line: &str) -> Option<Stage> {
    let mut fields = line.split('\t');
    let (training, epoch) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let mut figure = || fields.next()?.parse().ok();
    let (train_loss, valid_loss) = (figure()?, figure()?);
    let (form, rhyme, copied) = (figure()?, figure()?, figure()?);
    Some(Stage {
        training,
        epoch,
        train_loss,
        valid_loss,
        form,
        rhyme,
        copied,
        poem: fields.next()?.to_string(),
    })
}

/// What counting alone comes to on the poems of a training.
pub fn counting(split: &Split, vocab: &Vocab) -> Landmarks {
    let encode = |poems: &[Poem]| -> Vec<Vec<usize>> {
        poems.iter().map(|poem| vocab.encode(&poem.content)).collect()
    };
    landmarks(&encode(&split.train), &encode(&split.valid), vocab.size())
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
    let poem = history::poem(&bundle, seed, device)?;
    let reader = Reader::new(&bundle, device);
    let written = Sampler::new(&reader, SamplingConfig::default()).freely(count, seed)?;
    Ok((measure(written.iter().map(|poem| poem.text.as_str()), known, RhymeBook::shipped()), poem))
}
