//! Weights and vocabulary on disk, and what happens when somebody changed them.

use std::{
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lstm_lessons::{
    poems::{
        bundle::{self, Bundle, DESCRIPTION, Description, WEIGHTS},
        model::PoemModel,
        run::{
            folder::{self, epoch_bundle, read_run},
            settings::{CorpusChanged, Settings},
            train::{self, train},
        },
        shape::PoemShape,
        text::vocab::Vocab,
        verse::facts::VerseFacts,
        write::{
            reader::Reader,
            sample::{Sampler, SamplingConfig},
        },
    },
    shell::{
        Shown,
        error::Error,
        files,
        lock::{Busy, Lock},
    },
    training::{
        bundle::{BadDescription, Taken},
        checkpoint_files, history, sealed,
        weights::{self, sha256},
    },
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
        assert!(!bundle::is_finished(folder.path()), "it is empty");
        bundle.save(folder.path(), false).unwrap();
        assert!(bundle::is_finished(folder.path()));
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
    let fault = |what: &str| -> Error {
        let error = Bundle::load(folder.path(), &device)
            .err()
            .unwrap_or_else(|| panic!("{what} went unnoticed"));
        assert_eq!(error.exit_code(), 2, "{what}");
        assert!(!error.message().contains('\n'), "{what}: {error}");
        error
    };
    let put = |file: &str, bytes: &[u8]| fs::write(folder.path().join(file), bytes).unwrap();
    fault("nothing there");
    small(&device).save(folder.path(), false).unwrap();
    let weights = fs::read(folder.path().join(WEIGHTS)).unwrap();
    let description = fs::read_to_string(folder.path().join(DESCRIPTION)).unwrap();
    put(DESCRIPTION, description.replace('春', "冬").as_bytes());
    assert!(fault("another character").kind::<sealed::Damaged>().is_some());
    // As somebody else would write it, without a sum.
    let description = serde_json::from_str(&description).unwrap();
    let description = serde_json::to_string_pretty(&unsealed(description)).unwrap();
    put(DESCRIPTION, description.as_bytes());

    let mut flipped = weights.clone();
    let last = flipped.len() - 5;
    flipped[last] ^= 1;
    for (what, bytes) in
        [("one flipped bit", &flipped[..]), ("half", &weights[..weights.len() / 2])]
    {
        put(WEIGHTS, bytes);
        assert!(matches!(fault(what).kind(), Some(weights::Kind::Changed { .. })), "{what}");
    }
    put(WEIGHTS, &weights);
    put(DESCRIPTION, description.replace('春', "").as_bytes());
    let error = fault("a vocabulary that does not fit");
    assert!(matches!(error.kind(), Some(bundle::Kind::Vocabulary { .. })), "{error}");
    put(DESCRIPTION, description.replace("\"d_hidden\": 12", "\"d_hidden\": 13").as_bytes());
    let error = fault("another shape");
    assert!(matches!(error.kind(), Some(weights::Kind::Foreign { .. })), "{error}");
    for hostile in ["d_hidden\": 12", "d_embed\": 8", "n_layers\": 2"] {
        let name = hostile.split('"').next().unwrap();
        let endless = description
            .replace(&format!("\"{hostile}"), &format!("\"{name}\": {}", usize::MAX / 4));
        assert_ne!(endless, description);
        put(DESCRIPTION, endless.as_bytes());
        let error = fault("a model that no memory holds");
        assert!(matches!(error.kind(), Some(weights::Kind::Impossible { .. })), "{error}");
    }
    put(DESCRIPTION, b"{}");
    assert!(fault("an empty description").kind::<BadDescription>().is_some());
}

/// Before there were couplets, and facts at the output, descriptions had no keys for them.
#[test]
fn a_description_from_before_the_couplets_is_read() {
    let path = format!("{}/data/pretrained/lyrics", env!("CARGO_MANIFEST_DIR"));
    let json = fs::read(Path::new(&path).join(DESCRIPTION)).unwrap();
    let mut older: serde_json::Value = serde_json::from_slice(&json).unwrap();
    older.as_object_mut().unwrap().remove("seal");
    let config = older["config"].as_object_mut().unwrap();
    for key in ["couplets", "output"] {
        assert!(config.remove(key).is_some(), "{key}");
    }
    let about: Description = serde_json::from_value(older).unwrap();
    assert_eq!(about.shape().facts, VerseFacts::Places);
}

/// What stands in the files of the models that ship is what has always stood in such files.
#[test]
fn descriptions_of_every_age_are_read_and_written_with_the_same_keys() {
    for genre in ["poems", "lyrics"] {
        let facts = VerseFacts::Output;
        let path = format!("{}/data/pretrained/{genre}", env!("CARGO_MANIFEST_DIR"));
        let json = fs::read(Path::new(&path).join(DESCRIPTION)).unwrap();
        let about: Description = serde_json::from_slice(&json).unwrap();
        assert_eq!(about.shape().facts, facts, "{genre}");
        let mut old: serde_json::Value = serde_json::from_slice(&json).unwrap();
        old.as_object_mut().unwrap().remove("seal"); // the older ones have none
        assert_eq!(old["config"]["vocab_size"], about.vocab.size());

        let device = devices().remove(0);
        let bundle = Bundle::load(Path::new(&path), &device).unwrap();
        let folder = tempfile::tempdir().unwrap();
        bundle.save(folder.path(), true).unwrap();
        let new: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.path().join(DESCRIPTION)).unwrap()).unwrap();
        let mut new = unsealed(new);
        assert_eq!(new["config"]["couplets"], facts == VerseFacts::Couplets);
        if old["config"].get("couplets").is_none() {
            new["config"].as_object_mut().unwrap().remove("couplets");
        }
        assert_eq!(new, old, "half of half is the same weights, and all keys stay");
    }
}

