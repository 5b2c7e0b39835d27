//! Bugs of the targets: each shows in what a small model has learned.

use burn::{prelude::*, tensor::activation::softmax};
use lstm_lessons::{
    bugs::{
        Figure, Finding,
        small::Small,
        targets::{count_padding, keep_last, mask_end},
    },
    poems::{
        batch::PoemBatch,
        bundle::Bundle,
        text::{
            corpus::LONGEST,
            punctuation::in_lines,
            vocab::{BOS, EOS, PAD, UNK},
        },
        write::{
            beginning::Beginning,
            reader::{Reader, Stream},
            sample::{Chooser, Sampler, SamplingConfig},
        },
    },
    say,
    shell::error::Result,
};
use rand::{SeedableRng, rngs::StdRng};

use super::{SHORT, Setting};

/// Poems that are written to count how they end.
const WRITTEN: usize = 20;
/// The model's own probabilities.
const PLAIN: SamplingConfig = SamplingConfig::PLAIN;

/// A change of each batch before it is trained on.
type Spoil = fn(PoemBatch) -> PoemBatch;

/// A small model trained on right batches, and one on batches with the bug.
fn both(small: &Small, batches: &[Vec<usize>], spoil: Spoil, at: &Setting) -> [Bundle; 2] {
    [|batch| batch, spoil].map(|spoil| small.learn(batches, at.steps(), at.seed, spoil, at.device))
}

pub fn counted_padding(at: &Setting) -> Vec<Finding> {
    let small = Small::read(usize::MAX, LONGEST);
    let batches = small.in_file_order();
    let [right, wrong] = both(&small, &batches, count_padding, at);
    let loss = |bundle: &Bundle, spoil: Spoil| {
        Figure::Number(mean_loss(bundle, batches.iter().map(|k| spoil(small.batch(k, at.device)))))
    };
    let masked: Spoil = |batch| batch;
    let poems = [&right, &wrong].map(|bundle| with_padding(bundle, at.seed, at.device));
    let [share, faulty_share] = poems.each_ref().map(|poems| {
        let spaced = poems.iter().filter(|poem| poem.contains('␣')).count();
        Figure::Share(spaced as f64 / WRITTEN as f64)
    });
    let [example, faulty_example] = poems.each_ref().map(|poems| {
        let spaced = poems.iter().find(|poem| poem.contains('␣')).unwrap_or(&poems[0]);
        Figure::Text(in_lines(spaced))
    });
    vec![
        Finding::new(
            "reported_loss",
            say!("the loss that the training reports", "训练报告的损失"),
            loss(&right, masked),
            loss(&wrong, count_padding),
        ),
        Finding::new(
            "nats_per_token",
            say!("the loss without padding", "不计填充的损失"),
            loss(&right, masked),
            loss(&wrong, masked),
        ),
        Finding::new(
            "poems_with_spaces",
            say!("poems with a space in them, of {WRITTEN}", "{WRITTEN} 首中含空格的诗"),
            share,
            faulty_share,
        ),
        Finding::new(
            "poem",
            say!("One of them (␣ is padding):", "其中一首（␣ 为填充）："),
            example,
            faulty_example,
        ),
    ]
}

/// The mean over all tokens of some batches, nats.
fn mean_loss(bundle: &Bundle, batches: impl Iterator<Item = PoemBatch>) -> f64 {
    let (mut nats, mut tokens) = (0.0, 0);
    for batch in batches {
        nats += bundle.model.loss(&batch).into_scalar::<f64>() * batch.tokens() as f64;
        tokens += batch.tokens();
    }
    nats / tokens as f64
}

