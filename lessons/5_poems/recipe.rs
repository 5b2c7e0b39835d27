//! The flags that decide how a model learns, and presets of them.

use std::{fmt::Display, path::PathBuf};

use clap::{Args, ValueEnum};
use lstm_lessons::{
    kernel::{Kernel, Precision},
    poems::{
        plain::{text::PlainText, train::PIECE},
        run::{
            pretraining::Pretraining,
            settings::{STARTER, Settings},
        },
        shape::PoemShape,
        text::{corpus::Corpus, genre::Genre},
        verse::facts::VerseFacts,
    },
    say,
    shell::{
        cli::{MAX_EPOCHS, above_zero, check_shape, share, up_to},
        error::{Error, Result},
    },
    training::{check_lr, weights::sha256},
};

/// Flags that belong together.
#[derive(Clone, Copy, ValueEnum)]
pub enum Preset {
    /// As the course trains.
    #[value(help = None::<&str>)] // the flag says it in both languages
    Course,
    /// As the shipped model was trained.
    #[value(help = None::<&str>)]
    Best,
}

impl Preset {
    fn settings(self) -> Settings {
        match self {
            // The course's numbers (its padding is masked here, and the learning rate falls from
            // its highest as in every training).
            Preset::Course => Settings { epochs: 50, warm_up: 0, lr: 0.01, ..Settings::default() },
            // Those of the shipped model's pretraining; the reference has the second command.
            Preset::Best => Settings {
                epochs: 6,
                shape: PoemShape {
                    d_embed: 320,
                    d_hidden: 320,
                    tied: true,
                    dropout: 0.1,
                    facts: VerseFacts::Output,
                    titles: true,
                    ..PoemShape::default()
                },
                lr: 0.005,
                warm_up: 800,
                ..Settings::default()
            },
        }
    }
}

/// Seconds of training, to see how it is done.
pub fn quick() -> Settings {
    Settings {
        epochs: 12,
        shape: PoemShape { d_embed: 64, d_hidden: 64, n_layers: 1, ..PoemShape::default() },
        batch_size: 16,
        warm_up: 40,
        lr: 0.01,
        ..Settings::default()
    }
}

/// What a flag is without the user's word, for its help: `[default: 20; course 50, best 12]`.
fn defaults<T: Display>(of: fn(&Settings) -> T) -> String {
    let [plain, course, best] =
        [Settings::default(), Preset::Course.settings(), Preset::Best.settings()]
            .map(|settings| of(&settings));
    say!(
        "[default: {plain}; course {course}, best {best}]",
        "[默认：{plain}；course {course}，best {best}]"
    )
}

