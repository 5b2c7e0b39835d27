//! A poem as it is written, and everything that is known about it afterwards.

use hyper::body::Bytes;
use lstm_lessons::{
    poems::{
        inspect::{explain::mark, gates::Signals},
        text::{genre::Genre, pinyin::with_pinyin},
        verse::{
            breaches::{Judgement, judge},
            prosody::Form,
            rhymes::{RhymeBook, Rhymes},
        },
        write::{
            beginning::Beginning,
            compose::{Choice, Composer, Constraints, Rival},
            reader::Reader,
            sample::{Sampler, SamplingConfig},
            title::{parse_rhyme, parse_tune},
        },
    },
    say,
    shell::say::{Lang, with_lang},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use crate::{
    models::Models,
    plainly::said_plainly,
    reply::{Refusal, both},
};

/// What is asked. A fork is a poem whose beginning is the text up to there and the other character.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub begin: String,
    seed: u32,
    /// 五绝, 七绝, 五律, 七律, or nothing.
    #[serde(default)]
    form: String,
    /// The name of a rhyme or a character that has it; empty for any.
    #[serde(default)]
    rhyme: Option<String>,
    #[serde(default)]
    tones: bool,
    /// Empty for a poem.
    #[serde(default)]
    tune: String,
    #[serde(default = "usual_temperature")]
    temperature: f64,
}

fn usual_temperature() -> f64 {
    SamplingConfig::default().temperature
}

/// Where a poem goes while it is written: whether there will be one, then line by line.
pub struct Lines {
    /// Gone once the first line is sent.
    pub begun: Option<oneshot::Sender<Result<(), Refusal>>>,
    pub lines: UnboundedSender<Bytes>,
}

impl Lines {
    /// Nobody listens any more where a phone has gone away; the poem is short enough to be finished.
    fn send(&mut self, line: &Value) {
        if let Some(begun) = self.begun.take() {
            let _ = begun.send(Ok(()));
        }
        let _ = self.lines.send(format!("{line}\n").into());
    }

    fn refuse(&mut self, refusal: Refusal) {
        match self.begun.take() {
            Some(begun) => drop(begun.send(Err(refusal))),
            None => self.send(&refusal.line()),
        }
    }
}

/// Writes the poem, a line of JSON for each piece of text; or says why there is none. As
/// `lesson_poems` writes it with the same flags.
pub fn write(asked: &Asked, models: &Models, mut lines: Lines) -> Option<(String, Lines)> {
    let mut watch = |text: &str| {
        if !text.is_empty() {
            lines.send(&json!({ "text": text }));
        }
    };
    match composed(asked, models, &mut watch) {
        Ok((poem, ..)) => Some((poem, lines)),
        Err(refusal) => {
            lines.refuse(refusal);
            None
        }
    }
}

/// A last line with everything that is known about the poem.
pub fn explain(asked: &Asked, models: &Models, poem: &str, mut lines: Lines) {
    match about(asked, models, poem) {
        Ok(about) => lines.send(&about),
        Err(refusal) => lines.refuse(refusal),
    }
}

/// The poem alone, its title, and how many of its characters were given.
pub fn text(asked: &Asked, models: &Models) -> Result<(String, Option<String>, usize), Refusal> {
    composed(asked, models, &mut |_| ())
}

fn composed(
    asked: &Asked,
    models: &Models,
    watch: &mut dyn FnMut(&str),
) -> Result<(String, Option<String>, usize), Refusal> {
    let (reader, book) = (asked.reader(models)?, RhymeBook::shipped());
    let (constraints, title) = (asked.constraints(reader, book)?, asked.title(reader)?);
    let sampler = asked.sampler(reader);
    let composer = Composer::new(&sampler, book).to(title);
    let poem = composer.compose(&constraints, asked.seed.into(), watch);
    let given = constraints.begin.text.chars().count();
    Ok((poem.map_err(said_plainly)?, title.map(String::from), given))
}

