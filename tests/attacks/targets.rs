//! What each reader of this crate must do with any bytes at all: take them, or refuse them with
//! exit code 2 and one sentence. Never a panic, never all the memory there is.
//!
//! A target is a function of bytes. `tests/attacks` calls it with mutated files; `fuzz/` hands the
//! same functions to libFuzzer.

use std::{cell::OnceCell, fs, path::Path};

use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        drawn::traced,
        idx::{Idx, read_idx},
        model::RowClassifierConfig,
        saved::{self, Manifest},
    },
    poems::{
        bundle::{Bundle, DESCRIPTION, WEIGHTS},
        inspect::growth::Growth,
        model::PoemModel,
        run::{folder::read_run, settings::Settings},
        shape::PoemShape,
        text::{corpus::Corpus, genre::Tune, vocab::Vocab},
        verse::{
            facts::VerseFacts,
            prosody::Form,
            rhymes::{RhymeBook, Rhymes},
            schemes::Schemes,
        },
        write::{
            beginning::{Acrostic, Beginning},
            compose::{Composer, Constraints},
            reader::Reader,
            sample::{Sampler, SamplingConfig},
            title::{parse_title, parse_tune},
        },
    },
    shell::error::Result,
    training::{Measured, Partial, checkpoint_files, history, sealed, weights},
};

/// A reader under attack.
pub struct Target {
    /// Its name, that of the fuzz target too.
    pub name: &'static str,
    /// Reads the bytes and checks the claim; panics where it does not hold.
    pub read: fn(&[u8]),
    /// Valid inputs, which are mutated.
    pub valid: fn() -> Vec<Vec<u8>>,
    /// How many times longer than the quickest an input takes: it gets so many times fewer.
    pub cost: u64,
}

/// All of them.
pub const TARGETS: [Target; 12] = [
    Target { name: "idx", read: idx, valid: valid_idx, cost: 1 },
    Target { name: "corpus", read: corpus, valid: valid_corpus, cost: 4 },
    Target { name: "collection", read: collection, valid: valid_collection, cost: 4 },
    Target { name: "settings", read: settings, valid: valid_settings, cost: 10 },
    Target { name: "description", read: description, valid: valid_description, cost: 10 },
    Target { name: "weights", read: load_weights, valid: valid_weights, cost: 10 },
    Target { name: "classifier", read: classifier, valid: valid_classifier, cost: 10 },
    Target { name: "history", read: read_history, valid: valid_history, cost: 10 },
    Target { name: "partial", read: read_partial, valid: valid_partial, cost: 10 },
    Target { name: "growth", read: growth, valid: valid_growth, cost: 2 },
    Target { name: "typed", read: typed, valid: valid_typed, cost: 20 },
    Target { name: "strokes", read: strokes, valid: valid_strokes, cost: 2 },
];

/// What was read; nothing if it was refused as it should be.
fn claim<T>(read: Result<T>) -> Option<T> {
    read.inspect_err(|error| {
        assert_eq!(error.exit_code(), 2, "{error}");
        let message = error.message();
        assert_eq!(message.lines().count(), 1, "{message:?}");
    })
    .ok()
}

/// A file of images, and one of labels.
fn idx(bytes: &[u8]) {
    for idx in [Idx::Images, Idx::Labels] {
        match read_idx(bytes, idx, 60_000) {
            Ok(values) => assert_eq!(idx.header() + values.len(), bytes.len()),
            Err(kind) => assert_eq!(kind.to_string().lines().count(), 1),
        }
    }
}

fn valid_idx() -> Vec<Vec<u8>> {
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect();
    let images: Vec<u8> = words(&[0x0803, 2, 28, 28]);
    let labels: Vec<u8> = words(&[0x0801, 3]);
    vec![[images, vec![7; 2 * 28 * 28]].concat(), [labels, vec![5, 0, 4]].concat()]
}

/// A text file of any encoding; what is kept of it is read back alike.
fn corpus(bytes: &[u8]) {
    with_file("poems.txt", bytes, |folder| {
        if let Some(corpus) = claim(Corpus::read(&folder.join("poems.txt"))) {
            let text = corpus.to_text();
            assert_eq!(Corpus::parse(&text).poems.len(), corpus.poems.len(), "{text:?}");
        }
    });
}

