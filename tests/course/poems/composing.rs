//! Composing under rules; the poems go before a [`Judge`] that knows nothing of the composer.

use lstm_lessons::{
    cell::CellKind,
    poems::{
        bundle::Bundle,
        inspect::explain::Explained,
        model::PoemModel,
        shape::PoemShape,
        text::vocab::{Vocab, is_han},
        verse::{
            prosody::Form,
            rhymes::{RhymeBook, Rhymes},
        },
        write::{
            beginning::{Acrostic, Beginning},
            compose::{Composer, Constraints},
            reader::{Reader, Stream},
            sample::{Sampler, SamplingConfig},
        },
    },
    shell::error::Error,
};
use rand::{SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rayon::prelude::*;

use crate::{
    poems::judge::{Judge, lines_of},
    support::devices,
};

/// The model's own probabilities.
pub const WILD: SamplingConfig = SamplingConfig::PLAIN;
/// As the lesson writes.
pub const DEFAULT: SamplingConfig =
    SamplingConfig { temperature: 0.8, top_p: 0.95, ..SamplingConfig::PLAIN };
/// Enough for every rhyme foot of a 律, and no more.
pub const TINY: &str = "东空红风中翁，月日落。";

/// An untrained model that knows the characters of `text`.
pub fn knowing(text: &str) -> Bundle {
    let vocab = Vocab::count([text], 1);
    let shape = PoemShape {
        d_embed: 6,
        d_hidden: 8,
        n_layers: 1,
        cell: CellKind::Gru,
        ..PoemShape::default()
    };
    let model = PoemModel::new(&shape, vocab.size(), 3, &devices().remove(0));
    Bundle {
        model,
        vocab,
        shape,
        tunes: Vec::new(),
        schemes: Default::default(),
        story: "untrained".into(),
    }
}

/// One that knows a few hundred characters of real poems.
pub fn well_read() -> Bundle {
    let poems = include_str!("../../../data/poems.txt")
        .lines()
        .step_by(9)
        .filter_map(|line| line.split_once(':'));
    knowing(&poems.map(|(_, content)| content).collect::<String>())
}

/// What composers of this bundle do.
pub fn with<T>(
    bundle: &Bundle,
    sampling: SamplingConfig,
    act: impl FnOnce(&Composer, &Sampler) -> T,
) -> T {
    let reader = Reader::new(bundle, &devices()[0]);
    let sampler = Sampler::new(&reader, sampling);
    act(&Composer::new(&sampler, RhymeBook::shipped()), &sampler)
}

pub fn compose(composer: &Composer, constraints: &Constraints, seed: u64) -> Result<String, Error> {
    composer.compose(constraints, seed, &mut |_| ())
}

pub fn beginning(typed: &str, bundle: &Bundle) -> Beginning {
    Beginning::parse(typed, &bundle.vocab).expect("known")
}

pub fn acrostic(typed: &str, bundle: &Bundle) -> Acrostic {
    Acrostic::parse(typed, &bundle.vocab).expect("known")
}

pub fn strict(form: Form) -> Constraints {
    Constraints {
        form: Some(form),
        rhyme: Some(Rhymes::EVERY_LEVEL),
        tones: true,
        ..Constraints::default()
    }
}

pub fn shape(form: Form) -> (usize, usize) {
    match form {
        Form::Jueju5 => (4, 5),
        Form::Jueju7 => (4, 7),
        Form::Lvshi5 => (8, 5),
        Form::Lvshi7 => (8, 7),
    }
}

pub fn lines(poem: &str, form: Form) -> Vec<Vec<char>> {
    lines_of(poem, shape(form).0, shape(form).1)
}

fn assert_strict(poem: &str, form: Form, judge: &Judge) {
    let lines = lines(poem, form);
    assert!(judge.rhymes(&lines), "{poem}");
    assert_eq!(judge.off_tone(&lines), [0usize; 0], "{poem}");
}

/// Han characters of a vocabulary that the table knows.
pub fn characters(bundle: &Bundle) -> Vec<char> {
    let all = (0..bundle.vocab.size()).filter_map(|id| bundle.vocab.char(id));
    all.filter(|&c| is_han(c) && RhymeBook::shipped().knows(c)).collect()
}

#[test]
fn every_form_keeps_form_rhyme_and_tone() {
    let (judge, bundle) = (Judge::new(), well_read());
    with(&bundle, WILD, |composer, _| {
        for form in Form::ALL {
            for seed in 0..12 {
                let poem = compose(composer, &strict(form), seed).expect("nothing is in the way");
                assert_strict(&poem, form, &judge);
                let lines = lines(&poem, form);
                let mut ends: Vec<char> =
                    lines.iter().skip(1).step_by(2).map(|line| line[line.len() - 1]).collect();
                ends.sort_unstable();
                ends.dedup();
                assert_eq!(ends.len(), lines.len() / 2, "an end comes twice: {poem}");
                let odd = lines.iter().skip(2).step_by(2).map(|line| line[line.len() - 1]);
                assert!(
                    odd.clone().all(|c| !judge.level(c)),
                    "an odd line could be read as rhyming: {poem}"
                );
            }
        }
    });
}

#[test]
#[ignore = "300 poems of each form by the shipped model; minutes"]
fn three_hundred_poems_of_each_form_keep_form_rhyme_and_tone() {
    let judge = Judge::new();
    let bundle = Bundle::shipped(&devices()[0]).expect("it ships");
    with(&bundle, DEFAULT, |composer, _| {
        for form in Form::ALL {
            for seed in 0..300 {
                assert_strict(
                    &compose(composer, &strict(form), seed).expect("composed"),
                    form,
                    &judge,
                );
            }
        }
    });
}

#[test]
fn the_shipped_model_keeps_the_rules_with_any_begin_character() {
    let judge = Judge::new();
    let bundle = Bundle::shipped(&devices()[0]).expect("it ships");
    let known = characters(&bundle);
    let mut rng = StdRng::seed_from_u64(5);
    with(&bundle, DEFAULT, |composer, _| {
        for form in Form::ALL {
            for seed in 0..3 {
                let c = known.choose(&mut rng).expect("some").to_string();
                let begin = beginning(&c, &bundle);
                let poem = compose(composer, &Constraints { begin, ..strict(form) }, seed)
                    .expect("composed");
                assert!(poem.starts_with(&c));
                assert_strict(&poem, form, &judge);
            }
        }
    });
}

#[test]
fn a_vocabulary_of_nine_characters_is_no_dead_end() {
    let (judge, bundle) = (Judge::new(), knowing(TINY));
    with(&bundle, WILD, |composer, _| {
        for form in Form::ALL {
            for seed in 0..10 {
                assert_strict(
                    &compose(composer, &strict(form), seed).expect("composed"),
                    form,
                    &judge,
                );
            }
        }
    });
}

#[test]
fn with_two_rhyming_characters_ends_repeat_rather_than_break_a_rule() {
    let (judge, bundle) = (Judge::new(), knowing("东空，月日落。"));
    with(&bundle, WILD, |composer, _| {
        for seed in 0..10 {
            assert_strict(
                &compose(composer, &strict(Form::Lvshi7), seed).expect("composed"),
                Form::Lvshi7,
                &judge,
            );
        }
    });
}

#[test]
fn punctuation_that_the_model_does_not_know_is_written_all_the_same() {
    let (judge, bundle) = (Judge::new(), knowing("东空红风中翁月日落"));
    with(&bundle, WILD, |composer, _| {
        assert_strict(
            &compose(composer, &strict(Form::Jueju5), 1).expect("composed"),
            Form::Jueju5,
            &judge,
        );
        let acrostic = acrostic("东月", &bundle);
        let poem = compose(composer, &Constraints { acrostic, ..Constraints::default() }, 1)
            .expect("composed");
        assert!(poem.starts_with('东') && poem.contains("。月") && poem.ends_with('。'), "{poem}");
    });
}

#[test]
fn a_given_first_couplet_decides_even_a_rare_rhyme() {
    // 江 is the smallest of the common level rhymes; the beginning names it.
    let text = "白日依山尽黄河入大江窗双幢邦降腔，。月夜水";
    let (judge, bundle) = (Judge::new(), knowing(text));
    with(&bundle, WILD, |composer, _| {
        for form in [Form::Jueju5, Form::Lvshi5] {
            for seed in 0..6 {
                let begin = beginning("白日依山尽，黄河入大江。", &bundle);
                let poem = compose(composer, &Constraints { begin, ..strict(form) }, seed)
                    .expect("composed");
                assert!(poem.starts_with("白日依山尽，黄河入大江。"));
                assert_strict(&poem, form, &judge);
                assert!(
                    judge.shared(&['江', lines(&poem, form)[3][4]]).contains("上平声三江"),
                    "{poem}"
                );
            }
        }
    });
}

#[test]
fn the_same_seed_composes_the_same_and_the_watcher_sees_all_of_it() {
    with(&well_read(), SamplingConfig { repetition_penalty: 1.2, ..WILD }, |composer, sampler| {
        let acrostic = acrostic("春山", sampler.reader.bundle);
        let heads = Constraints { acrostic, ..Constraints::default() };
        for constraints in [strict(Form::Jueju7), heads] {
            for seed in 0..6 {
                let mut watched = String::new();
                let poem = composer
                    .compose(&constraints, seed, &mut |text| watched.push_str(text))
                    .expect("composed");
                assert_eq!(poem, compose(composer, &constraints, seed).expect("composed"));
                assert_eq!(poem, watched);
            }
        }
    });
}

#[test]
fn poems_written_side_by_side_are_those_written_alone() {
    let bundle = Bundle::shipped(&devices()[0]).expect("it ships");
    with(&bundle, DEFAULT, |composer, _| {
        let acrostic = acrostic("春山", &bundle);
        let heads = Constraints { acrostic, ..Constraints::default() };
        for constraints in [strict(Form::Jueju5), heads] {
            let poem = |seed| compose(composer, &constraints, seed).expect("composed");
            let alone: Vec<String> = (0..4).map(poem).collect();
            let together: Vec<String> = (0..4).into_par_iter().map(poem).collect();
            assert_eq!(alone, together);
        }
    });
}

#[test]
fn texts_that_are_read_together_come_to_the_logits_of_each_alone() {
    let bundle = Bundle::shipped(&devices()[0]).expect("it ships");
    let reader = Reader::new(&bundle, &devices()[0]);
    let texts = ["床前明月光，", "白", "", "春眠不觉"].map(|text| bundle.vocab.encode(text));
    let alone = texts.each_ref().map(|ids| {
        let mut stream = reader.start(None);
        ids.iter().for_each(|&id| stream.read(id));
        stream
    });
    let mut together = texts.each_ref().map(|_| reader.start(None));
    Stream::read_all(together.iter_mut().zip(&texts).map(|(s, ids)| (s, &ids[..])).collect());
    for (alone, together) in alone.iter().zip(&together) {
        assert_eq!(alone.logits(), together.logits());
    }
    assert_ne!(alone[0].logits(), alone[1].logits());
}

#[test]
fn among_several_drafts_another_line_may_be_chosen_than_the_first() {
    let bundle = well_read();
    let reader = Reader::new(&bundle, &devices()[0]);
    let poem = |temperature, drafts, seed| {
        let sampler = Sampler::new(&reader, SamplingConfig { temperature, ..WILD });
        let mut composer = Composer::new(&sampler, RhymeBook::shipped());
        composer.drafts = drafts;
        compose(&composer, &strict(Form::Jueju5), seed).expect("composed")
    };
    assert!((0..3).any(|seed| poem(1.0, 1, seed) != poem(1.0, 8, seed)));
    assert_eq!(poem(0.0, 1, 0), poem(0.0, 8, 0), "the likeliest line is the same in every draft");
}

#[test]
fn under_no_rule_the_composer_writes_what_the_sampler_writes() {
    let bundle = Bundle::shipped(&devices()[0]).expect("it ships");
    with(&bundle, DEFAULT, |composer, sampler| {
        for seed in 0..5 {
            let begin = beginning("月", &bundle);
            let constraints = Constraints { begin, ..Constraints::default() };
            let mut watched = String::new();
            let poem = composer
                .compose(&constraints, seed, &mut |text| watched.push_str(text))
                .expect("known");
            assert_eq!(poem, sampler.compose("月", seed).expect("known"));
            assert_eq!(poem, watched);
        }
    });
}

#[test]
fn a_heavy_penalty_leaves_no_character_twice() {
    let bundle = well_read();
    let heavy = SamplingConfig { repetition_penalty: 1e12, ..WILD };
    let poem = with(&bundle, heavy, |composer, _| {
        compose(composer, &Constraints { form: Some(Form::Lvshi7), ..Constraints::default() }, 1)
            .expect("composed")
    });
    let mut all: Vec<char> = poem.chars().filter(|&c| is_han(c)).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 56, "{poem}");
}

