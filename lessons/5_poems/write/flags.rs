//! What a user may ask of the lesson when it writes.

use std::{io::IsTerminal, path::PathBuf};

use clap::{Args, ValueEnum, builder::PossibleValue};
use lstm_lessons::{
    poems::{
        text::{genre::Genre, pinyin::with_pinyin, punctuation::in_lines},
        verse::prosody::Form,
    },
    say,
    shell::{
        cli::above_zero,
        error::{Error, Result},
        say::{Lang, lang},
    },
};

use crate::sampling::Sampling;

/// How many characters of plain text are written, unless the user says otherwise.
pub(super) const LENGTH: usize = 500;

/// The flags.
#[derive(Args)]
pub struct Write {
    #[arg(long, help = say!(
        "the character (or characters) to begin with",
        "以这个字（或几个字）开头"
    ))]
    pub begin: Option<String>,
    #[arg(long, value_name = "LINE", conflicts_with = "begin", help = say!(
        "the whole first line, to which the poem is written",
        "给定首句，续写全诗"
    ))]
    pub(super) first_line: Option<String>,
    #[arg(long, value_name = "LINE", conflicts_with_all = ["begin", "first_line", "acrostic", "form", "rhyme", "tones", "tune", "title", "explain", "stream", "best"], help = say!(
        "second lines for this first line of a couplet (对联), the best of them with their scores",
        "给出上联，写若干下联并打分，最好的在前"
    ))]
    pub(super) answer: Option<String>,
    #[arg(long, help = say!(
        "each of these characters begins a line",
        "藏头：每行依次以这些字开头"
    ))]
    pub(super) acrostic: Option<String>,
    #[arg(long, value_enum, help = say!(
        "poem: Tang poems (shi); lyric: lyrics of the Song dynasty (ci) [default: poem]",
        "poem 写诗，lyric 写词 [默认：poem]"
    ))]
    pub(super) genre: Option<Genre>,
    #[arg(long, help = say!(
        "the tune of a lyric, e.g. 浣溪沙; without it, each poem has its own",
        "词牌，例如 浣溪沙；不给则每首自选"
    ))]
    pub(super) tune: Option<String>,
    #[arg(long, conflicts_with = "tune", help = say!(
        "what the poem is about, e.g. 送友人之江南 or 秋夜",
        "诗题，例如 送友人之江南 或 秋夜"
    ))]
    pub(super) title: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "epoch", help = say!(
        "write as this poet does, e.g. 李白; `poets` lists those that the model knows",
        "像这位诗人那样写，例如 李白；poets 列出模型认识的诗人"
    ))]
    pub(super) poet: Option<String>,
    #[arg(long, value_enum, hide_possible_values = true, help = say!(
        "五绝 七绝 五律 七律 (or wujue qijue wulv qilv): lines and punctuation of that form; or free",
        "五绝、七绝、五律、七律：按该体裁的行数、字数与标点；free 为自由体"))]
    pub(super) form: Option<Shape>,
    #[arg(long, num_args = 0..=1, value_name = "RHYME", help = say!(
        "even lines share a level rhyme of the 106; --rhyme 东 says which",
        "偶数句押平水韵的同一平声韵；--rhyme 东 指定韵部"
    ))]
    pub(super) rhyme: Option<Option<String>>,
    #[arg(long, help = say!("the tones of regulated verse", "合近体诗的平仄"))]
    pub(super) tones: bool,
    #[arg(long, help = say!(
        "under each poem its tones, rhyme and breaches, and each character's rivals",
        "诗后给出平仄、韵、出律之处，以及每个字的竞争者"))]
    pub(super) explain: bool,
    #[arg(long, conflicts_with_all = ["json", "explain", "answer"], help = say!(
        "under each line how it is read [default: on a terminal in English]",
        "每句下面注拼音"
    ))]
    pub(super) pinyin: bool,
    #[arg(long, conflicts_with = "json", help = say!(
        "show the poem as it is written",
        "边写边显示"
    ))]
    pub(super) stream: bool,
    #[command(flatten)]
    pub(super) sampling: Sampling,
    #[arg(long, help = say!(
        "the same seed gives the same poems; without it, a new one each time",
        "相同的种子写出相同的诗；不给则每次不同"
    ))]
    pub seed: Option<u64>,
    #[arg(long, default_value_t = 1, value_parser = above_zero, help = say!(
        "how many poems",
        "写几首"
    ))]
    pub(super) count: usize,
    #[arg(long, value_name = "N", value_parser = above_zero, conflicts_with = "stream", help = say!(
        "of --count poems only the N best, by how much the lines before add to each line",
        "在 --count 首中只显示最好的 N 首，按前文对每句的贡献排序"
    ))]
    pub(super) best: Option<usize>,
    #[arg(long, value_name = "N", help = say!(
        "the fewest lines of a free poem [default: 4]",
        "自由写作时至少写几句 [默认：4]"
    ))]
    pub(super) fewest_lines: Option<usize>,
    #[arg(long, value_name = "N", value_parser = above_zero, help = say!(
        "of a model of plain text: how many characters [default: {LENGTH}]",
        "普通文本的模型：写多少个字符 [默认：{LENGTH}]"
    ))]
    pub(super) length: Option<usize>,
    #[arg(long, help = say!("one JSON object a poem, nothing else", "每首诗输出一个 JSON 对象"))]
    pub json: bool,
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    pub(super) run: Option<PathBuf>,
    #[arg(long, requires = "run", help = say!(
        "the model as it was after this epoch of --run [default: the best]",
        "使用 --run 在这一轮之后的模型 [默认：最好的一轮]"
    ))]
    pub(super) epoch: Option<usize>,
}

