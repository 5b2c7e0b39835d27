//! What is told at the output: which candidates repeat, rhyme, answer.

use std::collections::BTreeMap;

use burn::prelude::*;
use lstm_lessons::poems::{
    text::{
        corpus::Poem,
        genre::{Genre, Tune},
        vocab::{BOS, PAD, Vocab},
    },
    verse::{
        asked::Asked,
        facts::{FactReader, Scan, Told, VerseFacts},
        schemes::{Often, Schemes},
    },
};

const POEM: &str = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";

fn poem(title: &str, content: &str) -> Poem {
    Poem { title: title.into(), content: content.into() }
}

/// A reader that knows the characters of `texts`, by the rules of the first.
fn reader(genre: Genre, title: &str, texts: &[&str]) -> (Vocab, FactReader) {
    let vocab = Vocab::count([&[title], texts].concat(), 1);
    let tunes = match genre {
        Genre::Lyric => vec![Tune { name: title.into(), lyrics: 20 }],
        Genre::Poem | Genre::Text => Vec::new(),
    };
    let schemes = Schemes::count(genre, &vec![poem(title, texts[0]); 20], &tunes);
    let reader = FactReader::new(VerseFacts::Output, &vocab, &tunes, &schemes);
    (vocab, reader.expect("it knows facts"))
}

/// What is told after `text`: of each candidate, how many facts hold; and the whole of it.
fn told(
    vocab: &Vocab,
    reader: &FactReader,
    title: &str,
    text: &str,
) -> (BTreeMap<char, usize>, Told) {
    let mut scan = Scan::default();
    for id in [vocab.encode(title), vec![BOS], vocab.encode(text)].concat() {
        reader.step(&mut scan, id).for_each(drop);
    }
    let told = reader.told(&scan);
    let mut facts = BTreeMap::new();
    for &(id, _) in told.bias.row(0) {
        *facts.entry(vocab.char(id as usize).expect("a character")).or_default() += 1;
    }
    (facts, told)
}

#[test]
fn every_character_of_the_poem_is_told_once_however_often_it_stands() {
    let (vocab, reader) = reader(Genre::Poem, "", &[POEM]);
    let (facts, _) = told(&vocab, &reader, "", "白日白山");
    assert_eq!(facts.into_iter().collect::<Vec<_>>(), [('山', 1), ('日', 1), ('白', 1)]);
    assert!(told(&vocab, &reader, "", "").0.is_empty(), "nothing stands yet");
}

#[test]
fn a_doubled_character_and_one_that_stood_before_are_two_facts() {
    let (vocab, reader) = reader(Genre::Poem, "", &[POEM]);
    let row_of = |text: &str, c: char| {
        let (_, told) = told(&vocab, &reader, "", text);
        let id = vocab.id(c).expect("known") as u32;
        told.bias.row(0).iter().find(|entry| entry.0 == id).map(|entry| entry.1)
    };
    let (doubled, in_line) = (row_of("白日", '日'), row_of("白日", '白'));
    assert!(doubled.is_some() && in_line.is_some() && doubled != in_line);
    assert_eq!(row_of("白日依", '日'), in_line, "no longer the last one");
}

#[test]
fn at_the_rhyme_every_character_that_rhymes_is_told_and_nothing_where_a_mark_is_due() {
    let (vocab, reader) = reader(Genre::Poem, "", &[POEM]);
    let (facts, _) = told(&vocab, &reader, "", "白日依山尽，黄河入海流。欲穷千里目，更上一层");
    assert_eq!(facts[&'楼'], 1, "it rhymes, and stands nowhere yet");
    assert_eq!(facts[&'流'], 2, "it rhymes, and has rhymed");
    assert_eq!(facts[&'黄'], 1, "it only stands in the poem");
    assert!(!facts.contains_key(&'，'));
    let (facts, told) = told(&vocab, &reader, "", "白日依山尽，黄河入海流");
    assert!(facts.is_empty() && told.above == [PAD as u32]);
}

