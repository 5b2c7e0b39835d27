//! Composing under rules; the poems go before a [`Judge`] that knows nothing of the composer.

use lstm_lessons::{
    cell::CellKind,
    error::Error,
    poems::{
        bundle::Bundle,
        compose::{Composer, Constraints},
        explain::Explained,
        model::PoemModel,
        prosody::Form,
        rhymes::RhymeBook,
        sample::{Sampler, SamplingConfig},
        shape::PoemShape,
        vocab::{Vocab, is_han},
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::{
    poems::judge::{Judge, lines_of},
    support::devices,
};

const WILD: SamplingConfig = SamplingConfig { temperature: 1.0, top_k: 0, top_p: 1.0 };
const DEFAULT: SamplingConfig = SamplingConfig { temperature: 0.8, top_k: 0, top_p: 0.95 };
/// Enough for every rhyme foot of a 律, and no more.
const TINY: &str = "东空红风中翁，月日落。";

/// An untrained model that knows the characters of `text`.
fn knowing(text: &str) -> Bundle {
    let vocab = Vocab::count([text], 1);
    let shape = PoemShape {
        d_embed: 6,
        d_hidden: 8,
        n_layers: 1,
        cell: CellKind::Gru,
        ..PoemShape::default()
    };
    let model = PoemModel::new(&shape, vocab.size(), 3, &devices().remove(0));
    Bundle { model, vocab, shape, tunes: Vec::new(), story: "untrained".into() }
}

/// One that knows a few hundred characters of real poems.
fn well_read() -> Bundle {
    let poems = include_str!("../../../data/poems.txt")
        .lines()
        .step_by(9)
        .filter_map(|line| line.split_once(':'));
    knowing(&poems.map(|(_, content)| content).collect::<String>())
}

/// What composers of this bundle do.
fn with<T>(
    bundle: &Bundle,
    sampling: SamplingConfig,
    penalty: f64,
    act: impl FnOnce(&Composer, &Sampler) -> T,
) -> T {
    let sampler = Sampler::new(bundle, &devices()[0]);
    act(&Composer::new(&sampler, RhymeBook::shipped(), sampling, penalty), &sampler)
}

fn compose(composer: &Composer, constraints: &Constraints, seed: u64) -> Result<String, Error> {
    composer.compose(constraints, seed, &mut |_| ())
}

fn strict(form: Form) -> Constraints {
    Constraints { form: Some(form), rhyme: true, tones: true, ..Constraints::default() }
}

fn shape(form: Form) -> (usize, usize) {
    match form {
        Form::Jueju5 => (4, 5),
        Form::Jueju7 => (4, 7),
        Form::Lvshi5 => (8, 5),
        Form::Lvshi7 => (8, 7),
    }
}

fn lines(poem: &str, form: Form) -> Vec<Vec<char>> {
    lines_of(poem, shape(form).0, shape(form).1)
}

fn assert_strict(poem: &str, form: Form, judge: &Judge) {
    let lines = lines(poem, form);
    assert!(judge.rhymes(&lines), "{poem}");
    assert_eq!(judge.off_tone(&lines), [0usize; 0], "{poem}");
}

/// Han characters of a vocabulary that the table knows.
fn characters(bundle: &Bundle) -> Vec<char> {
    let all = (0..bundle.vocab.size()).filter_map(|id| bundle.vocab.char(id));
    all.filter(|&c| is_han(c) && RhymeBook::shipped().knows(c)).collect()
}

#[test]
fn every_form_keeps_form_rhyme_and_tone() {
    let (judge, bundle) = (Judge::new(), well_read());
    with(&bundle, WILD, 1.0, |composer, _| {
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
    with(&bundle, DEFAULT, 1.0, |composer, _| {
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
    with(&bundle, DEFAULT, 1.0, |composer, _| {
        for form in Form::ALL {
            for seed in 0..3 {
                let begin = known.choose(&mut rng).expect("some").to_string();
                let poem =
                    compose(composer, &Constraints { begin: begin.clone(), ..strict(form) }, seed)
                        .expect("composed");
                assert!(poem.starts_with(&begin));
                assert_strict(&poem, form, &judge);
            }
        }
    });
}

#[test]
fn a_vocabulary_of_nine_characters_is_no_dead_end() {
    let (judge, bundle) = (Judge::new(), knowing(TINY));
    with(&bundle, WILD, 1.0, |composer, _| {
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
    with(&bundle, WILD, 1.0, |composer, _| {
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
fn signs_that_the_model_does_not_know_are_written_all_the_same() {
    let (judge, bundle) = (Judge::new(), knowing("东空红风中翁月日落"));
    with(&bundle, WILD, 1.0, |composer, _| {
        assert_strict(
            &compose(composer, &strict(Form::Jueju5), 1).expect("composed"),
            Form::Jueju5,
            &judge,
        );
        let poem = compose(
            composer,
            &Constraints { acrostic: "东月".into(), ..Constraints::default() },
            1,
        )
        .expect("composed");
        assert!(poem.starts_with('东') && poem.contains("。月") && poem.ends_with('。'), "{poem}");
    });
}

#[test]
fn without_a_tone_or_a_rhyme_in_the_vocabulary_one_sentence_says_so() {
    for text in ["东红翁，。", "月日落雪，。"] {
        let error = with(&knowing(text), WILD, 1.0, |composer, _| {
            compose(composer, &strict(Form::Jueju5), 1)
        });
        assert_eq!(error.expect_err("impossible").exit_code(), 2);
    }
}

#[test]
fn a_given_first_couplet_decides_even_a_rare_rhyme() {
    // 江 is the smallest of the common level rhymes; the beginning names it.
    let text = "白日依山尽黄河入大江窗双幢邦降腔，。月夜水";
    let (judge, bundle) = (Judge::new(), knowing(text));
    with(&bundle, WILD, 1.0, |composer, _| {
        for form in [Form::Jueju5, Form::Lvshi5] {
            for seed in 0..6 {
                let begin = "白日依山尽，黄河入大江。".to_string();
                let poem =
                    compose(composer, &Constraints { begin: begin.clone(), ..strict(form) }, seed)
                        .expect("composed");
                assert!(poem.starts_with(&begin));
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
fn an_acrostic_survives_any_tones_in_every_form() {
    let (judge, bundle) = (Judge::new(), well_read());
    let known = characters(&bundle);
    let mut rng = StdRng::seed_from_u64(11);
    with(&bundle, WILD, 1.0, |composer, _| {
        for form in Form::ALL {
            for seed in 0..8 {
                let wanted = rng.random_range(1..=shape(form).0);
                let acrostic: String =
                    (0..wanted).map(|_| *known.choose(&mut rng).expect("some")).collect();
                let poem = compose(
                    composer,
                    &Constraints { acrostic: acrostic.clone(), ..strict(form) },
                    seed,
                )
                .expect("composed");
                let lines = lines(&poem, form);
                assert!(
                    lines.iter().zip(acrostic.chars()).all(|(line, head)| line[0] == head),
                    "{acrostic}: {poem}"
                );
                assert!(judge.rhymes(&lines), "{poem}");
                for line in judge.off_tone(&lines) {
                    // Only where an oblique head takes the place of 平平仄仄平's first, and then
                    // the third is level (孤平拗救).
                    let l = &lines[line - 1];
                    let rescued = judge.oblique(l[0])
                        && judge.level(l[1])
                        && judge.level(l[2])
                        && judge.oblique(l[3]);
                    assert!(
                        shape(form).1 == 5 && line <= wanted && rescued && judge.level(l[4]),
                        "{acrostic}: {poem}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_free_acrostic_has_a_line_for_each_character() {
    for bundle in [well_read(), Bundle::shipped(&devices()[0]).expect("it ships")] {
        with(&bundle, DEFAULT, 1.0, |composer, _| {
            for (seed, acrostic) in ["春山", "一日明月来", "人人"].into_iter().enumerate()
            {
                let constraints =
                    Constraints { acrostic: acrostic.into(), ..Constraints::default() };
                let poem = compose(composer, &constraints, seed as u64).expect("composed");
                let heads: String = poem
                    .split(|c| "，。？！".contains(c))
                    .filter_map(|line| line.chars().next())
                    .collect();
                assert_eq!(heads, acrostic, "{poem}");
                assert!(poem.ends_with(['。', '？', '！']), "{poem}");
                assert!(poem.chars().all(|c| is_han(c) || "，。？！".contains(c)), "{poem}");
            }
        });
    }
}

#[test]
fn what_cannot_be_is_one_sentence_and_exit_code_2() {
    let bundle = knowing("春花秋月何时了往事知多少，。小楼昨夜又东风空红中");
    let refused = |constraints: Constraints| {
        with(&bundle, WILD, 1.0, |composer, _| {
            let error = compose(composer, &constraints, 1).expect_err("impossible");
            assert_eq!(error.exit_code(), 2);
            assert!(!error.message().contains('\n'));
            error.message()
        })
    };
    let five = |begin: &str| Constraints { begin: begin.into(), ..strict(Form::Jueju5) };
    assert!(refused(five("春花秋月何时了")).contains("五绝"), "seven characters in a line of five");
    assert!(
        refused(five("月何月")).contains("月何月"),
        "no line of five begins oblique, level, oblique"
    );
    assert!(refused(five("春花，")).contains("2"));
    assert!(
        refused(Constraints { acrostic: "春花秋月何".into(), ..strict(Form::Jueju5) })
            .contains("5")
    );
    assert!(
        refused(Constraints { acrostic: "春，".into(), ..Constraints::default() }).contains('，')
    );
    assert!(
        refused(Constraints { acrostic: "鬱".into(), ..Constraints::default() }).contains('鬱')
    );
    assert!(
        refused(Constraints {
            begin: "春".into(),
            acrostic: "月花".into(),
            ..Constraints::default()
        })
        .contains('月')
    );
    refused(five("春花春花春，春花春花月。"));
}

#[test]
fn rhyme_or_tones_alone_choose_a_form_that_holds_the_acrostic() {
    with(&well_read(), WILD, 1.0, |composer, _| {
        for seed in 0..4 {
            let constraints = Constraints {
                acrostic: "春山秋水人".into(),
                tones: true,
                ..Constraints::default()
            };
            let poem = compose(composer, &constraints, seed).expect("composed");
            assert!(matches!(Form::of(&poem), Some(Form::Lvshi5 | Form::Lvshi7)), "{poem}");
        }
    });
}

#[test]
fn the_same_seed_composes_the_same_and_the_watcher_sees_all_of_it() {
    with(&well_read(), WILD, 1.2, |composer, _| {
        let acrostic = Constraints { acrostic: "春山".into(), ..Constraints::default() };
        for constraints in [strict(Form::Jueju7), acrostic] {
            for seed in 0..6 {
                let mut seen = String::new();
                let poem = composer
                    .compose(&constraints, seed, &mut |text| seen.push_str(text))
                    .expect("composed");
                assert_eq!(poem, compose(composer, &constraints, seed).expect("composed"));
                assert_eq!(poem, seen);
            }
        }
    });
}

#[test]
fn under_no_rule_the_composer_writes_what_the_sampler_writes() {
    let bundle = Bundle::shipped(&devices()[0]).expect("it ships");
    with(&bundle, DEFAULT, 1.0, |composer, sampler| {
        for seed in 0..5 {
            let constraints = Constraints { begin: "月".into(), ..Constraints::default() };
            let mut seen = String::new();
            let poem = composer
                .compose(&constraints, seed, &mut |text| seen.push_str(text))
                .expect("known");
            assert_eq!(poem, sampler.compose("月", DEFAULT, seed).expect("known"));
            assert_eq!(poem, seen);
        }
    });
}

#[test]
fn a_heavy_penalty_leaves_no_character_twice() {
    let bundle = well_read();
    let poem = with(&bundle, WILD, 1e12, |composer, _| {
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
    with(&bundle, WILD, 1.0, |composer, _| {
        let poems = |rhyme: bool| -> Vec<Vec<Vec<char>>> {
            let constraints = Constraints {
                form: Some(Form::Lvshi5),
                rhyme,
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
    use lstm_lessons::poems::genre::Text;
    let device = devices().remove(0);
    let bundle = Bundle::shipped(&device).expect("it ships");
    let poem = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";
    let batch = bundle.model.batch(&[&Text::poem(bundle.vocab.encode(poem))], &device);
    let ln_p: Vec<f32> = bundle.model.log_probabilities(&batch).into_data().iter().collect();
    with(&bundle, DEFAULT, 1.0, |_, sampler| {
        let explained = Explained::new(poem, None, sampler, RhymeBook::shipped());
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
