//! A batch in parts is the batch: gradient accumulation and data parallelism change no step.

use std::{path::Path, process::Command};

use burn::{
    module::Module,
    prelude::*,
    tensor::distributed::{ReduceOperation, all_reduce},
};
use burn_train::TrainStep;
use lstm_lessons::{
    cell::CellKind,
    mnist::{drawn::draw_set, rows::RowBatch},
    training::{Divide, Measured, micro_batches::Mean},
};
use serde_json::Value;

use crate::{
    kernel::{
        assert_near,
        learning::{classifier, collect, poem_model, poems},
    },
    support::devices,
};

/// The loss and the gradient of every parameter, of the whole batch and of it in 2, 3 and more parts
/// than it has rows.
#[track_caller]
pub fn assert_parts_are_the_whole<M>(model: &M, batch: M::Input)
where
    M: Module + TrainStep<Output = Measured>,
    M::Input: Divide + Clone,
{
    let whole = TrainStep::step(model, batch.clone());
    for parts in [2, 3, 99] {
        let mut mean = Mean::default();
        for part in batch.clone().divide(parts) {
            mean.add(model, TrainStep::step(model, part));
        }
        let (measured, grads) = mean.finish(model);
        assert!((measured.loss - whole.item.loss).abs() < 1e-6 * whole.item.loss, "{parts} parts");
        assert_eq!(
            (measured.count, measured.correct),
            (whole.item.count, whole.item.correct),
            "{parts} parts"
        );
        let wanted = collect(model, Some(&whole.grads));
        for (k, (got, wanted)) in collect(model, Some(&grads)).iter().zip(&wanted).enumerate() {
            let largest = wanted.iter().fold(0.0f32, |largest, g| largest.max(g.abs()));
            let scaled = |g: &[f32]| g.iter().map(|g| g / largest).collect::<Vec<f32>>();
            let what = format!("parameter {k} in {parts} parts");
            assert_near(&what, &scaled(got), &scaled(wanted), 1e-4);
        }
    }
}

#[test]
fn poems_of_different_lengths_in_parts_have_the_gradient_of_the_whole_batch() {
    for device in devices() {
        let device = device.autodiff();
        let batch = poems(1, &device);
        let counts: Vec<usize> = batch.clone().divide(2).iter().map(|part| part.tokens()).collect();
        assert_ne!(counts[0], counts[1], "else a plain mean would do");
        assert_parts_are_the_whole(&poem_model(CellKind::Lstm, true, &device), batch);
    }
}

#[test]
fn digits_in_parts_have_the_gradient_of_the_whole_batch() {
    for device in devices() {
        let device = device.autodiff();
        let batch = RowBatch::new(&draw_set(7, 1), &[0, 1, 2, 3, 4, 5, 6], &device);
        assert_parts_are_the_whole(&classifier(CellKind::Lstm, &device), batch);
    }
}

/// Of each epoch what is learned and validated, from a tiny training.
fn epochs(folder: &Path, name: &str, more: &[&str]) -> Vec<[f64; 2]> {
    let output = Command::new(env!("CARGO_BIN_EXE_lesson_mnist"))
        .args(["--quick", "--json", "--run", name])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{more:?}: {}", String::from_utf8_lossy(&output.stderr));
    let objects = String::from_utf8(output.stdout).unwrap();
    let objects: Vec<Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let losses = |epoch: &Value| ["train_loss", "valid_loss"].map(|key| epoch[key].as_f64());
    objects.iter().map(losses).filter_map(|[a, b]| Some([a?, b?])).collect()
}

#[track_caller]
fn assert_alike(one: &[[f64; 2]], other: &[[f64; 2]]) {
    assert!(!one.is_empty() && one.len() == other.len());
    for (one, other) in one.iter().flatten().zip(other.iter().flatten()) {
        assert!((one - other).abs() < 1e-3 * one, "{one} is not {other}");
    }
}

#[test]
fn a_training_with_accumulated_gradients_has_the_losses_of_one_without() {
    let folder = tempfile::tempdir().unwrap();
    let one = epochs(folder.path(), "one", &[]);
    assert_alike(&one, &epochs(folder.path(), "five", &["--accumulate", "5"]));
    // Model and average share the ids of their parameters: each gradient counts once all the same.
    let averaged = ["--average", "0.9", "--layers", "2"];
    let one = epochs(folder.path(), "averaged", &averaged);
    let parts = [&averaged[..], &["--accumulate", "3"]].concat();
    assert_alike(&one, &epochs(folder.path(), "averaged-in-parts", &parts));
}

#[cfg(feature = "ndarray")]
#[test]
fn a_training_on_two_devices_has_the_losses_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let one = epochs(folder.path(), "one", &[]);
    let two = ["--devices", "flex,ndarray"];
    assert_alike(&one, &epochs(folder.path(), "two", &two));
    let parts = [&two[..], &["--accumulate", "2", "--average", "0.9"]].concat();
    let averaged = epochs(folder.path(), "averaged", &["--average", "0.9"]);
    assert_alike(&averaged, &epochs(folder.path(), "four", &parts));
}

/// Why the mean is taken by this crate. When this fails, Burn can do it.
#[test]
#[should_panic(expected = "Distributed operations are not supported")]
fn burn_has_no_all_reduce_on_the_cpu() {
    let device = Device::flex();
    let one = Tensor::<1>::ones([1], &device);
    all_reduce(one, ReduceOperation::Sum, vec![device]).resolve();
}

fn refused(binary: &str, words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let command = &mut Command::new(binary);
    let output = command.args(words).args(["--lang", "en"]).current_dir(&folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "{words:?} left something behind");
    said
}

#[test]
fn devices_that_cannot_share_a_batch_are_refused_with_one_sentence() {
    let mnist = |words: &[&str]| refused(env!("CARGO_BIN_EXE_lesson_mnist"), words);
    assert!(mnist(&["--devices", "flex,flex"]).contains("--accumulate 2"));
    assert!(mnist(&["--devices", "flex,abacus"]).contains("abacus"));
    mnist(&["--devices", "flex", "--device", "flex"]);
    mnist(&["--accumulate", "0"]);
    let train = ["train", "--corpus", concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")];
    let poems =
        |words: &[&str]| refused(env!("CARGO_BIN_EXE_lesson_poems"), &[&train[..], words].concat());
    assert!(poems(&["--genre", "text", "--accumulate", "2"]).contains("--accumulate"));
    #[cfg(feature = "ndarray")]
    assert!(poems(&["--genre", "text", "--devices", "flex,ndarray"]).contains("--devices"));
}
