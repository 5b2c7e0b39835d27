//! Trainings that are killed, stopped and gone on with, as their users meet them.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use lstm_lessons::{
    poems::{
        bundle::{DESCRIPTION, WEIGHTS, is_finished},
        run::folder::{model_in, read_run},
    },
    training::{Partial, checkpoint_files, history},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::devices;

fn lesson(args: &[&str]) -> Command {
    let mut lesson = Command::new(env!("CARGO_BIN_EXE_lesson_poems"));
    lesson.args(args).args(["--lang", "en"]).stdin(Stdio::null());
    lesson
}

fn done(args: &[&str]) -> Output {
    let output = lesson(args).output().expect("the lesson starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The epochs of a training here: so many that it is still busy when a loaded machine comes round
/// to stopping it.
const EPOCHS: usize = 12;

/// A tiny model on the shipped corpus: an epoch has 81 steps, so that there is a middle to be
/// killed in. Dropout draws noise.
fn train(run: &str) -> Vec<&str> {
    let flags =
        ["--epochs", "12", "--batch-size", "4", "--hidden", "16", "--embed", "16", "--layers", "1"];
    [&["train", "--corpus", "data/poems.txt", "--run", run, "--dropout", "0.2"], &flags[..]]
        .concat()
}

fn started(args: &[&str]) -> Child {
    lesson(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the lesson starts")
}

/// Waits until `run` has another finished epoch than the `before`, and a random time more.
fn until_after_epoch(run: &Path, before: usize, child: &mut Child, rng: &mut StdRng) {
    while read_run(run).map_or(0, |(_, epochs)| epochs) <= before {
        assert!(child.try_wait().unwrap().is_none(), "it ended before its next epoch");
        sleep(Duration::from_millis(2));
    }
    sleep(Duration::from_micros(rng.random_range(0..40_000)));
}

fn same_bytes(whole: &Path, parts: &Path) {
    for file in
        [WEIGHTS, DESCRIPTION, "samples.txt", "checkpoint/model-2.bpk", "checkpoint/model-12.bpk"]
    {
        assert!(
            fs::read(whole.join(file)).unwrap() == fs::read(parts.join(file)).unwrap(),
            "{file} differs"
        );
    }
    let losses = |run: &Path| -> Vec<String> {
        let history = fs::read_to_string(run.join("history.csv")).unwrap();
        // Without the seconds; and the optimizer's numbers are written in the order of a hash map.
        let rows = history.lines().filter(|line| !line.starts_with('#'));
        let column = |row: &str, k: usize| row.split(',').nth(k).unwrap_or_default().to_string();
        rows.map(|row| [0, 1, 2, 4, 5].map(|k| column(row, k)).join(",")).collect()
    };
    assert_eq!(losses(whole), losses(parts));
}

/// SIGKILL at three times by seed, each somewhere in an epoch: what comes out is what an
/// undisturbed training writes, byte for byte.
#[test]
fn a_killed_training_ends_with_the_bytes_of_one_that_was_never_killed() {
    let temp = tempfile::tempdir().unwrap();
    let (whole, parts) = (temp.path().join("whole"), temp.path().join("parts"));
    done(&train(whole.to_str().unwrap()));
    let run = parts.to_str().unwrap();
    let mut rng = StdRng::seed_from_u64(2026);
    for epochs in 0..3 {
        let mut child = started(&if epochs == 0 { train(run) } else { vec!["resume", run] });
        until_after_epoch(&parts, epochs, &mut child, &mut rng);
        child.kill().unwrap(); // SIGKILL: nothing can be tidied up
        assert!(!child.wait().unwrap().success(), "killed too late to prove anything");
        assert!(!is_finished(&parts), "a training that is not over never says that it is");
        a_run_can_be_read(run);
    }
    done(&["resume", run]);
    same_bytes(&whole, &parts);
}

/// What a killed training left behind is of use: each finished epoch writes and is compared, and
/// the best one is the run's model.
fn a_run_can_be_read(run: &str) {
    let rows = done(&["compare", run, "--count", "2", "--json"]).stdout;
    let rows: Vec<serde_json::Value> = String::from_utf8(rows)
        .unwrap()
        .lines()
        .map(|row| serde_json::from_str(row).expect("an object"))
        .collect();
    let loss =
        |row: &&serde_json::Value| (row["valid_loss"].as_f64().expect("a loss") * 1e6) as u64;
    let best = rows.iter().min_by_key(loss).expect("a finished epoch")["epoch"].to_string();
    let written = |args: &[&str]| {
        done(&[&["--run", run, "--begin", "月", "--seed", "3"], args].concat()).stdout
    };
    assert_eq!(written(&["--epoch", &best]), written(&[]));
    done(&["evaluate", "--run", run, "--count", "0", "--json"]);
}

/// Killed after the last epoch, before the best one was written as the model.
#[test]
fn a_training_killed_at_its_very_end_is_finished_by_resume_once() {
    let temp = tempfile::tempdir().unwrap();
    let (whole, parts) = (temp.path().join("whole"), temp.path().join("parts"));
    let run = parts.to_str().unwrap();
    done(&train(whole.to_str().unwrap()));
    done(&train(run));
    let description = fs::read_to_string(parts.join(DESCRIPTION)).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&description).unwrap();
    json.as_object_mut().unwrap().remove("seal").expect("its sum");
    json["sha256"] = "".into(); // as the training itself leaves it until the end
    fs::write(parts.join(DESCRIPTION), json.to_string()).unwrap();
    fs::remove_file(parts.join(WEIGHTS)).unwrap();
    a_run_can_be_read(run);
    done(&["resume", run]);
    same_bytes(&whole, &parts);
    let again = lesson(&["resume", run]).output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("has done all its 12 epochs"));
}

#[test]
fn before_its_first_epoch_a_run_says_so_in_one_sentence() {
    let temp = tempfile::tempdir().unwrap();
    let run = temp.path().join("run");
    let name = run.to_str().unwrap();
    done(&train(name));
    fs::remove_dir_all(run.join("checkpoint")).unwrap();
    let description = fs::read_to_string(run.join(DESCRIPTION)).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&description).unwrap();
    json.as_object_mut().unwrap().remove("seal").expect("its sum");
    json["sha256"] = "".into();
    fs::write(run.join(DESCRIPTION), json.to_string()).unwrap();
    for args in [&["--run", name, "--begin", "月"][..], &["compare", name]] {
        let output = lesson(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).trim_end().to_string();
        assert!(
            output.status.code() == Some(2)
                && said.contains("no whole epoch")
                && !said.contains('\n'),
            "{said}"
        );
    }
}

