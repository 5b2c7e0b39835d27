//! What is counted and what is not.

use burn::{
    optim::{AdamConfig, GradientsParams},
    prelude::*,
    tensor::activation::softmax,
};
use lstm_lessons::{
    cell::CellKind,
    poems::{
        batch::PoemBatch,
        inspect::score::{UNKNOWN_CHARACTERS, evaluate},
        model::PoemModel,
        shape::PoemShape,
        text::{
            corpus::Poem,
            vocab::{BOS, EOS, UNK},
        },
    },
    training::clip_global_norm,
};

use crate::{poems::small, support::devices};

fn model(cell: CellKind, device: &Device) -> PoemModel {
    let shape = PoemShape { d_embed: 6, d_hidden: 8, cell, ..PoemShape::default() };
    PoemModel::new(&shape, 20, 3, device)
}

fn loss(model: &PoemModel, batch: &PoemBatch) -> f64 {
    model.loss(batch).into_scalar()
}

#[test]
fn padding_never_changes_the_loss() {
    for device in devices() {
        for cell in [CellKind::Rnn, CellKind::Gru, CellKind::Lstm] {
            let model = model(cell, &device);
            let (short, long): (&[usize], &[usize]) = (&[4, 5, 6], &[7, 8, 9, 10, 11, 12, 13]);
            let alone = loss(&model, &PoemBatch::new(&[short], &device)) * 4.0;
            let other = loss(&model, &PoemBatch::new(&[long], &device)) * 8.0;
            let together = loss(&model, &PoemBatch::new(&[short, long], &device)) * 12.0;
            assert!(
                (alone + other - together).abs() < 1e-4,
                "{cell:?}: {alone} + {other} != {together}"
            );
        }
    }
}

#[test]
fn what_stands_under_the_padding_changes_nothing() {
    for device in devices() {
        let model = model(CellKind::Lstm, &device);
        let batch = PoemBatch::new(&[&[4, 5, 6], &[7, 8, 9, 10, 11]], &device);
        let mut dirty = batch.clone();
        let dirt = Tensor::from_data([[13, 14]], &device);
        dirty.inputs = dirty.inputs.slice_assign([0..1, 4..6], dirt.clone());
        dirty.targets = dirty.targets.slice_assign([0..1, 4..6], dirt);
        assert_eq!(loss(&model, &batch), loss(&model, &dirty));
    }
}

#[test]
fn a_row_cannot_see_its_batchmates() {
    for device in devices() {
        let model = model(CellKind::Lstm, &device);
        let row = |mate: &[usize]| -> Vec<f32> {
            let batch = PoemBatch::new(&[&[4, 5, 6], mate], &device);
            model.log_probabilities(&batch).slice([0..1, 0..4]).into_data().iter().collect()
        };
        assert_eq!(row(&[7, 8, 9]), row(&[10, 11, 12]));
    }
}

#[test]
fn an_untrained_model_says_that_it_knows_nothing() {
    for device in devices() {
        let first =
            loss(&model(CellKind::Lstm, &device), &PoemBatch::new(&[&[4, 5, 6, 7, 8]], &device));
        assert!((first - 20f64.ln()).abs() < 0.3, "{first} is not near ln 20 = {}", 20f64.ln());
    }
}

#[test]
fn every_answer_is_a_distribution_over_the_vocabulary() {
    for device in devices() {
        for cell in [CellKind::Rnn, CellKind::Gru, CellKind::Lstm] {
            let batch = PoemBatch::new(&[&[4, 5, 6], &[7, 8]], &device);
            let model = model(cell, &device);
            let (logits, _) = model.forward(model.embed_batch(&batch), None, None);
            assert_eq!(logits.dims(), [2, 4, 20]); // [B, T, V]: an answer after every step
            let apart: f32 = (softmax(logits, 2).sum_dim(2) - 1.0).abs().max().into_scalar();
            assert!(apart < 1e-5, "{cell:?}: {apart}");
        }
    }
}

#[test]
fn the_embedding_starts_from_the_courses_interval() {
    for device in devices() {
        let embedding = model(CellKind::Lstm, &device).embedding.weight.val(); // 20 · 6 numbers from U(-1, 1)
        let (least, most): (f32, f32) =
            (embedding.clone().min().into_scalar(), embedding.max().into_scalar());
        assert!((-1.0..-0.9).contains(&least) && (0.9..=1.0).contains(&most), "{least} to {most}");
    }
}

