//! Writing poems with a trained model.

use std::{io::IsTerminal, path::PathBuf};

use burn::prelude::Device;
use clap::{Args, ValueEnum, builder::PossibleValue};
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        bundle::Bundle,
        inspect::explain::Explained,
        run::folder::{epoch_bundle, model_in},
        text::{
            genre::{Genre, Tune},
            punctuation::{SENTENCE_ENDS, in_lines},
            vocab::Vocab,
        },
        verse::{prosody::Form, rhymes::RhymeBook},
        write::{
            beginning::{Acrostic, Beginning, parse_tune},
            choose::{PUNCTUATION_TEMPERATURE, SamplingConfig},
            compose::{Composer, Constraints},
            reader::Reader,
            sample::Sampler,
        },
    },
    say,
    shell::{
        cli::{above_zero, out, print},
        error::{Error, Result},
    },
};

#[derive(Args)]
pub struct Write {
    #[arg(long, help = say!(
        "the character (or characters) to begin with",
        "以这个字（或几个字）开头"
    ))]
    pub begin: Option<String>,
    #[arg(long, help = say!(
        "each of these characters begins a line",
        "藏头：每行依次以这些字开头"
    ))]
    acrostic: Option<String>,
    #[arg(long, value_enum, help = say!(
        "poem: Tang poems (shi); lyric: lyrics of the Song dynasty (ci) [default: poem]",
        "poem 写诗，lyric 写词 [默认：poem]"
    ))]
    genre: Option<Genre>,
    #[arg(long, help = say!(
        "the tune of a lyric, e.g. 浣溪沙; without it, each poem has its own",
        "词牌，例如 浣溪沙；不给则每首自选"
    ))]
    tune: Option<String>,
    #[arg(long, value_enum, hide_possible_values = true, help = say!(
        "五绝 七绝 五律 七律 (or wujue qijue wulv qilv): lines and punctuation of that form; or free",
        "五绝、七绝、五律、七律：按该体裁的行数、字数与标点；free 为自由体"))]
    form: Option<Shape>,
    #[arg(long, help = say!(
        "even lines share a level rhyme of the 106",
        "偶数行押平水韵的同一平声韵"
    ))]
    rhyme: bool,
    #[arg(long, help = say!("the tones of regulated verse", "合近体诗的平仄"))]
    tones: bool,
    #[arg(long, default_value_t = 1.0, allow_negative_numbers = true, help = say!(
        "divide a character's probability by this for each time it is in the poem already",
        "某字在诗中每出现过一次，其概率就除以此数"))]
    repeat_penalty: f64,
    #[arg(long, help = say!(
        "under each poem its tones, rhyme and breaches, and each character's rivals",
        "诗后给出平仄、韵、出律之处，以及每个字的竞争者"))]
    explain: bool,
    #[arg(long, conflicts_with = "json", help = say!(
        "show the poem as it is written",
        "边写边显示"
    ))]
    stream: bool,
    #[arg(long, default_value_t = SamplingConfig::default().temperature, allow_negative_numbers = true, help = say!(
        "below 1 plainer, above 1 wilder, 0 always the likeliest",
        "小于 1 更平稳，大于 1 更大胆，0 总取最可能的字"
    ))]
    temperature: f64,
    #[arg(long, alias = "sign-temperature", default_value_t = PUNCTUATION_TEMPERATURE, allow_negative_numbers = true, help = say!(
        "the same for the punctuation and the end of a free poem, so that a line keeps its length",
        "自由写作时标点与结尾的温度，使每句长短合式"
    ))]
    punctuation_temperature: f64,
    #[arg(long, default_value_t = SamplingConfig::default().top_k, help = say!(
        "choose among the k likeliest, 0 for all",
        "只在最可能的 k 个字中选，0 表示全部"
    ))]
    top_k: usize,
    #[arg(long, default_value_t = SamplingConfig::default().top_p, allow_negative_numbers = true, help = say!(
        "choose among the likeliest that together have this probability",
        "只在累计概率达到此值的字中选"
    ))]
    top_p: f64,
    #[arg(long, help = say!(
        "the same seed gives the same poems; without it, a new one each time",
        "相同的种子写出相同的诗；不给则每次不同"
    ))]
    pub seed: Option<u64>,
    #[arg(long, default_value_t = 1, value_parser = above_zero, help = say!(
        "how many poems",
        "写几首"
    ))]
    count: usize,
    #[arg(long, help = say!("one JSON object a poem, nothing else", "每首诗输出一个 JSON 对象"))]
    pub json: bool,
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    run: Option<PathBuf>,
    #[arg(long, requires = "run", help = say!(
        "the model as it was after this epoch of --run [default: the best]",
        "使用 --run 在这一轮之后的模型 [默认：最好的一轮]"
    ))]
    epoch: Option<usize>,
}