/// A file as `train` wrote it before the shape of the model was one thing, and one from before there
/// were genres, features and limits.
#[test]
fn settings_of_every_age_are_read() {
    let written = r#"{
        "corpus": "data/poems.txt", "genre": "poem", "corpus_sha256": "ab", "start": null,
        "epochs": 2, "batch_size": 64, "lr": 0.004, "seed": 1, "cell": "gru", "d_embed": 8,
        "d_hidden": 16, "n_layers": 1, "tied": false, "dropout": 0.5, "features": true,
        "couplets": true, "warm_up": 200, "kernel": "readable", "min_count": 2,
        "valid_share": 0.02, "vocab_size": 100, "longest": 30
    }"#;
    let settings: Settings = serde_json::from_str(written).unwrap();
    let shape = PoemShape {
        d_embed: 8,
        d_hidden: 16,
        n_layers: 1,
        cell: lstm_lessons::cell::CellKind::Gru,
        tied: false,
        dropout: 0.5,
        facts: VerseFacts::Couplets,
        titles: false,
        plain: false,
    };
    assert_eq!((&settings.shape, settings.vocab_size, settings.longest), (&shape, Some(100), 30));
    let mut json: serde_json::Value = serde_json::from_str(written).unwrap();
    assert_eq!(serde_json::to_value(&settings).unwrap(), json, "the keys are the same");
    for key in ["genre", "features", "couplets", "vocab_size", "longest"] {
        json.as_object_mut().unwrap().remove(key).expect(key);
    }
    let oldest: Settings = serde_json::from_value(json).unwrap();
    let shape = PoemShape { facts: VerseFacts::None, ..shape };
    assert_eq!(oldest, Settings { shape, vocab_size: None, longest: 79, ..settings });
}

