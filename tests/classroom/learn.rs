//! A training that is started from the page, and a run folder that is watched.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use burn::prelude::Device;
use lstm_lessons::{
    burn,
    poems::{
        run::{settings::Settings, train::train},
        shape::PoemShape,
        text::corpus::Corpus,
    },
    shell::Shown,
    training::history,
};
use serde_json::{Value, json};

use crate::client::Classroom;

fn seen(classroom: &Classroom) -> Value {
    serde_json::from_str(&classroom.get("/learn").body).unwrap()
}

/// What is seen once `enough` holds of it.
fn until(classroom: &Classroom, enough: impl Fn(&Value) -> bool) -> Value {
    loop {
        let now = seen(classroom);
        if enough(&now) {
            return now;
        }
        assert_ne!(now["state"], "failed", "{now}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn rows(seen: &Value) -> &Vec<Value> {
    static NONE: Vec<Value> = Vec::new();
    seen["rows"].as_array().unwrap_or(&NONE)
}

fn start(classroom: &Classroom, from: &str) -> u16 {
    classroom.post("/learn/start", &json!({ "from": from }).to_string()).status
}

fn cancel(classroom: &Classroom) -> u16 {
    classroom.post("/learn/cancel", "{}").status
}

#[test]
fn the_loss_of_a_training_falls_one_runs_at_a_time_and_it_can_be_stopped() {
    let classroom = Classroom::open(&[]);
    assert_eq!(seen(&classroom)["from"], Value::Null);
    assert_eq!(cancel(&classroom), 409, "nothing runs");
    let poem = classroom.poem(&json!({"begin": "月", "seed": 7}));
    assert_eq!(start(&classroom, "digits"), 200);
    assert_eq!(start(&classroom, "digits"), 409);
    assert_eq!(start(&classroom, "poems"), 409);
    // Nobody waits for it.
    assert_eq!(classroom.poem(&json!({"begin": "月", "seed": 7})), poem);

    let after = until(&classroom, |seen| rows(seen).len() >= 3);
    let loss = |k: usize, of: &str| rows(&after)[k][of].as_f64().unwrap();
    assert!(loss(2, "valid") < loss(0, "valid") && loss(0, "valid") < 10f64.ln());
    assert!(loss(2, "train") < loss(0, "train"));
    assert_eq!(after["landmarks"]["uniform"], 10f64.ln());
    let readings = after["readings"].as_array().unwrap();
    let pictures: Value = serde_json::from_str(&classroom.get("/learn/digits").body).unwrap();
    assert_eq!(readings[0]["read"].as_array().unwrap().len(), pictures.as_array().unwrap().len());
    let accuracy = |k: usize| readings[k]["accuracy"].as_f64().unwrap();
    assert!(accuracy(2) > 0.2, "better than a guess: {}", accuracy(2));

    assert_eq!(cancel(&classroom), 200);
    let stopped = until(&classroom, |seen| seen["state"] == "stopped");
    assert!(rows(&stopped).len() < stopped["epochs"].as_u64().unwrap() as usize);
    assert_eq!(cancel(&classroom), 409);
    assert_eq!(start(&classroom, "digits"), 200, "then another may begin");
    assert!(rows(&seen(&classroom)).is_empty());
}

#[test]
fn a_training_of_poems_writes_one_after_each_epoch_and_has_its_landmarks() {
    let classroom = Classroom::open(&[]);
    assert_eq!(start(&classroom, "poems"), 200);
    // At the very beginning of an epoch no speed is known.
    let fast = |seen: &Value| seen["standing"]["rate"].as_f64().is_some_and(|rate| rate > 0.0);
    let after = until(&classroom, |seen| rows(seen).len() >= 2 && fast(seen));
    for row in rows(&after) {
        assert!(row["sample"].as_str().unwrap().starts_with('月'), "{row}");
    }
    let level = |name: &str| after["landmarks"][name].as_f64().unwrap();
    assert!(level("uniform") > level("unigram") && level("unigram") > level("bigram"));
    assert!(rows(&after)[1]["valid"].as_f64().unwrap() < level("uniform"));
}

#[test]
fn who_has_everything_is_told_nothing() {
    let classroom = Classroom::open(&[]);
    let sum = seen(&classroom)["sum"].as_str().unwrap().to_string();
    assert_eq!(classroom.get(&format!("/learn?since={sum}")).status, 204);
    assert_eq!(start(&classroom, "digits"), 200);
    assert_eq!(classroom.get(&format!("/learn?since={sum}")).status, 200);
}

#[test]
fn what_nobody_can_learn_from_is_refused() {
    let classroom = Classroom::open(&[]);
    assert_eq!(start(&classroom, "mnist"), 400);
    assert_eq!(classroom.post("/learn/start", "{}").status, 400);
    assert_eq!(classroom.get("/learn/start").status, 405);
    assert_eq!(classroom.get("/learn/nothing").status, 404);
}

// A phone asks from another address, which other systems do not have.
#[cfg(target_os = "linux")]
#[test]
fn a_phone_watches_and_neither_starts_nor_stops() {
    use std::net::Ipv4Addr;
    let classroom = Classroom::open(&["--host"]);
    let teacher = classroom.enter(Ipv4Addr::LOCALHOST);
    let phone = classroom.enter(Ipv4Addr::new(127, 0, 0, 2));
    assert_eq!(phone.post("/learn/start", &json!({"from": "digits"})).status, 403);
    teacher.does("/learn/start", &json!({"from": "digits"}));
    assert_eq!(phone.post("/learn/cancel", &json!({})).status, 403);
    let seen: Value = serde_json::from_str(&phone.get("/learn").body).unwrap();
    assert_eq!((&seen["teacher"], &seen["state"]), (&json!(false), &json!("running")));
    teacher.does("/learn/cancel", &json!({}));
}

/// A run of two epochs on a few poems.
fn run_of_poems(folder: &Path) {
    let corpus = folder.join("poems.txt");
    let lines: Vec<&str> = include_str!("../../data/poems.txt").lines().take(24).collect();
    fs::write(&corpus, lines.join("\n")).unwrap();
    let mut settings = Settings {
        corpus: corpus.clone(),
        epochs: 2,
        shape: PoemShape { d_embed: 8, d_hidden: 8, n_layers: 1, ..PoemShape::default() },
        valid_share: 0.2,
        ..Settings::default()
    };
    let corpus = Corpus::read_all(&[corpus], settings.reading()).unwrap();
    settings.corpus_sha256 = corpus.sha256();
    train(
        &settings,
        Some(corpus),
        &folder.join("run"),
        None,
        Shown::Nothing,
        &Device::flex().into(),
    )
    .unwrap();
}

#[test]
fn a_run_folder_is_shown_with_every_epoch_that_is_added() {
    let temp = tempfile::tempdir().unwrap();
    run_of_poems(temp.path());
    let run = temp.path().join("run");
    let classroom = Classroom::open(&["--run", run.to_str().unwrap()]);
    let first = until(&classroom, |seen| seen["landmarks"]["bigram"].is_f64());
    assert_eq!((&first["from"], &first["epochs"]), (&json!("poems"), &json!(2)));
    assert_eq!(first["folder"], run.to_str().unwrap());
    let known = history::read(&run, 2).unwrap();
    let losses = |seen: &Value| {
        rows(seen).iter().map(|row| row["valid"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(losses(&first), known.iter().map(|row| row.epoch.valid_loss).collect::<Vec<_>>());
    assert_eq!(rows(&first)[1]["sample"], known[1].sample);

    let mut more = known.clone();
    more.push(known[1].clone());
    more[2].epoch.number = 3;
    history::write(&run, &more).unwrap();
    assert_eq!(rows(&seen(&classroom)).len(), 3);
    fs::write(run.join(history::HISTORY), "half a li").unwrap();
    assert_eq!(rows(&seen(&classroom)).len(), 3, "what cannot be read changes nothing");
    assert_eq!(start(&classroom, "digits"), 409);
}

#[test]
fn the_folder_of_a_training_of_digits_is_shown_too() {
    let temp = tempfile::tempdir().unwrap();
    let run = temp.path().join("run");
    let trained = Command::new(env!("CARGO_BIN_EXE_lesson_mnist"))
        .args(["--quick", "--train-count", "200", "--epochs", "2", "--hidden", "8", "--run"])
        .arg(&run)
        .current_dir(temp.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(trained.success());
    let seen = seen(&Classroom::open(&["--run", run.to_str().unwrap()]));
    assert_eq!((&seen["from"], &seen["state"]), (&json!("digits"), &json!("done")));
    assert_eq!((rows(&seen).len(), &seen["landmarks"]), (2, &json!({"uniform": 10f64.ln()})));
}

#[test]
fn a_folder_that_is_no_run_is_said() {
    let temp = tempfile::tempdir().unwrap();
    let opened = |folder: &Path| {
        let mut classroom = Command::new(env!("CARGO_BIN_EXE_classroom"));
        let ran = classroom.args(["--port", "0", "--lang", "en", "--run"]).arg(folder).output();
        let ran = ran.unwrap();
        assert_eq!((ran.status.code(), &*ran.stdout), (Some(2), &b""[..]));
        String::from_utf8(ran.stderr).unwrap()
    };
    let said = opened(temp.path());
    assert!(said.contains("settings.json") && said.lines().count() == 1, "{said}");
    fs::write(temp.path().join("settings.json"), "{\"epochs\": 3}").unwrap();
    let said = opened(temp.path());
    assert!(said.contains("not the settings of a run") && said.lines().count() == 1, "{said}");
    run_of_poems(temp.path());
    let history = temp.path().join("run").join(history::HISTORY);
    fs::write(&history, "epoch,train_loss\n").unwrap();
    assert!(opened(&temp.path().join("run")).contains("was changed after it was written"));
}

// Windows has no such signal.
#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_training_and_leaves_nothing_behind() {
    let mut classroom = Classroom::open(&[]);
    let temp = classroom.temp.path().to_path_buf();
    let left = || fs::read_dir(&temp).unwrap().count();
    assert_eq!(start(&classroom, "digits"), 200);
    until(&classroom, |seen| !rows(seen).is_empty());
    assert_eq!(left(), 1);
    assert!(classroom.interrupt().success());
    assert_eq!(left(), 0);
}
