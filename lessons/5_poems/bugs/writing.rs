//! Bugs that show when the shipped model writes.

use std::collections::HashSet;

use burn::prelude::*;
use lstm_lessons::{
    bugs::{
        Figure, Finding,
        batching::{at_each_end, last_column},
        corpus::recounted,
        sampling::{forward_without_memory, likeliest, upside_down, write_unchecked},
        small::Small,
    },
    poems::{
        batch::PoemBatch,
        bundle::Bundle,
        inspect::score::evaluate,
        text::{
            genre::Text,
            punctuation::in_lines,
            vocab::{BOS, UNK, is_han},
        },
        write::{
            beginning::Beginning,
            choose::ln_softmax,
            reader::{Reader, Stream},
            sample::{Chooser, Sampler, SamplingConfig},
        },
    },
    say,
    shell::error::Result,
};
use rand::{SeedableRng, rngs::StdRng};

use super::Setting;

/// Real poems that are measured: how many, and their longest length in characters.
const READ: (usize, usize) = (24, 32);
/// Poems that are written and measured.
const WRITTEN: usize = 10;

/// Texts of different lengths side by side.
const TEXTS: [&str; 2] = ["床前明月光", "两个黄鹂鸣翠柳，一行白鹭上青天。窗含西岭千秋雪，"];

pub fn read_at_pad(at: &Setting) -> Result<Vec<Finding>> {
    let bundle = Bundle::shipped(at.device)?;
    let reader = Reader::new(&bundle, at.device);
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    let texts = TEXTS.map(|text| Text::poem(bundle.vocab.encode(text)));
    let batch = bundle.model.batch(&texts.each_ref(), at.device);
    let (logits, _) =
        bundle.model.forward(bundle.model.embed_batch(&batch), batch.facts.as_ref(), None); // [B, T, V]
    let next = [at_each_end, last_column].map(|read| {
        let z = read(logits.clone(), &batch.lengths).narrow(0, 0, 1); // [1, V]
        let z: Vec<f32> = z.into_data().iter().collect();
        let best = likeliest(&z, |id| sampler.allows(id)).unwrap_or(UNK);
        let comma = bundle.vocab.id('，').unwrap_or(UNK);
        (Figure::Share(ln_softmax(&z, comma).exp()), Figure::Text(bundle.vocab.decode(&[best])))
    });
    let [(share, best), (faulty_share, faulty_best)] = next;
    let text = TEXTS[0];
    Ok(vec![
        Finding::new(
            "p_next",
            say!("p(，) after {text}", "{text} 之后 p(，)"),
            share,
            faulty_share,
        ),
        Finding::new(
            "likeliest",
            say!(
                "Likeliest after {text}, in a batch with a longer poem:",
                "与一首更长的诗同批时，{text} 之后最可能的字："
            ),
            best,
            faulty_best,
        ),
    ])
}

pub fn lost_state(at: &Setting) -> Result<Vec<Finding>> {
    let bundle = Bundle::shipped(at.device)?;
    let small = Small::read(READ.0, READ.1);
    let healthy = evaluate(&bundle, &small.poems, at.device).nats_per_token;
    let (mut nats, mut tokens) = (0.0, 0);
    for poem in &small.poems {
        let batch = PoemBatch::new(&[&bundle.vocab.encode(&poem.content)], at.device);
        let logits = forward_without_memory(&bundle.model, batch.inputs); // [1, T, V]
        let ln_p = burn::tensor::activation::log_softmax(logits, 2)
            .gather(2, batch.targets.unsqueeze_dim(2)); // [1, T, 1]
        nats -= ln_p.sum().into_scalar::<f64>();
        tokens += batch.lengths[0];
    }
    let reader = Reader::new(&bundle, at.device);
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    let begin = Beginning::parse(at.begin, &bundle.vocab)?;
    let written = sampler.write(&begin, None, at.seed, &mut |_| ()).text;
    let (mut rng, mut chooser) = (StdRng::seed_from_u64(at.seed), Chooser::default());
    let choose = |_: &Stream, written: &[usize]| {
        let last = written.last().copied().unwrap_or(BOS);
        let input = Tensor::from_data([[last as i32]], at.device); // [1, 1]
        let logits = forward_without_memory(&bundle.model, input); // [1, 1, V]
        let z: Vec<f32> = logits.into_data().iter().collect();
        chooser.pick(&z, |id| sampler.allows(id), SamplingConfig::default(), &mut rng)
    };
    let forgetful = sampler.write_by(choose, &begin, None, &mut |_| ());
    Ok(vec![
        Finding::new(
            "nats_per_token",
            say!(
                "nats per token on {} real poems",
                "{} 首真实诗歌上每个词元的损失",
                small.poems.len()
            ),
            Figure::Number(healthy),
            Figure::Number(nats / tokens as f64),
        ),
        poems(written, forgetful.text),
    ])
}