/// The flags of learning, whichever cell learns.
#[derive(Args)]
pub struct Recipe {
    #[arg(long, value_enum, default_value = "poem", help = say!(
        "lyric: the titles name the tunes, which the model reads first; text: plain text of any \
         language, one long row of characters",
        "lyric 为词：标题是词牌，模型先读词牌再写；text 为任何语言的普通文本，全文连成一串字符"))]
    genre: Genre,
    #[arg(long, num_args = 1.., default_value = STARTER, help = say!(
        "title:content, one poem a line, or whatever else `corpus` reads; of --genre text, UTF-8 \
         files",
        "每行一首诗，“标题:内容”，或 `corpus` 能读的其他文件与文件夹；--genre text 则为 UTF-8 文件"
    ))]
    corpus: Vec<PathBuf>,
    #[arg(long, value_name = "T", value_parser = above_zero, help = say!(
        "of --genre text: how many characters back the gradient goes [default: {PIECE}]",
        "--genre text：梯度往回传多少个字符 [默认：{PIECE}]"
    ))]
    piece: Option<usize>,
    #[arg(long, help = say!(
        "from traditional to simplified characters, by OpenCC",
        "用 OpenCC 将繁体转为简体"
    ))]
    to_simplified: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "further poems that the first epochs read beside the training set (pretraining)",
        "前几轮在训练集之外另读的诗（预训练）"
    ))]
    pretrain: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = above_zero, default_value_t = 2, requires = "pretrain", help = say!(
        "how many epochs read them",
        "预训练的轮数"
    ))]
    pretrain_epochs: usize,
    #[arg(long, value_enum, help = say!(
        "all flags of learning at once: course as the course has them, best as the shipped model \
         was trained; other flags come on top",
        "一次设定全部学习参数：course 取课程的数值，best 取自带模型的数值；另给的参数优先"))]
    preset: Option<Preset>,
    #[arg(long, value_parser = up_to(MAX_EPOCHS), help = say!(
        "how often to read all poems {}",
        "把全部诗读几轮 {}",
        defaults(|s| s.epochs)
    ))]
    epochs: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "width of each layer {}",
        "每层宽度 {}",
        defaults(|s| s.shape.d_hidden)
    ))]
    hidden: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "width of a character's vector {}",
        "字向量宽度 {}",
        defaults(|s| s.shape.d_embed)
    ))]
    embed: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!("layers {}", "层数 {}", defaults(|s| s.shape.n_layers)))]
    layers: Option<usize>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "one matrix reads and writes the characters (needs --embed equal to --hidden) {}",
        "读字与写字共用一个矩阵（--embed 须等于 --hidden） {}", defaults(|s| s.shape.tied)))]
    tied: Option<bool>,
    #[arg(long, value_parser = share, help = say!(
        "share of units silenced while training {}",
        "训练时随机关闭的单元比例 {}",
        defaults(|s| s.shape.dropout)
    ))]
    dropout: Option<f64>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "add to each character how far the line is and what it must rhyme with {}",
        "在每个字的向量上加入行进到第几字、应押何韵 {}", defaults(|s| s.shape.facts >= VerseFacts::Places)))]
    features: Option<bool>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "in the second line of a couplet add, too, which character stands above (needs \
         --features) {}",
        "在一联的下句里，再加入上句同一位置的字（需要 --features） {}", defaults(|s| s.shape.facts == VerseFacts::Couplets)))]
    couplets: Option<bool>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "tell at the output of each candidate what it would repeat, rhyme with and answer (needs \
         --features) {}",
        "在输出端给出每个候选字会重复什么、与何字押韵、与何字相对（需要 --features） {}", defaults(|s| s.shape.facts == VerseFacts::Output)))]
    output: Option<bool>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "read the theme of a poem's title first {}",
        "先读诗题再读诗 {}", defaults(|s| s.shape.titles)))]
    titles: Option<bool>,
    #[arg(long, value_name = "DECAY", value_parser = share, help = say!(
        "validate and keep a moving average of the weights, e.g. 0.999",
        "验证并保留权重的指数移动平均，例如 0.999"
    ))]
    average: Option<f64>,
    #[arg(long, help = say!(
        "steps until the learning rate is at its highest {}",
        "学习率升到最高所需的步数 {}",
        defaults(|s| s.warm_up)
    ))]
    warm_up: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!(
        "poems a step {}",
        "每步几首诗 {}",
        defaults(|s| s.batch_size)
    ))]
    batch_size: Option<usize>,
    #[arg(long, value_name = "N", value_parser = above_zero, default_value_t = 1, help = say!(
        "take each batch in N parts and add up their gradients: the same step, with less memory",
        "梯度累积：把每个批量分成 N 份，梯度相加；步骤不变，内存更省"
    ))]
    accumulate: usize,
    #[arg(long, help = say!("highest learning rate {}", "最高学习率 {}", defaults(|s| s.lr)))]
    lr: Option<f64>,
    #[arg(long, value_enum, value_name = "F32|BF16", hide_possible_values = true, default_value = "f32", help = say!(
        "of the numbers that matrices are multiplied from: bf16 has 8 bits of mantissa, and is \
         faster on AMD since Zen 4 (AVX512-BF16)",
        "矩阵乘法输入的精度：bf16 的尾数只有 8 位，在 AMD Zen 4 及以后的 CPU（AVX512-BF16）上更快"))]
    precision: Precision,
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
    #[arg(long, value_parser = share, default_value_t = 0.02, help = say!(
        "share of poems in the validation set",
        "验证集所占的比例"
    ))]
    valid_share: f64,
    #[arg(long, default_value_t = 1, help = say!(
        "the same seed gives the same weights, with the same number of threads",
        "种子与线程数相同，权重就相同"
    ))]
    seed: u64,
}

impl Recipe {
    /// The settings of the preset.
    pub fn base(&self) -> Settings {
        self.preset.map_or_else(Settings::default, Preset::settings)
    }

    /// Everything that decides what a training does: `base`, and on top of it what the user gave;
    /// and the corpus.
    ///
    /// # Errors
    /// Flags that are out of range or contradict each other, or a corpus that cannot be read.
    pub fn settings(&self, base: Settings, kernel: Kernel) -> Result<(Settings, Corpus)> {
        let mut settings = self.flags(base, kernel)?;
        let corpus = Corpus::read_all(&self.corpus, settings.reading())?;
        if let Some(more) = &self.pretrain {
            let (epochs, reading) = (self.pretrain_epochs, settings.reading());
            settings.pretraining = Some(Pretraining::of(more, epochs, reading)?);
        }
        settings.corpus_sha256 = corpus.sha256();
        settings.copy_sha256 = Some(sha256(corpus.to_text().as_bytes()));
        Ok((settings, corpus))
    }