/// A regular form, or none.
#[derive(Clone, Copy)]
pub(super) struct Shape(pub Option<Form>);

impl ValueEnum for Shape {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Shape; 5] = [
            Shape(Some(Form::Jueju5)),
            Shape(Some(Form::Jueju7)),
            Shape(Some(Form::Lvshi5)),
            Shape(Some(Form::Lvshi7)),
            Shape(None),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        self.0.map_or_else(|| Some(PossibleValue::new("free")), |form| form.to_possible_value())
    }
}

impl Write {
    /// What clap cannot check.
    pub(super) fn check(&self) -> Result<()> {
        if self.form.is_some_and(|shape| shape.0.is_none()) && (self.rhyme.is_some() || self.tones)
        {
            return Err(Error::user(say!(
                "--rhyme and --tones need a regular form; give e.g. --form 五绝 instead of free",
                "--rhyme 与 --tones 需要固定体裁；请把 free 改为例如 --form 五绝"
            )));
        }
        Ok(())
    }

    /// Refuses what only a model of plain text can obey.
    pub(super) fn refuse_length(&self) -> Result<()> {
        match self.length {
            None => Ok(()),
            Some(_) => Err(Error::user(say!(
                "--length is for models of plain text; the model of poems says itself when a poem \
                 ends, and --form 五绝 sets its lines",
                "--length 只用于普通文本的模型；诗何时结束由模型自己决定，--form 五绝 可定其句数"
            ))),
        }
    }

    /// Refuses what only a model of poems or lyrics can obey.
    pub(super) fn refuse_verse(&self) -> Result<()> {
        let of_verse = [
            ("--acrostic", self.acrostic.is_some()),
            ("--answer", self.answer.is_some()),
            ("--best", self.best.is_some()),
            ("--explain", self.explain),
            ("--fewest-lines", self.fewest_lines.is_some()),
            ("--first-line", self.first_line.is_some()),
            ("--form", self.form.is_some()),
            ("--rhyme", self.rhyme.is_some()),
            ("--pinyin", self.pinyin),
            ("--poet", self.poet.is_some()),
            ("--parallelism", self.sampling.parallelism.is_some()),
            ("--repeat-penalty", self.sampling.repeat_penalty.is_some()),
            ("--title", self.title.is_some()),
            ("--tones", self.tones),
            ("--tune", self.tune.is_some()),
        ];
        match of_verse.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((flag, _)) => Err(Error::user(say!(
                "{flag} is about poems, and the model of --run learned plain text; leave it out",
                "{flag} 只用于诗词，而 --run 的模型学的是普通文本；请去掉"
            ))),
        }
    }

    /// The poem in lines, each with its reading beneath it where that is wanted. Who reads English on
    /// a terminal gets it unasked; in a pipe a poem is the poem alone.
    pub(super) fn set(&self, poem: &str) -> String {
        let unasked = || lang() == Lang::En && std::io::stdout().is_terminal();
        match self.pinyin || unasked() {
            true => with_pinyin(&in_lines(poem)),
            false => in_lines(poem),
        }
    }
}
