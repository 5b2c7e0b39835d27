//! Weights and vocabulary on disk, and what happens when somebody changed them.

use std::fs;

use lstm_lessons::poems::{
    bundle::{Bundle, DESCRIPTION, WEIGHTS},
    sample::{Sampler, Taste},
    train::{Settings, read_run, train},
};

use crate::{devices, small};

const GREEDY: Taste = Taste { temperature: 0.0, top_k: 0, top_p: 1.0 };

#[test]
fn a_saved_model_writes_what_the_unsaved_one_wrote() {
    for device in devices() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = small(&device);
        let before = Sampler::new(&bundle, &device).compose("月", GREEDY, 1).unwrap();
        bundle.save(folder.path(), false).unwrap();
        let loaded = Bundle::load(folder.path(), &device).unwrap();
        assert_eq!(Sampler::new(&loaded, &device).compose("月", GREEDY, 1).unwrap(), before);
    }
}

#[test]
fn half_precision_is_half_the_size_and_computes_in_full() {
    let device = devices().remove(0);
    let (full, half) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    small(&device).save(full.path(), false).unwrap();
    small(&device).save(half.path(), true).unwrap();
    let size = |folder: &tempfile::TempDir| fs::metadata(folder.path().join(WEIGHTS)).unwrap().len();
    assert!(size(&half) < size(&full));
    let loaded = Bundle::load(half.path(), &device).unwrap();
    assert_eq!(loaded.model.bias.val().dtype(), burn::tensor::DType::F32);
}

#[test]
fn changed_cut_missing_and_foreign_files_are_one_sentence_each() {
    let device = devices().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let fault = |what: &str| {
        let trouble = Bundle::load(folder.path(), &device).err().unwrap_or_else(|| panic!("{what} went unnoticed"));
        assert_eq!(trouble.exit_code(), 2, "{what}");
        assert!(!trouble.message.contains('\n'), "{what}: {trouble}");
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
    fs::write(folder.path().join(DESCRIPTION), description.replace("\"d_hidden\": 12", "\"d_hidden\": 13")).unwrap();
    fault("another shape");
    fs::write(folder.path().join(DESCRIPTION), "{}").unwrap();
    fault("an empty description");
}

fn settings(corpus: &std::path::Path, epochs: usize) -> Settings {
    Settings {
        corpus: corpus.to_path_buf(),
        corpus_sha256: lstm_lessons::training::weights::sha256(&fs::read(corpus).unwrap()),
        epochs,
        batch_size: 8,
        lr: 0.01,
        seed: 5,
        cell: lstm_lessons::cell::CellKind::Lstm,
        d_embed: 8,
        d_hidden: 8,
        n_layers: 1,
        tied: true,
        dropout: 0.2, // a resumed run must draw the same noise
        warm_up: 5,
        kernel: lstm_lessons::kernel::Kernel::Fused,
        min_count: 2,
        valid_share: 0.1,
    }
}

fn forty_poems(folder: &std::path::Path) -> std::path::PathBuf {
    let corpus = folder.join("forty.txt");
    let text: String = include_str!("../../data/poems.txt").lines().take(40).map(|l| format!("{l}\n")).collect();
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
    let last = |folder: &std::path::Path| {
        let folder = folder.join(WEIGHTS);
        fs::read(folder).unwrap()
    };
    assert_eq!(fs::read_to_string(whole.join("history.csv")).unwrap().lines().count(), 4);
    let same = |a: &[u8], b: &[u8]| a.len() == b.len() && weights_of(a, &device) == weights_of(b, &device);
    assert!(same(&last(&whole), &last(&parts)));
}

/// All numbers of the weights, bit for bit (the file also holds ids that are drawn anew for each run).
fn weights_of(bytes: &[u8], device: &burn::prelude::Device) -> Vec<u32> {
    use burn::{module::*, prelude::*};
    struct Bits(Vec<u32>);
    impl ModuleVisitor for Bits {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.extend(param.val().into_data().iter::<f32>().map(f32::to_bits));
        }
    }
    let corpus = lstm_lessons::poems::corpus::Corpus::parse(include_str!("../../data/poems.txt"));
    let parted = lstm_lessons::poems::train::part(corpus.poems[..40].to_vec(), 0.1, 5);
    let vocab = lstm_lessons::poems::vocab::Vocab::count(parted.train.iter().map(|p| p.content.as_str()), 2);
    let config = lstm_lessons::poems::model::PoemConfig {
        vocab_size: vocab.size(),
        d_embed: 8,
        d_hidden: 8,
        n_layers: 1,
        cell: lstm_lessons::cell::CellKind::Lstm,
        tied: true,
        dropout: 0.2,
    };
    let model = lstm_lessons::poems::model::PoemModel::new(&config, 99, device);
    let sum = lstm_lessons::training::weights::sha256(bytes);
    let model = lstm_lessons::training::weights::load(model, bytes.to_vec(), &sum, "test").unwrap();
    let mut bits = Bits(vec![]);
    model.visit(&mut bits);
    bits.0
}

#[test]
fn a_changed_corpus_does_not_slip_into_a_resumed_run() {
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let corpus = forty_poems(temp.path());
    let settings = settings(&corpus, 1);
    fs::write(&corpus, "甲:春眠不觉晓\n乙:处处闻啼鸟\n").unwrap();
    let trouble = train(&settings, &temp.path().join("run"), None, false, &device).err().unwrap();
    assert_eq!(trouble.exit_code(), 2);
}
