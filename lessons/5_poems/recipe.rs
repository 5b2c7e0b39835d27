//! The flags that decide how a model learns, and presets of them.

use std::{fmt::Display, path::PathBuf};

use clap::{Args, ValueEnum};
use lstm_lessons::{
    cell::{CellKind, StackConfig},
    cli::{above_zero, check_shape},
    error::{Error, Result},
    files,
    kernel::Kernel,
    poems::{genre::Genre, train::Settings},
    say,
    training::{check_lr, weights::sha256},
};

use crate::train::STARTER;

/// Flags that belong together.
#[derive(Clone, Copy, ValueEnum)]
pub enum Preset {
    Course,
    Best,
}

/// How a model learns: what a preset decides.
pub struct Recipe {
    epochs: usize,
    hidden: usize,
    embed: usize,
    layers: usize,
    tied: bool,
    dropout: f64,
    features: bool,
    couplets: bool,
    warm_up: usize,
    batch_size: usize,
    lr: f64,
}

impl Recipe {
    /// Small enough for an evening, without a preset.
    const PLAIN: Self = Self {
        epochs: 20,
        hidden: 128,
        embed: 128,
        layers: 2,
        tied: false,
        dropout: 0.0,
        features: false,
        couplets: false,
        warm_up: 200,
        batch_size: 64,
        lr: 0.004,
    };
    /// Seconds of training, to see how it is done.
    pub const QUICK: Self = Self {
        epochs: 12,
        hidden: 64,
        embed: 64,
        layers: 1,
        batch_size: 16,
        warm_up: 40,
        lr: 0.01,
        ..Self::PLAIN
    };
    /// The course's numbers (its padding is masked here, and the learning rate sinks from its
    /// height as in every training).
    const COURSE: Self = Self { epochs: 50, warm_up: 0, lr: 0.01, ..Self::PLAIN };
    /// The numbers of the shipped model's first training, told of couplets from the start.
    const BEST: Self = Self {
        epochs: 12,
        hidden: 256,
        embed: 256,
        layers: 2,
        tied: true,
        dropout: 0.1,
        features: true,
        couplets: true,
        warm_up: 1500,
        batch_size: 32,
        lr: 0.004,
    };
}

/// What a flag is without the user's word, for its help: `[20; course 50, best 12]`.
fn told<T: Display>(of: fn(&Recipe) -> T) -> String {
    let [plain, course, best] =
        [Recipe::PLAIN, Recipe::COURSE, Recipe::BEST].map(|recipe| of(&recipe));
    say!(
        "[default: {plain}; course {course}, best {best}]",
        "[默认：{plain}；course {course}，best {best}]"
    )
}

/// The flags of learning, whichever cell learns.
#[derive(Args)]
pub struct How {
    #[arg(long, value_enum, default_value = "poem", help = say!(
        "lyric: the titles name the tunes, which the model reads first",
        "lyric 为词：标题是词牌，模型先读词牌再写"))]
    genre: Genre,
    #[arg(long, default_value = STARTER, help = say!(
        "title:content, one poem a line",
        "每行一首诗，“标题:内容”"
    ))]
    corpus: PathBuf,
    #[arg(long, value_enum, help = say!(
        "all flags of learning at once: course as the course has them, best as the shipped model \
         was trained; other flags come on top",
        "一次设定全部学习参数：course 取课程的数值，best 取自带模型的数值；另给的参数优先"))]
    preset: Option<Preset>,
    #[arg(long, value_parser = above_zero, help = say!(
        "how often to read all poems {}",
        "把全部诗读几轮 {}",
        told(|r| r.epochs)
    ))]
    epochs: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "width of each layer {}",
        "每层宽度 {}",
        told(|r| r.hidden)
    ))]
    hidden: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "width of a character's vector {}",
        "字向量宽度 {}",
        told(|r| r.embed)
    ))]
    embed: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!("layers {}", "层数 {}", told(|r| r.layers)))]
    layers: Option<usize>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "one matrix reads and writes the characters (needs --embed equal to --hidden) {}",
        "读字与写字共用一个矩阵（--embed 须等于 --hidden） {}", told(|r| r.tied)))]
    tied: Option<bool>,
    #[arg(long, help = say!(
        "share of units silenced while training {}",
        "训练时随机关闭的单元比例 {}",
        told(|r| r.dropout)
    ))]
    dropout: Option<f64>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "tell the model at each place how far the line is and what it must rhyme with {}",
        "在每一处告诉模型行进到第几字、应押何韵 {}", told(|r| r.features)))]
    features: Option<bool>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "in the second line of a couplet tell it, too, which character stands above (needs \
         --features) {}",
        "在一联的下句里，再告诉模型上句同一位置的字（需要 --features） {}", told(|r| r.couplets)))]
    couplets: Option<bool>,
    #[arg(long, help = say!(
        "steps until the learning rate is at its height {}",
        "学习率升到最高所需的步数 {}",
        told(|r| r.warm_up)
    ))]
    warm_up: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "poems a step {}",
        "每步几首诗 {}",
        told(|r| r.batch_size)
    ))]
    batch_size: Option<usize>,
    #[arg(long, help = say!("highest learning rate {}", "最高学习率 {}", told(|r| r.lr)))]
    lr: Option<f64>,
    #[arg(long, default_value_t = 2, value_parser = above_zero, help = say!(
        "characters rarer than this become unknown",
        "出现次数少于此数的字视为未知"
    ))]
    min_count: usize,
    #[arg(long, value_parser = above_zero, help = say!(
        "keep only so many characters, the most frequent",
        "只保留最常用的若干个字"
    ))]
    vocab_size: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "the longest text that is kept, in characters [default: poems {poems}, lyrics {lyrics}]",
        "保留的文本最多多少字 [默认：诗 {poems}，词 {lyrics}]",
        poems = Genre::Poem.longest(), lyrics = Genre::Lyric.longest()))]
    longest: Option<usize>,
    #[arg(long, default_value_t = 0.02, help = say!(
        "share of poems held back for validation",
        "留作验证的比例"
    ))]
    valid_share: f64,
    #[arg(long, default_value_t = 1, help = say!(
        "the same seed gives the same weights",
        "相同的种子得到相同的权重"
    ))]
    seed: u64,
}