fn settings(corpus: &Path, epochs: usize) -> Settings {
    Settings {
        corpus: corpus.to_path_buf(),
        corpus_sha256: sha256(&fs::read(corpus).unwrap()),
        epochs,
        batch_size: 8,
        lr: 0.01,
        seed: 5,
        shape: PoemShape {
            d_embed: 8,
            d_hidden: 8,
            n_layers: 1,
            tied: true,
            dropout: 0.2, // a resumed run must draw the same noise
            facts: VerseFacts::Couplets,
            ..PoemShape::default()
        },
        warm_up: 5,
        valid_share: 0.1,
        ..Settings::default()
    }
}

/// Burn's noise comes from one generator for the whole process: those who draw it take turns.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn forty_poems(folder: &Path) -> std::path::PathBuf {
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
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let corpus = forty_poems(temp.path());
    let (whole, parts) = (temp.path().join("whole"), temp.path().join("parts"));
    train(&settings(&corpus, 3), None, &whole, None, Shown::Nothing, &device.clone().into())
        .unwrap();
    // The same run, killed after its first epoch: only what was on disk then is left.
    train(&settings(&corpus, 3), None, &parts, None, Shown::Nothing, &device.clone().into())
        .unwrap();
    for epoch in [2, 3] {
        for part in ["model", "optim", "scheduler"] {
            fs::remove_file(parts.join("checkpoint").join(format!("{part}-{epoch}.bpk"))).unwrap();
        }
    }
    let (read, done) = read_run(&parts).unwrap();
    assert_eq!((read.epochs, done), (3, 1));
    train(&read, None, &parts, Some(1), Shown::Nothing, &device.clone().into()).unwrap();
    assert_eq!(history::read(&whole, 3).unwrap().len(), 3);
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
        let bundle = small(&device);
        let model = PoemModel::new(&bundle.shape, bundle.vocab.size(), seed, &device);
        Bundle { model, ..bundle }.save(folder.path(), false).unwrap();
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
    let error = train(
        &settings,
        None,
        &temp.path().join("run"),
        None,
        Shown::Nothing,
        &device.clone().into(),
    )
    .err()
    .unwrap();
    assert_eq!((error.exit_code(), error.kind()), (2, Some(&CorpusChanged { corpus })));
}

#[test]
fn what_a_training_cannot_begin_with_is_refused_before_anything_is_written() {
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (folder, corpus) = (temp.path().join("run"), temp.path().join("one.txt"));
    fs::write(&corpus, "甲:春眠不觉晓\n").unwrap();
    let error =
        train(&settings(&corpus, 1), None, &folder, None, Shown::Nothing, &device.clone().into())
            .err()
            .unwrap();
    assert_eq!(error.kind(), Some(&train::Kind::OnePoem { corpus }));

    let corpus = forty_poems(temp.path());
    let other = temp.path().join("other");
    small(&device).save(&other, false).unwrap();
    let begun = Settings { start: Some(other.clone()), ..settings(&corpus, 1) };
    let error =
        train(&begun, None, &folder, None, Shown::Nothing, &device.clone().into()).err().unwrap();
    assert_eq!(error.kind(), Some(&train::Kind::OtherModel { run: other }));
    assert!(!folder.exists());
}

#[test]
fn an_epoch_that_is_not_kept_is_named_with_those_that_are() {
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (folder, corpus) = (temp.path().join("run"), forty_poems(temp.path()));
    train(&settings(&corpus, 1), None, &folder, None, Shown::Nothing, &device.clone().into())
        .unwrap();
    for epoch in [0, 2] {
        let error = epoch_bundle(&folder, epoch, &device).err().unwrap();
        let kind = folder::Kind::NoSuchEpoch { folder: folder.clone(), epoch, last: 1 };
        assert_eq!((error.exit_code(), error.kind()), (2, Some(&kind)));
    }
    fs::write(folder.join("settings.json"), "{}").unwrap();
    let error = read_run(&folder).err().unwrap();
    assert!(matches!(error.kind(), Some(folder::Kind::NoSettings { .. })), "{error}");
}