    /// [`settings`](Self::settings) of a training on plain text, and that text.
    ///
    /// # Errors
    /// As there.
    pub fn plain_settings(&self, base: Settings, kernel: Kernel) -> Result<(Settings, PlainText)> {
        let of_verse = [
            ("--features", self.features == Some(true)),
            ("--couplets", self.couplets == Some(true)),
            ("--output", self.output == Some(true)),
            ("--titles", self.titles == Some(true)),
            ("--pretrain", self.pretrain.is_some()),
            ("--to-simplified", self.to_simplified),
            ("--longest", self.longest.is_some()),
        ];
        if let Some((flag, _)) = of_verse.iter().find(|(_, given)| *given) {
            return Err(Error::user(say!(
                "{flag} is about poems; leave it out with --genre text",
                "{flag} 只用于诗词；--genre text 时请去掉"
            )));
        }
        if self.accumulate > 1 {
            return Err(whole("--accumulate"));
        }
        let facts = VerseFacts::None;
        let shape = PoemShape { facts, titles: false, plain: true, ..base.shape };
        let mut settings = self.flags(Settings { shape, ..base }, kernel)?;
        let text = PlainText::read(&self.corpus)?;
        settings.corpus_sha256 = text.sha256.clone();
        settings.copy_sha256 = Some(sha256(text.text.as_bytes()));
        Ok((settings, text))
    }

    /// What is learned.
    pub fn genre(&self) -> Genre {
        self.genre
    }

    /// `base`, and on top of it what the user gave; of the corpus only where it lies.
    fn flags(&self, base: Settings, kernel: Kernel) -> Result<Settings> {
        if self.piece.is_some() && self.genre != Genre::Text {
            return Err(Error::user(say!(
                "--piece is for --genre text; a poem is read whole",
                "--piece 只用于 --genre text；诗是整首读的"
            )));
        }
        let settings = Settings {
            corpus: self.corpus[0].clone(),
            further: self.corpus[1..].to_vec(),
            genre: self.genre,
            corpus_sha256: String::new(),
            copy_sha256: None,
            to_simplified: self.to_simplified,
            pretraining: None,
            start: None,
            epochs: self.epochs.unwrap_or(base.epochs),
            batch_size: self.batch_size.unwrap_or(base.batch_size),
            accumulate: self.accumulate,
            piece: self.piece,
            lr: self.lr.unwrap_or(base.lr),
            seed: self.seed,
            shape: self.shape(base.shape)?,
            average: self.average.or(base.average),
            warm_up: self.warm_up.unwrap_or(base.warm_up),
            kernel: kernel.at(self.precision)?,
            min_count: self.min_count,
            valid_share: self.valid_share,
            vocab_size: self.vocab_size,
            longest: self.longest.unwrap_or(self.genre.longest()),
            keep: None,
        };
        check(&settings)?;
        Ok(settings)
    }

    fn shape(&self, base: PoemShape) -> Result<PoemShape> {
        let shape = PoemShape {
            d_embed: self.embed.unwrap_or(base.d_embed),
            d_hidden: self.hidden.unwrap_or(base.d_hidden),
            n_layers: self.layers.unwrap_or(base.n_layers),
            cell: base.cell,
            tied: self.tied.unwrap_or(base.tied),
            dropout: self.dropout.unwrap_or(base.dropout),
            facts: self.facts(base.facts)?,
            // The title of a lyric is its tune, which is read in any case.
            titles: self.titles.unwrap_or(base.titles && self.genre == Genre::Poem),
            plain: base.plain,
        };
        if shape.tied && shape.d_embed != shape.d_hidden {
            return Err(Error::user(say!(
                "--tied needs --embed and --hidden to be equal",
                "--tied 要求 --embed 与 --hidden 相等"
            )));
        }
        Ok(shape)
    }

    fn facts(&self, base: VerseFacts) -> Result<VerseFacts> {
        let features = self.features.unwrap_or(base >= VerseFacts::Places);
        let output = self
            .output
            .unwrap_or(features && self.couplets != Some(true) && base == VerseFacts::Output);
        let couplets = self.couplets.unwrap_or(features && !output && base == VerseFacts::Couplets);
        match (features, couplets, output) {
            (false, false, false) => Ok(VerseFacts::None),
            (true, false, false) => Ok(VerseFacts::Places),
            (true, true, false) => Ok(VerseFacts::Couplets),
            (true, false, true) => Ok(VerseFacts::Output),
            (false, true, _) => {
                Err(Error::user(say!("--couplets needs --features", "--couplets 需要 --features")))
            }
            (false, _, true) => {
                Err(Error::user(say!("--output needs --features", "--output 需要 --features")))
            }
            (true, true, true) => Err(Error::user(say!(
                "--output tells of couplets already; leave --couplets out",
                "--output 已包含对仗；请去掉 --couplets"
            ))),
        }
    }
}

/// Why a training on plain text takes no parts of a batch.
pub fn whole(flag: &str) -> Error {
    Error::user(say!(
        "{flag} is not for --genre text, whose batches go on from the state of the one before; \
         leave it out",
        "{flag} 不能用于 --genre text：它的每个批量都从前一个批量的状态继续；请去掉"
    ))
}

/// Refuses a network that is too large to be meant, and a learning rate that teaches nothing.
///
/// # Errors
/// Such settings, from flags or from the file of a run.
pub fn check(settings: &Settings) -> Result<()> {
    check_shape(&settings.shape.stack())?;
    check_lr(settings.lr)
}
