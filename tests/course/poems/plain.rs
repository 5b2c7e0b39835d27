//! Plain text: the state that is carried from piece to piece, and the commands.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    poems::{
        bundle::{DESCRIPTION, WEIGHTS},
        model::PoemModel,
        plain::{carried::Carried, measure::measure, pieces::Streams},
        run::folder::read_run,
        shape::PoemShape,
    },
    training::Partial,
};

use crate::support::devices;

const VOCAB_SIZE: usize = 12;

fn model(cell: CellKind, device: &Device) -> PoemModel {
    let shape = PoemShape { d_embed: 6, d_hidden: 8, cell, plain: true, ..PoemShape::default() };
    let mut model = PoemModel::new(&shape, VOCAB_SIZE, 5, device);
    // As if it had learned to be sure, so that the state matters.
    model.projection = model.projection.map(|w| w.map(|w| (w * 10.0).detach()));
    model
}

/// A text in which every character follows from the two before it.
fn ids() -> Vec<u32> {
    let mut ids = vec![4, 7];
    while ids.len() < 61 {
        let (a, b) = (ids[ids.len() - 2], ids[ids.len() - 1]);
        ids.push(4 + (a * 3 + b * 5 + 1) % 8);
    }
    ids
}

/// Read in pieces, a text comes to the loss that it comes to in one piece; with the state reset
/// before each piece it does not.
#[test]
fn a_state_that_is_carried_joins_the_pieces_and_one_that_is_reset_does_not() {
    let ids = ids();
    for device in devices() {
        for cell in [CellKind::Rnn, CellKind::Gru, CellKind::Lstm] {
            let loss = |piece| {
                let streams = Streams::new(&ids, 2, piece);
                assert_eq!((streams.batch(), streams.pieces()), (2, 30usize.div_ceil(piece)));
                measure(model(cell, &device), &streams, &device)
            };
            let whole = loss(30);
            assert_eq!(whole.tokens, 60);
            for piece in [1, 4, 11] {
                let parts = loss(piece);
                assert!((parts.nats_per_token - whole.nats_per_token).abs() < 1e-5, "{cell:?}");
                let gap = (parts.nats_with_state_reset - whole.nats_per_token).abs();
                assert!(gap > 1e-4, "{cell:?}, pieces of {piece}: {gap}");
            }
        }
    }
}

/// The gradient stops at the seam: a state says something and is not asked for anything.
#[test]
fn no_gradient_goes_back_into_the_piece_before() {
    let ids = ids();
    for device in devices() {
        let tracked = device.autodiff();
        let streams = Streams::new(&ids, 2, 15);
        let pieces = [0, 1].map(|k| streams.piece(k, &tracked));
        let carried = Carried::new(model(CellKind::Lstm, &tracked), 2, &tracked);
        let gradient = |loss: Tensor<1>| {
            let embedding = carried.model.embedding.weight.val();
            embedding.grad(&loss.backward()).expect("it was read").into_data()
        };
        let (_, state) = carried.loss(&pieces[0], None);
        let once = gradient(carried.loss(&pieces[1], Some(state.clone())).0);
        // A state of the same numbers with no past at all.
        let numbers = Tensor::from_data(state.into_data(), &tracked);
        let again = gradient(carried.loss(&pieces[1], Some(numbers)).0);
        assert_eq!(once, again);
    }
}

