use std::{
    path::Path,
    process::{Command, Output},
};

use lstm_lessons::{
    look::{WIDTH, visible_width},
    shell::lock::Lock,
};
use serde_json::{Value, json};

/// Runs the lesson in an empty folder, in English unless the flags say otherwise.
fn lesson(folder: &Path, flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson_mnist"))
        .args(flags)
        .current_dir(folder)
        .env("LC_ALL", "en_US.UTF-8")
        .env("LANG", "en_US.UTF-8")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Exit code 2, nothing on standard output, and one sentence.
fn refused(flags: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ran = lesson(folder.path(), flags);
    let said = text(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{flags:?}: {said}");
    assert_eq!(text(&ran.stdout), "", "{flags:?}");
    assert_eq!(said.lines().count(), 1, "{flags:?}: {said}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "{flags:?} left something behind"
    );
    said.to_string()
}

#[test]
fn json_is_all_there_is_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let ran = lesson(folder.path(), &["--quick", "--json"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let objects: Vec<Value> =
        text(&ran.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, epochs) = objects.split_last().unwrap();
    assert!(!epochs.is_empty() && epochs.iter().all(|e| e["valid_accuracy"].is_f64()));
    assert!((0.5..=1.0).contains(&last["test_accuracy"].as_f64().unwrap()), "{last}");
    assert_eq!(last["test_images"], 300);
    assert_eq!(last["data"], "drawn");
    // Drawn digits are announced once, the next line says how to get the real ones, and neither is
    // wider than a terminal.
    let announced: Vec<&str> =
        text(&ran.stderr).lines().skip_while(|line| !line.contains("Drawn")).take(2).collect();
    assert!(announced.len() == 2 && announced[1].contains("--download"), "{announced:?}");
    assert!(announced.iter().all(|line| visible_width(line) <= WIDTH), "{announced:?}");

    // The same seed reads the same, and the run folder serves `watch`.
    let again = lesson(folder.path(), &["--quick", "--json"]);
    let other: Value = serde_json::from_str(text(&again.stdout).lines().last().unwrap()).unwrap();
    assert_eq!(other["confusion"], last["confusion"]);
    let ran = lesson(folder.path(), &["watch", "--run", "runs/mnist", "--json"]);
    let watched: Value = serde_json::from_str(text(&ran.stdout)).unwrap();
    assert_eq!(watched["beliefs"].as_array().unwrap().len(), 28);
}

#[test]
fn half_precision_reads_digits_and_the_equations_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let ran = lesson(folder.path(), &["--quick", "--json", "--precision", "bf16"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let last: Value = serde_json::from_str(text(&ran.stdout).lines().last().unwrap()).unwrap();
    assert!((0.5..=1.0).contains(&last["test_accuracy"].as_f64().unwrap()), "{last}");
    let said = refused(&["--quick", "--kernel", "readable", "--precision", "bf16"]);
    assert!(said.contains("--kernel fused"), "{said}");
}

#[test]
fn results_are_shown_to_those_who_read() {
    let folder = tempfile::tempdir().unwrap();
    let ran = lesson(
        folder.path(),
        &["--quick", "--batch-size", "5", "--cell", "gru", "--hidden", "32", "--layers", "2"],
    );
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let shown = text(&ran.stdout);
    for part in ["Test: ", "worst mistakes", "row by row", "changed its mind", "runs/mnist"] {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "no escape codes in a pipe");
}

#[test]
fn watch_reads_a_digit_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for digit in ["0", "7"] {
        let ran = lesson(folder.path(), &["watch", "--digit", digit]);
        assert!(ran.status.success(), "{}", text(&ran.stderr));
        assert!(text(&ran.stdout).contains(&format!("it is a {digit}")));
        assert!(!text(&ran.stdout).contains('\u{1b}'));
    }
}

#[test]
fn half_an_image_is_read_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let beliefs = |flags: &[&str]| -> Vec<Value> {
        let ran = lesson(folder.path(), &[&["watch", "--digit", "5", "--json"], flags].concat());
        let watched: Value = serde_json::from_str(text(&ran.stdout)).unwrap();
        watched["beliefs"].as_array().unwrap().clone()
    };
    assert_eq!(beliefs(&["--rows", "14"]), beliefs(&[])[..14]);
    let shown = lesson(folder.path(), &["watch", "--digit", "5", "--rows", "14"]);
    assert!(text(&shown.stdout).contains("after 14 rows, it is a 5"), "{}", text(&shown.stdout));
}

#[test]
fn every_command_fits_the_terminal_draws_its_slide_and_tells_programs_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for lang in ["en", "zh"] {
        for command in [
            &[][..],
            &["watch"],
            &["half"],
            &["units"],
            &["units", "--row", "14"],
            &["orders"],
            &["cells"],
        ] {
            let flags = [command, &["--quick", "--lang", lang, "--svg", "slide.svg"]].concat();
            let ran = lesson(folder.path(), &flags);
            assert!(ran.status.success(), "{flags:?}: {}", text(&ran.stderr));
            for said in [text(&ran.stdout), text(&ran.stderr)] {
                let wide = said.lines().find(|line| visible_width(line) > WIDTH);
                assert_eq!(wide, None, "{flags:?}");
            }
            let slide = std::fs::read_to_string(folder.path().join("slide.svg")).unwrap();
            assert!(slide.starts_with("<svg") && slide.contains("<rect"), "{flags:?}");
            std::fs::remove_file(folder.path().join("slide.svg")).unwrap();
        }
    }
    let half: Value =
        serde_json::from_str(text(&lesson(folder.path(), &["half", "--quick", "--json"]).stdout))
            .unwrap();
    let settled: f64 =
        half["settled"].as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).sum();
    assert!(
        (settled - 1.0).abs() < 1e-9 && half["accuracy"].as_array().unwrap().len() == 28,
        "{half}"
    );
    assert!(half["accuracy"][27].as_f64() > half["accuracy"][13].as_f64(), "{half}");
}

