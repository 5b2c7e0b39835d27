//! Poets: a row of numbers for each beside a frozen model.

use std::path::Path;

use burn::{
    prelude::*,
    tensor::{Distribution, Tolerance, activation::softmax},
};
use lstm_lessons::poems::{
    bundle::Bundle,
    poets::{About, Added, Kind, Poet, Poets},
    run::{
        poets::{ByPoet, Gain, learn},
        split::Split,
    },
    text::corpus::{Corpus, Reading},
};

use crate::{
    poems::{
        command_line::{lesson, refused, texts},
        small,
    },
    support::devices,
};

/// A corpus of two poets, one of spring and one of autumn, and a poem of nobody.
fn named(folder: &Path) -> Corpus {
    let entry = |author: &str, line: String| serde_json::json!({ "title": "月", "author": author, "paragraphs": [line] });
    let (a, b): (Vec<char>, Vec<char>) =
        ("往事知多少何时了".chars().collect(), "床前明月光".chars().collect());
    let mut entries = vec![entry("佚名", "春花秋月何时了，往事知多少。".into())];
    for k in 0..40 {
        let of = |k: usize| format!("{}{}{}", a[k % 8], b[k / 8 % 5], a[(k + 3) % 8]);
        entries.push(entry("甲", format!("春春{}春春，春春。", of(k))));
        entries.push(entry("乙", format!("秋秋{}秋秋，秋秋。", of(k))));
    }
    let path = folder.join("poets.json");
    std::fs::write(&path, serde_json::json!(entries).to_string()).expect("it is written");
    Corpus::read_all(&[path], Reading::default()).expect("it is read")
}

fn taught(bundle: &Bundle, corpus: Corpus) -> (Poets, Gain) {
    let split = |corpus: Corpus| Split::by_seed(corpus.poems, 0.25, 1);
    let poems = ByPoet::of(corpus, split, bundle, 10);
    let mut steps = 0;
    let (poets, gain) = learn(bundle, "sum".into(), &poems, || steps += 1);
    assert_eq!(steps, poems.steps(), "as many as the bar was told");
    (poets, gain.expect("poems are held back"))
}

#[test]
fn a_row_is_added_to_the_logits_and_nothing_else() {
    for device in devices() {
        let bundle = small(&device);
        let [d_hidden, v] = [bundle.shape.d_hidden, bundle.vocab.size()];
        let numbers: Vec<f32> = (0..v).map(|k| (k as f32).sin()).collect();
        let b = Tensor::<1>::from_data(&numbers[..], &device);
        let hidden = Tensor::<3>::random([2, 5, d_hidden], Distribution::Default, &device);
        let told = bundle.model.logits(hidden.clone(), None) + b.clone().reshape([1, 1, v]);
        let by_poet = bundle.model.with_added(b).logits(hidden, None);
        by_poet.into_data().assert_approx_eq::<f32>(&told.into_data(), Tolerance::absolute(1e-5));
    }
}

/// What the gradient of the bias says is what counting the beliefs says.
#[test]
fn a_row_is_what_is_written_over_what_the_model_expects() {
    let folder = tempfile::tempdir().expect("a folder");
    let (poets, _) = taught(&small(&Device::flex().autodiff()), named(folder.path()));
    let bundle = small(&Device::flex());
    let split = Split::by_seed(named(folder.path()).poems, 0.25, 1);
    let of_spring: Vec<_> =
        split.train.iter().filter(|poem| poem.content.starts_with("春春")).collect();
    let spring = bundle.vocab.id('春').expect("known");
    let (mut n, mut expected) = (0.0, 0.0);
    for poem in of_spring {
        let batch = bundle.model.batch(&[&bundle.encode(poem)], &Device::flex());
        let (z, _) = bundle.model.forward(bundle.model.embed_batch(&batch), None, None);
        let p = softmax(z, 2).narrow(2, spring, 1); // [1, T, 1]
        expected += p.sum().into_scalar::<f32>();
        n += poem.content.matches('春').count() as f32;
    }
    let wanted = ((n + 3.0) / (expected + 3.0)).ln();
    let row = poets.find("甲").expect("known");
    let b = poets.added.b.val().narrow(0, row, 1).narrow(1, spring, 1).into_scalar::<f32>();
    assert!((b - wanted).abs() < 1e-3, "{b} {wanted}: {n} against {expected}");
}