#[test]
fn the_learning_rate_is_the_size_of_the_first_step() {
    for device in devices() {
        let device = device.autodiff();
        let batch = PoemBatch::new(&[&[4, 5, 6, 7]], &device);
        for lr in [0.01, 0.03] {
            let before = model(CellKind::Lstm, &device);
            let grads = GradientsParams::from_grads(before.loss(&batch).backward(), &before);
            let after = AdamConfig::new().init().step(lr, before.clone(), grads);
            let moved: f64 = (after.bias.val() - before.bias.val()).abs().max().into_scalar();
            assert!((moved / lr - 1.0).abs() < 0.01, "lr {lr}: a step of {moved}");
        }
    }
}

#[test]
fn the_loss_is_the_one_hot_cross_entropy() {
    for device in devices() {
        let model = model(CellKind::Lstm, &device);
        let batch = PoemBatch::new(&[&[4, 5, 6]], &device);
        let (logits, _) = model.forward(model.embed_batch(&batch), None, None);
        let logits: Vec<f32> = logits.into_data().iter().collect();
        let targets = [4, 5, 6, EOS];
        let by_hand: f64 = logits
            .chunks(20)
            .zip(targets)
            .map(|(z, y)| z.iter().map(|&z| (z as f64).exp()).sum::<f64>().ln() - z[y] as f64)
            .sum::<f64>()
            / 4.0;
        assert!((by_hand - loss(&model, &batch)).abs() < 1e-5);
    }
}

#[test]
fn one_step_of_adam_lowers_the_loss_and_many_learn_a_poem_by_heart() {
    for device in devices() {
        let device = device.autodiff();
        let mut model = model(CellKind::Lstm, &device);
        let batch = PoemBatch::new(&[&[4, 5, 6, 7, 8, 9], &[10, 11, 12, 13, 14, 15]], &device);
        let mut adam = AdamConfig::new().init();
        let mut losses = vec![];
        for _ in 0..120 {
            let loss = model.loss(&batch);
            losses.push(loss.clone().into_scalar::<f64>());
            let grads = GradientsParams::from_grads(loss.backward(), &model);
            let (grads, _) = clip_global_norm(&model, grads, 1.0);
            model = adam.step(0.02, model, grads);
        }
        assert!(losses[1] < losses[0]);
        assert!(losses[119] < 0.3, "after 120 steps the loss is still {}", losses[119]);
    }
}

#[test]
fn clipping_keeps_the_direction_and_sets_the_length() {
    let device = devices().remove(0).autodiff();
    let model = model(CellKind::Lstm, &device);
    let batch = PoemBatch::new(&[&[4, 5, 6, 7]], &device);
    let grads = || GradientsParams::from_grads(model.loss(&batch).backward(), &model);
    let (_, long) = clip_global_norm(&model, grads(), 1e9);
    let (clipped, before) = clip_global_norm(&model, grads(), long / 4.0);
    assert_eq!(before, long);
    let (_, short) = clip_global_norm(&model, clipped, 1e9);
    assert!((short - long / 4.0).abs() < 1e-5 * long);
}

#[test]
fn every_token_counts_once_and_an_unknown_one_costs_more() {
    for device in devices() {
        let bundle = small(&device);
        let poem = |content: &str| Poem { title: "题".into(), content: content.into() };
        let known = evaluate(&bundle, &[poem("春花秋月，"), poem("往事")], &device);
        assert_eq!((known.tokens, known.poems), (5 + 1 + 2 + 1, 2)); // characters, punctuation and an EOS each; no BOS, no PAD
        assert!((known.perplexity - known.nats_per_token.exp()).abs() < 1e-9);

        // The first token of a poem, out of vocabulary: -ln P(UNK | BOS) + ln 20,000.
        let strange = evaluate(&bundle, &[poem("龘")], &device).nats_per_han_character;
        let input = Tensor::from_data([[BOS as i32]], &device);
        let (z, _) = bundle.model.forward(bundle.model.embed(input, None), None, None);
        let z: Vec<f64> = z.into_data().iter::<f32>().map(f64::from).collect();
        let ln_p = z[UNK] - z.iter().map(|z| z.exp()).sum::<f64>().ln();
        assert!((strange - (UNKNOWN_CHARACTERS.ln() - ln_p)).abs() < 1e-5);
    }
}

#[test]
fn the_shipped_model_reads_famous_poems_well() {
    let device = devices().remove(0);
    let bundle = lstm_lessons::poems::bundle::Bundle::shipped(&device).expect("it ships");
    // The starter poems are famous and mostly in the training corpus, so this is a check of the
    // file, not a claim of quality.
    let corpus =
        lstm_lessons::poems::text::corpus::Corpus::parse(include_str!("../../../data/poems.txt"));
    let score = evaluate(&bundle, &corpus.poems[..60], &device);
    assert!(score.nats_per_token < 5.6, "{score:?}");
}
