//! Why the machine wrote what it wrote: tone marks, rhyme, breaches, and each character's rivals.

use serde::Serialize;

use crate::poems::{
    text::{
        punctuation::{PUNCTUATION, in_lines},
        vocab::{EOS, Vocab, is_han},
    },
    verse::{
        breaches::{Judgement, judge},
        rhymes::{RhymeBook, Tone},
    },
    write::{choose::ln_softmax, reader::Reader},
};
use crate::{look::WIDTH, say};

/// How many rivals each character has.
pub const RIVALS: usize = 4;
/// Stands for the end of the poem among the rivals.
const END: char = '■';

/// A character, and what the model expected in its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Character {
    /// The character itself, or a punctuation mark.
    pub character: char,
    /// ○ level, ● oblique, ◐ both, · unknown to the book; a space for punctuation.
    pub tone: char,
    /// Its probability under the model (no temperature, no rules); `None` if the model does not
    /// know it.
    pub p: Option<f64>,
    /// The likeliest others with their probabilities; ■ is the end of the poem.
    pub rivals: Vec<(char, f64)>,
}

/// A poem, explained.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// 五绝…, if the form is regular.
    pub form: Option<&'static str>,
    /// The pattern of tones that it keeps or comes nearest to.
    pub pattern: Option<String>,
    /// The rhymes that the even lines share.
    pub rhymes: Vec<String>,
    /// Against the strict rule, a sentence each.
    pub breaches: Vec<String>,
    /// In the order of the poem, punctuation included.
    pub characters: Vec<Character>,
}

/// The mark of a character's tone.
///
/// ```
/// use lstm_lessons::poems::{inspect::explain::mark, verse::rhymes::RhymeBook};
/// let marks: String = "床月看，".chars().map(|c| mark(c, RhymeBook::shipped())).collect();
/// assert_eq!(marks, "○●◐ ");
/// ```
pub fn mark(c: char, book: &RhymeBook) -> char {
    match (book.has(c, Tone::Level), book.has(c, Tone::Oblique)) {
        (true, true) => '◐',
        (true, false) => '○',
        (false, true) => '●',
        (false, false) if is_han(c) => '·',
        (false, false) => ' ',
    }
}

impl Explained {
    /// Reads `poem`, written under `title`, once more, character by character, with the model that
    /// wrote it.
    pub fn new(poem: &str, title: Option<&str>, reader: &Reader, book: &RhymeBook) -> Self {
        let Judgement { form, pattern, rhymes, breaches } = judge(poem, book);
        let vocab = &reader.bundle.vocab;
        let mut stream = reader.start(title);
        let mut characters = Vec::new();
        for c in poem.chars() {
            let (id, z) = (vocab.id(c), stream.logits());
            characters.push(Character {
                character: c,
                tone: mark(c, book),
                p: id.map(|id| ln_softmax(z, id).exp()),
                rivals: rivals(z, id, vocab),
            });
            if let Some(id) = id {
                stream.read(id);
            }
        }
        let shared = if rhymes.level().is_empty() { rhymes } else { rhymes.level() };
        Self {
            form: form.map(|form| form.name()),
            pattern: pattern.map(|pattern| pattern.name()),
            rhymes: shared.each().map(|place| book.name(place).to_string()).collect(),
            breaches: breaches.iter().map(|breach| breach.text()).collect(),
            characters,
        }
    }

    /// The poem with its marks, what the rules say, and a line for each character.
    pub fn text(&self) -> String {
        let mut lines = self.marked();
        let none = || say!("none", "无");
        let or_none = |words: &[String]| if words.is_empty() { none() } else { words.join(" ") };
        let (form, rhymes) =
            (self.form.map_or_else(|| say!("free", "自由"), str::to_string), or_none(&self.rhymes));
        let pattern = self.pattern.clone().unwrap_or_else(none);
        lines.push(say!(
            "form {form}   tones {pattern}   rhyme {rhymes}",
            "体裁 {form}   平仄 {pattern}   韵 {rhymes}"
        ));
        if self.form.is_some() {
            let breaches = self.breaches.len();
            lines.push(say!("breaches of the strict rule: {breaches}", "出律：{breaches} 处"));
            lines.extend(self.breaches.iter().map(|breach| format!("  {breach}")));
        }
        let rivals = RIVALS;
        lines.push(say!(
            "each character's probability, and the {rivals} likeliest others ({END} the end):",
            "各字的概率，以及最有可能的另外 {rivals} 个字（{END} 为结束）："
        ));
        lines.extend(self.characters.iter().map(Character::line));
        lines.join("\n")
    }

    /// Each line of the poem with the tone marks under it, two columns each.
    fn marked(&self) -> Vec<String> {
        let poem: String = self.characters.iter().map(|c| c.character).collect();
        let sentences = in_lines(&poem);
        let too_wide = |line: &str| 2 * line.chars().count() > WIDTH;
        let rows: Vec<&str> = match sentences.lines().any(too_wide) {
            true => poem.split_inclusive(|c| PUNCTUATION.contains(c)).collect(),
            false => sentences.lines().collect(),
        };
        let mut tones = self.characters.iter().map(|c| c.tone);
        let mut under = |row: &str| {
            row.chars()
                .filter_map(|_| tones.next())
                .flat_map(|tone| [tone, ' '])
                .collect::<String>()
        };
        let both = |row: &str| [String::from(row), under(row).trim_end().to_string()];
        rows.into_iter().map(both).collect::<Vec<_>>().concat()
    }
}

/// The likeliest characters beside `id` under the logits `z`, with their probabilities.
fn rivals(z: &[f32], id: Option<usize>, vocab: &Vocab) -> Vec<(char, f64)> {
    let name = |k: usize| if k == EOS { Some(END) } else { vocab.char(k) };
    let mut others: Vec<usize> =
        (0..z.len()).filter(|&k| Some(k) != id && name(k).is_some()).collect();
    let count = RIVALS.min(others.len());
    if count < others.len() {
        others.select_nth_unstable_by(count, |&a, &b| z[b].total_cmp(&z[a]));
    }
    others.truncate(count);
    others.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
    others.into_iter().filter_map(|k| Some((name(k)?, ln_softmax(z, k).exp()))).collect()
}

impl Character {
    fn line(&self) -> String {
        let Self { character, p, rivals, .. } = self;
        let p = p.map_or(String::from("    -  "), |p| format!("{:5.1} %", 100.0 * p));
        let rivals: String =
            rivals.iter().map(|(rival, p)| format!("   {rival} {:4.1}", 100.0 * p)).collect();
        format!("  {character} {p}  |{rivals}")
    }
}
