//! What each view is told.

use std::process::Command;

use burn::prelude::*;
use lstm_lessons::{
    burn,
    cell::State,
    demos::lstm::{
        Held,
        by_hand::{EXAMPLE, INPUTS, as_cell},
        run,
    },
    mnist::{drawn::draw, evaluate::beliefs_by_row, saved},
};
use serde_json::{Value, json};

use crate::client::Classroom;

/// What `lesson_poems` writes with these flags.
fn lesson(flags: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(flags)
        .arg("--json")
        .output()
        .unwrap();
    let line: Value = serde_json::from_slice(&ran.stdout).unwrap();
    line["text"].as_str().unwrap().to_string()
}

#[test]
fn a_poem_is_that_of_the_lesson_and_comes_piece_by_piece() {
    let classroom = Classroom::open(&[]);
    let asked = [
        (json!({"begin": "月", "seed": 7}), &["--begin", "月", "--seed", "7"][..]),
        (
            json!({"begin": "月", "seed": 3, "temperature": 1.5}),
            &["--begin", "月", "--seed", "3", "--temperature", "1.5"],
        ),
        (
            json!({"begin": "月", "seed": 7, "form": "五绝", "rhyme": "", "tones": true}),
            &["--begin", "月", "--seed", "7", "--form", "五绝", "--rhyme", "--tones"],
        ),
        (
            json!({"begin": "春", "seed": 2, "tune": "浣溪沙"}),
            &["--begin", "春", "--seed", "2", "--tune", "浣溪沙"],
        ),
    ];
    for (body, flags) in asked {
        let lines = classroom.ask("/poem", &body);
        let lines: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let poem = lesson(flags);
        assert_eq!(lines.last().unwrap()["poem"], json!(poem), "{body}");
        let pieces: String = lines.iter().filter_map(|line| line["text"].as_str()).collect();
        assert_eq!(pieces, poem);
        assert!(lines.len() > 3, "it comes in pieces");
    }
}

#[test]
fn the_same_link_gives_the_same_bytes() {
    let asked = json!({"begin": "秋风", "seed": 5, "form": "七绝", "rhyme": "", "tones": true});
    let once = Classroom::open(&[]).ask("/poem", &asked);
    assert_eq!(Classroom::open(&[]).ask("/poem", &asked), once);
}

#[test]
fn a_fork_changes_only_what_comes_after() {
    let classroom = Classroom::open(&[]);
    for rules in [json!({}), json!({"form": "五律", "rhyme": "", "tones": true})] {
        let ask = |begin: &str| {
            let mut asked = json!({"begin": begin, "seed": 11});
            asked.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
            classroom.poem(&asked)
        };
        let first = ask("月");
        let poem: Vec<char> = first["poem"].as_str().unwrap().chars().collect();
        let mut forked = 0;
        for (at, place) in first["places"].as_array().unwrap().iter().enumerate().skip(1) {
            assert_eq!(place["character"], json!(poem[at]));
            let likeliest = place["likeliest"].as_array().unwrap();
            assert_eq!(likeliest.len(), 10);
            assert!(likeliest.is_sorted_by(|a, b| a["p"].as_f64() >= b["p"].as_f64()));
            let free = likeliest.iter().find(|rival| {
                rival["forbidden"].is_null()
                    && rival["character"].is_string()
                    && rival["character"] != place["character"]
            });
            let Some(rival) = free else { continue };
            let before: String = poem[..at].iter().collect();
            let begin = before + rival["character"].as_str().unwrap();
            let fork = ask(&begin);
            assert!(fork["poem"].as_str().unwrap().starts_with(&begin), "{begin}: {fork}");
            if !rules["form"].is_null() {
                assert_eq!(fork["form"], rules["form"]);
            }
            for (there, here) in
                fork["places"][at]["likeliest"].as_array().unwrap().iter().zip(likeliest)
            {
                assert_eq!((&there["character"], &there["p"]), (&here["character"], &here["p"]));
            }
            forked += 1;
        }
        assert!(forked > 15, "{forked}");
    }
}

#[test]
fn under_rules_what_is_forbidden_has_its_reason_in_both_languages() {
    let poem = Classroom::open(&[])
        .poem(&json!({"begin": "月", "seed": 7, "form": "五绝", "rhyme": "东", "tones": true}));
    assert_eq!(poem["breaches"], json!([]));
    let places = poem["places"].as_array().unwrap();
    let reasons = |at: usize, lang: &str| -> String {
        let likeliest = places[at]["likeliest"].as_array().unwrap();
        likeliest.iter().filter_map(|rival| rival["forbidden"][lang].as_str()).collect()
    };
    let all: String = (0..places.len()).map(|at| reasons(at, "zh")).collect();
    assert!(all.contains("按平仄此处应为") && all.contains("此处须押上平声一东"), "{all}");
    assert!(
        (0..places.len()).map(|at| reasons(at, "en")).collect::<String>().contains("tone pattern")
    );
    // What stands there was never forbidden, but for the beginning.
    for place in &places[1..] {
        let here = place["likeliest"].as_array().unwrap().iter();
        let here = here.filter(|rival| rival["character"] == place["character"]);
        assert!(here.into_iter().all(|rival| rival["forbidden"].is_null()), "{place}");
    }
    assert_eq!(poem["gates"].as_array().unwrap()[0]["values"].as_array().unwrap().len(), 24);
}