/// [`WRITTEN`] poems sampled without the rule that padding is never written.
fn with_padding(bundle: &Bundle, seed: u64, device: &Device) -> Vec<String> {
    let reader = Reader::new(bundle, device);
    let sampler = Sampler::new(&reader, PLAIN);
    let write = |k: u64| {
        let (mut rng, mut chooser) =
            (StdRng::seed_from_u64(seed.wrapping_add(k)), Chooser::default());
        let mut ids = Vec::new();
        let choose = |stream: &Stream, _: &[usize]| {
            let next =
                chooser.pick(stream.logits(), |id| ![BOS, UNK].contains(&id), PLAIN, &mut rng);
            ids.extend(next.filter(|&id| id != EOS));
            next
        };
        sampler.write_by(choose, &Beginning::default(), None, &mut |_| ());
        ids.iter()
            .map(|&id| if id == PAD { '␣' } else { bundle.vocab.char(id).unwrap_or('□') })
            .collect()
    };
    (0..WRITTEN as u64).map(write).collect()
}

pub fn self_target(at: &Setting) -> Result<Vec<Finding>> {
    let small = Small::read(usize::MAX, SHORT);
    let trained = both(&small, &small.by_length(), keep_last, at);
    let [again, faulty_again] = trained
        .each_ref()
        .map(|bundle| Figure::Share(at_the_end(bundle, &small, |last| last, at.device)));
    let mut findings = vec![Finding::new(
        "last_again",
        say!("at a poem's end, p(the last character again)", "诗末：p(重复最后一个字)"),
        again,
        faulty_again,
    )];
    findings.extend(endings(&trained, &small, at)?);
    Ok(findings)
}

pub fn no_end(at: &Setting) -> Result<Vec<Finding>> {
    let small = Small::read(usize::MAX, SHORT);
    endings(&both(&small, &small.by_length(), mask_end, at), &small, at)
}

/// How two models end poems: p(EOS) at the ends of real ones, and how many of their own end by
/// themselves.
fn endings(trained: &[Bundle; 2], small: &Small, at: &Setting) -> Result<Vec<Finding>> {
    let p_end = trained
        .each_ref()
        .map(|bundle| Figure::Share(at_the_end(bundle, small, |_| EOS, at.device)));
    let write = |bundle: &Bundle| {
        Sampler::new(&Reader::new(bundle, at.device), PLAIN).freely(WRITTEN, at.seed)
    };
    let written = [write(&trained[0])?, write(&trained[1])?];
    let ended = written
        .each_ref()
        .map(|poems| Figure::Count(poems.iter().filter(|poem| poem.ended).count()));
    let first = written.map(|poems| {
        Figure::Text(poems.into_iter().next().map(|poem| poem.text).unwrap_or_default())
    });
    let ([right, wrong], [ended, unended], [poem, other]) = (p_end, ended, first);
    Ok(vec![
        Finding::new(
            "end_believed",
            say!("at a poem's end, p(the end)", "诗末：p(结束)"),
            right,
            wrong,
        ),
        Finding::new(
            "ended",
            say!("poems that end by themselves, of {WRITTEN}", "{WRITTEN} 首中自行结束的诗"),
            ended,
            unended,
        ),
        Finding::new("poem", say!("The first of them:", "其中第一首："), poem, other),
    ])
}

/// The mean probability, after the last character of each poem, of the id that `wanted` makes of
/// that character.
fn at_the_end(bundle: &Bundle, small: &Small, wanted: fn(usize) -> usize, device: &Device) -> f64 {
    let p_wanted = |ids: &Vec<usize>| {
        let batch = PoemBatch::new(&[ids], device);
        let (logits, _) =
            bundle.model.forward(bundle.model.embed_batch(&batch), batch.facts.as_ref(), None); // [1, T, V]
        let p = softmax(logits.narrow(1, ids.len(), 1), 2); // [1, 1, V]
        let wanted = wanted(ids.last().copied().unwrap_or(BOS));
        p.narrow(2, wanted, 1).into_scalar::<f64>()
    };
    small.ids.iter().map(p_wanted).sum::<f64>() / small.ids.len().max(1) as f64
}