/// `--keep`: the best epoch stays, whichever it is.
#[test]
fn of_a_run_that_keeps_few_checkpoints_the_last_and_the_best_stay() {
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (folder, corpus) = (temp.path().join("run"), forty_poems(temp.path()));
    // So fast that it soon gets worse.
    let fast = Settings { keep: Some(2), lr: 1.0, ..settings(&corpus, 6) };
    let trained =
        train(&fast, None, &folder, None, Shown::Nothing, &device.clone().into()).unwrap();
    let best = trained.best_epoch.unwrap();
    let mut kept = vec![best, 5, 6];
    kept.sort_unstable();
    kept.dedup();
    let rows = history::kept(&folder, 6).unwrap();
    assert!(rows.iter().map(|row| row.epoch.number).eq(kept.clone()));
    assert_eq!(history::read(&folder, 6).unwrap().len(), 6, "the history is whole");
    let gone = (1..=6).find(|epoch| !kept.contains(epoch)).unwrap();
    let error = epoch_bundle(&folder, gone, &device).err().unwrap();
    let kind = folder::Kind::NotKept { folder: folder.clone(), epoch: gone, kept };
    assert_eq!((error.exit_code(), error.kind()), (2, Some(&kind)));
}

/// What a flag would refuse is refused in the file of a run, too; and so is a checkpoint of another
/// shape than the settings say.
#[test]
fn edited_settings_are_refused_before_they_can_do_harm() {
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (folder, corpus) = (temp.path().join("run"), forty_poems(temp.path()));
    train(&settings(&corpus, 1), None, &folder, None, Shown::Nothing, &device.clone().into())
        .unwrap();
    let file = folder.join("settings.json");
    let good: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let sealed = good.to_string().replace("\"epochs\":1", "\"epochs\":2");
    fs::write(&file, sealed).unwrap();
    let error = read_run(&folder).err().unwrap();
    assert_eq!(error.kind(), Some(&sealed::Damaged { file: file.clone() }));
    // Written by hand, without a sum.
    let good = unsealed(good);
    let edited = |key: &str, value: serde_json::Value| {
        let mut json = good.clone();
        json[key] = value;
        fs::write(&file, json.to_string()).unwrap();
        read_run(&folder)
    };
    for (key, value) in [
        ("epochs", 0.into()),
        ("epochs", 1_000_000_000_000_u64.into()),
        ("batch_size", 0.into()),
        ("min_count", 0.into()),
        ("longest", 0.into()),
        ("vocab_size", 0.into()),
        ("keep", 0.into()),
        ("d_embed", 0.into()),
        ("d_embed", 9.into()), // tied to d_hidden
        ("n_layers", 0.into()),
        ("n_layers", (u32::MAX).into()),
        ("dropout", 1.5.into()),
        ("valid_share", (-1.0).into()),
        ("lr", 5.0.into()),
    ] {
        let error = edited(key, value).err().unwrap_or_else(|| panic!("{key} went unnoticed"));
        assert_eq!(error.exit_code(), 2);
        let Some(folder::Kind::NoSettings { why, .. }) = error.kind() else { panic!("{error}") };
        assert!(why.starts_with(key), "{key}: {why}");
    }
    let mut json = good.clone();
    (json["d_embed"], json["d_hidden"], json["epochs"]) = (9.into(), 9.into(), 2.into());
    let other: Settings = serde_json::from_value(json).unwrap();
    let error = train(&other, None, &folder, Some(1), Shown::Nothing, &device.clone().into())
        .err()
        .unwrap();
    assert_eq!(error.exit_code(), 2);
    assert!(matches!(error.kind(), Some(weights::Kind::Foreign { .. })), "{error}");
    // A billion epochs are not looked for one by one.
    assert_eq!(history::kept(&folder, 1_000_000_000_000).unwrap().len(), 1);
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_one_sentence_and_the_epoch_is_not_reported() {
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (folder, corpus) = (temp.path().join("run"), forty_poems(temp.path()));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("checkpoint"), "a file where a folder is needed").unwrap();
    let error =
        train(&settings(&corpus, 2), None, &folder, None, Shown::Nothing, &device.clone().into())
            .err()
            .unwrap();
    assert_eq!(error.exit_code(), 2);
    assert!(matches!(error.kind(), Some(files::Kind::CannotWrite { .. })), "{error}");
    assert_eq!(history::read(&folder, 2).unwrap(), [], "the epoch was not finished");
}

