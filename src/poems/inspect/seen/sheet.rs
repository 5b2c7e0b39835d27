//! A text as a reader has it before him: in lines, with the name of its tune.

use std::collections::HashMap;

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::poems::{
    text::{corpus::Poem, genre::Genre, punctuation::SENTENCE_ENDS, vocab::is_han},
    verse::prosody::{Form, verses},
    write::sample::Written,
};

/// A poem or a lyric, written or real.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The name of a lyric's tune; none of a poem.
    pub tune: Option<String>,
    /// The whole text.
    pub text: String,
    /// Its lines without punctuation.
    pub lines: Vec<Vec<char>>,
}

impl Sheet {
    /// A text in lines.
    pub fn new(tune: Option<&str>, text: &str) -> Self {
        Self { tune: tune.map(str::to_string), text: text.to_string(), lines: verses(text) }
    }

    /// A text of a corpus; the title of a lyric is its tune.
    pub fn of(poem: &Poem, genre: Genre) -> Self {
        let tune = (genre == Genre::Lyric).then_some(poem.title.as_str());
        Self::new(tune, &poem.content)
    }

    /// All texts of a corpus.
    pub fn all(poems: &[Poem], genre: Genre) -> Vec<Self> {
        poems.iter().map(|poem| Self::of(poem, genre)).collect()
    }

    /// Its Han characters.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        self.lines.iter().flatten().copied().filter(|&c| is_han(c))
    }

    /// How many characters each line has.
    pub fn lengths(&self) -> Vec<usize> {
        self.lines.iter().map(Vec::len).collect()
    }

    /// The third and fourth, and the fifth and sixth line of 律诗, which must answer each other
    /// word for word (对仗); none of any other poem.
    pub fn middle_couplets(&self) -> impl Iterator<Item = [&[char]; 2]> {
        let form = if self.tune.is_none() { Form::of(&self.text) } else { None };
        let regulated = matches!(form, Some(Form::Lvshi5 | Form::Lvshi7));
        let lines = if regulated { &self.lines[2..6] } else { &[] };
        lines.chunks(2).map(|couplet| [&couplet[0][..], &couplet[1][..]])
    }

    /// The last character of each sentence.
    pub fn sentence_ends(&self) -> Vec<char> {
        let sentences = self.text.split(|c| SENTENCE_ENDS.contains(c));
        sentences.filter_map(|sentence| sentence.chars().rev().find(|&c| is_han(c))).collect()
    }

    /// What a text must share with another to be compared with it: a lyric the tune, a poem the
    /// lengths of its lines.
    fn form(&self) -> (Option<&str>, Vec<usize>) {
        match &self.tune {
            Some(tune) => (Some(tune), Vec::new()),
            None => (None, self.lengths()),
        }
    }
}

impl From<&Written> for Sheet {
    fn from(written: &Written) -> Self {
        Self::new(written.title.as_deref(), &written.text)
    }
}

/// Two sets of real texts to compare written ones with, and what is left of `pool`.
///
/// Each set has as many texts of each form (of a lyric: to each tune) as were written; where `pool`
/// has too few for both and as many again to be left over, each set has a quarter of them. So both
/// sets always have the same forms, and real can be compared with real.
pub fn beside(written: &[Sheet], mut pool: Vec<Sheet>, seed: u64) -> ([Vec<Sheet>; 2], Vec<Sheet>) {
    pool.shuffle(&mut StdRng::seed_from_u64(seed));
    let mut wanted = HashMap::<_, usize>::new();
    written.iter().for_each(|sheet| *wanted.entry(sheet.form()).or_default() += 1);
    let mut available = HashMap::new();
    for (form, &count) in &wanted {
        let same = pool.iter().filter(|sheet| sheet.form() == *form).count();
        available.insert(form, count.min(same.div_ceil(4)).min(same / 2));
    }
    let (mut taken, mut sets, mut rest) = (HashMap::new(), [Vec::new(), Vec::new()], Vec::new());
    for sheet in &pool {
        let form = sheet.form();
        let each = available.get(&form).copied().unwrap_or(0);
        let taken: &mut usize = taken.entry(form).or_default();
        match *taken {
            k if k < each => sets[0].push(sheet.clone()),
            k if k < 2 * each => sets[1].push(sheet.clone()),
            _ => rest.push(sheet.clone()),
        }
        *taken += 1;
    }
    (sets, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_texts_have_the_forms_of_the_written_ones_and_none_is_taken_twice() {
        let short = |k: usize| {
            Sheet::new(None, &format!("春花{}月。", char::from_u32(0x4e00 + k as u32).unwrap()))
        };
        let long = Sheet::new(None, "春眠不觉晓，处处闻啼鸟。");
        let pool: Vec<Sheet> = (0..20).map(short).chain([long.clone(), long.clone()]).collect();
        let written =
            [short(90), short(91), short(92), long.clone(), long, Sheet::new(None, "无。")];
        let ([a, b], rest) = beside(&written, pool.clone(), 1);
        let shape = |set: &[Sheet]| {
            let long = set.iter().filter(|sheet| sheet.lines.len() == 2).count();
            (set.len() - long, long)
        };
        assert_eq!((shape(&a), shape(&b), shape(&rest)), ((3, 1), (3, 1), (14, 0)));
        let mut shorts: Vec<&str> =
            [&a, &b, &rest].into_iter().flatten().map(|s| &s.text[..]).collect();
        shorts.sort_unstable();
        shorts.dedup();
        assert_eq!(shorts.len(), 21, "none is lost or doubled");
        assert_eq!(beside(&written, pool.clone(), 1), ([a.clone(), b], rest));
        assert_ne!(beside(&written, pool, 2).0[0], a);
    }

    #[test]
    fn lyrics_are_set_beside_lyrics_to_the_same_tune() {
        let lyric = |tune: &str, text: &str| Sheet::new(Some(tune), text);
        let pool =
            vec![lyric("浣溪沙", "一。"), lyric("浣溪沙", "一二。"), lyric("蝶恋花", "一。")];
        let ([a, b], rest) = beside(&[lyric("浣溪沙", "三三三。")], pool, 1);
        assert_eq!((a.len(), b.len(), rest.len()), (1, 1, 1));
        assert_eq!(rest[0].tune.as_deref(), Some("蝶恋花"));
    }

    #[test]
    fn the_middle_couplets_are_those_of_eight_lines() {
        let lines = "一一一一一，二二二二二。三三三三三，四四四四四。";
        let eight = Sheet::new(None, &lines.repeat(2));
        let firsts: Vec<[char; 2]> = eight.middle_couplets().map(|[a, b]| [a[0], b[0]]).collect();
        assert_eq!(firsts, [['三', '四'], ['一', '二']]);
        assert_eq!(Sheet::new(None, lines).middle_couplets().count(), 0);
        assert_eq!(eight.sentence_ends(), ['二', '四', '二', '四']);
    }
}