/// The signal of a closed window; that of a scheduler where these tests were started by `nohup`,
/// which makes their children deaf to the first.
#[cfg(unix)]
fn closed_window() -> &'static str {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    if ignored.is_some_and(|mask| mask & 1 != 0) { "-TERM" } else { "-HUP" }
}

/// Ctrl-C twice is impatience; once is a question, and the answer says how to go on. Not a step is
/// done twice.
#[cfg(unix)]
#[test]
fn ctrl_c_says_how_to_go_on_and_going_on_equals_never_stopping() {
    let temp = tempfile::tempdir().unwrap();
    let (whole, parts) = (temp.path().join("whole"), temp.path().join("parts"));
    done(&train(whole.to_str().unwrap()));
    let run = parts.to_str().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    for (args, epochs, signals) in [
        (train(run), 1, &["-INT"][..]),
        (vec!["resume", run], 3, &["-TERM"]), // a scheduler
        (vec!["resume", run], 5, &[closed_window()]),
        (vec!["resume", run], 7, &["-INT", "-INT"]), // from the terminal and from the shell
    ] {
        let mut child = started(&args);
        until_after_epoch(&parts, epochs, &mut child, &mut rng);
        for signal in signals {
            let sent = Command::new("kill").args([signal, &*child.id().to_string()]).status();
            assert!(sent.unwrap().success());
        }
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("lesson_poems resume {run}")), "{said}");
        assert!(is_finished(&parts), "what was learned until then is a model of its own");
        let (_, whole_epochs) = read_run(&parts).unwrap();
        let steps =
            Partial::read(&parts, whole_epochs + 1).map_or(0, |partial| partial.measured.len());
        assert!(
            said.contains(&format!("stopped in epoch {} after {steps} steps", whole_epochs + 1)),
            "{said}"
        );
    }
    done(&["resume", run]);
    same_bytes(&whole, &parts);
}