#[test]
fn a_run_is_written_by_one_training_at_a_time_and_a_model_is_not_written_over() {
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (folder, corpus) = (temp.path().join("run"), forty_poems(temp.path()));
    train(&settings(&corpus, 1), None, &folder, None, Shown::Nothing, &device.clone().into())
        .unwrap();
    let before = fs::read(folder.join(WEIGHTS)).unwrap();
    let again = |from| {
        train(&settings(&corpus, 2), None, &folder, from, Shown::Nothing, &device.clone().into())
            .err()
            .unwrap()
    };
    assert!(again(None).kind::<Taken>().is_some());
    let held = Lock::take(&folder).unwrap();
    assert!(again(Some(1)).kind::<Busy>().is_some());
    drop(held);
    assert_eq!(fs::read(folder.join(WEIGHTS)).unwrap(), before);
}

/// JSON as somebody wrote it by hand: without its sum.
fn unsealed(mut json: serde_json::Value) -> serde_json::Value {
    json.as_object_mut().unwrap().remove("seal").expect("a sum");
    json
}

/// Every file of a run, a byte changed: it is refused, or what comes of going on is what would have
/// come anyway.
#[test]
fn a_changed_byte_anywhere_in_a_run_changes_no_result() {
    let _alone = alone();
    let device = devices().remove(0);
    let temp = tempfile::tempdir().unwrap();
    let (whole, corpus) = (temp.path().join("whole"), forty_poems(temp.path()));
    train(&settings(&corpus, 2), None, &whole, None, Shown::Nothing, &device.clone().into())
        .unwrap();
    let result = |run: &Path| -> Result<(Vec<u8>, Vocab), Error> {
        let (settings, done) = read_run(run)?;
        train(&settings, None, run, Some(done), Shown::Nothing, &device.clone().into())?;
        let bundle = folder::model_in(run, &device)?;
        Ok((fs::read(run.join(WEIGHTS)).unwrap(), bundle.vocab))
    };
    // As if it had been killed after its first epoch.
    for file in checkpoint_files(&whole, 2) {
        fs::remove_file(file).unwrap();
    }
    let files = ["settings.json", "history.csv", "model.json", "model.bpk"];
    let files = files.map(|file| whole.join(file)).into_iter().chain(checkpoint_files(&whole, 1));
    let want = result(&copy_of(&whole, temp.path())).unwrap();
    let mut refused = 0;
    for file in files {
        let length = fs::read(&file).unwrap().len();
        for part in 1..5 {
            let run = copy_of(&whole, temp.path());
            let changed = run.join(file.strip_prefix(&whole).unwrap());
            let mut bytes = fs::read(&changed).unwrap();
            bytes[length * part / 5] ^= 4;
            fs::write(&changed, bytes).unwrap();
            match result(&run) {
                Ok(got) => assert!(got == want, "{}, part {part}", changed.display()),
                Err(error) => {
                    assert_eq!((error.exit_code(), error.message().lines().count()), (2, 1));
                    refused += 1;
                }
            }
        }
    }
    assert!(refused >= 12, "{refused}: what decides the result is refused");
}

/// A run to be damaged.
fn copy_of(whole: &Path, into: &Path) -> std::path::PathBuf {
    let copy = into.join("copy");
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir_all(copy.join("checkpoint")).unwrap();
    for below in ["", "checkpoint"] {
        for entry in fs::read_dir(whole.join(below)).unwrap().flatten() {
            if entry.path().is_file() {
                fs::copy(entry.path(), copy.join(below).join(entry.file_name())).unwrap();
            }
        }
    }
    copy
}
