//! Acrostics, forms that are not named, and constraints that nobody can keep.

use lstm_lessons::poems::{
    bundle::Bundle,
    text::vocab::is_han,
    verse::{prosody::Form, rhymes::Tone},
    write::{
        beginning::{self, Acrostic},
        compose::{Constraints, Kind},
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::{
    poems::{
        composing::{
            DEFAULT, TINY, WILD, acrostic, beginning, characters, compose, knowing, lines, shape,
            strict, well_read, with,
        },
        judge::Judge,
    },
    support::devices,
};

#[test]
fn without_a_tone_in_the_vocabulary_one_sentence_says_so() {
    for (text, tone) in [("东红翁，。", Tone::Oblique), ("月日落雪，。", Tone::Level)] {
        let error =
            with(&knowing(text), WILD, |composer, _| compose(composer, &strict(Form::Jueju5), 1));
        let error = error.expect_err("impossible");
        assert_eq!(error.exit_code(), 2);
        assert_eq!(error.kind(), Some(&Kind::NoTone(tone)));
    }
}

#[test]
fn an_acrostic_survives_any_tones_in_every_form() {
    let (judge, bundle) = (Judge::new(), well_read());
    let known = characters(&bundle);
    let mut rng = StdRng::seed_from_u64(11);
    with(&bundle, WILD, |composer, _| {
        for form in Form::ALL {
            for seed in 0..8 {
                let wanted = rng.random_range(1..=shape(form).0);
                let heads: String =
                    (0..wanted).map(|_| *known.choose(&mut rng).expect("some")).collect();
                let acrostic = acrostic(&heads, &bundle);
                let poem = compose(composer, &Constraints { acrostic, ..strict(form) }, seed)
                    .expect("composed");
                let lines = lines(&poem, form);
                assert!(
                    lines.iter().zip(heads.chars()).all(|(line, head)| line[0] == head),
                    "{heads}: {poem}"
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
                        "{heads}: {poem}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_free_acrostic_has_a_line_for_each_character() {
    for bundle in [well_read(), Bundle::shipped(&devices()[0]).expect("it ships")] {
        with(&bundle, DEFAULT, |composer, _| {
            for (seed, wanted) in ["春山", "一日明月来", "人人"].into_iter().enumerate() {
                let acrostic = acrostic(wanted, &bundle);
                let constraints = Constraints { acrostic, ..Constraints::default() };
                let poem = compose(composer, &constraints, seed as u64).expect("composed");
                let lines: Vec<&str> = poem.split_terminator(|c| "，。？！".contains(c)).collect();
                let heads: String = lines.iter().filter_map(|line| line.chars().next()).collect();
                assert!(heads.starts_with(wanted), "{poem}");
                assert_eq!(lines.len(), wanted.chars().count().max(4), "{poem}");
                assert!(lines.iter().all(|line| (3..=9).contains(&line.chars().count())), "{poem}");
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
        with(&bundle, WILD, |composer, _| {
            let error = compose(composer, &constraints, 1).expect_err("impossible");
            assert_eq!(error.exit_code(), 2);
            assert!(!error.message().contains('\n'));
            error.kind::<Kind>().cloned().expect("of this kind")
        })
    };
    let form = Form::Jueju5;
    let five = |begin: &str| Constraints { begin: beginning(begin, &bundle), ..strict(form) };
    assert_eq!(refused(five("春花秋月何时了")), Kind::LineLength { form, line: 1, has: 7 });
    assert_eq!(refused(five("春花，")), Kind::LineLength { form, line: 1, has: 2 });
    assert_eq!(
        refused(five("月何月")),
        Kind::NoPattern { form, begin: "月何月".into() },
        "no line of five begins oblique, level, oblique"
    );
    let long = Constraints { acrostic: acrostic("春花秋月何", &bundle), ..strict(form) };
    assert_eq!(refused(long), Kind::TooManyLines { form, given: 5 });
    let contradiction = Constraints {
        begin: beginning("春", &bundle),
        acrostic: acrostic("月花", &bundle),
        ..Constraints::default()
    };
    assert_eq!(
        refused(contradiction),
        Kind::Contradiction { line: 1, begin: '春', acrostic: '月' }
    );
    refused(five("春花春花春，春花春花月。"));
    let rhyme = Constraints { tones: false, ..five("春花春花春，春花春花月。") };
    assert_eq!(refused(rhyme), Kind::NoRhyme);
}

#[test]
fn an_acrostic_is_of_known_han_characters() {
    let refused = |typed: &str| {
        let error = Acrostic::parse(typed, &knowing(TINY).vocab).expect_err("no acrostic");
        assert_eq!(error.exit_code(), 2);
        error.kind::<beginning::Kind>().cloned().expect("of this kind")
    };
    assert_eq!(refused(" "), beginning::Kind::EmptyAcrostic);
    assert_eq!(refused("东，"), beginning::Kind::NotAHead('，'));
    assert_eq!(refused("东X"), beginning::Kind::NotAHead('X'));
    assert!(matches!(refused("鬱"), beginning::Kind::Unknown { character: '鬱', .. }));
}

#[test]
fn rhyme_or_tones_alone_choose_a_form_that_holds_the_acrostic() {
    with(&well_read(), WILD, |composer, sampler| {
        for seed in 0..4 {
            let constraints = Constraints {
                acrostic: acrostic("春山秋水人", sampler.reader.bundle),
                tones: true,
                ..Constraints::default()
            };
            let poem = compose(composer, &constraints, seed).expect("composed");
            assert!(matches!(Form::of(&poem), Some(Form::Lvshi5 | Form::Lvshi7)), "{poem}");
        }
    });
}
