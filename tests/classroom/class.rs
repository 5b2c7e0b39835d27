//! The class together: who is the teacher, the wall and the votes.

use std::{collections::BTreeSet, net::Ipv4Addr};

use serde_json::{Value, json};

use crate::client::{Classroom, Guest};

const TEACHER: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Where the k-th phone asks from.
fn phone(k: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, 2 + k)
}

/// A digit of one stroke, as the page sends it.
fn digit(ink: u8) -> Value {
    let rows = (0..28).map(|row| if (4..24).contains(&row) { [0, 0, 0, ink] } else { [0; 4] });
    let bytes = rows.flat_map(|four| four.repeat(7));
    json!({"digit": bytes.map(|byte: u8| format!("{byte:02x}")).collect::<String>()})
}

fn hang(guest: &Guest, what: &Value) -> u16 {
    guest.post("/class/wall", &json!({"name": "", "what": what})).status
}

fn put(teacher: &Guest, id: &str) -> u64 {
    teacher.does("/class/question", &json!({"id": id}));
    teacher.sees()["ballot"]["put"].as_u64().unwrap()
}

#[test]
fn without_host_there_is_no_class() {
    let classroom = Classroom::open(&[]);
    assert_eq!(classroom.get("/class").status, 404);
    assert_eq!(classroom.post("/class/question", r#"{"id":"l4-half"}"#).status, 404);
}

#[test]
fn whoever_sits_at_the_laptop_is_the_teacher_and_nobody_else() {
    let classroom = Classroom::open(&["--host"]);
    let (teacher, phone) = (classroom.enter(TEACHER), classroom.enter(phone(0)));
    assert_eq!(teacher.sees()["teacher"], true);
    assert_eq!(phone.sees()["teacher"], false);
    // The address of the link is the laptop's own.
    let own = classroom.link.strip_prefix("http://").unwrap().split(':').next().unwrap();
    let own: Ipv4Addr = own.parse().unwrap();
    assert_eq!(classroom.enter(own).sees()["teacher"], true, "{own}");

    let of_teacher = [
        ("/class/question", json!({"id": "l4-half"})),
        ("/class/close", json!({"number": 0})),
        ("/class/wall/off", json!({"number": 1})),
        ("/class/wall/intake", json!({"shut": true})),
    ];
    for (path, body) in of_teacher {
        let reply = phone.post(path, &body);
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.body.contains("teacher's laptop") && reply.body.contains("老师"));
        assert_ne!(teacher.post(path, &body).status, 403, "{path}");
    }
    for path in ["/class/questions", "/class/votes"] {
        assert_eq!((phone.get(path).status, teacher.get(path).status), (403, 200), "{path}");
    }
}

#[test]
fn a_seat_has_one_vote_until_it_is_closed_however_many_share_an_address() {
    let classroom = Classroom::open(&["--host"]);
    let teacher = classroom.enter(TEACHER);
    let (first, second) = (classroom.enter(phone(0)), classroom.enter(phone(0)));
    assert_ne!(first.cookies, second.cookies);
    let number = put(&teacher, "l4-half");
    let vote = |guest: &Guest, answer: usize| {
        guest.post("/class/vote", &json!({"put": number, "answer": answer})).status
    };
    assert_eq!([vote(&first, 0), vote(&first, 2), vote(&second, 2)], [200; 3]);
    assert_eq!(vote(&first, 4), 400);
    let seen = teacher.sees()["ballot"].clone();
    assert_eq!((&seen["votes"], &seen["counts"]), (&json!(2), &json!([0, 0, 2, 0])));
    // The phones see how many have voted, and not what; nobody sees which answer is right.
    let seen = first.sees()["ballot"].clone();
    assert_eq!(
        (&seen["votes"], &seen["mine"], &seen["counts"]),
        (&json!(2), &json!(2), &json!(null))
    );
    assert!(
        !seen.to_string().contains("because") && !teacher.sees().to_string().contains("because")
    );

    teacher.does("/class/close", &json!({"number": number}));
    let seen = first.sees()["ballot"].clone();
    assert_eq!(seen["counts"], json!([0, 0, 2, 0]));
    let right = seen["answers"].as_array().unwrap().iter().filter(|a| a["right"] == true).count();
    assert_eq!(right, 1);
    assert!(seen["answers"][0]["because"]["zh"].is_string());
    assert_eq!(vote(&second, 1), 409, "it is closed");
}

#[test]
fn a_question_that_is_put_again_has_the_former_bars_beside_the_new_ones() {
    let classroom = Classroom::open(&["--host"]);
    let (teacher, phone) = (classroom.enter(TEACHER), classroom.enter(phone(0)));
    let vote = |number: u64, answer: usize| {
        phone.post("/class/vote", &json!({"put": number, "answer": answer})).status
    };
    let first = put(&teacher, "l2-clip-numbers");
    assert_eq!(vote(first, 3), 200);
    put(&teacher, "l1-linear");
    assert_eq!(teacher.sees()["ballot"]["before"], json!(null));
    let again = put(&teacher, "l2-clip-numbers");
    assert_eq!(vote(first, 1), 409, "a late vote is not counted in the next");
    assert_eq!(vote(again, 1), 200);
    let seen = teacher.sees()["ballot"].clone();
    assert_eq!((&seen["counts"], &seen["before"]), (&json!([0, 1, 0, 0]), &json!([0, 0, 0, 1])));
    let votes: Value = serde_json::from_str(&teacher.get("/class/votes").body).unwrap();
    let kept: Vec<_> = votes.as_array().unwrap().iter().map(|vote| &vote["counts"]).collect();
    assert_eq!(kept, [&json!([0, 0, 0, 1]), &json!([0, 0, 0, 0]), &json!([0, 1, 0, 0])]);
    assert_eq!(teacher.post("/class/question", &json!({"id": "l9-none"})).status, 400);
}

#[test]
fn without_a_seat_nobody_votes_or_hangs_anything_up() {
    let classroom = Classroom::open(&["--host"]);
    let teacher = classroom.enter(TEACHER);
    let number = put(&teacher, "l4-half");
    let mut phone = classroom.enter(phone(0));
    phone.cookies = phone.cookies.replace("seat=", "seat=x");
    assert_eq!(phone.sees()["seated"], false);
    assert_eq!(phone.post("/class/vote", &json!({"put": number, "answer": 0})).status, 403);
    assert_eq!(hang(&phone, &digit(255)), 403);
}

#[test]
fn an_address_has_sixty_seats_and_the_others_may_look_on() {
    let classroom = Classroom::open(&["--host"]);
    let seats: BTreeSet<String> =
        (0..60).map(|_| classroom.enter(phone(0)).cookies.clone()).collect();
    assert_eq!(seats.len(), 60);
    assert!(seats.iter().all(|cookies| cookies.contains("seat=")));
    let late = classroom.enter(phone(0));
    assert!(!late.cookies.contains("seat="));
    assert_eq!(late.sees()["seated"], false);
    assert_eq!(classroom.enter(phone(1)).sees()["seats"], 61);
}

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

#[test]
fn who_has_everything_is_told_so_in_no_byte_and_who_has_not_only_the_new_cards() {
    let classroom = Classroom::open(&["--host"]);
    let phone = classroom.enter(phone(0));
    assert_eq!(hang(&phone, &digit(255)), 200);
    let version = phone.sees()["version"].as_u64().unwrap();
    let same = phone.get(&format!("/class?since={version}&have=1"));
    assert_eq!((same.status, &*same.body), (204, ""));
    assert_eq!(hang(&phone, &digit(200)), 200);
    let news = phone.get(&format!("/class?since={version}&have=1"));
    let news: Value = serde_json::from_str(&news.body).unwrap();
    assert_eq!(news["wall"]["numbers"], json!([2, 1]));
    assert_eq!(news["wall"]["cards"].as_array().unwrap().len(), 1);
}

#[test]
fn what_the_class_cannot_read_gets_its_status() {
    let classroom = Classroom::open(&["--host"]);
    let teacher = classroom.enter(TEACHER);
    for (path, body) in [
        ("/class/vote", json!({"put": -1, "answer": 0})),
        ("/class/vote", json!({"put": 1})),
        ("/class/wall", json!({"name": "x"})),
        ("/class/wall", json!({"name": 1, "what": digit(255)})),
        ("/class/wall/intake", json!({"shut": "yes"})),
    ] {
        assert_eq!(teacher.post(path, &body).status, 400, "{path} {body}");
    }
    assert_eq!(teacher.get("/class/vote").status, 405);
    assert_eq!(teacher.get("/class/nothing").status, 404);
    assert_eq!(teacher.post("/class/vote", &json!({"put": 1, "answer": 0})).status, 409);
    assert_eq!(classroom.get("/class").status, 401, "nobody is in without the code");
}
