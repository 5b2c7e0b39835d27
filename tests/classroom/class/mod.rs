//! The class together: who is the teacher, the votes and what is told of them; the wall.

use std::{collections::BTreeSet, net::Ipv4Addr};

use serde_json::{Value, json};

use crate::client::{Classroom, Guest};

mod wall;

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