/// Nobody reads standard error any more, or its disk is full: the training goes on.
#[cfg(target_os = "linux")]
#[test]
fn a_standard_error_that_cannot_be_written_costs_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let full = || fs::File::options().write(true).open("/dev/full").unwrap().into();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    for (name, stderr) in [("full", full()), ("closed", closed())] {
        let run = temp.path().join(name);
        let short = ["--epochs", "1", "--batch-size", "64"];
        let args =
            [&train(run.to_str().unwrap())[..1], &["--corpus", "data/poems.txt", "--run"]].concat();
        let model = ["--hidden", "8", "--embed", "8", "--layers", "1"];
        let args = [&args[..], &[run.to_str().unwrap()], &short, &model].concat();
        let ended = lesson(&args).stdout(Stdio::null()).stderr(stderr).status().unwrap();
        assert!(ended.success() && is_finished(&run), "{name}: {ended}");
        let again = lesson(&args).stderr(if name == "full" { full() } else { closed() }).status();
        assert_eq!(again.unwrap().code(), Some(2), "{name}: a refusal that nobody reads");
    }
}

#[test]
fn a_packed_model_is_neither_trained_nor_packed_over() {
    let temp = tempfile::tempdir().unwrap();
    let [run, packed] = ["run", "packed"].map(|name| temp.path().join(name).display().to_string());
    let short = ["--epochs", "1", "--keep", "1", "--corpus", "data/poems.txt"];
    let model = ["--hidden", "8", "--embed", "8", "--layers", "1"];
    done(&[&["train", "--run", &run], &short[..], &model].concat());
    done(&["pack", &run, "--to", &packed]);
    let weights = |folder: &str| fs::read(Path::new(folder).join(WEIGHTS)).unwrap();
    let before = [&run, &packed].map(|folder| weights(folder));
    for args in [
        &["pack", &packed, "--to", &run][..],
        &["pack", &run, "--to", &packed],
        &[&["train", "--run", &packed], &short[..], &model].concat(),
    ] {
        let refused = lesson(args).output().unwrap();
        let said = String::from_utf8_lossy(&refused.stderr).to_string();
        assert!(refused.status.code() == Some(2) && said.contains("a model already"), "{said}");
    }
    assert_eq!([&run, &packed].map(|folder| weights(folder)), before);
}

#[test]
fn the_vocabulary_and_the_longest_poem_are_settings_that_a_resumed_run_keeps() {
    let temp = tempfile::tempdir().unwrap();
    let run = temp.path().join("run");
    let limits = ["--vocab-size", "100", "--longest", "30", "--epochs", "1"];
    let flags = ["--hidden", "8", "--embed", "8", "--layers", "1"];
    let run_name = run.to_str().unwrap();
    done(
        &[&["train", "--corpus", "data/poems.txt", "--run", run_name], &limits[..], &flags]
            .concat(),
    );
    let (settings, _) = read_run(&run).unwrap();
    assert_eq!((settings.vocab_size, settings.longest), (Some(100), 30));
    let corpus = settings.read_corpus().unwrap();
    assert!(corpus.poems.iter().all(|poem| poem.content.chars().count() <= 30));
    let model = model_in(&run, &devices().remove(0)).unwrap();
    assert_eq!(model.vocab.characters(), 100);
    // A run of before these were settings: its file does not have them.
    let mut json: serde_json::Value =
        serde_json::from_slice(&fs::read(run.join("settings.json")).unwrap()).expect("settings");
    let fields = json.as_object_mut().unwrap();
    fields.remove("seal").expect("its sum");
    fields.remove("vocab_size");
    fields.remove("longest");
    fs::write(run.join("settings.json"), json.to_string()).unwrap();
    let (old, _) = read_run(&run).unwrap();
    assert_eq!((old.vocab_size, old.longest), (None, 79));
}

