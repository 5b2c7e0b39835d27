//! What may hang on the wall: a poem that the model wrote, or a digit with what is read in it. Both
//! are computed here from what was asked: nobody can put up words of his own as the model's.

use lstm_lessons::{
    mnist::{
        Digits,
        evaluate::{beliefs_by_row, prediction},
    },
    say,
};
use serde::{Deserialize, Serialize};

use crate::{models::Models, poem, reply::Refusal};

/// The longest name.
const NAME: usize = 20;
/// The longest beginning, as in the page's form.
const BEGIN: usize = 40;
/// Forks of one poem: each is written anew.
const FORKS: usize = 32;

/// What somebody wants to put up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// Who it is from, if that is to be known.
    #[serde(default)]
    name: String,
    what: What,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum What {
    Poem {
        asked: poem::Asked,
        #[serde(default)]
        forks: Vec<Fork>,
    },
    /// 28 × 28 bytes, two hexadecimal digits each.
    Digit(String),
}

/// The character that was chosen at a place.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    at: usize,
    character: char,
}

/// What hangs on the wall.
#[derive(Serialize)]
pub struct Card {
    name: String,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Shown {
    Poem {
        asked: poem::Asked,
        forks: Vec<Fork>,
        poem: String,
        title: Option<String>,
        /// How many of its first characters are not the model's.
        given: usize,
    },
    Digit {
        pixels: String,
        read: usize,
        p: f32,
    },
}

impl Sent {
    /// The card: the poem written, or the digit read.
    ///
    /// # Errors
    /// A name that is too long, and what cannot be written or read.
    pub fn card(self, models: &Models) -> Result<Card, Refusal> {
        let name = clean(&self.name)?;
        let shown = match self.what {
            What::Poem { asked, forks } => written(asked, forks, models)?,
            What::Digit(pixels) => read(pixels, models)?,
        };
        Ok(Card { name, shown })
    }
}

/// What is not seen, or turns the text around it.
fn is_unseen(c: char) -> bool {
    let marks = ['\u{200b}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2060}'..='\u{2069}'];
    c.is_control() || c == '\u{feff}' || marks.iter().any(|range| range.contains(&c))
}

/// The name without what would not be seen.
fn clean(name: &str) -> Result<String, Refusal> {
    let name: String = name.trim().chars().filter(|&c| !is_unseen(c)).collect();
    match name.chars().count() <= NAME {
        true => Ok(name),
        false => Err(Refusal::bad(|| {
            say!("A name has {NAME} characters at most.", "名字最多 {NAME} 个字。")
        })),
    }
}

/// The poem, and from each fork on what it became.
fn written(asked: poem::Asked, forks: Vec<Fork>, models: &Models) -> Result<Shown, Refusal> {
    if asked.begin.chars().count() > BEGIN || forks.len() > FORKS {
        return Err(Refusal::bad(|| {
            say!(
                "The wall takes beginnings of {BEGIN} characters and {FORKS} forks at most.",
                "展示墙只接受不超过 {BEGIN} 字的开头和不超过 {FORKS} 次的分支。"
            )
        }));
    }
    let (mut poem, title, given) = poem::text(&asked, models)?;
    for Fork { at, character } in &forks {
        if *at >= poem.chars().count() {
            return Err(Refusal::bad(|| say!("The poem is not so long.", "诗没有那么长。")));
        }
        let begin = poem.chars().take(*at).chain([*character]).collect();
        (poem, ..) = poem::text(&asked.begun(begin), models)?;
    }
    Ok(Shown::Poem { asked, forks, poem, title, given })
}

/// The digit, and what the network believes after its last row.
fn read(pixels: String, models: &Models) -> Result<Shown, Refusal> {
    let bytes = (0..pixels.len() / 2).map(|k| {
        let two = pixels.get(2 * k..2 * k + 2).filter(|two| !two.starts_with('+'));
        two.and_then(|two| u8::from_str_radix(two, 16).ok())
    });
    let bytes = bytes.collect::<Option<Vec<u8>>>();
    let image = bytes.filter(|_| pixels.len() == 2 * Digits::PIXELS);
    let Some(image) = image.filter(|image| image.iter().any(|&ink| ink > 0)) else {
        return Err(Refusal::bad(|| say!("This is no drawn digit.", "这不是手写的数字。")));
    };
    let beliefs = beliefs_by_row(&models.classifier, &image, &models.device);
    let belief = beliefs.last().ok_or_else(Refusal::failed)?;
    let read = prediction(belief);
    Ok(Shown::Digit { pixels, read, p: belief[read] })
}