#[test]
fn each_poem_keeps_its_poet_whatever_is_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("poet.tang.0.json");
    let json = r#"[{"title": "一", "author": "甲", "paragraphs": ["春花秋月，往事知多。"]},
        {"title": "二", "author": "乙", "paragraphs": ["短"]},
        {"title": "三", "author": "乙", "paragraphs": ["春花秋月，往事知多。"]},
        {"title": "四", "paragraphs": ["床前明月，疑是地霜。"]},
        {"title": "五", "author": "丙", "paragraphs": ["举头望月，低头思乡。"]}]"#;
    std::fs::write(&path, json).expect("it is written");
    let corpus = Corpus::read(&path).expect("it is read");
    let titles: Vec<&str> = corpus.poems.iter().map(|poem| &*poem.title).collect();
    assert_eq!(
        (titles, corpus.poets),
        (vec!["一", "四", "五"], vec!["甲".into(), String::new(), "丙".into()])
    );
    assert_eq!(Corpus::parse("静夜思:床前明月光，疑是地上霜。").poets, [""]);
}

#[test]
fn what_poets_prefer_is_found_and_helps_with_poems_never_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let device = Device::flex();
    let (poets, gain) = taught(&small(&device.clone().autodiff()), named(folder.path()));
    let names: Vec<&str> = poets.about.poets.iter().map(|poet| &*poet.name).collect();
    assert_eq!(names.len(), 2, "nobody is no poet: {names:?}");
    assert!(gain.told < gain.untold - 0.5, "{gain:?}");
    let preferred = poets.preferred(&small(&device).vocab, 1, 100);
    let of = |name: &str| preferred[poets.find(name).expect("known")][0];
    assert_eq!((of("甲").0, of(" 乙 ").0), ('春', '秋'));
    assert!(of("甲").1 > 1.5, "he writes it more often than anybody");
    assert_eq!(poets.nearest(), [[1], [0]]);
}

#[test]
fn poets_of_other_weights_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (run, device) = (folder.path(), Device::flex());
    let v = small(&device).vocab.size();
    let poets = |model_sha256: String| Poets {
        about: About {
            poets: vec![Poet { name: "甲".into(), poems: 9 }],
            vocab_size: v,
            model_sha256,
            story: String::new(),
        },
        added: Added::new(vec![0.0; v], [1, v], &device),
        run: None,
    };
    let of = || Poets::of(Some(run), &small(&device), &device);
    let kind = |outcome: lstm_lessons::shell::error::Result<Poets>| {
        outcome.err().expect("refused").kind::<Kind>().cloned()
    };
    small(&device).save(run, false).expect("it is saved");
    assert!(matches!(kind(of()), Some(Kind::NoPoets { run: Some(_) })));
    let sum = lstm_lessons::training::bundle::sum_of(run).expect("a model");
    poets("another".into()).save(run).expect("they are saved");
    assert!(matches!(kind(of()), Some(Kind::OfAnotherModel { .. })));
    poets(sum).save(run).expect("they are saved");
    assert!(of().is_ok_and(|poets| poets.find("甲").is_ok_and(|row| row == 0)));
}

#[test]
fn the_shipped_poets_belong_to_the_shipped_model() {
    let device = Device::flex();
    let poets = Poets::shipped(&device).expect("they ship");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/pretrained/poems");
    let sum = lstm_lessons::training::bundle::sum_of(&model).expect("it ships");
    assert_eq!(poets.about.model_sha256, sum);
}

#[test]
fn the_same_seed_writes_another_poem_as_another_poet() {
    let write = |poet: &[&str]| {
        texts(&lesson(
            &[&["--begin", "月", "--seed", "7", "--count", "3", "--json"], poet].concat(),
        ))
    };
    let (untold, libai, baijuyi) =
        (write(&[]), write(&["--poet", "李白"]), write(&["--poet", "白居易"]));
    assert!(untold != libai && libai != baijuyi);
    assert_eq!(libai, write(&["--poet", " 李白 "]));
    assert_eq!(libai, write(&["--poet", "李白", "--kernel", "readable"]));
    for (typed, name) in
        [("劉禹錫", "刘禹锡"), ("Li Bai", "李白"), ("cénshēn", "岑参"), ("liuchangqing", "刘长卿")]
    {
        let json = lesson(&["--poet", typed, "--seed", "1", "--json"]).stdout;
        let object: serde_json::Value = serde_json::from_slice(&json).expect("an object");
        assert_eq!(object["poet"], name);
    }
}

