//! Damaged and hostile input: every reader takes it or refuses it, and nothing else.
//!
//! `LSTM_FUZZ_INPUTS` says how many inputs a target gets (the slow ones get a part of them),
//! `LSTM_FUZZ_SEED` with which seed they are made; the same seed makes the same inputs. An input
//! that a target does not survive is written to a file, whose name the failed test says; it belongs
//! into `found/`, where `what_was_found_once_holds` keeps it from coming back.

mod mutate;
mod targets;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{Command, Stdio},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use mutate::mutated;
use targets::{TARGETS, Target};

/// Unless `LSTM_FUZZ_INPUTS` says otherwise: some seconds for all targets together.
const INPUTS: u64 = 4000;
/// What this process may take, all targets side by side.
const MEMORY_MIB: u64 = 1024;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a whole number"))
}

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("{name}"))
}

/// Mutates and reads; stops at the first input that breaks the claim.
fn attack(name: &str) {
    let Target { read, valid, cost, .. } = target(name);
    let valid = valid();
    valid.iter().for_each(|bytes| read(bytes));
    let inputs = (asked("LSTM_FUZZ_INPUTS").unwrap_or(INPUTS) / cost).max(1);
    let seed = asked("LSTM_FUZZ_SEED").unwrap_or(1);
    let mut rng = StdRng::seed_from_u64(seed);
    for k in 0..inputs {
        let bytes = mutated(&valid, &mut rng);
        if catch_unwind(AssertUnwindSafe(|| read(&bytes))).is_err() {
            let kept = std::env::temp_dir().join(format!("{name}-{seed}-{k}"));
            fs::write(&kept, &bytes).expect("it is written");
            panic!("input {k} of seed {seed} breaks `{name}`: {}", kept.display());
        }
    }
    if let Some(peak) = peak_mib() {
        assert!(peak < MEMORY_MIB, "{peak} MiB");
    }
    println!("{name}: {inputs} inputs of seed {seed}");
}

/// The peak resident memory of this process, where the system reports it.
fn peak_mib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? / 1024)
}

macro_rules! attacks {
    ($($claim:ident: $target:literal),* $(,)?) => {
        $(#[test] fn $claim() { attack($target); })*

        #[test]
        fn every_target_is_attacked() {
            let names = TARGETS.each_ref().map(|target| target.name);
            assert_eq!([$($target),*], names);
        }
    };
}

attacks! {
    any_idx_file_is_read_or_refused: "idx",
    any_corpus_is_read_or_refused_and_reads_back: "corpus",
    any_file_of_the_collection_is_read_or_refused: "collection",
    any_settings_are_read_or_refused: "settings",
    any_description_is_read_or_refused_within_the_size_of_its_weights: "description",
    any_checkpoint_is_filled_in_or_refused: "weights",
    any_classifier_is_read_or_refused: "classifier",
    any_history_is_read_as_far_as_it_is_one: "history",
    any_partial_epoch_is_read_or_ignored: "partial",
    any_growth_is_read_or_refused: "growth",
    anything_typed_is_written_on_or_refused: "typed",
    any_strokes_are_drawn_or_nothing: "strokes",
}

/// Files called after their target and what is wrong with them: `idx-NAME`.
#[test]
fn what_was_found_once_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks/found");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name in ASCII");
        let (of, _) = name.split_once('-').expect("TARGET-NAME");
        println!("{name}");
        (target(of).read)(&fs::read(&path).expect("it is read"));
    }
}

/// Behind whatever was typed stands a flag that does not exist, so that nothing is ever run: what
/// is tried are the parsers.
#[test]
fn any_command_line_is_refused_in_one_sentence() {
    let programs = [
        (env!("CARGO_BIN_EXE_lesson_rnn"), ["--lang", "en"]),
        (env!("CARGO_BIN_EXE_lesson_gradients"), ["thermometer", "--seed=1"]),
        (env!("CARGO_BIN_EXE_lesson_lstm"), ["--json", "--lang=zh"]),
        (env!("CARGO_BIN_EXE_lesson_mnist"), ["--hidden", "9"]),
        (env!("CARGO_BIN_EXE_lesson_poems"), ["--begin", "月"]),
        (env!("CARGO_BIN_EXE_lesson_poems"), ["train", "--epochs=1"]),
        (env!("CARGO_BIN_EXE_lesson_speed"), ["--quick", "--json"]),
        (env!("CARGO_BIN_EXE_lesson_scale"), ["gpus", "--link=9"]),
    ];
    let mut rng = StdRng::seed_from_u64(asked("LSTM_FUZZ_SEED").unwrap_or(1));
    for _ in 0..asked("LSTM_FUZZ_INPUTS").unwrap_or(INPUTS) / 40 {
        let (program, valid) = programs[rng.random_range(0..programs.len())];
        let typed = mutated(&[valid.join("\n").into()], &mut rng);
        let typed = String::from_utf8_lossy(&typed).replace('\0', "");
        // `--` would make values of what follows, help and version are no errors.
        let unknown = |arg: &&str| !arg.starts_with("--h") && !arg.starts_with("--v");
        let args = typed.split('\n').filter(unknown).filter(|arg| *arg != "--");
        let args: Vec<&str> = args.filter(|arg| !["-h", "-V", "help"].contains(arg)).collect();
        let ran = Command::new(program)
            .args(&args)
            .arg("--no-such-flag")
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{program} {args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{program} {args:?}: {said}");
        assert!(ran.stdout.is_empty(), "{program} {args:?}");
    }
}
