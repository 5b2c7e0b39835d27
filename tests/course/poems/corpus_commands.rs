//! `lesson_poems corpus` and `lesson_poems evaluate` as their users meet them.

use std::fs;

use crate::poems::command_line::{lesson, refused};

#[test]
fn a_corpus_that_is_no_text_or_holds_no_poem_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("corpus.txt");
    for (bytes, word) in [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "GB18030"),
        (b"", "holds no poem"),
        (b"no colon\n", "holds no poem"),
    ] {
        fs::write(&file, bytes).unwrap();
        for command in [&["evaluate", "--corpus"][..], &["corpus"]] {
            let said = refused(&[command, &[file.to_str().unwrap()]].concat());
            assert!(said.contains(word) && said.contains("corpus.txt"), "{said}");
        }
    }
    fs::write(temp.path().join("poet.tang.0.json"), "{}").unwrap();
    assert!(refused(&["corpus", temp.path().to_str().unwrap()]).contains("poet.tang.0.json"));
    refused(&["corpus", "no/such/file.txt"]);
    refused(&["corpus", "--vocab-size", "0"]);
}

/// Four lines: two poems, one that is cut, one without a colon.
pub const FOUR: &str =
    "甲:春眠不觉晓，处处闻啼鸟。\n乙:白日依山尽，黄河入海流。\n丙:花（下缺）\n没有冒号的一行\n";