impl How {
    /// The numbers of the preset, and on top of it those that the user gave.
    pub fn recipe(&self) -> Recipe {
        self.on_top_of(match self.preset {
            None => Recipe::PLAIN,
            Some(Preset::Course) => Recipe::COURSE,
            Some(Preset::Best) => Recipe::BEST,
        })
    }

    /// The numbers that the user gave, on top of those of `base`.
    pub fn on_top_of(&self, base: Recipe) -> Recipe {
        Recipe {
            epochs: self.epochs.unwrap_or(base.epochs),
            hidden: self.hidden.unwrap_or(base.hidden),
            embed: self.embed.unwrap_or(base.embed),
            layers: self.layers.unwrap_or(base.layers),
            tied: self.tied.unwrap_or(base.tied),
            dropout: self.dropout.unwrap_or(base.dropout),
            features: self.features.unwrap_or(base.features),
            couplets: self
                .couplets
                .unwrap_or(base.couplets && self.features.unwrap_or(base.features)),
            warm_up: self.warm_up.unwrap_or(base.warm_up),
            batch_size: self.batch_size.unwrap_or(base.batch_size),
            lr: self.lr.unwrap_or(base.lr),
        }
    }

    /// Everything that decides what a training does.
    ///
    /// # Errors
    /// Flags that are out of range or contradict each other, or a corpus that cannot be read.
    pub fn settings(
        &self,
        recipe: Recipe,
        cell: CellKind,
        start: Option<PathBuf>,
        kernel: Kernel,
    ) -> Result<Settings> {
        if !(0.0..1.0).contains(&self.valid_share) {
            return Err(Error::user(say!(
                "--valid-share must be at least 0 and below 1",
                "--valid-share 须不小于 0 且小于 1"
            )));
        }
        if recipe.tied && recipe.embed != recipe.hidden {
            return Err(Error::user(say!(
                "--tied needs --embed and --hidden to be equal",
                "--tied 要求 --embed 与 --hidden 相等"
            )));
        }
        if recipe.couplets && !recipe.features {
            return Err(Error::user(say!(
                "--couplets needs --features",
                "--couplets 需要 --features"
            )));
        }
        if !(0.0..1.0).contains(&recipe.dropout) {
            return Err(Error::user(say!(
                "--dropout must be at least 0 and below 1",
                "--dropout 须不小于 0 且小于 1"
            )));
        }
        let settings = Settings {
            corpus: self.corpus.clone(),
            genre: self.genre,
            corpus_sha256: sha256(&files::read_whole(&self.corpus)?),
            start,
            epochs: recipe.epochs,
            batch_size: recipe.batch_size,
            lr: recipe.lr,
            seed: self.seed,
            cell,
            d_embed: recipe.embed,
            d_hidden: recipe.hidden,
            n_layers: recipe.layers,
            tied: recipe.tied,
            dropout: recipe.dropout,
            features: recipe.features,
            couplets: recipe.couplets,
            warm_up: recipe.warm_up,
            kernel,
            min_count: self.min_count,
            valid_share: self.valid_share,
            vocab_size: self.vocab_size,
            longest: self.longest.unwrap_or(self.genre.longest()),
        };
        check(&settings)?;
        Ok(settings)
    }
}

/// Refuses a network that is too large to be meant, and a learning rate that teaches nothing.
///
/// # Errors
/// Such settings, from flags or from the file of a run.
pub fn check(settings: &Settings) -> Result<()> {
    let Settings { cell, d_embed: d_input, d_hidden, n_layers, lr, .. } = *settings;
    check_shape(&StackConfig { cell, d_input, d_hidden, n_layers, forget_bias: 1.0 })?;
    check_lr(lr)
}