fn valid_corpus() -> Vec<Vec<u8>> {
    let simplified = "静夜思:床前明月光，疑是地上霜。\n登鹳雀楼:白日依山尽，黄河入海流。\r\n";
    let traditional = "靜夜思:牀前明月光，疑是地上霜。\n登鸛雀樓:白日依山盡，黃河入海流。\n";
    let utf16 = |units: Vec<u16>, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        [0xfeff].into_iter().chain(units).flat_map(order).collect()
    };
    let units = || simplified.encode_utf16().collect::<Vec<u16>>();
    vec![
        simplified.into(),
        format!("\u{feff}{simplified}").into(),
        encoding_rs::GB18030.encode(simplified).0.into(),
        encoding_rs::BIG5.encode(traditional).0.into(),
        utf16(units(), u16::to_le_bytes),
        utf16(units(), u16::to_be_bytes),
    ]
}

/// A file of the chinese-poetry collection.
fn collection(bytes: &[u8]) {
    with_file("poet.tang.0.json", bytes, |folder| drop(claim(Corpus::read(folder))));
}

fn valid_collection() -> Vec<Vec<u8>> {
    vec![
        r#"[{"title": "静夜思", "author": "李白", "paragraphs": ["床前明月光，疑是地上霜。"]}]"#
            .into(),
        r#"[{"rhythmic": "如梦令", "paragraphs": ["常记溪亭日暮。", "沉醉不知归路。"]}]"#.into(),
    ]
}

/// `settings.json` of a run.
fn settings(bytes: &[u8]) {
    with_file("settings.json", bytes, |folder| drop(claim(read_run(folder))));
}

fn valid_settings() -> Vec<Vec<u8>> {
    // Without the sum that a run adds: a changed byte would end there.
    vec![serde_json::to_vec_pretty(&Settings::default()).expect("settings are JSON")]
}

/// `model.json` of poems, beside weights that fit.
fn description(bytes: &[u8]) {
    thread_local!(static FOLDER: tempfile::TempDir = small_folder(0));
    FOLDER.with(|folder| {
        fs::write(folder.path().join(DESCRIPTION), bytes).expect("it is written");
        if let Some(bundle) = claim(Bundle::load(folder.path(), &Device::flex())) {
            write_with(&bundle);
        }
    });
}

fn valid_description() -> Vec<Vec<u8>> {
    (0..3).map(|k| without_sum(&read(small_folder(k).path(), DESCRIPTION))).collect()
}

/// Without the sum of the whole file: a changed byte would end there.
fn without_sum(json: &[u8]) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_slice(json).expect("it is JSON");
    json.as_object_mut().expect("an object").remove("seal").expect("its sum");
    serde_json::to_vec_pretty(&json).expect("it is JSON")
}

/// The weights of poems, as a checkpoint holds them: without a sum.
fn load_weights(bytes: &[u8]) {
    let Bundle { model, vocab, shape, tunes, schemes, story } = small(0);
    if let Some(model) = claim(weights::fill(model, bytes.to_vec(), "model-1.bpk")) {
        write_with(&Bundle { model, vocab, shape, tunes, schemes, story });
    }
}

fn valid_weights() -> Vec<Vec<u8>> {
    let half = tempfile::tempdir().expect("a folder");
    small(0).save(half.path(), true).expect("it is saved");
    vec![read(small_folder(0).path(), WEIGHTS), read(half.path(), WEIGHTS)]
}

/// `model.json` of a classifier; behind a line feed of its own, the weights.
fn classifier(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |&byte| byte == b'\n');
    let (json, held) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    // The sum is made to fit, or nothing behind it would ever be read.
    let sealed = match serde_json::from_slice(json) {
        Ok(serde_json::Value::Object(mut json)) => {
            json.insert("sha256".into(), weights::sha256(held).into());
            serde_json::to_vec(&json).expect("it is JSON")
        }
        _ => json.to_vec(),
    };
    claim(saved::from_parts(&sealed, held.to_vec(), "model.bpk", &Device::flex()));
}