fn lesson(folder: &Path, args: &[&str]) -> Output {
    let mut lesson = Command::new(env!("CARGO_BIN_EXE_lesson_poems"));
    lesson.args(args).args(["--lang", "en"]).current_dir(folder).stdin(Stdio::null());
    lesson.output().expect("the lesson starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim_end().to_string()
}

fn done(folder: &Path, args: &[&str]) -> String {
    let output = lesson(folder, args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    String::from_utf8(output.stdout).expect("text")
}

/// A song in a language without Han characters, its lines and blanks kept.
fn song(folder: &Path) {
    let line = |k: u32| format!("ein Männlein steht im Walde, {k}\n\tganz still und stumm.\n");
    let song: String = (0..60).map(line).collect();
    fs::write(folder.join("song.txt"), song).expect("it is written");
}

const SMALL: [&str; 10] =
    ["--hidden", "32", "--embed", "16", "--layers", "1", "--batch-size", "4", "--piece", "20"];

fn train<'a>(run: &'a str, epochs: &'a str) -> Vec<&'a str> {
    let train = ["train", "--genre", "text", "--corpus", "song.txt", "--dropout", "0.1"];
    [&train[..], &SMALL, &["--epochs", epochs, "--run", run]].concat()
}

#[test]
fn a_text_of_any_language_is_learned_written_and_measured() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    song(folder);
    done(folder, &train("run", "6"));
    let write = |args: &[&str]| {
        done(folder, &[&["--run", "run", "--seed", "2", "--length", "120"], args].concat())
    };
    let text = write(&["--begin", "ein Männ"]);
    assert!(text.starts_with("ein Männ"), "{text:?}");
    assert_eq!(text.chars().count(), 8 + 120 + 1);
    let known = fs::read_to_string(folder.join("song.txt")).unwrap();
    assert!(text.chars().all(|c| known.contains(c)), "{text:?}");
    assert_eq!(text, write(&["--begin", "ein Männ"]));
    assert_ne!(text, write(&["--begin", "ein Männ", "--temperature", "0"]));
    let two: Vec<String> = write(&["--count", "2", "--json"])
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].to_string())
        .collect();
    assert!(two.len() == 2 && two[0] != two[1]);
    assert_eq!(
        serde_json::to_string(write(&[]).strip_suffix('\n').expect("a line")).unwrap(),
        two[0]
    );

    let figures: serde_json::Value =
        serde_json::from_str(&done(folder, &["evaluate", "--run", "run", "--json"])).unwrap();
    let figure = |name: &str| figures[name].as_f64().expect(name);
    assert!(figure("nats_per_token") < figure("unigram"), "{figures}");
    assert_ne!(figure("nats_per_token"), figure("nats_with_state_reset"));

    for (args, word) in [
        (&["--run", "run", "--begin", "月"][..], "never read \"月\""),
        (&["--run", "run", "--form", "五绝"], "--form is about poems"),
        (&["--length", "10"], "--length is for models of plain text"),
        (&["--genre", "text"], "no model of plain text ships"),
        (&["--run", "run", "--genre", "lyric"], "--genre"),
        (&["compare", "run"], "learned plain text"),
        (&["growth", "--run", "run"], "learned plain text"),
        (&["neighbors", "月", "--run", "run"], "learned plain text"),
        (&["train", "--genre", "text", "--corpus", "song.txt", "--titles"], "--titles"),
        (&["train", "--genre", "text", "--corpus", "."], "is a folder"),
        (&["train", "--piece", "8"], "--piece is for --genre text"),
    ] {
        let refused = lesson(folder, args);
        let said = said(&refused);
        assert_eq!(refused.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(word) && said.lines().count() == 1, "{args:?}: {said}");
    }
    done(folder, &["pack", "run", "--to", "packed"]);
    let packed = done(folder, &["--run", "packed", "--length", "5", "--seed", "1"]);
    assert_eq!(packed.chars().count(), 6, "{packed:?}");
}

/// Stopped somewhere in an epoch, a training goes on with the state of the piece before, and with
/// the average of its weights.
#[cfg(unix)]
#[test]
fn going_on_in_the_middle_of_a_text_equals_never_stopping() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    song(folder);
    for average in [&[][..], &["--average", "0.9"]] {
        let train = |run| [&train(run, "60"), average].concat();
        done(folder, &train("whole"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_lesson_poems"));
        child.args(train("parts")).current_dir(folder).stderr(Stdio::null());
        let mut child = child.spawn().expect("it starts");
        let run = folder.join("parts");
        while read_run(&run).map_or(0, |(_, epochs)| epochs) < 2 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before its third epoch");
            sleep(Duration::from_millis(2));
        }
        let sent = Command::new("kill").args(["-INT", &*child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(2), "stopped too late to prove anything");
        let (_, epochs) = read_run(&run).unwrap();
        println!("stopped after {:?}", Partial::read(&run, epochs + 1).map(|p| p.measured.len()));
        done(folder, &["resume", "parts"]);
        for file in [WEIGHTS, DESCRIPTION, "checkpoint/model-60.bpk"] {
            let read = |run: &str| fs::read(folder.join(run).join(file)).unwrap();
            assert!(read("whole") == read("parts"), "{file} differs");
        }
        for run in ["whole", "parts"] {
            fs::remove_dir_all(folder.join(run)).unwrap();
        }
    }
}