#[test]
fn a_corpus_is_described_in_both_languages_and_for_programs() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("four.txt");
    fs::write(&file, FOUR).unwrap();
    let said = |args: &[&str]| {
        let output = lesson(&[&["corpus", file.to_str().unwrap()], args].concat());
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let english = said(&["--vocab-size", "10", "--lang", "en"]);
    for part in ["4 read, 2 kept", "e.g. 丙:花（下缺）", "keeps 10 characters", "五绝", "buckets"]
    {
        assert!(english.contains(part), "{part}: {english}");
    }
    let one_for_its_mark = |line: &str| line.trim().starts_with("1 ") && line.contains(": with （");
    assert!(english.lines().any(one_for_its_mark), "{english}");
    assert!(english.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{english}");
    let chinese = said(&["--lang", "zh"]);
    assert!(
        chinese.contains("读到 4 首，保留 2 首") && chinese.contains("1 首剔除：含有 （"),
        "{chinese}"
    );
    let figures: serde_json::Value = serde_json::from_str(&said(&["--json"])).expect("one object");
    assert_eq!((figures["read"].as_u64(), figures["kept"].as_u64()), (Some(4), Some(2)));
    assert_eq!(figures["rejected"]["no_colon"]["example"], "没有冒号的一行");
    assert_eq!(figures["sources"][0]["encoding"], "UTF-8");
    assert_eq!(figures["vocabulary"]["coverage"], 1.0);
}

#[test]
fn a_saved_corpus_is_what_the_rules_kept() {
    let temp = tempfile::tempdir().unwrap();
    let (file, saved) = (temp.path().join("four.txt"), temp.path().join("new/kept.txt"));
    fs::write(&file, FOUR.replace("觉晓", "覺曉")).unwrap();
    let output = lesson(&[
        "corpus",
        file.to_str().unwrap(),
        "--to-simplified",
        "--save",
        saved.to_str().unwrap(),
    ]);
    assert!(output.status.success());
    assert_eq!(
        fs::read_to_string(&saved).unwrap(),
        FOUR.lines().take(2).map(|l| format!("{l}\n")).collect::<String>()
    );
}

#[test]
fn evaluation_reports_its_five_figures() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("two.txt");
    fs::write(&file, "甲:春眠不觉晓，处处闻啼鸟。\n乙:白日依山尽，黄河入海流。\n").unwrap();
    let output = lesson(&["evaluate", "--json", "--corpus", file.to_str().unwrap()]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let score: serde_json::Value = serde_json::from_str(stdout.trim_end()).expect("one object");
    assert_eq!((score["tokens"].as_u64(), score["poems"].as_u64()), (Some(26), Some(2)));
    for key in ["nats_per_token", "perplexity", "nats_per_han_character"] {
        assert!(score[key].as_f64().is_some_and(|v| v > 0.0), "{key}");
        for landmark in ["uniform", "unigram", "bigram", "trigram"] {
            assert!(score[landmark][key].as_f64().is_some_and(|v| v > 0.0), "{landmark} {key}");
        }
    }
}

#[test]
fn evaluation_sets_the_counting_models_beside_the_model() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("poems.txt");
    let poems = include_str!("../../../data/poems.txt");
    fs::write(&file, poems.lines().take(20).map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    let file = file.to_str().unwrap();
    let said = |args: &[&str]| {
        let output = lesson(&[&["evaluate", "--corpus", file], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let english = said(&["--lang", "en"]);
    assert!(
        english.contains("each fifth")
            && english.contains("trigram")
            && english.contains("20 poems"),
        "{english}"
    );
    let chinese = said(&["--lang", "zh", "--train-corpus", "data/poems.txt"]);
    assert!(
        chinese.contains("三元语法") && chinese.contains("308 首诗"),
        "the 20 judged ones do not teach: {chinese}"
    );
    assert!(
        refused(&["evaluate", "--corpus", file, "--train-corpus", file]).contains("no other poems")
    );
}

#[test]
fn written_poems_are_measured_beside_real_ones_and_chance() {
    let said = |args: &[&str]| {
        let output =
            lesson(&[&["evaluate", "--corpus", "data/poems.txt", "--count", "12"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let figures: serde_json::Value = serde_json::from_str(&said(&["--json"])).expect("one object");
    for of in [&figures, &figures["real"], &figures["random"]] {
        for key in ["regular_form", "rhyme", "strict_tone", "copied_lines", "distinct_2"] {
            assert!(
                of[key].as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)),
                "{key}: {of}"
            );
        }
        assert_eq!(of["measured"], 12);
    }
    assert!(
        figures["ended"].as_f64().is_some_and(|share| share > 0.0),
        "the shipped model has learned to end"
    );
    assert_eq!(
        (figures["real"]["copied_lines"].as_f64(), figures["random"]["regular_form"].as_f64()),
        (Some(1.0), Some(1.0))
    );
    assert!(figures["real"]["rhyme"].as_f64() > figures["random"]["rhyme"].as_f64());
    for (lang, words) in [
        ("en", ["this model", "copied lines", "real poems"]),
        ("zh", ["本模型", "照抄的诗句", "真诗"]),
    ] {
        let text = said(&["--lang", lang]);
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        for table in [1, 2].map(|k| text.split("\n\n").nth(k).expect("three tables")) {
            let fits = |line: &str| lstm_lessons::look::visible_width(line) <= 80;
            assert!(table.lines().all(fits), "{table}");
        }
    }
    let alone = lesson(&["evaluate", "--count", "0", "--json"]).stdout;
    let alone: serde_json::Value = serde_json::from_slice(&alone).expect("one object");
    assert!(
        alone["trigram"]["nats_per_token"].is_number() && alone["measured"].is_null(),
        "{alone}"
    );
}

#[test]
fn what_a_reader_sees_stands_beside_real_poems_of_the_same_forms() {
    let said = |args: &[&str]| {
        let output = lesson(&[&["evaluate", "--count", "40"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let figures: serde_json::Value = serde_json::from_str(&said(&["--json"])).expect("one object");
    let [model, real] = ["model", "real"].map(|of| &figures["seen"][of]);
    for of in [model, real] {
        for key in ["same_rhyme", "repeating", "three_times", "spring_and_autumn", "common"] {
            let share = of[key].as_f64();
            assert!(share.is_some_and(|share| (0.0..=1.0).contains(&share)), "{key}: {of}");
        }
        assert!(of["tune_rhymes"].is_null(), "no lyric");
    }
    let repeating = |of: &serde_json::Value| of["repeating"].as_f64();
    assert!(repeating(real) < Some(0.6) && repeating(real) > Some(0.0), "{real}");
    let areas = figures["seen"]["told_apart"].as_array().expect("two");
    assert!(areas.iter().all(|area| area.as_f64().is_some_and(|area| (0.0..=1.0).contains(&area))));
    let interval = &figures["nats_per_token_95"];
    let [low, mean, high] =
        [&interval[0], &figures["nats_per_token"], &interval[1]].map(|nats| nats.as_f64().unwrap());
    assert!(low < mean && mean < high, "{low} {mean} {high}");
    assert!(figures["nats_at_rhymes"].as_f64() < figures["nats_per_han_character"].as_f64());
    assert!(figures["nats_at_second_lines"].is_number());
    assert_eq!(figures["set"], "unknown", "nobody knows what the shipped model has read");
    assert_eq!(said(&["--json"]), said(&["--json"]));
    for (lang, row) in [("en", "the same character rhymes twice"), ("zh", "重韵")] {
        let text = said(&["--lang", lang]);
        assert!(text.split("\n\n").nth(2).is_some_and(|table| table.contains(row)), "{text}");
    }
}

#[test]
fn a_run_is_judged_by_the_poems_that_it_held_back() {
    let temp = tempfile::tempdir().unwrap();
    let run = temp.path().join("run");
    let run = run.to_str().unwrap();
    let corpus = ["--corpus", "data/poems.txt"];
    let small = [
        "--run",
        run,
        "--epochs",
        "1",
        "--hidden",
        "8",
        "--embed",
        "8",
        "--layers",
        "1",
        "--valid-share",
        "0.1",
    ];
    assert!(lesson(&[&["train"][..], &corpus, &small].concat()).status.success());
    let judged = |args: &[&str]| -> serde_json::Value {
        let output = lesson(&[&["evaluate", "--json", "--run", run], args].concat());
        serde_json::from_slice(&output.stdout).expect("one object")
    };
    let own = judged(&corpus);
    assert_eq!((own["poems"].as_u64(), own["trigram"]["poems"].as_u64()), (Some(33), Some(33)));
    assert_eq!(own["set"], "validation");
    let other = temp.path().join("other.txt");
    fs::write(&other, "甲:春眠不觉晓，处处闻啼鸟。\n").unwrap();
    assert_eq!(judged(&["--corpus", other.to_str().unwrap()])["poems"], 1);
    // A hundred of its poems and one more are a test set that the run has met.
    let poems = fs::read_to_string("data/poems.txt").unwrap();
    let mut met: String = poems.lines().take(100).map(|line| format!("{line}\n")).collect();
    met += "甲:无人知此句，此句无人知。\n";
    fs::write(&other, met).unwrap();
    let met = judged(&["--corpus", other.to_str().unwrap(), "--count", "0"]);
    let [learned, validated] = ["learned", "validated"].map(|key| met[key].as_u64().unwrap_or(0));
    assert_eq!((&met["set"], learned + validated), (&"test".into(), 100));
    assert!(learned > validated && validated > 0, "{met}");
}
