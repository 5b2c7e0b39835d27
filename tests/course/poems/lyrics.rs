//! Lyrics: the tune is read and not predicted, and it decides what is written.

use burn::prelude::*;
use lstm_lessons::poems::{
    batch::PoemBatch,
    bundle::Bundle,
    inspect::score::evaluate,
    model::PoemModel,
    text::{
        corpus::Poem,
        genre::{Genre, Text, Tune},
        vocab::{BOS, PAD, Vocab},
    },
    verse::{
        facts::{FactReader, Scan, VerseFacts},
        prosody::verses,
        schemes::Schemes,
    },
    write::{
        beginning::Beginning,
        reader::Reader,
        sample::{Sampler, SamplingConfig},
        title::{Kind, parse_tune},
    },
};

use crate::{poems::small, support::devices};

fn lyric(tune: &str, content: &str) -> Poem {
    Poem { title: tune.into(), content: content.into() }
}

/// An untrained model of lyrics.
fn singing(device: &Device) -> Bundle {
    let mut bundle = small(device);
    bundle.shape.facts = VerseFacts::Places;
    bundle.tunes = Genre::Lyric.tunes(&[
        lyric("春花", "往事知多少"),
        lyric("春花", "何时了"),
        lyric("月", "何时"),
    ]);
    let Bundle { shape, vocab, tunes, schemes, .. } = &bundle;
    bundle.model = PoemModel::for_vocab(shape, vocab, (tunes, schemes), 7, device);
    bundle
}

#[test]
fn nothing_is_owed_for_the_tune() {
    for device in devices() {
        let long = Text { title: vec![7, 8], content: vec![4, 5] };
        let short = Text { title: vec![7], content: vec![6] };
        let batch = PoemBatch::of(&[&long, &short], None, &device);
        let numbers = |t: Tensor<2, Int>| -> Vec<i64> { t.into_data().iter().collect() };
        let pad = PAD as i64;
        assert_eq!(numbers(batch.inputs), [7, 8, 1, 4, 5, 7, 1, 6, pad, pad]);
        assert_eq!(numbers(batch.targets), [pad, pad, 4, 5, 2, pad, 6, 2, pad, pad]);
        let mask: Vec<f32> = batch.mask.into_data().iter().collect();
        assert_eq!(mask, [0., 0., 1., 1., 1., 0., 1., 1., 0., 0.]);
        assert_eq!(batch.lengths, [3, 2]);
    }
}

#[test]
fn a_score_counts_the_words_and_not_the_tune() {
    let device = Device::flex();
    let bundle = singing(&device);
    let score = evaluate(&bundle, &[lyric("春花", "往事知多少，"), lyric("月", "何时")], &device);
    assert_eq!(score.tokens, 7 + 3);
}

#[test]
fn only_frequent_tunes_are_known_but_one_at_least() {
    let many: Vec<Poem> =
        (0..45).map(|k| lyric(if k < 25 { "甲" } else { "乙" }, "丙丁")).collect();
    let names = |poems: &[Poem]| {
        Genre::Lyric.tunes(poems).into_iter().map(|tune| tune.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&many), ["甲", "乙"]);
    assert_eq!(names(&many[..40]), ["甲"]);
    assert_eq!(names(&many[..3]), ["甲"]);
    assert!(Genre::Poem.tunes(&many).is_empty());
}

#[test]
fn a_known_tune_has_rows_of_its_own_for_each_line() {
    let vocab = Vocab::count(["春花秋月，何。"], 1);
    let tunes = Genre::Lyric.tunes(&[lyric("春花", "秋"), lyric("春花", "月")]);
    let reader = FactReader::new(VerseFacts::Places, &vocab, &tunes, &Schemes::default())
        .expect("it knows facts");
    let row_of_tune = |text: &str, tune: &str| {
        let mut scan = Scan::default();
        let ids = [vocab.encode(tune), vec![BOS], vocab.encode(text)].concat();
        let rows: Vec<Vec<usize>> =
            ids.into_iter().map(|id| reader.step(&mut scan, id).collect()).collect();
        rows.last().expect("BOS at least")[5]
    };
    let unknown = row_of_tune("秋月，", "何");
    assert_eq!(row_of_tune("", ""), unknown);
    let first = row_of_tune("秋月", "春花");
    assert_ne!(first, unknown);
    assert_eq!(row_of_tune("秋月，何", "春花"), first + 1);
}

