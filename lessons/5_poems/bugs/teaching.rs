//! Faults that show in what a small model has learned.

use burn::{module::Module, prelude::*, tensor::activation::softmax};
use lstm_lessons::{
    bugs::{
        Figure, Finding,
        learning::{fit_unclipped, loss_with_one_cell},
        small::{LR, Small},
        targets::{count_padding, keep_last, mask_end},
    },
    error::Result,
    poems::{
        batch::PoemBatch,
        beginning::Beginning,
        bundle::Bundle,
        model::PoemModel,
        punctuation::in_lines,
        reader::Reader,
        sample::{Chooser, Sampler, SamplingConfig},
        vocab::{BOS, EOS, PAD, UNK},
    },
    say,
    training::fit,
};
use rand::{SeedableRng, rngs::StdRng};

use super::Setting;

/// Steps of a small training; the ends of poems are learned by then.
const STEPS: usize = 120;
/// Poems that are written to count how they end.
const WRITTEN: usize = 20;
/// As the model itself would have it.
const PLAIN: SamplingConfig = SamplingConfig::PLAIN;
/// 五绝 and 七绝 only, so that a poem's end comes soon.
const SHORT: usize = 32;

/// A small model taught rightly and one taught with `spoil`.
fn both_taught(
    small: &Small,
    batches: &[Vec<usize>],
    spoil: fn(PoemBatch) -> PoemBatch,
    at: &Setting,
) -> [Bundle; 2] {
    [|batch| batch, spoil]
        .map(|spoil| small.learn(batches, at.steps(STEPS), at.seed, spoil, at.device))
}

pub fn counted_padding(at: &Setting) -> Vec<Finding> {
    let small = Small::read(usize::MAX, 79);
    let batches = small.in_file_order();
    let taught = both_taught(&small, &batches, count_padding, at);
    let told = [|batch| batch, count_padding];
    let mean_loss = |bundle: &Bundle, told: fn(PoemBatch) -> PoemBatch| {
        let losses = batches.iter().map(|picked| {
            let batch = told(small.batch(picked, at.device));
            (bundle.model.loss(&batch).into_scalar::<f64>() * batch.tokens() as f64, batch.tokens())
        });
        let (nats, tokens) = losses.fold((0.0, 0), |(nats, tokens), (n, t)| (nats + n, tokens + t));
        Figure::Number(nats / tokens as f64)
    };
    let pads = taught.each_ref().map(|bundle| with_pads(bundle, at.seed, at.device));
    let spaced = |poems: &[String]| {
        poems.iter().filter(|poem| poem.contains('␣')).count() as f64 / WRITTEN as f64
    };
    let example = |poems: &[String]| {
        poems.iter().find(|poem| poem.contains('␣')).or(poems.first()).cloned().unwrap_or_default()
    };
    vec![
        Finding::new(
            "reported_loss",
            say!("the loss that the training reports", "训练报告的损失"),
            mean_loss(&taught[0], told[0]),
            mean_loss(&taught[1], told[1]),
        ),
        Finding::new(
            "nats_per_token",
            say!("the loss over the characters alone", "只算真正的字的损失"),
            mean_loss(&taught[0], told[0]),
            mean_loss(&taught[1], told[0]),
        ),
        Finding::new(
            "poems_with_spaces",
            say!("poems with a space in them, of {WRITTEN}", "{WRITTEN} 首中含空格的诗"),
            Figure::Share(spaced(&pads[0])),
            Figure::Share(spaced(&pads[1])),
        ),
        Finding::new(
            "poem",
            say!("One of them (␣ is padding):", "其中一首（␣ 为填充）："),
            Figure::Text(in_lines(&example(&pads[0]))),
            Figure::Text(in_lines(&example(&pads[1]))),
        ),
    ]
}