pub fn rebuilt_vocab(at: &Setting) -> Result<Vec<Finding>> {
    let bundle = Bundle::shipped(at.device)?;
    let small = Small::read(READ.0, READ.1);
    let whole = Small::read(usize::MAX, usize::MAX);
    let vocab = recounted(&bundle.vocab, &whole.poems);
    let moved = (0..vocab.size()).filter(|&id| vocab.char(id) != bundle.vocab.char(id)).count();
    let (right, size) = (evaluate(&bundle, &small.poems, at.device).nats_per_token, vocab.size());
    let write = |bundle: &Bundle| {
        Sampler::new(&Reader::new(bundle, at.device), SamplingConfig::default())
            .compose(at.begin, at.seed)
    };
    let written = write(&bundle)?;
    let bundle = Bundle { vocab, ..bundle };
    let nonsense = write(&bundle)?;
    Ok(vec![
        Finding::new(
            "moved",
            say!("ids that mean another character, of {size}", "{size} 个编号中换了字的"),
            Figure::Count(0),
            Figure::Count(moved),
        ),
        Finding::new(
            "nats_per_token",
            say!(
                "nats per token on {} real poems",
                "{} 首真实诗歌上每个词元的损失",
                small.poems.len()
            ),
            Figure::Number(right),
            Figure::Number(evaluate(&bundle, &small.poems, at.device).nats_per_token),
        ),
        poems(written, nonsense),
    ])
}

pub fn upside_down_temperature(at: &Setting) -> Result<Vec<Finding>> {
    let bundle = Bundle::shipped(at.device)?;
    let reader = Reader::new(&bundle, at.device);
    let mut findings = Vec::new();
    for (key, temperature) in [("cold", 0.5), ("warm", 1.5)] {
        let sampling = SamplingConfig { temperature, ..SamplingConfig::PLAIN };
        let [healthy, faulty] = [
            mean_nats(&Sampler::new(&reader, sampling), at)?,
            mean_nats(&Sampler::new(&reader, upside_down(sampling)), at)?,
        ];
        findings.push(Finding::new(
            key,
            say!(
                "mean -ln p at temperature {temperature}, nats a character",
                "温度 {temperature} 时每个字的平均 -ln p（纳特）"
            ),
            Figure::Number(healthy),
            Figure::Number(faulty),
        ));
    }
    let sampling = SamplingConfig { temperature: 0.5, ..SamplingConfig::default() };
    findings.push(poems(
        Sampler::new(&reader, sampling).compose(at.begin, at.seed)?,
        Sampler::new(&reader, upside_down(sampling)).compose(at.begin, at.seed)?,
    ));
    Ok(findings)
}

/// The mean of -ln p over the characters of some poems, by the model that wrote them.
fn mean_nats(sampler: &Sampler, at: &Setting) -> Result<f64> {
    let (mut nats, mut tokens) = (0.0, 0);
    for k in 0..WRITTEN as u64 {
        let poem = sampler.compose(at.begin, at.seed.wrapping_add(k))?;
        let mut stream = sampler.reader.start(None);
        for id in sampler.vocab().encode(&poem) {
            nats -= ln_softmax(stream.logits(), id);
            tokens += 1;
            stream.read(id);
        }
    }
    Ok(nats / f64::from(tokens.max(1)))
}

