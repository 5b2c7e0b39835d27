//! What may hang on the wall, and how much of it.

use serde_json::{Value, json};

use super::{TEACHER, digit, hang, phone};
use crate::client::Classroom;

#[test]
fn a_poem_on_the_wall_is_the_one_that_the_model_writes() {
    let classroom = Classroom::open(&["--host"]);
    let phone = classroom.enter(phone(0));
    let asked = json!({"begin": "月", "seed": 7, "temperature": 0.9});
    let written = |asked: &Value| -> String {
        let lines = phone.post("/poem", asked).body;
        let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        last["poem"].as_str().unwrap().to_string()
    };
    let poem = written(&asked);
    let begin: String = poem.chars().take(3).chain(['春']).collect();
    let fork = written(&json!({"begin": begin, "seed": 7, "temperature": 0.9}));
    let what = |forks: Value| json!({"poem": {"asked": asked, "forks": forks}});
    assert_eq!(hang(&phone, &what(json!([]))), 200);
    assert_eq!(hang(&phone, &what(json!([{"at": 3, "character": "春"}]))), 200);
    let wall = phone.sees()["wall"].clone();
    let poems: Vec<_> = wall["cards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|card| &card["card"]["poem"]["poem"])
        .collect();
    assert_eq!(poems, [&json!(fork), &json!(poem)], "the newest first");
    // Nobody brings a text of his own.
    let mut own = what(json!([]));
    own["poem"]["poem"] = json!("举头望明月");
    assert_eq!(hang(&phone, &own), 400);
    let long = json!({"poem": {"asked": {"begin": "月".repeat(41), "seed": 1}}});
    assert_eq!(hang(&phone, &long), 400);
    assert_eq!(hang(&phone, &what(json!([{"at": 500, "character": "春"}]))), 400);
    let many: Vec<_> = (0..33).map(|_| json!({"at": 1, "character": "春"})).collect();
    assert_eq!(hang(&phone, &what(json!(many))), 400);
}

#[test]
fn a_digit_on_the_wall_is_read_by_the_server() {
    let classroom = Classroom::open(&["--host"]);
    let phone = classroom.enter(phone(0));
    assert_eq!(hang(&phone, &digit(255)), 200);
    let card = phone.sees()["wall"]["cards"][0]["card"].clone();
    assert_eq!(card["digit"]["pixels"], digit(255)["digit"]);
    assert!(card["digit"]["p"].as_f64().unwrap() > 0.1);
    let text = digit(255)["digit"].as_str().unwrap().to_string();
    for wrong in [
        digit(0)["digit"].clone(),
        json!(text[2..]),
        json!(text.replace('f', "g")),
        json!("+1".repeat(784)),
        json!("语".repeat(523)),
    ] {
        assert_eq!(hang(&phone, &json!({"digit": wrong})), 400);
    }
    assert_eq!(hang(&phone, &json!({"digit": "f".repeat(100_000)})), 413);
}

#[test]
fn the_wall_is_bounded_and_the_teacher_takes_off_and_shuts_it() {
    let classroom = Classroom::open(&["--host"]);
    let (teacher, first) = (classroom.enter(TEACHER), classroom.enter(phone(0)));
    let statuses: Vec<u16> = (0..11).map(|_| hang(&first, &digit(255))).collect();
    assert_eq!(statuses, [&[200; 10][..], &[409]].concat(), "ten cards a seat");
    teacher.does("/class/wall/off", &json!({"number": 3}));
    assert_eq!(teacher.post("/class/wall/off", &json!({"number": 3})).status, 400);
    let wall = first.sees()["wall"].clone();
    assert_eq!(wall["numbers"], json!([10, 9, 8, 7, 6, 5, 4, 2, 1]));
    assert_eq!(hang(&first, &digit(255)), 200, "there is room again");

    teacher.does("/class/wall/intake", &json!({"shut": true}));
    assert_eq!(hang(&classroom.enter(phone(1)), &digit(255)), 409);
    teacher.does("/class/wall/intake", &json!({"shut": false}));
    let others: Vec<_> = (1..20).map(|k| classroom.enter(phone(k))).collect();
    for guest in &others {
        (0..10).for_each(|_| assert_eq!(hang(guest, &digit(200)), 200));
    }
    assert_eq!(hang(&classroom.enter(phone(30)), &digit(255)), 409, "two hundred in all");
    assert_eq!(teacher.sees()["wall"]["cards"].as_array().unwrap().len(), 200);
}

#[test]
fn a_name_is_text_and_short() {
    let classroom = Classroom::open(&["--host"]);
    let phone = classroom.enter(phone(0));
    let named =
        |name: &str| phone.post("/class/wall", &json!({"name": name, "what": digit(255)})).status;
    assert_eq!(named("<b onclick=alert(1)>"), 200);
    assert_eq!(named("一".repeat(21).as_str()), 400);
    assert_eq!(named(" \u{202e}李\u{0}白\u{200b} "), 200);
    let seen = phone.get("/class");
    assert!(seen.head.contains("content-type: application/json"));
    let seen: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(seen["wall"]["cards"][0]["card"]["name"], "李白");
    assert_eq!(seen["wall"]["cards"][1]["card"]["name"], "<b onclick=alert(1)>");
}