/// Poems written without the rule that padding is never written.
fn with_pads(bundle: &Bundle, seed: u64, device: &Device) -> Vec<String> {
    let reader = Reader::new(bundle, device);
    let sampler = Sampler::new(&reader, PLAIN);
    let write = |k: u64| {
        let (mut rng, mut chooser) =
            (StdRng::seed_from_u64(seed.wrapping_add(k)), Chooser::default());
        let mut ids = Vec::new();
        let choose = |z: &[f32], _: &[usize]| {
            let next = chooser.pick(z, |id| ![BOS, UNK].contains(&id), PLAIN, &mut rng);
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
    let taught = both_taught(&small, &small.by_length(), keep_last, at);
    let again = |bundle: &Bundle| at_the_end(bundle, &small, |last| last, at.device);
    let mut findings = vec![Finding::new(
        "last_again",
        say!("at a poem's end, p(the last character again)", "诗末：p(最后一个字再来一次)"),
        Figure::Share(again(&taught[0])),
        Figure::Share(again(&taught[1])),
    )];
    findings.extend(endings(&taught, &small, at)?);
    Ok(findings)
}

pub fn no_end(at: &Setting) -> Result<Vec<Finding>> {
    let small = Small::read(usize::MAX, SHORT);
    endings(&both_taught(&small, &small.by_length(), mask_end, at), &small, at)
}

/// How two models end: what they believe at the ends of real poems, and how many of their own end
/// by themselves.
fn endings(taught: &[Bundle; 2], small: &Small, at: &Setting) -> Result<Vec<Finding>> {
    let believed = taught
        .each_ref()
        .map(|bundle| Figure::Share(at_the_end(bundle, small, |_| EOS, at.device)));
    let write = |bundle: &Bundle| {
        Sampler::new(&Reader::new(bundle, at.device), PLAIN).freely(WRITTEN, at.seed)
    };
    let written = [write(&taught[0])?, write(&taught[1])?];
    let ended = written
        .each_ref()
        .map(|poems| Figure::Count(poems.iter().filter(|poem| poem.ended).count()));
    let first = written.map(|poems| {
        Figure::Text(poems.into_iter().next().map(|poem| poem.text).unwrap_or_default())
    });
    let ([right, wrong], [ended, unended], [poem, other]) = (believed, ended, first);
    Ok(vec![
        Finding::new(
            "end_believed",
            say!("at a poem's end, p(the end)", "诗末：p(结束)"),
            right,
            wrong,
        ),
        Finding::new(
            "ended",
            say!("poems that end by themselves, of {WRITTEN}", "{WRITTEN} 首中自己停下来的诗"),
            ended,
            unended,
        ),
        Finding::new("poem", say!("The first of them:", "其中第一首："), poem, other),
    ])
}

/// The mean probability, after the last character of each poem, of the id that `wanted` makes of
/// that character.
fn at_the_end(bundle: &Bundle, small: &Small, wanted: fn(usize) -> usize, device: &Device) -> f64 {
    let believed = |ids: &Vec<usize>| {
        let batch = PoemBatch::new(&[ids], device);
        let (scores, _) = bundle.model.forward(batch.inputs, None); // [1, T, V]
        let shares = softmax(scores.narrow(1, ids.len(), 1), 2); // [1, 1, V]
        let wanted = wanted(ids.last().copied().unwrap_or(BOS));
        shares.narrow(2, wanted, 1).into_scalar::<f64>()
    };
    small.ids.iter().map(believed).sum::<f64>() / small.ids.len().max(1) as f64
}

pub fn shared_cell(at: &Setting) -> Vec<Finding> {
    let small = Small::read(usize::MAX, SHORT);
    let tracked = at.device.clone().autodiff();
    let batches: Vec<PoemBatch> =
        small.by_length().iter().map(|picked| small.batch(picked, &tracked)).collect();
    let fresh = || PoemModel::new(&small.config(2), at.seed, &tracked);
    let [healthy, faulty] = [PoemModel::loss, loss_with_one_cell].map(|loss| {
        let mut losses = Vec::new();
        let step = |model: &PoemModel, step: usize| loss(model, &batches[step % batches.len()]);
        fit(fresh(), at.steps(STEPS), LR, step, |_, loss, _| losses.push(loss));
        [losses[0], losses[losses.len() - 1]].map(Figure::Number)
    });
    let ([first, last], [faulty_first, faulty_last]) = (healthy, faulty);
    let stack = fresh().stack;
    vec![
        Finding::new(
            "weights",
            say!("weights that learn in two layers", "两层中真正在学习的权重个数"),
            Figure::Count(stack.num_params()),
            Figure::Count(stack.layers[0].num_params()),
        ),
        Finding::new(
            "first_loss",
            say!("loss of the first step", "第一步的损失"),
            first,
            faulty_first,
        ),
        Finding::new(
            "last_loss",
            say!("loss of the last step: it sinks all the same", "最后一步的损失：照样下降"),
            last,
            faulty_last,
        ),
    ]
}

/// A learning rate of this size changes each weight by more than it is long.
const BOLD: f64 = 1.0;

pub fn bold_steps(at: &Setting) -> Vec<Finding> {
    let small = Small::read(usize::MAX, SHORT);
    let tracked = at.device.clone().autodiff();
    let batches: Vec<PoemBatch> =
        small.by_length().iter().map(|picked| small.batch(picked, &tracked)).collect();
    let loss = |model: &PoemModel, step: usize| model.loss(&batches[step % batches.len()]);
    let fresh = || PoemModel::new(&small.config(1), at.seed, &tracked);
    let mut losses = [Vec::new(), Vec::new()];
    let [calm, bold] = &mut losses;
    fit(fresh(), at.steps(STEPS), LR, loss, |_, loss, _| calm.push(loss));
    fit_unclipped(fresh(), at.steps(STEPS), BOLD, loss, |_, loss, _| bold.push(loss));
    let [highest, faulty_highest] =
        losses.each_ref().map(|losses| Figure::Number(losses.iter().copied().fold(0.0, f64::max)));
    let [last, faulty_last] =
        losses.each_ref().map(|losses| Figure::Number(losses.last().copied().unwrap_or(0.0)));
    let guess = (small.vocab.size() as f64).ln();
    vec![
        Finding::new(
            "learning_rate",
            say!("learning rate", "学习率"),
            Figure::Number(LR),
            Figure::Number(BOLD),
        ),
        Finding::new(
            "highest_loss",
            say!("highest loss (blind guessing: {guess:.2})", "最高的损失（瞎猜：{guess:.2}）"),
            highest,
            faulty_highest,
        ),
        Finding::new(
            "last_loss",
            say!("loss of the last step", "最后一步的损失"),
            last,
            faulty_last,
        ),
    ]
}
