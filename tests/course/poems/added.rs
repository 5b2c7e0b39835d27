//! What the lines before add to a line: answers to a first line, the coherence of a poem.

use burn::prelude::*;
use lstm_lessons::poems::{
    bundle::Bundle,
    text::{genre::Text, vocab::is_han},
    write::{
        added::{answers, coherence},
        reader::Reader,
        sample::{Sampler, SamplingConfig},
    },
};

/// ln p of the characters of `line` after `before`, by the whole model at once.
fn ln_p(bundle: &Bundle, before: &str, line: &str, device: &Device) -> f64 {
    let text = Text::poem(bundle.vocab.encode(&[before, line].concat()));
    let ln_p = bundle.model.log_probabilities(&bundle.model.batch(&[&text], device));
    let ln_p: Vec<f32> = ln_p.into_data().iter().collect();
    let from = before.chars().count();
    ln_p[from..][..line.chars().count()].iter().map(|&ln_p| f64::from(ln_p)).sum()
}

#[test]
fn answers_are_as_long_as_the_line_and_the_one_to_which_it_adds_most_comes_first() {
    let device = Device::flex();
    let bundle = Bundle::shipped(&device).expect("it ships");
    let reader = Reader::new(&bundle, &device);
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    let first = "海内存知己";
    let answers = answers(&sampler, &bundle.vocab.encode(first), 1);
    assert!(answers.len() > 10, "most of what is drawn differs");
    for answer in &answers {
        let characters: Vec<char> = answer.line.chars().collect();
        assert!(characters.len() == 5 && characters.iter().all(|&c| is_han(c)), "{answer:?}");
    }
    assert!(answers.is_sorted_by(|a, b| a.added >= b.added));
    let best = &answers[0];
    let after = ln_p(&bundle, &format!("{first}，"), &best.line, &device);
    let alone = ln_p(&bundle, "", &best.line, &device);
    assert!((best.ln_p - after).abs() < 1e-3, "{best:?} {after}");
    assert!((best.added - (after - alone)).abs() < 1e-3, "{best:?} {after} {alone}");
    assert!(answers.iter().any(|answer| answer.ln_p > best.ln_p), "it is not the likeliest");
}

#[test]
fn a_poem_is_more_coherent_than_its_lines_among_those_of_others() {
    let device = Device::flex();
    let bundle = Bundle::shipped(&device).expect("it ships");
    let reader = Reader::new(&bundle, &device);
    let poems = [
        "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。",
        "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
        "千山鸟飞绝，万径人踪灭。孤舟蓑笠翁，独钓寒江雪。",
        "红豆生南国，春来发几枝。愿君多采撷，此物最相思。",
    ];
    let mean = |poems: &[String]| -> f64 {
        poems.iter().map(|poem| coherence(&reader, None, poem)).sum::<f64>() / poems.len() as f64
    };
    let half = |poem: &str, second: bool| -> String {
        let (first, last) = poem.split_at(poem.find('。').expect("two sentences") + "。".len());
        String::from(if second { last } else { first })
    };
    let mixed: Vec<String> = (0..poems.len())
        .map(|k| half(poems[k], false) + &half(poems[(k + 1) % poems.len()], true))
        .collect();
    let whole = poems.map(String::from);
    assert!(mean(&whole) > mean(&mixed), "{} {}", mean(&whole), mean(&mixed));
    assert_eq!(coherence(&reader, None, "白日依山尽，"), 0.0, "nothing stands before");
}