#[test]
fn the_tune_is_part_of_what_the_model_remembers() {
    let device = Device::flex();
    let bundle = singing(&device);
    let reader = Reader::new(&bundle, &device);
    let after = |tune: &str| {
        let tune = Tune { name: tune.into(), lyrics: 1 };
        reader.start(Some(&tune.name)).logits().to_vec()
    };
    assert_ne!(after("春花"), after("月"));
    assert_eq!(reader.start(None).logits(), after("春花"), "the most frequent one");
}

#[test]
fn the_shipped_lyrics_keep_the_lengths_and_the_phrase_of_their_tune() {
    let device = Device::flex();
    let bundle = Bundle::shipped_of(Genre::Lyric, &device).expect("it ships");
    let reader = Reader::new(&bundle, &device);
    let sampler = Sampler::new(&reader, SamplingConfig::of(Genre::Lyric));
    let begin = Beginning::parse("昨夜", &bundle.vocab).expect("known");
    let kept = (0..16).filter(|&seed| {
        let text = sampler.write(&begin, Some("如梦令"), seed, &mut |_| ()).text;
        let lines = verses(&text);
        let lengths: Vec<usize> = lines.iter().map(Vec::len).collect();
        lengths == [6, 6, 5, 6, 2, 2, 6] && lines[4] == lines[5]
    });
    // Nothing is forced, the odds are only raised: most of them, not all.
    assert!(kept.count() >= 13);
}

#[test]
fn an_unknown_tune_is_named_with_some_that_are_known() {
    let device = Device::flex();
    let bundle = singing(&device);
    assert_eq!(parse_tune(" 春花 ", &bundle).expect("known").name, "春花");
    let error = parse_tune("浣溪沙", &bundle).expect_err("unknown");
    let known = vec!["春花".to_string()];
    assert_eq!(
        error.kind(),
        Some(&Kind::UnknownTune { name: "浣溪沙".into(), near: Vec::new(), known, count: 1 })
    );
    let sentence = error.message();
    assert!(sentence.contains("浣溪沙") && sentence.contains("春花"), "{sentence}");
    let error = parse_tune("春花", &small(&device)).expect_err("a model of poems");
    assert_eq!(error.kind(), Some(&Kind::NoTunes));
}

#[test]
fn free_lyrics_are_to_tunes_that_the_model_knows() {
    let device = Device::flex();
    let bundle = singing(&device);
    let reader = Reader::new(&bundle, &device);
    let sampler = Sampler::new(&reader, SamplingConfig::of(Genre::Lyric));
    for lyric in sampler.freely(5, 1).expect("Han characters are known") {
        assert_eq!(lyric.title.as_deref(), Some("春花"));
    }
}

#[test]
fn a_text_keeps_its_tune_and_its_content_apart() {
    let vocab = Vocab::count(["春花秋月"], 1);
    let text = Genre::Lyric.encode(&lyric("春花", "月"), &vocab, false);
    assert_eq!((&text.title, &text.content), (&vocab.encode("春花"), &vocab.encode("月")));
    assert_eq!(text.steps(), 2 + 1 + 1, "the tune, BOS, the content");
    assert!(Genre::Poem.encode(&lyric("春花", "月"), &vocab, false).title.is_empty());
}

#[test]
fn the_model_survives_its_files_with_its_tunes() {
    let device = Device::flex();
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = singing(&device);
    let before = Reader::new(&bundle, &device).start(None).logits().to_vec();
    bundle.save(folder.path(), false).expect("written");
    let loaded = Bundle::load(folder.path(), &device).expect("read");
    assert_eq!(loaded.genre(), Genre::Lyric);
    assert_eq!(Reader::new(&loaded, &device).start(None).logits(), before);
}
