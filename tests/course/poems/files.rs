//! Weights and vocabulary on disk, and what happens when somebody changed them.

use std::fs;

use lstm_lessons::poems::{
    bundle::{Bundle, DESCRIPTION, WEIGHTS},
    genre::Genre,
    model::PoemModel,
    reader::Reader,
    sample::{Sampler, SamplingConfig},
    train::{Settings, read_run, train},
};

use crate::{poems::small, support::devices};

const GREEDY: SamplingConfig = SamplingConfig { temperature: 0.0, ..SamplingConfig::PLAIN };

#[test]
fn a_saved_model_writes_what_the_unsaved_one_wrote() {
    for device in devices() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = small(&device);
        let write = |bundle: &Bundle| {
            Sampler::new(&Reader::new(bundle, &device), GREEDY).compose("月", 1).unwrap()
        };
        let before = write(&bundle);
        bundle.save(folder.path(), false).unwrap();
        let loaded = Bundle::load(folder.path(), &device).unwrap();
        assert_eq!(write(&loaded), before);
    }
}

#[test]
fn half_precision_is_half_the_size_and_computes_in_full() {
    let device = devices().remove(0);
    let (full, half) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    small(&device).save(full.path(), false).unwrap();
    small(&device).save(half.path(), true).unwrap();
    let size =
        |folder: &tempfile::TempDir| fs::metadata(folder.path().join(WEIGHTS)).unwrap().len();
    assert!(size(&half) < size(&full));
    let loaded = Bundle::load(half.path(), &device).unwrap();
    assert_eq!(loaded.model.bias.val().dtype(), burn::tensor::DType::F32);
}

#[test]
fn changed_cut_missing_and_foreign_files_are_one_sentence_each() {
    let device = devices().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let fault = |what: &str| {
        let error = Bundle::load(folder.path(), &device)
            .err()
            .unwrap_or_else(|| panic!("{what} went unnoticed"));
        assert_eq!(error.exit_code(), 2, "{what}");
        assert!(!error.message().contains('\n'), "{what}: {error}");
    };
    fault("nothing there");
    small(&device).save(folder.path(), false).unwrap();
    let weights = fs::read(folder.path().join(WEIGHTS)).unwrap();
    let description = fs::read_to_string(folder.path().join(DESCRIPTION)).unwrap();

    let mut flipped = weights.clone();
    let last = flipped.len() - 5;
    flipped[last] ^= 1;
    fs::write(folder.path().join(WEIGHTS), flipped).unwrap();
    fault("one flipped bit");
    fs::write(folder.path().join(WEIGHTS), &weights[..weights.len() / 2]).unwrap();
    fault("half a file");
    fs::write(folder.path().join(WEIGHTS), &weights).unwrap();
    fs::write(folder.path().join(DESCRIPTION), description.replace('春', "")).unwrap();
    fault("a vocabulary that does not fit");
    fs::write(
        folder.path().join(DESCRIPTION),
        description.replace("\"d_hidden\": 12", "\"d_hidden\": 13"),
    )
    .unwrap();
    fault("another shape");
    for hostile in ["d_hidden\": 12", "d_embed\": 8", "n_layers\": 2"] {
        let name = hostile.split('"').next().unwrap();
        let endless = description
            .replace(&format!("\"{hostile}"), &format!("\"{name}\": {}", usize::MAX / 4));
        assert_ne!(endless, description);
        fs::write(folder.path().join(DESCRIPTION), endless).unwrap();
        fault("a model that no memory holds");
    }
    fs::write(folder.path().join(DESCRIPTION), "{}").unwrap();
    fault("an empty description");
}

fn settings(corpus: &std::path::Path, epochs: usize) -> Settings {
    Settings {
        corpus: corpus.to_path_buf(),
        genre: Genre::Poem,
        corpus_sha256: lstm_lessons::training::weights::sha256(&fs::read(corpus).unwrap()),
        start: None,
        epochs,
        batch_size: 8,
        lr: 0.01,
        seed: 5,
        cell: lstm_lessons::cell::CellKind::Lstm,
        d_embed: 8,
        d_hidden: 8,
        n_layers: 1,
        tied: true,
        features: true,
        couplets: true,
        dropout: 0.2, // a resumed run must draw the same noise
        warm_up: 5,
        kernel: lstm_lessons::kernel::Kernel::Fused,
        min_count: 2,
        valid_share: 0.1,
        vocab_size: None,
        longest: 79,
    }
}

fn forty_poems(folder: &std::path::Path) -> std::path::PathBuf {
    let corpus = folder.join("forty.txt");
    let text: String = include_str!("../../../data/poems.txt")
        .lines()
        .take(40)
        .map(|l| format!("{l}\n"))
        .collect();
    fs::write(&corpus, text).unwrap();
    corpus
}

#[test]
fn resume_equals_never_stopping() {
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let corpus = forty_poems(temp.path());
    let (whole, parts) = (temp.path().join("whole"), temp.path().join("parts"));
    train(&settings(&corpus, 3), &whole, None, false, &device).unwrap();
    // The same run, killed after its first epoch: only what was on disk then is left.
    train(&settings(&corpus, 3), &parts, None, false, &device).unwrap();
    for epoch in [2, 3] {
        for part in ["model", "optim", "scheduler"] {
            fs::remove_file(parts.join("checkpoint").join(format!("{part}-{epoch}.bpk"))).unwrap();
        }
    }
    let (read, done) = read_run(&parts).unwrap();
    assert_eq!((read.epochs, done), (3, 1));
    train(&read, &parts, Some(1), false, &device).unwrap();
    assert_eq!(fs::read_to_string(whole.join("history.csv")).unwrap().lines().count(), 4);
    // The optimizer's checkpoint holds the same numbers too, but Burn writes them in the order of a
    // hash map.
    for file in [
        WEIGHTS,
        DESCRIPTION,
        "samples.txt",
        "checkpoint/model-3.bpk",
        "checkpoint/scheduler-3.bpk",
    ] {
        assert!(
            fs::read(whole.join(file)).unwrap() == fs::read(parts.join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn the_same_seed_saves_the_same_bytes_and_another_seed_others() {
    let device = devices().remove(0);
    let saved = |seed| {
        let folder = tempfile::tempdir().unwrap();
        let Bundle { vocab, config, story, .. } = small(&device);
        let model = PoemModel::new(&config, seed, &device);
        Bundle { model, vocab, config, tunes: Vec::new(), story }
            .save(folder.path(), false)
            .unwrap();
        fs::read(folder.path().join(WEIGHTS)).unwrap()
    };
    assert_eq!(saved(7), saved(7));
    assert_ne!(saved(7), saved(8));
}

#[test]
fn a_changed_corpus_does_not_slip_into_a_resumed_run() {
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let corpus = forty_poems(temp.path());
    let settings = settings(&corpus, 1);
    fs::write(&corpus, "甲:春眠不觉晓\n乙:处处闻啼鸟\n").unwrap();
    let error = train(&settings, &temp.path().join("run"), None, false, &device).err().unwrap();
    assert_eq!(error.exit_code(), 2);
}
