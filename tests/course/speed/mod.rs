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
            &[
                "burn_lstm",
                "fused",
                "fused_bf16",
                "fused_sequence",
                "gate_by_gate",
                "inputs_hoisted",
                "readable",
            ][..],
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
            let half = row["implementation"] == "fused_bf16";
            assert_eq!(row["precision"], if half { "bf16" } else { "f32" });
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
    let first = number(&rows[&("mnist".into(), "readable".into())], "first_loss");
    for ((_, how), row) in &rows {
        let tolerance = if how == "fused_bf16" { 1e-2 } else { 1e-5 };
        assert!((number(row, "first_loss") - first).abs() < tolerance, "{rows:?}");
    }

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
                && svg.matches("<rect").count() == 1 + 9
        );
    }
}

/// Narrower registers compute the same; those that this CPU lacks are refused.
#[test]
fn the_width_of_the_vector_registers_can_be_chosen() {
    let quick = ["--quick", "--json", "--work", "mnist", "--implementation", "fused"];
    let loss_of = |output: &Output| {
        let row: Value = serde_json::from_str(said(output).trim()).expect("one object");
        number(&row, "first_loss")
    };
    let widest = loss_of(&lesson(&quick));
    for width in ["plain", "avx2", "avx512"] {
        let flags = [&quick[..], &["--vectors", width]].concat();
        let output = lesson(&flags);
        let is_here = match width {
            "plain" => true,
            #[cfg(target_arch = "x86_64")]
            "avx2" => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            "avx512" => is_x86_feature_detected!("avx512f"),
            _ => false,
        };
        match is_here {
            true => assert!((loss_of(&output) - widest).abs() < 1e-5),
            false => assert!(refused(&flags).contains("--vectors"), "{width}"),
        }
    }
}

#[test]
fn growth_is_measured_along_each_size() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("scale.svg");
    let flags = ["--scale", "--quick", "--threads", "1", "--json", "--svg"];
    let output = said(&lesson(&[&flags[..], &[picture.to_str().unwrap()]].concat()));
    let rows: Vec<Value> =
        output.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    for axis in ["hidden", "length", "vocabulary", "threads"] {
        let rows: Vec<&Value> = rows.iter().filter(|row| row["axis"] == axis).collect();
        assert!(rows.iter().all(|row| number(row, "ms_per_step") > 0.0), "{rows:?}");
        let parts = rows.windows(2).map(|rows| {
            let values = [0, 1].map(|k| number(rows[k], "value"));
            (values[1] / values[0], number(rows[1], "gflop") / number(rows[0], "gflop"))
        });
        for (size, arithmetic) in parts {
            let fits = match axis {
                "hidden" => arithmetic > size, // the layers grow with its square
                "length" => (arithmetic - size).abs() < 1e-9,
                "vocabulary" => 1.0 < arithmetic && arithmetic < size, // the layers stay
                _ => (arithmetic * size - 1.0).abs() < 1e-9,
            };
            assert!(fits, "{axis}: {size} times, arithmetic {arithmetic} times");
        }
    }
    let svg = std::fs::read_to_string(&picture).unwrap();
    assert_eq!(svg.matches("<circle").count(), 2 * rows.len(), "measured, and by arithmetic");

    for lang in ["en", "zh"] {
        let shown = said(&lesson(&["--scale", "--quick", "--lang", lang]));
        let cells =
            |line: &str| -> usize { line.chars().map(|c| 1 + usize::from(c >= '\u{2e80}')).sum() };
        assert!(shown.lines().all(|line| cells(line) <= 80), "{shown}");
    }
    refused(&["--scale", "--work", "mnist"]);
}

#[test]
fn bad_flags_are_one_sentence_and_exit_code_2() {
    for flags in [
        &["--work", "weather"][..],
        &["--implementation", "magic"],
        &["--work", "mnist", "--implementation", "fused_loss"],
        &["--seconds", "0"],
        &["--seconds", "soon"],
        &["--vectors", "wide"],
        &["--seconds", "NaN"],
        &["--threads", "0"],
        &["--device", "abacus"],
        &["--colour"],
    ] {
        refused(flags);
    }
    assert!(refused(&["--lang", "zh", "--seconds", "0"]).contains("秒"));
}
