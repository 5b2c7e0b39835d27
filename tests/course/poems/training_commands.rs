//! Training, and comparing what was trained, from the command line.

use std::fs;
#[cfg(unix)]
use std::{
    fs::File,
    io::Read,
    process::{Command, Stdio},
};

#[cfg(unix)]
use lstm_lessons::look::visible_width;

use crate::poems::{
    command_line::{lesson, refused, texts},
    corpus_commands::FOUR,
};

/// A training of seconds: three epochs of a tiny model.
fn tiny_run(folder: &std::path::Path) -> String {
    let run = folder.join("run").to_str().unwrap().to_string();
    let flags = [
        "--corpus",
        "data/poems.txt",
        "--epochs",
        "3",
        "--hidden",
        "16",
        "--embed",
        "16",
        "--layers",
        "1",
    ];
    let output = lesson(&[&["train", "--run", &run, "--lang", "en"], &flags[..]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("counting alone") && said.contains("trigram"), "{said}");
    for line in fs::read_to_string(folder.join("run/samples.txt")).unwrap().lines() {
        let (_, poem) = line.split_once('\t').expect("a number and a poem");
        let seen: String = poem.chars().take(20).collect();
        assert!(said.contains(&seen), "each epoch shows its poem: {poem}: {said}");
    }
    run
}

/// The run remembers it: a resumed one goes on in the same precision.
#[test]
fn half_precision_is_a_setting_of_the_run_and_the_equations_have_none() {
    let temp = tempfile::tempdir().unwrap();
    let losses = ["f32", "bf16"].map(|precision| {
        let run = temp.path().join(precision).to_str().unwrap().to_string();
        let sizes = ["--hidden", "8", "--embed", "8", "--layers", "1", "--epochs", "1"];
        let flags =
            ["train", "--run", &run, "--corpus", "data/poems.txt", "--precision", precision];
        let output = lesson(&[&flags[..], &sizes].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let settings = fs::read_to_string(format!("{run}/settings.json")).unwrap();
        assert_eq!(settings.contains("fused-bf16"), precision == "bf16", "{settings}");
        fs::read_to_string(format!("{run}/history.csv")).unwrap()
    });
    assert_ne!(losses[0], losses[1], "nothing was rounded");
    let said = refused(&["train", "--kernel", "readable", "--precision", "bf16"]);
    assert!(said.contains("--kernel fused"), "{said}");
}

#[test]
fn the_epochs_of_a_run_are_compared_and_each_of_them_writes() {
    let temp = tempfile::tempdir().unwrap();
    let run = tiny_run(temp.path());
    let samples = fs::read_to_string(temp.path().join("run/samples.txt")).unwrap();
    let output = lesson(&["compare", &run, "--count", "4", "--json"]);
    let rows: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    assert_eq!(rows.len(), 3);
    for (row, sample) in rows.iter().zip(samples.lines()) {
        let (epoch, poem) = (&row["epoch"], row["poem"].as_str().unwrap());
        assert_eq!(
            sample,
            format!("{epoch}\t{poem}"),
            "what was shown while training is what its weights write"
        );
        let number = epoch.to_string();
        let written = texts(&lesson(&[
            "--run", &run, "--epoch", &number, "--begin", "月", "--seed", "1", "--json",
        ]));
        assert_eq!(written, [poem]);
        assert!(row["valid_loss"].as_f64().is_some_and(|loss| loss > 0.0));
    }
    assert_ne!(rows[0]["poem"], rows[2]["poem"]);
    let slide = temp.path().join("slide.svg");
    let output = lesson(&[
        "compare",
        &run,
        "--count",
        "2",
        "--lang",
        "zh",
        "--svg",
        slide.to_str().unwrap(),
    ]);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("验证损失") && table.contains("新句") && table.contains('*'), "{table}");
    assert!(table.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{table}");
    assert_eq!(fs::read_to_string(slide).unwrap().matches("<polyline").count(), 2);
    assert!(
        refused(&["--run", &run, "--epoch", "9", "--begin", "月", "--lang", "en"])
            .contains("epochs 1 to 3")
    );
    refused(&["--epoch", "1", "--begin", "月"]);
    refused(&["compare", "no/such/run"]);
}

#[test]
fn the_course_preset_has_the_courses_numbers() {
    let help = String::from_utf8(lesson(&["train", "--help", "--lang", "en"]).stdout).unwrap();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (flag, number) in
        [("epochs", "50"), ("batch-size", "64"), ("lr", "0.01"), ("hidden", "128"), ("layers", "2")]
    {
        let (_, of_flag) = help.split_once(&format!("--{flag} <")).unwrap();
        let (_, defaults) = of_flag.split_once("[default: ").unwrap();
        let (defaults, _) = defaults.split_once(']').unwrap();
        assert!(defaults.contains(&format!("course {number},")), "--{flag}: {defaults}");
    }
    assert!(help.contains("--run <RUN> the run folder [default: runs/poems, or runs/poems-2"));
    assert!(
        help.contains("--corpus <CORPUS>... title:content, one poem a line, or whatever else `corpus` reads; of --genre text, UTF-8 files [default: data/poems.txt]")
    );
}

#[test]
fn a_preset_sets_what_the_user_does_not() {
    let temp = tempfile::tempdir().unwrap();
    let corpus = temp.path().join("two.txt");
    fs::write(&corpus, FOUR).unwrap();
    let settings = |name: &str, args: &[&str]| -> serde_json::Value {
        let run = temp.path().join(name);
        let flags = [
            "train",
            "--corpus",
            corpus.to_str().unwrap(),
            "--run",
            run.to_str().unwrap(),
            "--epochs",
            "1",
        ];
        let output = lesson(&[&flags, args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&fs::read(run.join("settings.json")).unwrap()).unwrap()
    };
    let course = settings("course", &["--preset", "course", "--hidden", "8"]);
    assert_eq!((course["batch_size"].as_u64(), course["lr"].as_f64()), (Some(64), Some(0.01)));
    assert_eq!(
        (course["d_hidden"].as_u64(), course["n_layers"].as_u64(), course["epochs"].as_u64()),
        (Some(8), Some(2), Some(1))
    );
    let best =
        settings("best", &["--preset", "best", "--tied=false", "--hidden", "8", "--lr", "0.5"]);
    assert_eq!(
        (best["batch_size"].as_u64(), best["lr"].as_f64(), best["tied"].as_bool()),
        (Some(64), Some(0.5), Some(false))
    );
    assert_eq!((best["dropout"].as_f64(), best["warm_up"].as_u64()), (Some(0.1), Some(800)));
    assert_eq!(settings("tied", &["--hidden", "8", "--embed", "8", "--tied"])["tied"], true);
    assert!(refused(&["train", "--preset", "fast", "--lang", "en"]).contains("course, best"));
    assert!(refused(&["train", "--preset", "best", "--embed", "8"]).contains("--tied"));
}

/// The bar of a training leaves one column free, on a terminal that is narrower than most too.
#[cfg(unix)]
#[test]
fn the_bar_of_a_training_fits_a_terminal_of_sixty_columns() {
    let size = nix::pty::Winsize { ws_row: 24, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = nix::pty::openpty(&size, None).expect("a pseudo-terminal");
    let temp = tempfile::tempdir().unwrap();
    let flags = "--epochs 1 --hidden 8 --embed 8 --layers 1 --lang en --corpus data/poems.txt";
    let mut command = Command::new(env!("CARGO_BIN_EXE_lesson_poems"));
    command.arg("train").arg("--run").arg(temp.path().join("run")).args(flags.split(' '));
    command.env("TERM", "xterm").env("NO_COLOR", "1").env("LC_ALL", "en_US.UTF-8");
    command.stdin(Stdio::null()).stdout(terminal.slave.try_clone().unwrap());
    let mut child = command.stderr(terminal.slave).spawn().expect("the lesson starts");
    drop(command); // it holds the slave, and the master ends when nobody does
    let (mut shown, mut screen) = (Vec::new(), File::from(terminal.master));
    let _ = screen.read_to_end(&mut shown); // Linux ends a terminal with an error
    assert!(child.wait().expect("it ends").success());
    let shown = String::from_utf8_lossy(&shown).into_owned();
    let bars = shown.split("epoch 1/1").filter_map(|block| block.split_once("train loss"));
    let bars = bars.map(|(bar, _)| bar.trim_end()).filter(|bar| bar.contains("elapsed"));
    let widths: Vec<usize> = bars.map(|bar| visible_width(bar) + "epoch 1/1".len()).collect();
    assert!(!widths.is_empty() && widths.iter().all(|&width| width == 59), "{widths:?}: {shown}");
}
