//! SIGKILL at any time, in trainings of digits, poems and lyrics: no epoch that was reported is lost,
//! and what comes of going on is what an undisturbed training writes, byte for byte.
//!
//! `LSTM_KILLS=70 cargo test --test course kills::` tries more of them.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use lstm_lessons::{
    poems::bundle::{DESCRIPTION, WEIGHTS},
    training::{bundle::SETTINGS, history},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const EPOCHS: usize = 3;

/// A training that is killed, and the program that goes on with it.
struct Kind {
    program: &'static str,
    train: Vec<String>,
    seed: u64,
}

impl Kind {
    fn new(program: &'static str, train: &[&str], seed: u64) -> Self {
        Self { program, train: train.iter().map(ToString::to_string).collect(), seed }
    }

    fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(args).args(["--lang", "en"]).current_dir(folder).stdin(Stdio::null());
        command
    }

    /// Begins the training in `run`, or goes on with it where it was begun.
    fn go_on(&self, folder: &Path, run: &str) -> Command {
        let train: Vec<&str> = self.train.iter().map(String::as_str).collect();
        match folder.join(run).join(SETTINGS).exists() {
            true => self.command(folder, &["resume", run]),
            false => self.command(folder, &[&train[..], &["--run", run]].concat()),
        }
    }
}

fn ended(mut command: Command) -> Output {
    let output = command.output().expect("the lesson starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// How many times a training of each kind is killed.
fn kills() -> usize {
    std::env::var("LSTM_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(3)
}

/// The number of a finished epoch, from its line, in which one or two spaces stand between the
/// figures; a slow machine shows lines of one under way, too.
fn epoch_in(line: &str) -> Option<usize> {
    let (number, rest) = line.strip_prefix("epoch ")?.split_once('/')?;
    rest.contains(" valid ").then(|| number.parse().ok())?
}

fn killed_at_any_time(kind: &Kind) {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let began = Instant::now();
    ended(kind.go_on(folder, "whole"));
    let whole = began.elapsed();
    let read = |run: &str, file: &str| fs::read(folder.join(run).join(file)).unwrap();
    let mut rng = StdRng::seed_from_u64(kind.seed);
    let (mut left, mut round) = (kills(), 0);
    while left > 0 {
        let run = format!("parts{round}");
        // Three kills a training at most, or a loaded machine would never come to an end.
        let times = left.min(3);
        for _ in 0..times {
            let mut command = kind.go_on(folder, &run);
            let mut child =
                command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
            sleep(rng.random_range(Duration::ZERO..whole));
            child.kill().unwrap(); // too late, sometimes: then it has ended as it should
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).to_string();
            let reported = said.lines().filter_map(epoch_in).max().unwrap_or(0);
            let rows = history::read(&folder.join(&run), EPOCHS).expect("it opens");
            let finished = rows.last().map_or(0, |row| row.epoch.number);
            let there =
                || fs::read_dir(folder.join(&run)).unwrap().flatten().map(|f| f.file_name());
            assert!(
                finished >= reported,
                "reported and lost: {said}, kept {finished}: {:?}",
                there().collect::<Vec<_>>()
            );
        }
        let last = kind.go_on(folder, &run).output().expect("it starts");
        let said = String::from_utf8_lossy(&last.stderr);
        assert!(last.status.success() || said.contains("has done all its"), "{said}");
        for file in [WEIGHTS, DESCRIPTION, &format!("checkpoint/model-{EPOCHS}.bpk")] {
            assert!(read(&run, file) == read("whole", file), "{file} of {run} differs");
        }
        let left_over: Vec<_> = fs::read_dir(folder.join(&run))
            .unwrap()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(".unfinished"))
            .collect();
        assert!(left_over.is_empty(), "{left_over:?}");
        (left, round) = (left - times, round + 1);
    }
}

#[test]
fn trainings_of_digits() {
    let flags = ["--quick", "--epochs", "3", "--hidden", "8", "--batch-size", "8"];
    killed_at_any_time(&Kind::new(env!("CARGO_BIN_EXE_lesson_mnist"), &flags, 1));
}

/// Augmentation and dropout draw numbers, the average of the weights goes on beside them.
#[test]
fn trainings_of_digits_at_their_best() {
    let flags = ["--preset", "best", "--quick", "--epochs", "3", "--hidden", "8"];
    killed_at_any_time(&Kind::new(env!("CARGO_BIN_EXE_lesson_mnist"), &flags, 4));
}

/// Dropout draws noise.
const TINY: [&str; 13] = [
    "--epochs",
    "3",
    "--batch-size",
    "8",
    "--hidden",
    "16",
    "--embed",
    "16",
    "--layers",
    "1",
    "--dropout",
    "0.2",
    "--corpus",
];

#[test]
fn trainings_of_poems() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/data/poems.txt");
    let train = [&["train"], &TINY[..], &[corpus]].concat();
    killed_at_any_time(&Kind::new(env!("CARGO_BIN_EXE_lesson_poems"), &train, 2));
}

#[test]
fn trainings_of_lyrics() {
    let temp = tempfile::tempdir().unwrap();
    let corpus = temp.path().join("lyrics.txt");
    let tunes = ["浣溪沙", "如梦令", "菩萨蛮"].iter().cycle();
    let lines = include_str!("../../data/poems.txt").lines().zip(tunes);
    let lyrics: String = lines
        .filter_map(|(line, tune)| Some(format!("{tune}:{}\n", line.split_once(':')?.1)))
        .collect();
    fs::write(&corpus, lyrics).unwrap();
    let train = [&["train", "--genre", "lyric"], &TINY[..], &[corpus.to_str().unwrap()]].concat();
    killed_at_any_time(&Kind::new(env!("CARGO_BIN_EXE_lesson_poems"), &train, 3));
}

/// Ctrl-C keeps the steps that were taken and says how to go on; what is over is not done again, and
/// what a training was begun with cannot be changed on the way.
#[cfg(unix)]
#[test]
fn a_stopped_training_of_digits_says_how_to_go_on() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let flags = ["--quick", "--epochs", "3", "--hidden", "8", "--batch-size", "2"];
    let kind = Kind::new(env!("CARGO_BIN_EXE_lesson_mnist"), &flags, 0);
    ended(kind.go_on(folder, "whole"));
    let mut command = kind.go_on(folder, "parts");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let run = folder.join("parts");
    while history::kept(&run, EPOCHS).map_or(0, |rows| rows.len()) == 0 {
        sleep(Duration::from_millis(2));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.trim_end().ends_with("lesson_mnist resume parts"), "{said}");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("Test: "),
        "what it has learned so far"
    );
    // Begun with one seed, not to be gone on with by another; nor begun again.
    for args in [&["resume", "parts", "--seed", "2"][..], &["--quick", "--run", "parts"]] {
        let refused = kind.command(folder, args).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
    }
    ended(kind.go_on(folder, "parts"));
    for file in [WEIGHTS, DESCRIPTION] {
        assert!(
            fs::read(run.join(file)).unwrap() == fs::read(folder.join("whole").join(file)).unwrap()
        );
    }
    let again = kind.go_on(folder, "parts").output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("has done all its 3 epochs"));
}