/// A line an epoch, each with what `compare` says of it, and a run begun with another's weights has
/// the growth of that one in front.
#[test]
fn a_packed_model_tells_how_it_grew_from_its_very_first_epoch() {
    let temp = tempfile::tempdir().unwrap();
    let [first, second, packed, slide] =
        ["first", "second", "packed", "slide.svg"].map(|name| temp.path().join(name));
    let [first_name, second_name, packed_name, slide_name] =
        [&first, &second, &packed, &slide].map(|path| path.to_str().unwrap());
    done(&train(first_name));
    done(&[&train(second_name)[..], &["--start", first_name]].concat());
    done(&["pack", second_name, "--to", packed_name]);
    let objects = |args: &[&str]| -> Vec<serde_json::Value> {
        let text = String::from_utf8(done(args).stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
    };
    let growth = objects(&["growth", "--run", packed_name, "--json"]);
    let of = |training: u64| {
        growth.iter().filter(|stage| stage["training"] == training).collect::<Vec<_>>()
    };
    let best = read_best(&first);
    assert_eq!(
        (of(1).len(), of(2).len()),
        (best, EPOCHS),
        "the second training began with the best epoch of the first"
    );
    for (stage, row) in of(2).into_iter().zip(objects(&["compare", second_name, "--json"])) {
        assert_eq!((&stage["epoch"], &stage["poem"]), (&row["epoch"], &row["poem"]));
        for (mine, theirs) in
            [("rhyme", "rhyme"), ("form", "regular_form"), ("copied", "copied_lines")]
        {
            assert!(
                (stage[mine].as_f64().unwrap() - row[theirs].as_f64().unwrap()).abs() < 1e-3,
                "{mine}"
            );
        }
    }
    let text =
        String::from_utf8(done(&["growth", "--run", packed_name, "--svg", slide_name]).stdout)
            .unwrap();
    assert!(text.contains("1.1") && text.contains("2.12") && text.contains("trigram"), "{text}");
    assert!(text.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{text}");
    assert!(fs::read_to_string(&slide).unwrap().contains("stroke-dasharray"));
    // Where the first run is gone, the second one's own growth is left.
    fs::remove_dir_all(&first).unwrap();
    let own = objects(&["growth", "--run", second_name, "--json"]);
    assert_eq!(own.len(), EPOCHS);
    // Of an epoch whose checkpoint is gone, the losses and the poem are left.
    fs::remove_file(checkpoint_files(&second, 1)[0].as_path()).unwrap();
    let gone = objects(&["growth", "--run", second_name, "--json"]);
    assert_eq!((&gone[0]["form"], gone.len()), (&serde_json::Value::Null, EPOCHS));
    for known in ["valid_loss", "poem"] {
        assert_eq!(gone[0][known], own[0][known], "{known}");
    }
    assert_eq!(gone[1], own[1]);
    fs::write(packed.join("growth.txt"), "no growth").unwrap();
    let damaged = lesson(&["growth", "--run", packed_name]).output().unwrap();
    assert_eq!(damaged.status.code(), Some(2));
    assert!(done(&["growth"]).stdout.len() > 100, "the shipped model has one too");
}

fn read_best(run: &Path) -> usize {
    let rows = history::read(run, EPOCHS).expect("a history");
    history::best(&rows).expect("twelve epochs").epoch.number
}

#[test]
fn three_cells_are_trained_alike_and_what_is_finished_is_not_trained_again() {
    let temp = tempfile::tempdir().unwrap();
    let run = temp.path().join("cells");
    let args =
        ["cells", "--quick", "--epochs", "2", "--count", "4", "--run", run.to_str().unwrap()];
    let objects = String::from_utf8(done(&[&args[..], &["--json"]].concat()).stdout).unwrap();
    let rows: Vec<serde_json::Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let parameters: Vec<u64> = rows.iter().map(|row| row["parameters"].as_u64().unwrap()).collect();
    assert!(rows.iter().map(|row| row["cell"].as_str().unwrap()).eq(["rnn", "gru", "lstm"]));
    assert!(
        parameters.is_sorted() && parameters[0] < parameters[2],
        "one, three and four gates: {parameters:?}"
    );
    let again = done(&args);
    assert!(
        !String::from_utf8_lossy(&again.stderr).contains("train loss"),
        "all three were finished"
    );
    let table = String::from_utf8(again.stdout).unwrap();
    assert!(
        rows.iter()
            .all(|row| table.contains(&format!("{:.3}", row["valid_loss"].as_f64().unwrap()))),
        "{table}"
    );
    assert!(table.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{table}");
    let other = lesson(&[&args[..], &["--seed", "2"]].concat()).output().unwrap();
    assert!(
        other.status.code() == Some(2)
            && String::from_utf8_lossy(&other.stderr).contains("other flags")
    );
}
