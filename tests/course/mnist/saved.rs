use std::{
    io::{self, Write},
    path::Path,
};

use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        drawn::draw_set,
        evaluate::evaluate,
        model::RowClassifierConfig,
        saved::{self, Manifest, NotThere},
        source::{looks_like_mnist, read_folder},
    },
    training::{bundle::BadDescription, sealed::Damaged, weights::sha256},
};

const WEIGHTS: &[u8] = include_bytes!("../../../data/pretrained/mnist.bpk");
const MANIFEST: &[u8] = include_bytes!("../../../data/pretrained/mnist.json");

/// The manifest with this sum of the weights.
fn with_sum(manifest: &Manifest, sum: &str) -> Vec<u8> {
    let mut json = serde_json::to_value(manifest).unwrap();
    json["sha256"] = sum.into();
    serde_json::to_vec(&json).unwrap()
}

fn described(change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let mut manifest: Manifest = serde_json::from_slice(MANIFEST).unwrap();
    change(&mut manifest);
    with_sum(&manifest, &sha256(WEIGHTS))
}

/// The one sentence that a user meets.
fn refused(manifest: &[u8], weights: &[u8]) -> String {
    let error =
        saved::from_parts(manifest, weights.to_vec(), "m.bpk", &Device::flex()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert_eq!(error.message().lines().count(), 1, "{}", error.message());
    error.message()
}

#[test]
fn the_shipped_classifier_reads_drawn_digits() {
    let (model, _) = saved::shipped(&Device::flex()).unwrap();
    let tested = evaluate(&model, &draw_set(500, 77), &Device::flex());
    assert_eq!(tested.count(), 500);
    println!("{} of 500 drawn digits read rightly", tested.correct());
    assert!(tested.accuracy() >= 0.80, "{}", tested.accuracy());
}

#[test]
fn the_shipped_classifier_reads_the_real_test_set_as_well_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mnist");
    if !looks_like_mnist(&folder) {
        // Not `println`, which the test runner keeps to itself where a test passes.
        let _ = writeln!(io::stderr(), "skipped: there is no MNIST in {}", folder.display());
        return;
    }
    let (model, manifest) = saved::shipped(&Device::flex()).unwrap();
    let test = read_folder(&folder).unwrap().test;
    let tested = evaluate(&model, &test, &Device::flex());
    assert_eq!((tested.count(), manifest.test_images), (10_000, 10_000));
    assert!(tested.accuracy() >= 0.98, "{}", tested.accuracy());
    // Half precision and another CPU may turn a handful of images.
    assert!((tested.accuracy() - manifest.test_accuracy).abs() < 0.002, "{}", tested.accuracy());
}

#[test]
fn a_flipped_bit_is_noticed() {
    let mut weights = WEIGHTS.to_vec();
    let middle = weights.len() / 2;
    weights[middle] ^= 1;
    assert!(refused(MANIFEST, &weights).contains("SHA-256"));
    let manifest: Manifest = serde_json::from_slice(MANIFEST).unwrap();
    assert!(refused(&with_sum(&manifest, &"0".repeat(64)), WEIGHTS).contains("SHA-256"));
    assert!(refused(MANIFEST, &WEIGHTS[..WEIGHTS.len() - 1]).contains("SHA-256"));
}

#[test]
fn weights_of_another_shape_are_refused() {
    assert!(
        refused(&described(|m| m.config.stack.d_hidden /= 2), WEIGHTS)
            .contains("not those of this model")
    );
    assert!(
        refused(&described(|m| m.config.stack.n_layers += 1), WEIGHTS)
            .contains("not those of this model")
    );
    assert!(
        refused(&described(|m| m.config.stack.cell = CellKind::Gru), WEIGHTS)
            .contains("not those of this model")
    );
    assert!(
        refused(&described(|m| m.config.stack.d_hidden = usize::MAX), WEIGHTS)
            .contains("cannot be")
    );
    assert!(refused(&described(|m| m.config.stack.d_input = 27), WEIGHTS).contains("cannot be"));
}

#[test]
fn what_is_no_description_or_no_run_folder_is_refused_as_that() {
    refused(b"{", WEIGHTS);
    let device = Device::flex();
    let error = saved::from_parts(b"{", WEIGHTS.to_vec(), "m.bpk", &device).unwrap_err();
    assert!(matches!(error.kind(), Some(BadDescription { name, .. }) if name == "m.bpk"));
    let nothing = tempfile::tempdir().unwrap();
    let error = saved::open(nothing.path(), &device).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert_eq!(error.kind(), Some(&NotThere { folder: nothing.path().to_path_buf() }));
}

#[test]
fn what_is_saved_is_what_is_opened() {
    let device = Device::flex();
    let config = RowClassifierConfig::new(CellKind::Gru, 12, 2);
    let model = config.init(3, &device);
    let mut manifest: Manifest = serde_json::from_slice(MANIFEST).unwrap();
    manifest.config = config;
    let folder = tempfile::tempdir().unwrap();
    saved::save(model.clone(), &manifest, folder.path()).unwrap();
    let (opened, read) = saved::open(folder.path(), &device).unwrap();
    assert_eq!(read, manifest);
    let file = folder.path().join("model.json");
    let json = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, json.replace("\"epochs\": ", "\"epochs\": 1")).unwrap();
    let error = saved::open(folder.path(), &device).unwrap_err();
    assert_eq!(error.kind(), Some(&Damaged { file }));
    let rows = Tensor::ones([1, 28, 28], &device);
    let apart: f32 =
        (model.forward(rows.clone(), None) - opened.forward(rows, None)).abs().max().into_scalar();
    assert!(apart < 1e-2, "half precision keeps three digits, {apart}");
}

#[test]
fn the_same_seed_saves_the_same_bytes_and_another_seed_others() {
    let device = Device::flex();
    let manifest: Manifest = serde_json::from_slice(MANIFEST).unwrap();
    let saved = |seed| {
        let folder = tempfile::tempdir().unwrap();
        let model = RowClassifierConfig::new(CellKind::Lstm, 8, 2).init(seed, &device);
        saved::save(model, &manifest, folder.path()).unwrap();
        std::fs::read(folder.path().join("model.bpk")).unwrap()
    };
    assert_eq!(saved(3), saved(3));
    assert_ne!(saved(3), saved(4));
}