#[test]
fn a_seven_drawn_with_a_finger_is_read_as_seven() {
    let classroom = Classroom::open(&[]);
    let bar = (0..20).map(|k| [60.0 + 8.0 * k as f64, 50.0]);
    let stem = (0..30).map(|k| [212.0 - 3.5 * k as f64, 50.0 + 6.5 * k as f64]);
    let strokes = vec![bar.chain(stem).collect::<Vec<_>>()];
    let read = |extra: Value| -> Value {
        let mut asked = json!({"from": {"strokes": strokes}});
        asked.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        serde_json::from_str(&classroom.ask("/digit", &asked)).unwrap()
    };
    let seven = read(json!({}));
    assert_eq!(seven["read"], 7);
    assert_eq!(seven["signals"].as_array().unwrap().len(), 6);
    let lower = read(json!({"half": "lower"}));
    assert!(lower["pixels"].as_str().unwrap().starts_with(&"00".repeat(14 * 28)));
    assert_ne!(read(json!({"shuffled": true}))["pixels"], seven["pixels"]);
}

#[test]
fn a_drawn_digit_is_believed_as_the_lesson_believes_it() {
    let read = Classroom::open(&[]).ask("/digit", &json!({"from": {"drawn": [7, 1]}}));
    let read: Value = serde_json::from_str(&read).unwrap();
    let device = Device::flex();
    let (model, _) = saved::shipped(&device).unwrap();
    let by_lesson = beliefs_by_row(&model, &draw(7, 1), &device);
    for (row, belief) in by_lesson.iter().enumerate() {
        for (digit, p) in belief.iter().enumerate() {
            let here = read["beliefs"][row][digit].as_f64().unwrap();
            assert!((here - f64::from(*p)).abs() < 1e-4, "row {row}, digit {digit}");
        }
    }
}

#[test]
fn a_bad_mistake_is_one() {
    let read = Classroom::open(&[]).ask("/digit", &json!({"from": {"worst": 0}}));
    let read: Value = serde_json::from_str(&read).unwrap();
    assert_ne!(read["read"], read["truth"]);
}

#[test]
fn the_unit_computes_as_the_cell_of_the_course_whatever_is_held() {
    let classroom = Classroom::open(&[]);
    let device = Device::flex();
    for held in [
        Held::default(),
        Held { forget: Some(0.0), ..Held::default() },
        Held { output: Some(0.0), ..Held::default() },
        Held { input: Some(1.0), forget: Some(1.0), output: Some(1.0) },
    ] {
        let asked = json!({"unit": EXAMPLE, "inputs": INPUTS, "held": held});
        let turned: Value = serde_json::from_str(&classroom.ask("/unit", &asked)).unwrap();
        let x: Vec<f32> = INPUTS.map(|x| x as f32).to_vec();
        let x = Tensor::<3>::from_data(TensorData::new(x, [1, 3, 1]), &device);
        let zero = || Tensor::<2>::zeros([1, 1], &device);
        let states = run(&as_cell(&EXAMPLE, &device), x, State::with_cell(zero(), zero()), held);
        for (t, State { hidden, cell }) in states.into_iter().enumerate() {
            let (h, c): (f64, f64) = (hidden.into_scalar(), cell.unwrap().into_scalar());
            let step = &turned["steps"][t];
            assert!((step["h"].as_f64().unwrap() - h).abs() < 1e-6, "{held:?}");
            assert!((step["c"].as_f64().unwrap() - c).abs() < 1e-6, "{held:?}");
        }
    }
}

#[test]
fn under_the_thermometer_the_rnn_fades_and_an_open_forget_gate_does_not() {
    let measured =
        Classroom::open(&[]).ask("/thermometer", &json!({"seq_len": 60, "forget_bias": 5}));
    let left: Value = serde_json::from_str(&measured).unwrap();
    let first = |cell: &str| left[cell][0].as_f64().unwrap();
    assert!(first("rnn") < 1e-9 && first("lstm") > 1e-3, "{} {}", first("rnn"), first("lstm"));
}

#[test]
fn thirty_at_once_all_get_their_poem() {
    let classroom = Classroom::open(&[]);
    let asked = |seed: u32| json!({"begin": "月", "seed": seed});
    let alone = classroom.poem(&asked(3))["poem"].clone();
    let poems: Vec<Value> = std::thread::scope(|scope| {
        let one = |seed| {
            scope.spawn({
                let c = &classroom;
                move || c.poem(&asked(seed))["poem"].clone()
            })
        };
        let all: Vec<_> = (0..30).map(one).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(poems[3], alone);
    assert!(poems.iter().all(|poem| poem.as_str().unwrap().starts_with('月')));
}