/// Beginnings of the poems in which repetition is measured.
const BEGINNINGS: [&str; 10] = ["月", "山", "风", "花", "春", "江", "秋", "日", "云", "雪"];

pub fn argmax_loop(at: &Setting) -> Result<Vec<Finding>> {
    let bundle = Bundle::shipped(at.device)?;
    let reader = Reader::new(&bundle, at.device);
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    let drawn = |begin: &str, k: usize| sampler.compose(begin, at.seed.wrapping_add(k as u64));
    let greedy = |begin: &str, _: usize| {
        let choose =
            |stream: &Stream, _: &[usize]| likeliest(stream.logits(), |id| sampler.allows(id));
        let begin = Beginning::parse(begin, &bundle.vocab)?;
        Ok(sampler.write_by(choose, &begin, None, &mut |_| ()).text)
    };
    let measure = |write: &dyn Fn(&str, usize) -> Result<String>| {
        let same_begin = (0..WRITTEN).map(|k| write(at.begin, k)).collect::<Result<Vec<_>>>()?;
        let others = BEGINNINGS
            .iter()
            .enumerate()
            .map(|(k, begin)| write(begin, k))
            .collect::<Result<Vec<_>>>()?;
        let different = same_begin.iter().collect::<HashSet<_>>().len();
        let share = others.iter().map(|poem| repeated(poem)).sum::<f64>() / others.len() as f64;
        Ok((Figure::Count(different), Figure::Share(share), same_begin[0].clone()))
    };
    let ((different, repeats, poem), (faulty_different, faulty_repeats, faulty_poem)) =
        (measure(&drawn)?, measure(&greedy)?);
    Ok(vec![
        Finding::new(
            "different",
            say!("different poems from {WRITTEN} seeds", "{WRITTEN} 个种子写出的不同的诗"),
            different,
            faulty_different,
        ),
        Finding::new(
            "repeated",
            say!("repeated characters in a poem", "诗中重复的字所占比例"),
            repeats,
            faulty_repeats,
        ),
        poems(poem, faulty_poem),
    ])
}

/// The share of a poem's Han characters that occur earlier in it.
fn repeated(poem: &str) -> f64 {
    let all: Vec<char> = poem.chars().filter(|&c| is_han(c)).collect();
    let different: HashSet<&char> = all.iter().collect();
    1.0 - different.len() as f64 / all.len().max(1) as f64
}

pub fn unknown_first(at: &Setting) -> Result<Vec<Finding>> {
    const UNKNOWN: [char; 2] = ['X', '龘'];
    let bundle = Bundle::shipped(at.device)?;
    let reader = Reader::new(&bundle, at.device);
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    let answers = UNKNOWN.map(|first| {
        let asked = first.to_string();
        let healthy = match sampler.compose(&asked, at.seed) {
            Ok(poem) => poem,
            Err(error) => error.message().replace("; ", ";\n").replace('；', "；\n"),
        };
        let faulty = write_unchecked(&sampler, &asked, at.seed);
        (first, healthy, faulty)
    });
    let finding = |(key, (first, healthy, faulty)): (&'static str, (char, String, String))| {
        let what = say!("Begin with {first}:", "以 {first} 开头：");
        Finding::new(key, what, Figure::Text(healthy), Figure::Text(in_lines(&faulty)))
    };
    Ok(["first", "second"].into_iter().zip(answers).map(finding).collect())
}

/// A poem of the same seed both ways.
fn poems(healthy: String, faulty: String) -> Finding {
    let what = say!("The same seed writes:", "同一个种子写出：");
    Finding::new("poem", what, Figure::Text(in_lines(&healthy)), Figure::Text(in_lines(&faulty)))
}