#[test]
fn with_rhyme_alone_the_even_lines_rhyme_and_with_tones_alone_they_need_not() {
    let (judge, bundle) = (Judge::new(), well_read());
    with(&bundle, WILD, |composer, _| {
        let poems = |rhyme: bool| -> Vec<Vec<Vec<char>>> {
            let constraints = Constraints {
                form: Some(Form::Lvshi5),
                rhyme: rhyme.then_some(Rhymes::EVERY_LEVEL),
                tones: !rhyme,
                ..Constraints::default()
            };
            (0..8)
                .map(|seed| {
                    lines(&compose(composer, &constraints, seed).expect("composed"), Form::Lvshi5)
                })
                .collect()
        };
        let rhymed = poems(true);
        assert!(rhymed.iter().all(|lines| judge.rhymes(lines)));
        assert!(rhymed.iter().any(|lines| !judge.off_tone(lines).is_empty()));
        let toned = poems(false);
        assert!(toned.iter().any(|lines| !judge.rhymes(lines)));
        // (A first line that ends level may not rhyme here; the other lines keep their tones.)
        assert!(toned.iter().all(|lines| judge.off_tone(lines).iter().all(|&line| line == 1)));
    });
}

#[test]
fn the_explanation_gives_the_models_own_probabilities() {
    use lstm_lessons::poems::text::genre::Text;
    let device = devices().remove(0);
    let bundle = Bundle::shipped(&device).expect("it ships");
    let poem = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";
    let batch = bundle.model.batch(&[&Text::poem(bundle.vocab.encode(poem))], &device);
    let ln_p: Vec<f32> = bundle.model.log_probabilities(&batch).into_data().iter().collect();
    with(&bundle, DEFAULT, |_, sampler| {
        let explained = Explained::new(poem, None, sampler.reader, RhymeBook::shipped());
        assert_eq!(explained.form, Some("五绝"));
        assert_eq!(explained.rhymes, ["下平声十一尤"]);
        assert!(explained.breaches.is_empty());
        for (character, ln_p) in explained.characters.iter().zip(ln_p) {
            let p = character.p.expect("known");
            assert!((p.ln() - ln_p as f64).abs() < 1e-3, "{character:?}");
            assert_eq!(character.rivals.len(), 4);
            assert!(character.rivals.iter().all(|(rival, _)| *rival != character.character));
            assert!(character.rivals.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        }
        let text = explained.text();
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0], "白日依山尽，黄河入海流。");
        assert_eq!(rows[1], "● ● ○ ○ ●   ○ ○ ● ● ○");
        assert!(rows.iter().all(|row| lstm_lessons::look::visible_width(row) <= 80));
    });
}
