//! `lesson_poems show` as its users meet it.

use lstm_lessons::look::visible_width;
use serde_json::Value;

use crate::poems::command_line::{lesson, refused};

fn shown(args: &[&str]) -> String {
    let output = lesson(&[&["show"], args].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.contains('\u{1b}'), "escape codes in a pipe");
    text
}

fn objects(args: &[&str]) -> Vec<Value> {
    let text = shown(&[args, &["--json"]].concat());
    text.lines().map(|line| serde_json::from_str(line).expect("JSON and nothing else")).collect()
}

#[test]
fn no_picture_is_wider_than_a_terminal_in_either_language() {
    for lang in ["en", "zh"] {
        for args in [
            &["batch"][..],
            &["batch", "--buckets", "--batch", "66", "--batch-size", "5"],
            &["pipeline"],
            &["pipeline", "--line", "328"],
            &["gates"],
            &["neuron", "--poems", "12"],
            &["temperature", "--count", "2"],
        ] {
            let text = shown(&[args, &["--lang", lang]].concat());
            let widest = text.lines().map(visible_width).max().unwrap();
            assert!(widest <= 80, "{args:?} in {lang}: {widest} cells\n{text}");
        }
    }
}

#[test]
fn buckets_waste_less_than_chance() {
    let figures = &objects(&["batch", "--batch-size", "16"])[0];
    let waste = |of: &str| figures["waste"][of].as_f64().unwrap();
    assert!(waste("buckets") < waste("shuffled") / 5.0, "{}", figures["waste"]);
    let (shape, mask) = (&figures["shape"], figures["mask"].as_array().unwrap());
    assert_eq!(mask.len() as u64, shape[0].as_u64().unwrap());
    let padded =
        mask.iter().flat_map(|row| row.as_array().unwrap()).filter(|m| *m == false).count() as f64;
    let cells = (shape[0].as_u64().unwrap() * shape[1].as_u64().unwrap()) as f64;
    assert!((waste("batch") - padded / cells).abs() < 1e-9);
}

#[test]
fn the_pipelines_mean_is_the_loss_and_the_corpus_line_is_the_text() {
    let of_corpus = objects(&["pipeline", "--line", "2"]);
    let line = include_str!("../../../data/poems.txt").lines().nth(1).unwrap();
    assert_eq!(of_corpus, objects(&["pipeline", "--text", line]));
    let figures = &of_corpus[0];
    let (mean, loss) = (figures["mean"].as_f64().unwrap(), figures["loss"].as_f64().unwrap());
    assert!((mean - loss).abs() < 1e-4, "{mean} {loss}");
    assert_eq!(
        figures["steps"].as_array().unwrap().len(),
        figures["content"].as_str().unwrap().chars().count() + 1
    );
}

#[test]
fn lower_temperatures_write_what_the_model_thinks_likelier() {
    let columns = objects(&["temperature", "--temperatures", "0.3,1.3", "--count", "4"]);
    let nats = |k: usize| columns[k]["nats_per_token"].as_f64().unwrap();
    assert!(nats(0) < nats(1), "{} {}", nats(0), nats(1));
    assert_eq!(
        columns,
        objects(&["temperature", "--temperatures", "0.3,1.3", "--count", "4"]),
        "the same seed"
    );
    assert!(columns.iter().all(|column| column["poem"].as_str().unwrap().starts_with('月')));
}

#[test]
fn a_unit_of_each_layer_is_named_for_each_thing() {
    let found = &objects(&["neuron", "--poems", "40"])[0];
    assert_eq!((found["chosen_by"].as_u64(), found["judged_by"].as_u64()), (Some(19), Some(18)));
    let units = found["units"].as_array().unwrap();
    let layers = units.len() / 2;
    for (k, row) in units.iter().enumerate() {
        assert_eq!(row["told"], if k < layers { "position_in_line" } else { "lines_ended" });
        assert_eq!(row["unit"]["layer"], k as u64 % layers as u64 + 1);
        for key in ["chosen", "judged", "untrained"] {
            assert!(row[key].as_f64().is_some_and(|r| r <= 1.0), "{row}");
        }
    }
}

#[test]
fn slides_are_written_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new/slide.svg");
    for args in [
        &["batch"][..],
        &["pipeline"],
        &["gates", "--text", "床前明月光，疑是地上霜。"],
        &["neuron", "--poems", "8"],
        &["temperature", "--count", "1"],
    ] {
        shown(&[args, &["--svg", file.to_str().unwrap()]].concat());
        let svg = std::fs::read_to_string(&file).unwrap();
        assert!(
            svg.starts_with("<svg") && svg.ends_with("</svg>\n") && !svg.contains("NaN"),
            "{args:?}"
        );
        std::fs::remove_file(&file).unwrap();
    }
}

#[test]
fn what_cannot_be_shown_is_one_sentence() {
    refused(&["show"]);
    refused(&["show", "everything"]);
    assert!(refused(&["show", "batch", "--batch", "999"]).contains("999"));
    refused(&["show", "batch", "--corpus", "no/such/file.txt"]);
    assert!(refused(&["show", "pipeline", "--text", "没有冒号的一行"]).contains("静夜思:"));
    assert!(refused(&["show", "pipeline", "--line", "999"]).contains("328"));
    refused(&["show", "pipeline", "--run", "no/such/run"]);
    refused(&["show", "gates", "--layer", "99"]);
    refused(&["show", "gates", "--text", " "]);
    refused(&["show", "gates", "--begin", "X"]);
    refused(&["show", "neuron", "--poems", "1"]);
    refused(&["show", "temperature", "--temperatures", "0.3,0"]);
    refused(&["show", "temperature", "--temperatures", "1,1,1,1,1,1"]);
    refused(&["show", "temperature", "--begin", "X"]);
    assert!(
        refused(&["show", "batch", "--batch", "999", "--lang", "zh"]).contains("没有第 999 批")
    );
}
