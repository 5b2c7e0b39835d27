//! What a poem could have been: at each place the likeliest characters, and why a rule forbids some.

use super::{
    Composer, Constraints,
    draft::{Draft, Drafter},
    properties::{Wanted, class},
    scheme::{Place, Scheme},
};
use crate::{
    poems::{
        text::{
            punctuation::PUNCTUATION,
            vocab::{EOS, Vocab},
        },
        verse::rhymes::{RhymeBook, Rhymes, Tone},
        write::{choose::ln_softmax, sample::Sampler},
    },
    say,
    shell::error::Result,
};

/// How many of the likeliest stand at each place.
pub const LIKELIEST: usize = 10;
/// As many rhymes are named one by one.
const NAMED: usize = 3;

/// A place of a poem: what stands there, and what the model thought likeliest.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The character or the punctuation mark that stands there.
    pub character: char,
    /// Its probability under the model (no temperature, no rules); `None` if the model does not
    /// know it.
    pub p: Option<f64>,
    /// The [`LIKELIEST`], the likeliest first; it may be among them itself.
    pub likeliest: Vec<Rival>,
}

/// One of the likeliest characters at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// The character; `None` is the end of the poem.
    pub character: Option<char>,
    /// Its probability under the model.
    pub p: f64,
    /// Why it may not stand here.
    pub forbidden: Option<Forbidden>,
}

/// The rule that forbids a character at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// The pattern of tones has this one here.
    Tone(Tone),
    /// One of these rhymes must stand here.
    Rhyme(Rhymes),
    /// It ends another line already.
    Repeated,
    /// The rhyme book does not know it.
    Unlisted,
    /// A line of the form has so many characters.
    LineGoesOn(usize),
    /// The line of the form is full.
    LineEnds,
    /// A text has so many lines at least.
    TooEarly(usize),
    /// Punctuation stands after a character.
    Punctuation,
    /// No Han character that may be written.
    NotHan,
}

impl Forbidden {
    /// The reason, in the language in force.
    pub fn text(self, book: &RhymeBook) -> String {
        match self {
            Forbidden::Tone(tone) => {
                let tone = tone.name();
                say!("the tone pattern has {tone} here", "按平仄此处应为{tone}声")
            }
            Forbidden::Rhyme(rhymes) if rhymes.each().count() > NAMED => {
                say!("a level rhyme must stand here", "此处须押平声韵")
            }
            Forbidden::Rhyme(rhymes) => {
                let names: Vec<&str> = rhymes.each().map(|place| book.name(place)).collect();
                let (or, names) = (names.join(" / "), names.join("、"));
                say!("the rhyme here is {or}", "此处须押{names}")
            }
            Forbidden::Repeated => say!("it is a rhyme of this poem already", "这个字已经用作韵脚"),
            Forbidden::Unlisted => say!("the rhyme book does not list it", "韵书未收这个字"),
            Forbidden::LineGoesOn(n) => {
                say!("the line needs its {n} characters", "这一句要满 {n} 个字")
            }
            Forbidden::LineEnds => say!("the line is full", "这一句已经满了"),
            Forbidden::TooEarly(n) => say!("a poem has {n} lines at least", "一首诗至少 {n} 句"),
            Forbidden::Punctuation => {
                say!("punctuation stands after a character", "标点只能在字的后面")
            }
            Forbidden::NotHan => say!("it is no Chinese character", "不是可写的汉字"),
        }
    }
}

