//! The same numbers on a GPU as on the CPU: `cargo test --features wgpu --test gpu`.
//!
//! `LSTM_TEST_DEVICE` names the device (`wgpu` unless it is set). A software GPU does: Mesa's is
//! Debian's package mesa-vulkan-drivers. Without a device these tests fail: a skip would look like
//! a success.

use std::{
    env,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use burn::{
    optim::{GradientsParams, ModuleOptimizer},
    prelude::*,
};
use lstm_lessons::{
    cell::CellKind,
    kernel::adam::Adam,
    mnist::{
        drawn::draw_set,
        model::{RowClassifierConfig, last},
        rows::RowBatch,
    },
    training::{device::device, history},
};

fn gpu() -> String {
    env::var("LSTM_TEST_DEVICE").unwrap_or("wgpu".into())
}

fn lesson(args: &[&str], device: &str) -> Command {
    let mut lesson = Command::new(env!("CARGO_BIN_EXE_lesson_poems"));
    lesson.args(args).args(["--lang", "en", "--device", device]).stdin(Stdio::null());
    lesson
}

fn output(args: &[&str], device: &str) -> Output {
    lesson(args, device).output().expect("the lesson starts")
}

fn done(args: &[&str], device: &str) -> String {
    let output = output(args, device);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("poems are UTF-8")
}

/// The GPU rounds its sums in another order.
#[track_caller]
fn assert_alike(cpu: &[f64], gpu: &[f64]) {
    assert_eq!(cpu.len(), gpu.len());
    for (k, (cpu, gpu)) in cpu.iter().zip(gpu).enumerate() {
        assert!((cpu - gpu).abs() < 1e-3 * cpu, "number {k}: {cpu} on the CPU, {gpu} on the GPU");
    }
}

/// The losses of a hundred steps of the classifier.
fn losses_on_digits(device: Device) -> Vec<f64> {
    let (device, digits) = (device.autodiff(), draw_set(160, 1));
    let batch = |k: usize| RowBatch::new(&digits, &Vec::from_iter(32 * k..32 * (k + 1)), &device);
    let batches: Vec<RowBatch> = (0..5).map(batch).collect();
    let mut model = RowClassifierConfig::new(CellKind::Lstm, 32, 1).init(1, &device);
    let mut adam = ModuleOptimizer::from(Adam::default());
    let mut losses = Vec::new();
    for batch in batches.iter().cycle().take(100) {
        let outputs = model.outputs(batch.rows.clone(), None); // [B, T, H]
        let loss = model.cross_entropy(last(outputs), batch.labels.clone()); // [1]
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        losses.push(loss.into_scalar::<f64>());
        model = adam.step(0.001, model, gradients);
    }
    losses
}

#[test]
fn a_hundred_steps_on_digits_have_the_losses_of_the_cpu() {
    let device = device(&gpu()).unwrap_or_else(|error| panic!("{error}"));
    let (cpu, gpu) = (losses_on_digits(Device::flex()), losses_on_digits(device));
    assert_alike(&cpu, &gpu);
    assert!(cpu[99] < 0.8 * cpu[0], "nothing was learned: {cpu:?}");
}

/// A tiny model on the shipped corpus, 21 steps an epoch.
fn train(run: &str) -> Vec<&str> {
    let flags =
        ["--epochs", "3", "--batch-size", "16", "--hidden", "16", "--embed", "16", "--layers", "2"];
    [&["train", "--corpus", "data/poems.txt", "--run", run], &flags[..]].concat()
}

/// Training and validation loss of each epoch.
fn losses_of(run: &Path) -> Vec<f64> {
    let rows = history::read(run, usize::MAX).expect("a history");
    rows.iter().flat_map(|row| [row.epoch.train_loss, row.epoch.valid_loss]).collect()
}

#[test]
fn a_training_on_poems_has_the_losses_of_the_cpu_and_changes_devices_between_epochs() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |name: &str| folder.path().join(name).display().to_string();
    let [cpu, gpu_alone, changed] = ["cpu", "gpu", "changed"].map(run);
    done(&train(&cpu), "flex");
    done(&train(&gpu_alone), &gpu());
    let losses = losses_of(cpu.as_ref());
    assert_eq!(losses.len(), 6);
    assert_alike(&losses, &losses_of(gpu_alone.as_ref()));

    let mut killed = lesson(&train(&changed), "flex").spawn().expect("the lesson starts");
    while history::read(changed.as_ref(), usize::MAX).map_or(0, |rows| rows.len()) == 0 {
        assert!(killed.try_wait().expect("a child").is_none(), "it ended before its first epoch");
        sleep(Duration::from_millis(2));
    }
    killed.kill().and_then(|()| killed.wait()).expect("it is killed");
    assert!(losses_of(changed.as_ref()).len() < 6, "it was too fast to be killed");
    done(&["resume", &changed], &gpu());
    assert_alike(&losses, &losses_of(changed.as_ref()));
}

#[test]
fn the_likeliest_poems_are_those_of_the_cpu() {
    for begin in ["月", "春", "山"] {
        let args = ["--begin", begin, "--temperature", "0"];
        let [cpu, gpu] = ["flex", &gpu()].map(|device| done(&args, device));
        assert_eq!(cpu, gpu);
        assert!(cpu.starts_with(begin), "{cpu}");
    }
}

#[test]
fn a_gpu_that_is_not_there_is_one_sentence_and_exit_code_2() {
    let engine = gpu().split(':').next().unwrap_or_default().to_string();
    let missing = format!("{engine}:99");
    let output = output(&["--begin", "月"], &missing);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(&missing) && said.contains("--device flex"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}