#[test]
fn a_poet_nobody_knows_is_refused_with_those_near_and_so_are_models_without_poets() {
    let error = refused(&["--poet", "李黑", "--lang", "en"]);
    assert!(
        error.contains("李黑") && error.contains("李白") && error.contains("poets --all"),
        "{error}"
    );
    let error = refused(&["--poet", "李白", "--genre", "lyric", "--lang", "en"]);
    assert!(error.contains("leave out --poet"), "{error}");
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().to_str().expect("a path");
    small(&Device::flex()).save(folder.path(), false).expect("it is saved");
    let error = refused(&["--poet", "李白", "--run", run, "--lang", "en"]);
    assert!(error.contains("--learn"), "{error}");
    let error = refused(&["poets", "--run", run, "--learn", "data/poems.txt", "--lang", "en"]);
    assert!(error.contains("names no poet"), "{error}");
}

#[test]
fn the_list_of_poets_fits_eighty_columns_and_a_program_reads_all() {
    for lang in ["en", "zh"] {
        let output = lesson(&["poets", "--all", "--lang", lang]);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains("李白") && text.contains("--poet"), "{text}");
        let lines = text.lines().filter(|line| !line.contains(" --")); // a path before it
        let widest = lines.map(lstm_lessons::look::visible_width).max();
        assert!(widest <= Some(80), "{widest:?} columns");
    }
    let json = lesson(&["poets", "--json"]).stdout;
    let list: Vec<serde_json::Value> = serde_json::from_slice(&json).expect("a list");
    assert!(list.len() > 50 && list.iter().all(|poet| poet["prefers"][9][1].is_number()));
}

/// From a corpus in traditional characters to a poem by one of its poets, as a user would.
#[test]
fn a_model_is_taught_poets_and_writes_as_one_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("my run");
    small(&Device::flex()).save(&run, false).expect("it is saved");
    let entry = |author: &str, line: &str| serde_json::json!({ "title": "月", "author": author, "paragraphs": [line] });
    let known = ["春花秋月何时了。", "往事知多少春花。", "床前明月光春花。"];
    let mut entries: Vec<_> = known.iter().map(|line| entry(" 劉禹錫 ", line)).collect();
    entries.push(entry("無名氏", "春花明月光春花。"));
    let corpus = folder.path().join("poet.tang.0.json");
    let write = |entries: &[serde_json::Value]| {
        std::fs::write(&corpus, serde_json::json!(entries).to_string()).expect("it is written");
    };
    write(&entries);
    let [run, corpus] = [&run, &corpus].map(|path| path.to_str().expect("a path"));
    let of_run = ["--run", run, "--lang", "en"];
    let learn = [&["poets", "--learn", corpus, "--fewest", "1"], &of_run[..]].concat();
    let taught = lesson(&learn);
    let said = String::from_utf8_lossy(&taught.stdout).to_string();
    assert!(taught.status.success(), "{}", String::from_utf8_lossy(&taught.stderr));
    assert!(said.contains("Poets: 1.") && !said.contains("無名氏"), "{said}");
    assert!(said.trim_end().ends_with(&format!("--run '{run}' --poet 刘禹锡")), "{said}");
    for typed in ["刘禹锡", "劉禹錫"] {
        let poem =
            lesson(&[&["--poet", typed, "--begin", "月", "--seed", "1"], &of_run[..]].concat());
        assert!(poem.status.success(), "{}", String::from_utf8_lossy(&poem.stderr));
    }
    let error = refused(&[&["--poet", "李白"], &of_run[..]].concat());
    assert!(error.contains(&format!("poets --run '{run}' --all")), "{error}");

    write(&[entry("甲", "風飄萬里長江闊。"), entry("甲", "龍鳳飛騰雲霧間。")]);
    let error = refused(&learn);
    assert!(error.contains("--to-simplified"), "{error}");
    refused(&["poets", "--to-simplified"]);
    refused(&["poets", "--fewest", "3"]);
}