fn valid_classifier() -> Vec<Vec<u8>> {
    let device = Device::flex();
    let kinds = [CellKind::Rnn, CellKind::Gru, CellKind::Lstm];
    let one = |cell| {
        let config = RowClassifierConfig::new(cell, 2, 1);
        let folder = tempfile::tempdir().expect("a folder");
        let manifest = serde_json::json!({ "config": config, "test_accuracy": 0.5,
            "test_images": 10, "data": "drawn", "trained_on": "drawn", "train_images": 10,
            "epochs": 1, "seed": 1, "command": "lesson_mnist" });
        let manifest: Manifest = serde_json::from_value(manifest).expect("a manifest");
        let model = config.init(1, &device);
        saved::save(model, &manifest, folder.path()).expect("it is saved");
        let manifest = serde_json::to_string(&manifest).expect("a manifest is JSON");
        [manifest.as_bytes(), b"\n", &read(folder.path(), WEIGHTS)].concat()
    };
    kinds.map(one).into()
}

/// `history.csv` of a run; its sum is made to fit, or nothing behind it would ever be read.
fn read_history(bytes: &[u8]) {
    let table = sealed::table(&String::from_utf8_lossy(bytes));
    with_file(history::HISTORY, &table, |folder| {
        if let Some(rows) = claim(history::read(folder, 20)) {
            assert!(rows.iter().all(|row| row.epoch.number <= 20));
            history::best(&rows);
        }
    });
}

fn valid_history() -> Vec<Vec<u8>> {
    let columns = "model_sha256,optimizer_sha256,schedule_sha256";
    let rows = "1,8.1,7.9,1.5,月明星稀。,ab,cd,ef\n2,7.2,7.5,1.4,月落乌啼。,12,34,56\n";
    vec![format!("epoch,train_loss,valid_loss,seconds,sample,{columns}\n{rows}").into()]
}

/// `partial.csv` of a run, with a checkpoint beside it.
fn read_partial(bytes: &[u8]) {
    thread_local!(static FOLDER: tempfile::TempDir = checkpoint());
    FOLDER.with(|folder| {
        let table = sealed::table(&String::from_utf8_lossy(bytes));
        fs::write(folder.path().join(PARTIAL), table).expect("it is written");
        if let Some(partial) = Partial::read(folder.path(), 3) {
            assert_eq!(partial.epoch, 3);
        }
    });
}

const PARTIAL: &str = "checkpoint/partial.csv";

fn checkpoint() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("checkpoint")).expect("a folder");
    for file in checkpoint_files(folder.path(), 0) {
        fs::write(file, "").expect("it is written");
    }
    folder
}

fn valid_partial() -> Vec<Vec<u8>> {
    let folder = checkpoint();
    let step = |loss| Measured { loss, correct: 3, count: 64 };
    let partial = Partial { epoch: 3, seconds: 1.5, measured: vec![step(0.5), step(0.25)] };
    partial.write(folder.path(), &[(); 3].map(|()| weights::sha256(b""))).expect("it is written");
    let table = read(folder.path(), PARTIAL);
    vec![sealed::rows(&table).expect("it is whole").into()]
}

/// `growth.txt` of a packed model.
fn growth(bytes: &[u8]) {
    if let Some(growth) = claim(Growth::parse(&String::from_utf8_lossy(bytes), "growth.txt")) {
        claim(Growth::parse(&growth.to_text(), "a copy")).expect("what was read is read back");
    }
}

fn valid_growth() -> Vec<Vec<u8>> {
    let text = Growth::shipped().expect("it ships").to_text();
    vec![text.lines().take(5).flat_map(|line| [line, "\n"]).collect::<String>().into()]
}