/// A regular form, or none.
#[derive(Clone, Copy)]
struct Shape(Option<Form>);

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

/// The model in `run`, or the one of this genre that ships.
///
/// # Errors
/// A folder without a model, or with one of the other genre.
pub fn bundle(run: Option<&PathBuf>, genre: Option<Genre>, device: &Device) -> Result<Bundle> {
    match run {
        Some(folder) => of_genre(model_in(folder, device)?, genre),
        None => Bundle::shipped_of(genre.unwrap_or_default(), device),
    }
}

fn of_genre(bundle: Bundle, genre: Option<Genre>) -> Result<Bundle> {
    match genre.is_none_or(|genre| genre == bundle.genre()) {
        true => Ok(bundle),
        false => Err(Error::user(say!(
            "the model of --run was trained for the other --genre; leave --genre (and --tune) out, \
             or choose another run",
            "--run 的模型是为另一种 --genre 训练的；请去掉 --genre（与 --tune），或另选训练"
        ))),
    }
}

/// Writes as many poems as were asked for.
pub fn run(args: &Write, kernel: Kernel, device: &Device) -> Result<()> {
    check(args)?;
    let bundle = args.bundle(kernel, device)?;
    let reader = Reader::new(&bundle, device);
    let sampler = Sampler::new(&reader, args.sampling());
    let tune = args.tune.as_deref().map(|typed| parse_tune(typed, &bundle)).transpose()?;
    let constraints = args.constraints(&bundle.vocab)?;
    let mut composer = Composer::new(&sampler, RhymeBook::shipped());
    let seed = args.seed.unwrap_or_else(rand::random);
    for k in 0..args.count as u64 {
        if k > 0 && !args.json {
            out("")?;
        }
        let seed = seed.wrapping_add(k);
        composer.tune = tune.or_else(|| sampler.any_tune(seed));
        one(args, &composer, &constraints, seed, &reader)?;
    }
    if args.seed.is_none() && !args.json {
        eprintln!("{}", say!("(seed {seed})", "（种子 {seed}）"));
    }
    Ok(())
}

impl Write {
    /// The model that is asked for.
    fn bundle(&self, kernel: Kernel, device: &Device) -> Result<Bundle> {
        let genre = self.genre.or(self.tune.is_some().then_some(Genre::Lyric));
        let mut bundle = match (&self.run, self.epoch) {
            (Some(run), Some(epoch)) => of_genre(epoch_bundle(run, epoch, device)?, genre)?,
            (run, _) => bundle(run.as_ref(), genre, device)?,
        };
        if bundle.genre() == Genre::Lyric && (self.form.is_some() || self.rhyme || self.tones) {
            return Err(Error::user(say!(
                "--form, --rhyme and --tones are rules of poems; a lyric's lines follow its \
                 --tune, e.g. --tune 浣溪沙",
                "--form、--rhyme、--tones 是诗的格律；词的句式由 --tune 决定，例如 --tune 浣溪沙"
            )));
        }
        bundle.model = bundle.model.with_kernel(kernel);
        Ok(bundle)
    }

    fn sampling(&self) -> SamplingConfig {
        SamplingConfig {
            temperature: self.temperature,
            top_k: self.top_k,
            top_p: self.top_p,
            repetition_penalty: self.repeat_penalty,
            punctuation_temperature: Some(self.punctuation_temperature),
        }
    }

