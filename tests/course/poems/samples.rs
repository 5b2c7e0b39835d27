//! Writing.

use burn::{module::Param, prelude::*};
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        bundle::Bundle,
        model::PoemModel,
        text::{
            punctuation::in_lines,
            vocab::{EOS, Vocab, is_han},
        },
        write::{
            beginning::{Acrostic, Beginning, Kind},
            choose::draw,
            reader::Reader,
            sample::{Chooser, LONGEST, Sampler, SamplingConfig},
        },
    },
};
use rand::{SeedableRng, rngs::StdRng};

use crate::{poems::small, support::devices};

const FREE: SamplingConfig = SamplingConfig::PLAIN;

#[test]
fn the_same_seed_writes_the_same_poem_and_another_seed_another() {
    for device in devices() {
        let bundle = small(&device);
        let reader = Reader::new(&bundle, &device);
        let sampler = Sampler::new(&reader, FREE);
        let write = |seed| sampler.compose("月", seed).expect("known");
        assert_eq!(write(1), write(1));
        assert!((2..9).any(|seed| write(seed) != write(1)));
    }
}

#[test]
fn a_poem_keeps_its_beginning_ends_and_holds_nothing_foreign() {
    for device in devices() {
        let bundle = small(&device); // untrained, and its vocabulary holds a □ and a space
        let reader = Reader::new(&bundle, &device);
        let sampler = Sampler::new(&reader, FREE);
        for seed in 0..60 {
            let poem = sampler.compose("春花", seed).expect("known");
            assert!(poem.starts_with("春花"));
            assert!(poem.chars().count() <= LONGEST);
            assert!(poem.chars().all(|c| is_han(c) || "，。".contains(c)), "{poem}");
        }
    }
}

#[test]
fn an_unknown_or_empty_beginning_is_refused_and_near_characters_are_named() {
    let vocab = small(&devices()[0]).vocab;
    let refused = |typed: &str| {
        let error = Beginning::parse(typed, &vocab).expect_err("no character of the model");
        assert_eq!(error.exit_code(), 2);
        let kind = error.kind::<Kind>().cloned().expect("of this kind");
        if let Kind::NotChinese(c) | Kind::Unknown { character: c, .. } = kind {
            assert!(error.message().contains(c), "{}", error.message());
        }
        kind
    };
    assert_eq!(refused("A"), Kind::NotChinese('A'));
    assert_eq!(refused("月A"), Kind::NotChinese('A'));
    assert_eq!(refused("□"), Kind::NotChinese('□'), "known, but no Chinese character");
    assert_eq!(refused("，！"), Kind::NotChinese('！'), "punctuation that is not known");
    assert_eq!(Beginning::parse("春 花", &vocab).unwrap().text, "春花", "blanks are not read");
    assert_eq!(refused(""), Kind::Empty);
    assert_eq!(refused(" \n"), Kind::Empty);
    let Kind::Unknown { character: '龘', near } = refused("龘") else { panic!("龘 is unknown") };
    assert!(near.len() == 5 && near.iter().all(|&c| vocab.id(c).is_some()), "{near:?}");
}