fn about(asked: &Asked, models: &Models, poem: &str) -> Result<Value, Refusal> {
    let (reader, book) = (asked.reader(models)?, RhymeBook::shipped());
    let (constraints, title) = (asked.constraints(reader, book)?, asked.title(reader)?);
    let sampler = asked.sampler(reader);
    let composer = Composer::new(&sampler, book).to(title);
    let choices = composer.choices(&constraints, asked.seed.into(), poem).map_err(said_plainly)?;
    let gates = match title {
        None => gates(reader, poem, models)?,
        Some(_) => Value::Null,
    };
    let Judgement { form, pattern, rhymes, breaches } = judge(poem, book);
    let shared = if rhymes.level().is_empty() { rhymes } else { rhymes.level() };
    Ok(json!({
        "poem": poem,
        "title": title,
        "given": constraints.begin.text.chars().count(),
        "form": form.map(Form::name),
        "pattern": pattern.map(|pattern| pattern.name()),
        "rhymes": shared.each().map(|place| book.name(place)).collect::<Vec<_>>(),
        "breaches": breaches.iter().map(|breach| both(|| breach.text())).collect::<Vec<_>>(),
        "places": choices.iter().map(|choice| place(choice, book)).collect::<Vec<_>>(),
        "gates": gates,
        "reading": with_pinyin(poem),
    }))
}

impl Asked {
    /// The same with another beginning: a fork.
    pub fn begun(&self, begin: String) -> Self {
        Self { begin, ..self.clone() }
    }

    fn reader(&self, models: &Models) -> Result<&'static Reader<'static>, Refusal> {
        let genre = if self.tune.is_empty() { Genre::Poem } else { Genre::Lyric };
        Ok(models.reader(genre)?)
    }

    /// The tune of a lyric, as the model calls it.
    fn title<'a>(&self, reader: &Reader<'a>) -> Result<Option<&'a str>, Refusal> {
        match &*self.tune {
            "" => Ok(None),
            tune => Ok(Some(&parse_tune(tune, reader.bundle)?.name)),
        }
    }

    fn sampler<'a>(&self, reader: &'a Reader<'a>) -> Sampler<'a> {
        let usual = SamplingConfig::of(reader.bundle.genre());
        let sampling = SamplingConfig { temperature: self.temperature, ..usual };
        Sampler::new(reader, sampling)
    }

    fn constraints(&self, reader: &Reader, book: &RhymeBook) -> Result<Constraints, Refusal> {
        let form = Form::ALL.into_iter().find(|form| form.name() == self.form);
        if form.is_none() && !self.form.is_empty() {
            return Err(Refusal::bad(|| say!("There is no such form.", "没有这种体裁。")));
        }
        if form.is_none() && (self.rhyme.is_some() || self.tones) {
            return Err(Refusal::bad(|| {
                say!("Rhyme and tones need a form.", "押韵与平仄需要固定体裁。")
            }));
        }
        if form.is_some() && !self.tune.is_empty() {
            return Err(Refusal::bad(|| {
                say!("The lines of a lyric follow its tune.", "词的句式由词牌决定。")
            }));
        }
        if !(0.0..=9.0).contains(&self.temperature) {
            return Err(Refusal::bad(|| say!("Temperatures are 0 to 9.", "温度为 0 到 9。")));
        }
        let begin = match self.begin.trim() {
            "" => Beginning::default(), // the model chooses
            typed => Beginning::parse(typed, &reader.bundle.vocab).map_err(said_plainly)?,
        };
        let rhyme = match self.rhyme.as_deref().map(str::trim) {
            None => None,
            Some("") => Some(Rhymes::EVERY_LEVEL),
            Some(typed) => Some(parse_rhyme(typed, book).map_err(|_| {
                Refusal::bad(|| {
                    say!(
                        "That is no rhyme of the level tone; give its name, or a character that has it.",
                        "这不是平声韵；请给韵目名，或给一个平声字。"
                    )
                })
            })?),
        };
        Ok(Constraints { begin, form, rhyme, tones: self.tones, ..Constraints::default() })
    }
}

/// What stands at a place and what could have.
fn place(choice: &Choice, book: &RhymeBook) -> Value {
    let rival = |Rival { character, p, forbidden }: &Rival| {
        let why = forbidden.map(|forbidden| both(|| forbidden.text(book)));
        json!({ "character": character, "p": p, "forbidden": why })
    };
    json!({
        "character": choice.character,
        "tone": mark(choice.character, book),
        "p": choice.p,
        "likeliest": choice.likeliest.iter().map(rival).collect::<Vec<_>>(),
    })
}

/// The gates of the last layer under the characters: a name, and a number for each.
fn gates(reader: &Reader, poem: &str, models: &Models) -> Result<Value, Refusal> {
    let read = || Signals::read(reader.bundle, poem.to_string(), None, &models.device);
    let signals = with_lang(Lang::En, read)?;
    let row = |(name, values): &(String, Vec<f64>)| json!({ "name": name, "values": values });
    Ok(signals.map.rows.iter().map(row).collect())
}
