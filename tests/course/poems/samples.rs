//! Writing.

use burn::{module::Param, prelude::*};
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        bundle::Bundle,
        model::PoemModel,
        sample::{Chooser, LONGEST, Sampler, SamplingConfig, in_lines},
        vocab::{EOS, is_han},
    },
};
use rand::{SeedableRng, rngs::StdRng};

use crate::{poems::small, support::devices};

const FREE: SamplingConfig = SamplingConfig { temperature: 1.0, top_k: 0, top_p: 1.0 };

#[test]
fn the_same_seed_writes_the_same_poem_and_another_seed_another() {
    for device in devices() {
        let bundle = small(&device);
        let sampler = Sampler::new(&bundle, &device);
        let write = |seed| sampler.compose("月", FREE, seed).expect("known");
        assert_eq!(write(1), write(1));
        assert!((2..9).any(|seed| write(seed) != write(1)));
    }
}

#[test]
fn a_poem_keeps_its_beginning_ends_and_holds_no_foreign_sign() {
    for device in devices() {
        let bundle = small(&device); // untrained, and its vocabulary holds a □ and a space
        let sampler = Sampler::new(&bundle, &device);
        for seed in 0..60 {
            let poem = sampler.compose("春花", FREE, seed).expect("known");
            assert!(poem.starts_with("春花"));
            assert!(poem.chars().count() <= LONGEST);
            assert!(poem.chars().all(|c| is_han(c) || "，。".contains(c)), "{poem}");
        }
    }
}

#[test]
fn an_unknown_or_empty_beginning_is_one_sentence_that_names_near_characters() {
    let device = devices().remove(0);
    let bundle = small(&device);
    let sampler = Sampler::new(&bundle, &device);
    for (begin, example) in [("A", "begin 月"), ("龘", "near ones are")] {
        let error = sampler.compose(begin, FREE, 1).expect_err("no character of the model");
        assert_eq!(error.exit_code(), 2);
        assert!(
            error.message().contains(begin) && error.message().contains(example),
            "{}",
            error.message()
        );
    }
    assert_eq!(sampler.compose("", FREE, 1).expect_err("empty").exit_code(), 2);
    assert_eq!(sampler.compose("□", FREE, 1).expect_err("dirt is not written").exit_code(), 2);
}

#[test]
fn temperature_is_not_upside_down() {
    let z = [2.0, 1.0, 0.0];
    let share_of_best = |temperature| {
        let mut rng = StdRng::seed_from_u64(1);
        let sampling = SamplingConfig { temperature, ..FREE };
        (0..2000)
            .filter(|_| Chooser::default().pick(&z, |_| true, sampling, &mut rng) == Some(0))
            .count() as f64
            / 2000.0
    };
    let softmax = |t: f64| 1.0 / (1.0 + (-1.0 / t).exp() + (-2.0 / t).exp());
    for t in [0.5, 1.0, 2.0] {
        assert!((share_of_best(t) - softmax(t)).abs() < 0.04, "temperature {t}");
    }
    assert_eq!(share_of_best(0.0), 1.0);
}

#[test]
fn top_k_and_top_p_cut_the_tail() {
    let z = [3.0, 2.0, 1.0, 0.0]; // 0.64, 0.24, 0.09, 0.03
    let chosen = |sampling| {
        let mut rng = StdRng::seed_from_u64(2);
        let mut all: Vec<usize> = (0..500)
            .filter_map(|_| Chooser::default().pick(&z, |_| true, sampling, &mut rng))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    assert_eq!(chosen(FREE), [0, 1, 2, 3]);
    assert_eq!(chosen(SamplingConfig { top_k: 2, ..FREE }), [0, 1]);
    assert_eq!(chosen(SamplingConfig { top_p: 0.8, ..FREE }), [0, 1]);
    assert_eq!(chosen(SamplingConfig { top_p: 0.01, ..FREE }), [0]);
}

#[test]
fn what_is_not_allowed_is_never_chosen() {
    let mut rng = StdRng::seed_from_u64(3);
    assert!(
        (0..200).all(
            |_| Chooser::default().pick(&[9.0, 1.0, 1.0], |k| k > 0, FREE, &mut rng) != Some(0)
        )
    );
    assert_eq!(Chooser::default().pick(&[1.0], |_| false, FREE, &mut rng), None);
}

#[test]
fn lines_end_where_sentences_end() {
    assert_eq!(in_lines("甲乙，丙丁。戊己？庚辛"), "甲乙，丙丁。\n戊己？\n庚辛");
}

#[test]
fn the_shipped_model_writes_a_poem_that_begins_with_the_moon() {
    for device in devices() {
        let bundle = Bundle::shipped(&device).expect("it ships");
        let poem = Sampler::new(&bundle, &device).compose(
            "月",
            SamplingConfig { temperature: 0.8, top_k: 0, top_p: 0.95 },
            7,
        );
        let poem = poem.expect("月 is known");
        assert!(poem.starts_with('月') && poem.contains('，') && poem.contains('。'), "{poem}");
    }
}

#[test]
fn the_fused_step_scores_like_the_readable_model() {
    for tied in [false, true] {
        let device = Device::flex();
        let bundle = |kernel| {
            let mut bundle = small(&device);
            bundle.shape.tied = tied;
            bundle.shape.d_embed = bundle.shape.d_hidden;
            bundle.model =
                PoemModel::new(&bundle.shape, bundle.vocab.size(), 4, &device).with_kernel(kernel);
            bundle
        };
        let (fused, readable) = (bundle(Kernel::Fused), bundle(Kernel::Readable));
        let (fused, readable) = (Sampler::new(&fused, &device), Sampler::new(&readable, &device));
        let (mut fused, mut readable) = (fused.start(), readable.start());
        for id in [4, 5, 4, 9, 4] {
            fused.read(id);
            readable.read(id);
            for (a, b) in fused.logits().iter().zip(readable.logits()) {
                assert!((a - b).abs() < 1e-5, "{a} {b}");
            }
        }
    }
}

#[test]
fn a_poem_that_the_model_ended_is_told_from_one_that_was_cut() {
    let device = Device::flex();
    let mut bundle = small(&device);
    let lean = |bundle: &mut Bundle, toward: usize| {
        let mut bias = vec![0.0f32; bundle.vocab.size()];
        bias[toward] = 50.0;
        bundle.model.bias = Param::from_data(TensorData::from(&bias[..]), &device);
    };
    lean(&mut bundle, EOS);
    let ended = Sampler::new(&bundle, &device).write("月", None, FREE, 1).expect("known");
    assert_eq!((ended.text.as_str(), ended.ended), ("月", true));
    let moon = bundle.vocab.id('月').expect("known");
    lean(&mut bundle, moon);
    let cut = Sampler::new(&bundle, &device).write("月", None, FREE, 1).expect("known");
    assert_eq!((cut.text.chars().count(), cut.ended), (LONGEST, false));
}