#[test]
fn a_beginning_is_normalised_and_split_once() {
    let vocab = Vocab::count(["云想衣裳花想容，春风拂槛露华浓。"], 1);
    let begin = Beginning::parse("\t雲想衣裳花想容，春風 \n", &vocab).expect("known");
    assert_eq!(begin.text, "云想衣裳花想容，春风");
    assert_eq!(vocab.decode(&begin.ids), begin.text);
    let verses: Vec<(String, Option<char>)> = begin
        .verses
        .iter()
        .map(|verse| (verse.characters.iter().collect(), verse.punctuation))
        .collect();
    assert_eq!(verses, [("云想衣裳花想容".into(), Some('，')), ("春风".into(), None)]);
    assert_eq!(begin, Beginning::parse("云想衣裳花想容，春风", &vocab).expect("known"));
    assert_eq!(Acrostic::parse(" 雲風", &vocab).expect("known").heads, ['云', '风']);
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
        let reader = Reader::new(&bundle, &device);
        let poem = Sampler::new(&reader, SamplingConfig::default()).compose("月", 7);
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
        let (fused, readable) = (Reader::new(&fused, &device), Reader::new(&readable, &device));
        let (mut fused, mut readable) = (fused.start(None), readable.start(None));
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
    let write = |bundle: &Bundle, begin: &str, fewest_lines: usize| {
        let begin = Beginning::parse(begin, &bundle.vocab).expect("known");
        let reader = Reader::new(bundle, &device);
        let mut sampler = Sampler::new(&reader, FREE);
        sampler.fewest_lines = fewest_lines;
        sampler.write(&begin, None, 1, &mut |_| ())
    };
    let ended = write(&bundle, "月明。", 1);
    assert_eq!((ended.text.as_str(), ended.ended), ("月明。", true));
    // It ends no sooner than it may, however much the model wants to: after a sentence, and
    // enough of them.
    assert!(!write(&bundle, "月明，", 1).text.ends_with('，'));
    let longer = write(&bundle, "月明。", 3);
    let lines = longer.text.chars().filter(|c| "，。".contains(*c)).count();
    assert!(!longer.ended || lines >= 3, "{longer:?}");
    let moon = bundle.vocab.id('月').expect("known");
    lean(&mut bundle, moon);
    let cut = write(&bundle, "月", 1);
    assert_eq!((cut.text.chars().count(), cut.ended), (LONGEST, false));
}

/// What has been shown cannot be taken back: near the end, where the text may be cut, whole
/// sentences come.
#[test]
fn the_watcher_sees_characters_at_first_and_sentences_near_the_end() {
    let device = Device::flex();
    let bundle = small(&device);
    let (moon, stop) = (bundle.vocab.id('月'), bundle.vocab.id('。'));
    let begin = Beginning::parse("月", &bundle.vocab).expect("known");
    let reader = Reader::new(&bundle, &device);
    let mut watched = Vec::new();
    let written = Sampler::new(&reader, FREE).write_by(
        |_, written| if written.len() % 10 == 9 { stop } else { moon },
        &begin,
        None,
        &mut |text| watched.push(text.to_string()),
    );
    let sentence = "月月月月月月月月月。";
    assert_eq!((written.text.as_str(), written.ended), (&*sentence.repeat(9), false));
    assert_eq!(watched.concat(), written.text);
    let (characters, sentences) = watched.split_at(LONGEST / 2 - 1);
    assert!(characters.iter().all(|text| text.chars().count() == 1));
    assert_eq!(sentences, ["月月。", sentence, sentence, sentence, sentence, ""]);
}

#[test]
fn a_beginning_left_to_the_model_is_a_han_character() {
    for device in devices() {
        let bundle = small(&device);
        let reader = Reader::new(&bundle, &device);
        let sampler = Sampler::new(&reader, FREE);
        for seed in 0..40 {
            let poem = sampler.write(&Beginning::default(), None, seed, &mut |_| ()).text;
            assert!(poem.starts_with(is_han), "{poem}");
            let first = sampler.first_character(None, seed).expect("some are known").text;
            assert!(poem.starts_with(&first), "the same choice: {first}, {poem}");
        }
    }
}

#[test]
fn weights_are_drawn_in_proportion() {
    let mut rng = StdRng::seed_from_u64(4);
    let weights = [0.5, 0.0, 2.0, 1.5];
    let mut counts = [0usize; 4];
    for _ in 0..4000 {
        counts[draw(weights.into_iter(), &mut rng).expect("something weighs")] += 1;
    }
    assert_eq!(counts[1], 0);
    for (count, weight) in counts.into_iter().zip(weights) {
        assert!((count as f64 / 4000.0 - weight / 4.0).abs() < 0.03, "{counts:?}");
    }
    for nothing in [&[][..], &[0.0, 0.0], &[f64::NAN]] {
        assert_eq!(draw(nothing.iter().copied(), &mut rng), None);
    }
}