impl Composer<'_> {
    /// Reads `poem`, which this composer wrote under these constraints from this seed, once more:
    /// at each place the likeliest characters, and which of them the rules forbade.
    ///
    /// A poem that goes on from any of the others is written by [`compose`](Composer::compose) with
    /// the text up to there as its beginning.
    ///
    /// ```
    /// use burn::prelude::Device;
    /// use lstm_lessons::poems::{
    ///     bundle::Bundle,
    ///     verse::rhymes::RhymeBook,
    ///     write::{beginning::Beginning, compose::{Composer, Constraints}, reader::Reader, sample::{Sampler, SamplingConfig}},
    /// };
    ///
    /// let device = Device::flex();
    /// let bundle = Bundle::shipped(&device).unwrap();
    /// let reader = Reader::new(&bundle, &device);
    /// let sampler = Sampler::new(&reader, SamplingConfig::default());
    /// let composer = Composer::new(&sampler, RhymeBook::shipped());
    /// let free = |begin: &str| {
    ///     let begin = Beginning::parse(begin, &bundle.vocab).unwrap();
    ///     Constraints { begin, ..Constraints::default() }
    /// };
    /// let poem = composer.compose(&free("月"), 7, &mut |_| ()).unwrap();
    /// let choices = composer.choices(&free("月"), 7, &poem).unwrap();
    ///
    /// let other = choices[1].likeliest.iter().filter_map(|rival| rival.character).find(|&c| !poem.contains(c));
    /// let begin = format!("月{}", other.unwrap());
    /// assert!(composer.compose(&free(&begin), 7, &mut |_| ()).unwrap().starts_with(&begin));
    /// ```
    ///
    /// # Errors
    /// As [`compose`](Composer::compose).
    pub fn choices(&self, constraints: &Constraints, seed: u64, poem: &str) -> Result<Vec<Choice>> {
        let drafter = &*self.drafter;
        let (sampler, book) = (drafter.sampler, drafter.book);
        let vocab = sampler.vocab();
        let form = if constraints.is_free() { None } else { constraints.form(seed) };
        let scheme = form.map(|form| Scheme::new(form, constraints, vocab, book)).transpose()?;
        let candidates = scheme.as_ref().map(|scheme| scheme.candidates.clone());
        let mut draft = drafter.blank(candidates.unwrap_or_default(), self.title);
        let mut stream = sampler.reader.start(self.title);
        let (mut written, mut place) = (Vec::new(), (0, 0));
        let mut choices = Vec::new();
        for c in poem.chars() {
            let (id, z) = (vocab.id(c), stream.logits());
            let forbidden = |id: usize| match &scheme {
                Some(scheme) => in_form(drafter, scheme, &draft, place, id),
                None => in_free_text(sampler, &written, id),
            };
            let rival = |(id, character)| Rival {
                character,
                p: ln_softmax(z, id).exp(),
                forbidden: forbidden(id),
            };
            choices.push(Choice {
                character: c,
                p: id.map(|id| ln_softmax(z, id).exp()),
                likeliest: likeliest(z, vocab).into_iter().map(rival).collect(),
            });
            match &scheme {
                Some(scheme) if is_within(scheme, place) && !PUNCTUATION.contains(c) => {
                    drafter.put_given(scheme, &mut draft, place, c);
                }
                _ => {}
            }
            place = if PUNCTUATION.contains(c) { (place.0 + 1, 0) } else { (place.0, place.1 + 1) };
            if let Some(id) = id {
                written.push(id);
                stream.read(id);
            }
        }
        Ok(choices)
    }
}

/// The likeliest ids under the logits `z`, with their characters; EOS has none.
fn likeliest(z: &[f32], vocab: &Vocab) -> Vec<(usize, Option<char>)> {
    let all = (0..z.len()).map(|id| (id, vocab.char(id)));
    let mut all: Vec<(usize, Option<char>)> =
        all.filter(|&(id, character)| id == EOS || character.is_some()).collect();
    let higher = |a: &(usize, _), b: &(usize, _)| z[b.0].total_cmp(&z[a.0]);
    if all.len() > LIKELIEST {
        all.select_nth_unstable_by(LIKELIEST, higher);
        all.truncate(LIKELIEST);
    }
    all.sort_by(higher);
    all
}

/// Whether a character stands at this place of the form.
fn is_within(scheme: &Scheme, (line, at): Place) -> bool {
    line < scheme.form.lines() && at < scheme.form.characters()
}

/// Why an id may not be chosen in a free text, after what is `written`.
fn in_free_text(sampler: &Sampler, written: &[usize], id: usize) -> Option<Forbidden> {
    if sampler.follows(written)(id) {
        return None;
    }
    Some(match id {
        EOS => Forbidden::TooEarly(sampler.fewest_lines),
        _ if sampler.allows(id) => Forbidden::Punctuation,
        _ => Forbidden::NotHan,
    })
}

/// Why an id may not be chosen at a place of a poem of regular form.
fn in_form(
    drafter: &Drafter,
    scheme: &Scheme,
    draft: &Draft,
    place: Place,
    id: usize,
) -> Option<Forbidden> {
    let characters = scheme.form.characters();
    let is_character = drafter.sampler.is_han(id);
    if !is_within(scheme, place) {
        return is_character.then_some(Forbidden::LineEnds);
    }
    if !is_character {
        return Some(match drafter.sampler.allows(id) {
            true => Forbidden::LineGoesOn(characters),
            false => Forbidden::NotHan,
        });
    }
    let properties = drafter.properties[id];
    let wanted = scheme.wanted(&draft.candidates, place, true);
    let used = draft.feet.contains(&id);
    (!properties.fits(wanted, used)).then(|| match properties.fits(wanted, false) {
        true => Forbidden::Repeated,
        false => unfit(wanted),
    })
}

/// Which rule a character breaks that does not fit what is wanted.
fn unfit(wanted: Wanted) -> Forbidden {
    use class::{LEVEL, ONLY_OBLIQUE, SURELY_LEVEL, SURELY_OBLIQUE};
    match wanted.classes {
        0 => Forbidden::Rhyme(wanted.rhymes),
        classes if classes & (LEVEL | SURELY_LEVEL) != 0 => Forbidden::Tone(Tone::Level),
        classes if classes & (SURELY_OBLIQUE | ONLY_OBLIQUE) != 0 => Forbidden::Tone(Tone::Oblique),
        _ => Forbidden::Unlisted,
    }
}
