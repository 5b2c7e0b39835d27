//! The lesson on speed as its users meet it. Nothing here compares times: only what is measured,
//! said and refused.

use std::{
    collections::BTreeMap,
    process::{Command, Output},
};

use serde_json::Value;

fn lesson(flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson_speed"))
        .args(flags)
        .env("LC_ALL", "en_US.UTF-8")
        .output()
        .expect("the lesson starts")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The measurements of a quick run, each under (work, implementation).
fn measured(flags: &[&str]) -> BTreeMap<(String, String), Value> {
    let output = said(&lesson(&[&["--quick", "--json"], flags].concat()));
    let objects = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("one JSON object a line"));
    let name = |object: &Value, key: &str| object[key].as_str().expect("a name").to_string();
    objects
        .map(|object| ((name(&object, "work"), name(&object, "implementation")), object))
        .collect()
}

fn number(object: &Value, key: &str) -> f64 {
    object[key]
        .as_f64()
        .filter(|n| n.is_finite() && *n > 0.0)
        .unwrap_or_else(|| panic!("{key} in {object}"))
}

/// Exit code 2 and one sentence, nothing on standard output.
fn refused(flags: &[&str]) -> String {
    let output = lesson(flags);
    let sentence = String::from_utf8_lossy(&output.stderr).trim_end().to_string();
    assert_eq!(output.status.code(), Some(2), "{flags:?}: {sentence}");
    assert!(
        output.stdout.is_empty() && !sentence.contains('\n') && !sentence.contains("panicked"),
        "{flags:?}: {sentence}"
    );
    sentence
}

#[test]
fn every_measurement_is_an_object_whose_figures_agree() {
    let rows = measured(&["--work", "mnist", "--work", "sampling", "--threads", "1"]);
    let expected = [
        (
            "mnist",
            &["burn_lstm", "fused", "fused_sequence", "gate_by_gate", "inputs_hoisted", "readable"]
                [..],
            64.0,
        ),
        ("sampling", &["burn_lstm", "fused", "readable"][..], 1.0),
    ];
    for (work, implementations, items) in expected {
        let found: Vec<&str> =
            rows.keys().filter(|(w, _)| w == work).map(|(_, how)| how.as_str()).collect();
        assert_eq!(found, implementations);
        for row in rows.iter().filter(|((w, _), _)| w == work).map(|(_, row)| row) {
            let (ms, peak) = (number(row, "ms_per_step"), number(row, "peak_gflops"));
            assert!(
                (number(row, "items_per_second") * ms / 1e3 / items - 1.0).abs() < 1e-9,
                "{row}"
            );
            assert!(
                (number(row, "percent_of_peak") / (100.0 * number(row, "gflops") / peak) - 1.0)
                    .abs()
                    < 1e-9
            );
            assert_eq!(row["threads"], 1);
        }
    }
}

/// Stage 2 is the readable cell, whose name it bears now.
#[test]
fn the_old_name_of_stage_2_is_understood() {
    let rows = measured(&["--work", "mnist", "--implementation", "four_gates"]);
    assert!(rows.keys().map(|(_, how)| how.as_str()).eq(["readable"]), "{rows:?}");
}

#[test]
fn all_implementations_start_from_the_same_loss() {
    let rows = measured(&["--work", "mnist"]);
    let losses: Vec<f64> = rows.values().map(|row| number(row, "first_loss")).collect();
    assert!(losses.iter().all(|loss| (loss - losses[0]).abs() < 1e-5), "{rows:?}");

    let rows =
        measured(&["--work", "poems", "--implementation", "readable", "--implementation", "fused"]);
    let losses: Vec<f64> = rows.values().map(|row| number(row, "first_loss")).collect();
    assert_eq!(losses.len(), 2);
    // Fresh weights know nothing: ln V nats.
    assert!(
        losses
            .iter()
            .all(|loss| (loss - losses[0]).abs() < 1e-4 && (loss - 6110f64.ln()).abs() < 0.1),
        "{rows:?}"
    );
    if cfg!(target_os = "linux") {
        rows.values().for_each(|row| assert!(number(row, "peak_memory_mb") > 30.0, "{row}"));
    }
}

#[test]
fn the_bars_fit_eighty_cells_and_the_picture_is_written_too() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("deep/bars.svg");
    for lang in ["en", "zh"] {
        let flags =
            ["--quick", "--work", "mnist", "--lang", lang, "--svg", picture.to_str().unwrap()];
        let shown = said(&lesson(&flags));
        assert!(
            shown.contains("burn::nn::Lstm") && shown.contains("█") && !shown.contains('\u{1b}'),
            "{shown}"
        );
        assert_eq!(shown.contains("分类器的一个训练步"), lang == "zh", "{shown}");
        // Every other character counted as two cells is more than enough.
        assert!(
            shown.lines().all(|line| line
                .chars()
                .map(|c| 1 + usize::from(c >= '\u{2e80}'))
                .sum::<usize>()
                <= 80),
            "{shown}"
        );
        let svg = std::fs::read_to_string(&picture).unwrap();
        assert!(
            svg.starts_with("<svg")
                && svg.trim_end().ends_with("</svg>")
                && svg.matches("<rect").count() == 1 + 7
        );
    }
}

#[test]
fn bad_flags_are_one_sentence_and_exit_code_2() {
    for flags in [
        &["--work", "weather"][..],
        &["--implementation", "magic"],
        &["--work", "mnist", "--implementation", "fused_loss"],
        &["--seconds", "0"],
        &["--seconds", "soon"],
        &["--seconds", "NaN"],
        &["--threads", "0"],
        &["--device", "abacus"],
        &["--colour"],
    ] {
        refused(flags);
    }
    assert!(refused(&["--lang", "zh", "--seconds", "0"]).contains("秒"));
}