    /// What the poems must keep. The prompt asks for a beginning where neither the flags nor a pipe
    /// say anything.
    fn constraints(&self, vocab: &Vocab) -> Result<Constraints> {
        let parse = |typed: &String| Acrostic::parse(typed, vocab);
        let acrostic = self.acrostic.as_ref().map(parse).transpose()?;
        let begin = match &self.begin {
            Some(typed) => Beginning::parse(typed, vocab)?,
            None if acrostic.is_none() && !self.json && std::io::stdin().is_terminal() => {
                ask(vocab)?
            }
            None => Beginning::default(),
        };
        Ok(Constraints {
            begin,
            acrostic: acrostic.unwrap_or_default(),
            form: self.form.and_then(|shape| shape.0),
            rhyme: self.rhyme,
            tones: self.tones,
        })
    }
}

/// Writes one poem and shows it.
fn one(
    args: &Write,
    composer: &Composer,
    constraints: &Constraints,
    seed: u64,
    reader: &Reader,
) -> Result<()> {
    let tune = composer.tune;
    if let Some(tune) = tune.filter(|_| !args.json) {
        out(&tune.name)?;
    }
    let poem = match args.stream {
        true => stream(composer, constraints, seed)?,
        false => composer.compose(constraints, seed, &mut |_| ())?,
    };
    let explain = || Explained::new(&poem, tune, reader, RhymeBook::shipped());
    match (args.json, args.explain.then(explain)) {
        (true, explained) => out(&as_json(&poem, tune, explained)),
        (false, Some(explained)) => out(&explained.text()),
        (false, None) if args.stream => Ok(()),
        (false, None) => out(&in_lines(&poem)),
    }
}

/// What clap cannot check.
fn check(args: &Write) -> Result<()> {
    let temperatures = [args.temperature, args.punctuation_temperature];
    if temperatures.iter().any(|t| *t < 0.0 || !t.is_finite())
        || !(args.top_p > 0.0 && args.top_p <= 1.0)
    {
        return Err(Error::user(say!(
            "--temperature and --punctuation-temperature must be 0 or more and --top-p above 0 and \
             at most 1",
            "--temperature 与 --punctuation-temperature 须不小于 0，--top-p 须大于 0 且不超过 1"
        )));
    }
    if !(args.repeat_penalty > 0.0 && args.repeat_penalty.is_finite()) {
        return Err(Error::user(say!(
            "--repeat-penalty must be above 0; 1 is none, e.g. 1.5",
            "--repeat-penalty 须大于 0；1 表示不惩罚，例如 1.5"
        )));
    }
    if args.form.is_some_and(|shape| shape.0.is_none()) && (args.rhyme || args.tones) {
        return Err(Error::user(say!(
            "--rhyme and --tones need a regular form; give e.g. --form 五绝 instead of free",
            "--rhyme 与 --tones 需要固定体裁；请把 free 改为例如 --form 五绝"
        )));
    }
    Ok(())
}

/// The poem and whatever else is known of it.
fn as_json(poem: &str, tune: Option<&Tune>, explained: Option<Explained>) -> String {
    let mut json = serde_json::json!({ "text": poem });
    if let Some(tune) = tune {
        json["tune"] = tune.name.as_str().into();
    }
    if let Some(explained) = explained {
        json["explain"] = serde_json::json!(explained);
    }
    json.to_string()
}

/// Shows a poem while it is being written.
fn stream(composer: &Composer, constraints: &Constraints, seed: u64) -> Result<String> {
    let mut error = None;
    let poem = composer.compose(constraints, seed, &mut |text| {
        let shown: String = text
            .chars()
            .flat_map(|c| [Some(c), SENTENCE_ENDS.contains(c).then_some('\n')])
            .flatten()
            .collect();
        if error.is_none() {
            error = print(&shown).err();
        }
    })?;
    match error {
        Some(error) => Err(error),
        None if poem.ends_with(|c| SENTENCE_ENDS.contains(c)) => Ok(poem),
        None => out("").map(|()| poem),
    }
}

/// Asks for the first character, as the course does, until it gets one that the model knows.
fn ask(vocab: &Vocab) -> Result<Beginning> {
    loop {
        eprint!("{}", say!("First character: ", "请输入第一个字："));
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).unwrap_or(0);
        match Beginning::parse(&line, vocab) {
            Err(error) if read > 0 => eprintln!("{error}"),
            parsed => return parsed,
        }
    }
}