/// What a user types: the beginning, the acrostic and the tune or title, a line each, behind a byte for each
/// of form, rules and seed. Whatever composing accepts, it ends.
fn typed(bytes: &[u8]) {
    thread_local!(static MODELS: OnceCell<[Bundle; 2]> = const { OnceCell::new() });
    let (&[form, rules, seed], rest) = bytes.split_first_chunk().unwrap_or((&[0; 3], bytes));
    let text = String::from_utf8_lossy(rest);
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (begin, acrostic, title) = (next(), next(), next());
    MODELS.with(|models| {
        let [poems, lyrics] = models.get_or_init(|| [small(0), small(2)]);
        claim(parse_tune(title, poems));
        let tune = claim(parse_tune(title, lyrics)).map(|tune| tune.name.clone());
        let (bundle, title) = match tune {
            Some(tune) => (lyrics, Some(tune)),
            None => (poems, claim(parse_title(title, poems))),
        };
        let constraints = Constraints {
            begin: claim(Beginning::parse(begin, &bundle.vocab)).unwrap_or_default(),
            acrostic: claim(Acrostic::parse(acrostic, &bundle.vocab)).unwrap_or_default(),
            form: Form::ALL.get(usize::from(form) % 5).copied(),
            rhyme: (rules & 1 != 0).then_some(Rhymes::EVERY_LEVEL),
            tones: rules & 2 != 0,
        };
        let reader = Reader::new(bundle, &Device::flex());
        let sampler = Sampler::new(&reader, SamplingConfig::default());
        let mut composer = Composer::new(&sampler, RhymeBook::shipped());
        (composer.drafts, composer.title) = (2, title.as_deref());
        claim(composer.compose(&constraints, seed.into(), &mut |_| ()));
    });
}

fn valid_typed() -> Vec<Vec<u8>> {
    let typed = |form: u8, rules: u8, text: &str| [&[form, rules, 7], text.as_bytes()].concat();
    vec![
        typed(0, 3, "春花\n\n"),
        typed(3, 1, "\n春夏秋冬\n"),
        typed(4, 0, "明月光，\n\n浣溪沙"),
        typed(1, 0, "雲\n春\n浣溪沙"),
    ]
}

/// Strokes of a finger as JSON, as the classroom's page sends them: whatever is drawn has ink.
fn strokes(bytes: &[u8]) {
    let drawn: Option<Vec<Vec<[f32; 2]>>> = serde_json::from_slice(bytes).ok();
    if let Some(image) = drawn.and_then(|drawn| traced(&drawn)) {
        assert!(image.iter().any(|&ink| ink > 127));
    }
}

fn valid_strokes() -> Vec<Vec<u8>> {
    vec![
        "[[[10, 10], [90.5, 10], [40, 150]]]".into(),
        "[[[0, 0], [0, 1e3]], [[-5, 2e2]], [], [[1e-3, 7], [1e-3, 8], [4, 8]]]".into(),
    ]
}

/// A model that knows a few characters: of poems, of poems with another cell, or of lyrics.
fn small(which: usize) -> Bundle {
    let vocab = Vocab::count(["春夏秋冬花何时了，往事知多少。床前明月光云浣溪沙东风同红"], 1);
    let shape = PoemShape {
        d_embed: 4,
        d_hidden: 4,
        n_layers: 1 + which % 2,
        cell: [CellKind::Lstm, CellKind::Gru, CellKind::Rnn][which % 3],
        facts: [VerseFacts::Output, VerseFacts::None, VerseFacts::Output][which % 3],
        titles: which == 0,
        ..PoemShape::default()
    };
    let tunes = match which {
        2 => vec![Tune { name: "浣溪沙".into(), lyrics: 20 }],
        _ => Vec::new(),
    };
    let schemes = Schemes::default();
    let model = PoemModel::for_vocab(&shape, &vocab, (&tunes, &schemes), 7, &Device::flex());
    Bundle { model, vocab, shape, tunes, schemes, story: "untrained".into() }
}

fn small_folder(which: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    small(which).save(folder.path(), false).expect("it is saved");
    folder
}

/// Whatever its weights are, even where they are no numbers, a model that was read writes or says
/// why not.
fn write_with(bundle: &Bundle) {
    let reader = Reader::new(bundle, &Device::flex());
    let sampler = Sampler::new(&reader, SamplingConfig::default());
    claim(sampler.freely(1, 1));
}

/// Puts a file into a folder of its own and calls `read` with the folder.
fn with_file(name: &str, bytes: &[u8], read: impl Fn(&Path)) {
    thread_local!(static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder"));
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("it is written");
        read(folder.path());
        fs::remove_file(path).expect("it is there");
    });
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).expect("it was written")
}