#[test]
fn in_the_second_line_of_a_couplet_the_character_above_is_told() {
    let (vocab, reader) = reader(Genre::Poem, "", &[POEM]);
    let above = |text: &str| vocab.char(told(&vocab, &reader, "", text).1.above[0] as usize);
    assert_eq!(above("白日依山尽，黄"), Some('日'));
    assert_eq!(above("白日依山尽，"), Some('白'));
    assert_eq!(above("白日"), None);
    assert_eq!(above("白日依山尽，黄河入海流。欲"), None, "the first line of the next one");
}

#[test]
fn a_tune_that_repeats_tells_what_to_repeat_and_a_lyric_rhymes_by_parts() {
    let tune = "如梦令";
    let text = "常记溪亭日暮。沉醉不知归路。兴尽晚回舟，误入藕花深处。争渡。争渡。惊起一滩鸥鹭。";
    let (vocab, reader) = reader(Genre::Lyric, tune, &[text, "女雨许"]);
    let (facts, _) =
        told(&vocab, &reader, tune, "常记溪亭日暮。沉醉不知归路。兴尽晚回舟，误入藕花深处。争渡。");
    assert_eq!(facts[&'争'], 2, "it stands above, and repeats the line");
    let (facts, _) = told(&vocab, &reader, tune, "常记溪亭日暮。沉醉不知归");
    // 暮 is 去声七遇, 雨 上声七麌, 女 上声六语: one part, three rhymes of the 106.
    assert!(["雨", "女", "许", "路"].iter().all(|c| facts[&c.chars().next().expect("one")] >= 1));
    assert!(!facts.contains_key(&'舟'));
}

#[test]
fn a_batch_is_told_what_each_step_is_told() {
    let (vocab, reader) = reader(Genre::Poem, "", &[POEM]);
    let device = Device::flex();
    let ids = [vec![BOS], vocab.encode(POEM)].concat();
    let facts = reader.read_all(std::slice::from_ref(&ids), &device);
    let all = facts.output.expect("it tells at the output");
    let mut scan = Scan::default();
    for (step, &id) in ids.iter().enumerate() {
        reader.step(&mut scan, id).for_each(drop);
        let one = reader.told(&scan);
        assert_eq!(all.bias.row(step), one.bias.row(0));
        assert_eq!((all.above[step], all.place[step]), (one.above[0], one.place[0]));
    }
}

#[test]
fn a_tune_asks_for_the_mark_the_repeated_phrase_and_the_rhyme() {
    let tune = "如梦令";
    let text = "常记溪亭日暮。沉醉不知归路。兴尽晚回舟，误入藕花深处。争渡。争渡。惊起一滩鸥鹭。";
    let (vocab, reader) = reader(Genre::Lyric, tune, &[text, "女雨许"]);
    let asked = |title: &str, text: &str| {
        let mut scan = Scan::default();
        for id in [vocab.encode(title), vec![BOS], vocab.encode(text)].concat() {
            reader.step(&mut scan, id).for_each(drop);
        }
        let Asked { mark, characters, often } = reader.asked(&scan);
        let of = |id: &u32| vocab.char(*id as usize).expect("a character");
        (mark, characters.iter().map(of).collect::<String>(), often)
    };
    assert_eq!(asked(tune, "常记溪"), (Some(false), String::new(), Often::Rarely));
    assert_eq!(asked(tune, "常记溪亭日暮"), (Some(true), String::new(), Often::Rarely));
    assert_eq!(asked(tune, "常记溪亭日暮路").0, None, "the line is too long already");
    let (mark, rhyming, often) = asked(tune, "常记溪亭日暮。沉醉不知归");
    assert_eq!((mark, often), (Some(false), Often::Always));
    assert!("女雨许路".chars().all(|c| rhyming.contains(c)) && !rhyming.contains('舟'));
    let before = "常记溪亭日暮。沉醉不知归路。兴尽晚回舟，误入藕花深处。争渡。";
    assert_eq!(asked(tune, before), (Some(false), "争".into(), Often::Always));
    assert_eq!(asked(tune, &format!("{before}争")).1, "渡", "it rhymes as well");
    assert_eq!(asked("渡", "常记溪亭日"), (None, String::new(), Often::Rarely), "no tune");
}