#[test]
fn a_comparison_keeps_its_classifiers_and_each_reads_the_order_it_learned() {
    let folder = tempfile::tempdir().unwrap();
    let ran =
        lesson(folder.path(), &["orders", "--quick", "--json", "--hidden", "32", "--epochs", "1"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let rows: Vec<Value> =
        text(&ran.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["rows", "columns", "shuffled"]);
    assert!(
        rows.iter()
            .all(|row| row["parameters"] == rows[0]["parameters"] && row["train_images"] == 2000)
    );
    // `half` finds the order beside the weights and comes to the same figure on the same digits.
    for row in &rows {
        let kept = format!("runs/mnist/{}", row["name"].as_str().unwrap());
        let half = lesson(folder.path(), &["half", "--quick", "--json", "--run", &kept]);
        let half: Value = serde_json::from_str(text(&half.stdout)).unwrap();
        assert_eq!(half["order"], row["order"]);
        let apart = half["accuracy"][27].as_f64().unwrap() - row["test_accuracy"].as_f64().unwrap();
        assert!(apart.abs() < 0.02, "half precision may turn a few of 300: {half} {row}");
    }
}

#[test]
fn a_folder_without_mnist_is_never_replaced_by_drawn_digits() {
    for flags in [
        &["--data", "nowhere"][..],
        &["watch", "--data", "nowhere"],
        &["--data", "nowhere", "--train-on", "drawn"],
    ] {
        assert!(refused(flags).contains("nowhere"));
    }
    assert!(refused(&["--train-on", "real"]).contains("--download"));
}

#[test]
fn every_bad_flag_gets_one_sentence() {
    for flags in [
        &["--epochs", "0"][..],
        &["--batch-size", "five"],
        &["--cell", "lsmt"],
        &["--lr", "2"],
        &["--lr", "0"],
        &["--lr", "NaN"],
        &["--hidden", "100000000"],
        &["--device", "abacus"],
        &["--colour"],
        &["--dashboard"],
        &["--dashboard", "--json"],
        &["wach"],
        &["watch", "--digit", "12"],
        &["watch", "--image", "3"],
        &["watch", "--run", "nowhere"],
        &["watch", "--rows", "0"],
        &["watch", "--rows", "29"],
        &["units", "--row", "29"],
        &["half", "--run", "nowhere"],
        &["--order", "diagonal"],
        &["orders", "--lr", "2"],
        &["orders", "--order", "columns"],
        &["cells", "--cell", "gru"],
        &["cells", "--hidden", "100000000"],
        &["--preset", "better"],
        &["--schedule", "square"],
        &["--dropout", "1"],
        &["--label-smoothing", "-0.1"],
        &["--augment", "1.5"],
        &["--augment", "NaN"],
        &["--average", "1"],
        &["--forget-bias", "99"],
        &["--forget-bias", "2", "--chrono"],
        &["--cell", "gru", "--chrono"],
        &["--bug", "swapped-axes", "--chrono"],
        &["--bug", "swapped-axes", "--preset", "best"],
        &["orders", "--preset", "better"],
        &["spread"],
        &["spread", "one"],
        &["spread", "nowhere", "nor-here"],
        &["spread", "nowhere", "nor-here", "--seed", "2"],
    ] {
        refused(flags);
    }
}

/// A run without `--run` goes where nothing is; one with it is refused.
#[test]
fn an_earlier_classifier_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let tiny = ["--quick", "--epochs", "1", "--hidden", "8"];
    let model = |run: &str| std::fs::read(folder.path().join(run).join("model.bpk")).unwrap();
    let ran = lesson(folder.path(), &tiny);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let first = model("runs/mnist");
    let ran = lesson(folder.path(), &[&tiny[..], &["--seed", "2"]].concat());
    assert!(text(&ran.stdout).contains("runs/mnist-2"), "{}", text(&ran.stdout));
    assert_ne!(model("runs/mnist-2"), first);
    let ran = lesson(folder.path(), &[&tiny[..], &["--run", "runs/mnist"]].concat());
    assert_eq!(ran.status.code(), Some(2));
    assert!(text(&ran.stderr).contains("a model already"), "{}", text(&ran.stderr));
    assert_eq!(model("runs/mnist"), first);
    // One that is still training.
    let held = Lock::take(&folder.path().join("busy")).unwrap();
    let ran = lesson(folder.path(), &[&tiny[..], &["--run", "busy"]].concat());
    drop(held);
    assert_eq!(ran.status.code(), Some(2));
    assert!(text(&ran.stderr).contains("another training"), "{}", text(&ran.stderr));
}

/// What a training finds in its folder stays there.
#[test]
fn a_foreign_folder_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let treasure = folder.path().join("mine/train/treasure.txt");
    std::fs::create_dir_all(treasure.parent().unwrap()).unwrap();
    std::fs::write(&treasure, "gold").unwrap();
    let ran =
        lesson(folder.path(), &["--quick", "--epochs", "1", "--hidden", "8", "--run", "mine"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert_eq!(std::fs::read_to_string(treasure).unwrap(), "gold");
    // A training that came to nothing can be gone on with, and is not begun again over it.
    let begun = folder.path().join("begun/checkpoint/model-1.bpk");
    std::fs::create_dir_all(begun.parent().unwrap()).unwrap();
    std::fs::write(&begun, "weights").unwrap();
    let ran = lesson(folder.path(), &["--quick", "--run", "begun"]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(text(&ran.stderr).contains("lesson_mnist resume begun"), "{}", text(&ran.stderr));
    assert_eq!(std::fs::read_to_string(begun).unwrap(), "weights");
}

/// On Linux a write to this file fails as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_one_sentence() {
    for flags in [&["watch", "--digit", "3"][..], &["watch", "--json"], &["--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = Command::new(env!("CARGO_BIN_EXE_lesson_mnist"))
            .args(flags)
            .arg("--lang=en")
            .stdout(full)
            .output();
        let ran = ran.unwrap();
        assert_eq!(ran.status.code(), Some(2), "{flags:?}: {}", text(&ran.stderr));
        assert!(
            text(&ran.stderr).lines().last().unwrap().contains("free some space"),
            "{}",
            text(&ran.stderr)
        );
    }
}

#[test]
fn chinese_is_spoken_on_request() {
    assert!(refused(&["--lang", "zh", "--data", "nowhere"]).contains("请用 --download 下载"));
    let folder = tempfile::tempdir().unwrap();
    let ran = lesson(folder.path(), &["watch", "--lang", "zh", "--digit", "3"]);
    assert!(text(&ran.stdout).contains("真值 3"), "{}", text(&ran.stdout));
    assert!(
        text(&lesson(folder.path(), &["--help", "--lang=zh"]).stdout).contains("逐行阅读手写数字")
    );
}

fn settings(folder: &Path, run: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(run).join("settings.json")).unwrap()).unwrap()
}

/// What stands for a preset is what its settings say; what is typed beside it counts.
#[test]
fn a_preset_is_where_the_flags_begin() {
    let folder = tempfile::tempdir().unwrap();
    let train = |run: &str, flags: &[&str]| {
        let tiny = ["--quick", "--epochs", "1", "--hidden", "8", "--run", run];
        let ran = lesson(folder.path(), &[&tiny, flags].concat());
        assert!(ran.status.success(), "{flags:?}: {}", text(&ran.stderr));
        settings(folder.path(), run)
    };
    let keys = [
        "layers",
        "batch_size",
        "lr",
        "schedule",
        "dropout",
        "label_smoothing",
        "augment",
        "average",
    ];
    let of = |settings: Value| Value::from_iter(keys.map(|key| settings[key].clone()));
    let course = json!([1, 64, 0.004, "linear", 0.0, 0.0, 0.0, 0.0]);
    let best = json!([2, 128, 0.003, "one-cycle", 0.2, 0.02, 1.0, 0.999]);
    assert_eq!(of(train("none", &[])), course);
    assert_eq!(of(train("course", &["--preset", "course"])), course);
    assert_eq!(of(train("best", &["--preset", "best"])), best);
    let changed = ["--layers", "1", "--augment", "0", "--preset", "best", "--schedule", "linear"];
    let mixed = json!([1, 128, 0.003, "linear", 0.2, 0.02, 0.0, 0.999]);
    assert_eq!(of(train("mixed", &changed)), mixed);
    let bytes = |run: &str| std::fs::read(folder.path().join(run).join("model.bpk")).unwrap();
    assert!(bytes("none") == bytes("course"), "the same training");
    // As `train`, so a comparison.
    let flags = ["cells", "--preset", "best", "--quick", "--epochs", "1", "--hidden", "8"];
    let ran = lesson(folder.path(), &flags);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert_eq!(of(settings(folder.path(), "runs/mnist/gru")), best);
}

/// A run from before there were these flags: its settings name none of them.
#[test]
fn an_older_run_goes_on_as_it_was_begun() {
    let folder = tempfile::tempdir().unwrap();
    let tiny = ["--quick", "--epochs", "1", "--hidden", "8", "--run", "old"];
    assert!(lesson(folder.path(), &tiny).status.success());
    let run = folder.path().join("old");
    let model = std::fs::read(run.join("model.bpk")).unwrap();
    let mut older = settings(folder.path(), "old");
    let keys = older.as_object_mut().unwrap();
    for key in
        ["schedule", "dropout", "label_smoothing", "augment", "average", "forget_bias", "seal"]
    {
        assert!(keys.remove(key).is_some(), "{key}");
    }
    std::fs::write(run.join("settings.json"), older.to_string()).unwrap();
    for file in ["model.bpk", "model.json"] {
        std::fs::remove_file(run.join(file)).unwrap();
    }
    let ran = lesson(folder.path(), &["resume", "old"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert!(std::fs::read(run.join("model.bpk")).unwrap() == model);
}

#[test]
fn pixels_are_read_one_by_one_and_every_command_knows() {
    let folder = tempfile::tempdir().unwrap();
    for (order, memory) in [("pixels", &["--chrono"][..]), ("permuted", &["--forget-bias", "5"])] {
        let tiny = ["--epochs", "1", "--hidden", "4", "--train-count", "64"];
        let ran = lesson(
            folder.path(),
            &[&tiny[..], &["--quick", "--order", order, "--run", order], memory].concat(),
        );
        assert!(ran.status.success(), "{}", text(&ran.stderr));
        let kept = settings(folder.path(), order);
        assert_eq!(kept.get("chrono").is_some(), order == "pixels", "{kept}");
        for command in ["half", "units"] {
            let ran = lesson(folder.path(), &[command, "--quick", "--run", order, "--json"]);
            assert!(ran.status.success(), "{command}: {}", text(&ran.stderr));
            let first: Value =
                serde_json::from_str(text(&ran.stdout).lines().next().unwrap()).unwrap();
            assert_eq!(first["order"], order);
        }
        let ran = lesson(folder.path(), &["watch", "--run", order, "--json"]);
        let watched: Value = serde_json::from_str(text(&ran.stdout)).unwrap();
        assert_eq!(watched["beliefs"].as_array().unwrap().len(), 28);
    }
}

#[test]
fn the_spread_of_seeds_is_mean_and_standard_deviation() {
    let folder = tempfile::tempdir().unwrap();
    let train = |run: &str, flags: &[&str]| {
        let tiny = ["--quick", "--epochs", "1", "--hidden", "8", "--run", run];
        assert!(lesson(folder.path(), &[&tiny, flags].concat()).status.success());
    };
    for seed in ["1", "2", "3"] {
        train(&format!("seed{seed}"), &["--seed", seed]);
    }
    let ran = lesson(folder.path(), &["spread", "seed1", "seed2", "seed3", "--json"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let objects: Vec<Value> =
        text(&ran.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, runs) = objects.split_last().unwrap();
    let x: Vec<f64> = runs.iter().map(|run| run["test_accuracy"].as_f64().unwrap()).collect();
    let mean = (x[0] + x[1] + x[2]) / 3.0;
    let deviation = (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 2.0).sqrt();
    assert!(deviation > 0.0, "{x:?}");
    assert!((last["mean"].as_f64().unwrap() - mean).abs() < 1e-12, "{last}");
    assert!((last["standard_deviation"].as_f64().unwrap() - deviation).abs() < 1e-12, "{last}");
    let shown = lesson(folder.path(), &["spread", "seed1", "seed2", "seed3"]);
    let said = format!("{:.2} %, standard deviation {:.2} %", 100.0 * mean, 100.0 * deviation);
    assert!(text(&shown.stdout).contains(&said), "{}", text(&shown.stdout));

    train("again", &["--seed", "1"]);
    train("other", &["--seed", "4", "--dropout", "0.1"]);
    for (runs, why) in
        [(["seed1", "again"], "the same seed"), (["seed1", "other"], "in more than its seed")]
    {
        let ran = lesson(folder.path(), &[&["spread"], &runs[..]].concat());
        assert_eq!(ran.status.code(), Some(2));
        assert!(text(&ran.stderr).contains(why), "{}", text(&ran.stderr));
    }
}
