//! Lesson 1: what a memory is good for, and back-propagation through time.

use burn::prelude::*;
use lstm_lessons::{
    cell::Cell,
    demos::rnn::{
        COUNTRIES, Memory, NextCharacter, Sentences,
        by_hand::{EXAMPLE, INPUTS, Pair, Square, TARGET, Weights, backward, by_autodiff, forward},
        lowest_loss, train,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::devices;

/// The beginnings of both kinds, up to 说.
fn beginnings(country: char) -> [String; 2] {
    [format!("我出生在{country}国，所以我说"), format!("她从小住在{country}国，也会说")]
}

fn trained(memory: Memory, device: &Device) -> (NextCharacter, f64) {
    let mut last = f64::NAN;
    let model = train(memory, 16, 300, 0.02, 1, device, |_, loss, _| last = loss);
    (model, last)
}

#[test]
fn without_a_memory_every_beginning_gets_the_same_answer() {
    for device in devices() {
        let (model, _) = trained(Memory::Cut, &device);
        let vocab = Sentences::new(&device).vocab;
        let answers: Vec<Vec<f64>> = COUNTRIES
            .iter()
            .flat_map(|(country, _)| beginnings(*country))
            .map(|begin| model.next(&vocab.encode(&begin), Memory::Cut, &device))
            .collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        for (_, language) in COUNTRIES {
            let p = answers[0][vocab.id(language).unwrap()];
            assert!((p - 0.25).abs() < 0.02, "{language}: {p}");
        }
    }
}

#[test]
fn with_a_memory_the_beginning_decides() {
    for device in devices() {
        let (model, _) = trained(Memory::Kept, &device);
        let vocab = Sentences::new(&device).vocab;
        for (country, language) in COUNTRIES {
            for begin in beginnings(country) {
                let o = model.next(&vocab.encode(&begin), Memory::Kept, &device);
                assert!((o.iter().sum::<f64>() - 1.0).abs() < 1e-5, "o_t is a probability");
                let p = o[vocab.id(language).unwrap()];
                assert!(p > 0.8, "{begin}{language}: {p}");
            }
        }
    }
}

#[test]
fn a_memory_too_small_for_both_drops_the_country() {
    let device = Device::flex();
    let vocab = Sentences::new(&device).vocab;
    let apart = |d_hidden| {
        let mut last = f64::NAN;
        let model = train(Memory::Kept, d_hidden, 300, 0.02, 1, &device, |_, loss, _| last = loss);
        let after = |country| {
            let [begin, _] = beginnings(country);
            model.next(&vocab.encode(&begin), Memory::Kept, &device)
        };
        let (a, b) = (after('中'), after('法'));
        (a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max), last)
    };
    let (small, loss) = apart(3);
    assert!(small < 0.01 && loss > lowest_loss(1), "{small}, {loss}");
    let (large, loss) = apart(16);
    assert!(large > 0.5 && loss < lowest_loss(1), "{large}, {loss}");
}

#[test]
fn no_training_goes_below_what_counting_allows() {
    for device in devices() {
        for (memory, floor) in
            [(Memory::Cut, lowest_loss(1)), (Memory::Kept, lowest_loss(usize::MAX))]
        {
            let (_, loss) = trained(memory, &device);
            assert!(
                (floor - 1e-4..floor + 0.05).contains(&loss),
                "{memory:?}: {loss}, lowest {floor}"
            );
        }
    }
    // What remains for the one with a memory is the country itself: one of four, once in thirteen
    // predictions.
    assert!((lowest_loss(usize::MAX) - 4f64.ln() / 13.0).abs() < 1e-12);
}

#[test]
fn no_memory_is_w_equal_to_zero() {
    for device in devices() {
        let sentences = Sentences::new(&device);
        let mut model = NextCharacter::new(sentences.vocab.size(), 12, 3, &device);
        let cut = model.forward(sentences.inputs.clone(), Memory::Cut);
        if let Cell::Rnn(rnn) = &mut model.layer.cell {
            rnn.w = rnn.w.clone().map(|w| w.zeros_like());
        }
        let without_w = model.forward(sentences.inputs.clone(), Memory::Kept);
        assert!((cut - without_w).abs().max().into_scalar::<f32>() < 1e-6);
    }
}

fn some_weights(seed: u64) -> Weights {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut square = || -> Square { [0; 2].map(|_| [0; 2].map(|_| rng.random_range(-1.0..=1.0))) };
    Weights { u: square(), w: square(), v: square() }
}

fn some_inputs(seq_len: usize) -> Vec<Pair> {
    let mut rng = StdRng::seed_from_u64(seq_len as u64);
    (0..seq_len).map(|_| [rng.random_range(-1.0..=1.0), rng.random_range(-1.0..=1.0)]).collect()
}

fn all(w: &Weights) -> Vec<f64> {
    [w.u, w.w, w.v].concat().concat()
}

#[test]
fn back_propagation_by_hand_equals_autodiff() {
    for device in devices() {
        let mut cases = vec![(EXAMPLE, INPUTS.to_vec(), TARGET)];
        cases.extend(
            (1..6).map(|seq_len| (some_weights(seq_len as u64), some_inputs(seq_len), seq_len % 2)),
        );
        for (weights, x, target) in cases {
            let by_hand = backward(&weights, &x, target, &forward(&weights, &x, target)).gradients;
            let by_burn = by_autodiff(&weights, &x, target, &device);
            for (hand, burn) in all(&by_hand).iter().zip(all(&by_burn)) {
                assert!(
                    (hand - burn).abs() < 1e-5,
                    "T = {}: {hand} by hand, {burn} by autodiff",
                    x.len()
                );
            }
        }
    }
}

#[test]
fn back_propagation_by_hand_equals_differences_of_the_loss() {
    const STEP: f64 = 1e-5;
    let (weights, x) = (some_weights(9), some_inputs(4));
    let gradients = all(&backward(&weights, &x, 1, &forward(&weights, &x, 1)).gradients);
    for (k, gradient) in gradients.into_iter().enumerate() {
        let at = |step: f64| {
            let mut moved = weights;
            let matrix = match k / 4 {
                0 => &mut moved.u,
                1 => &mut moved.w,
                _ => &mut moved.v,
            };
            matrix[k % 4 / 2][k % 2] += step;
            forward(&moved, &x, 1).loss
        };
        let difference = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        assert!(
            (gradient - difference).abs() < 1e-8,
            "number {k}: {gradient}, by differences {difference}"
        );
    }
}
