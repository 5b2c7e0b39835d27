//! The lesson as its users meet it.

use std::{
    fs,
    io::Read,
    process::{Command, Output, Stdio},
};

pub fn lesson(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(args)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("the lesson starts")
}

fn texts(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    stdout
        .lines()
        .map(|line| {
            let object: serde_json::Value =
                serde_json::from_str(line).expect("one JSON object a line, nothing else");
            object["text"].as_str().expect("a text").to_string()
        })
        .collect()
}

/// Exit code 2 and one sentence, nothing on standard output.
pub fn refused(args: &[&str]) -> String {
    let output = lesson(args);
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_string();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(
        output.stdout.is_empty() && !said.contains('\n') && !said.contains("panicked"),
        "{args:?}: {said}"
    );
    said
}

#[test]
fn poems_begin_as_asked_and_the_same_seed_writes_the_same() {
    let args = ["--begin", "月", "--count", "20", "--seed", "7", "--json"];
    let first = texts(&lesson(&args));
    assert_eq!(first.len(), 20);
    assert!(first.iter().all(|text| text.starts_with('月') && !text.contains(char::is_whitespace)));
    assert_eq!(first, texts(&lesson(&args)));
}

#[test]
fn without_arguments_in_a_pipe_it_picks_a_character() {
    let output = lesson(&["--seed", "3"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains('。'));
}

#[test]
fn bad_input_is_one_sentence_and_exit_code_2() {
    assert!(refused(&["--begin", "X"]).contains('X'));
    refused(&["--begin", ""]);
    refused(&["--no-such-flag"]);
    refused(&["--temperature", "warm"]);
    assert!(refused(&["--lang", "en", "--temperature", "-1"]).contains("must be 0 or more"));
    refused(&["--count", "0"]);
    refused(&["--run", "no/such/run", "--begin", "月"]);
    refused(&["evaluate", "--corpus", "no/such/file.txt"]);
    refused(&["resume", "no/such/run"]);
    refused(&["--device", "abacus", "--begin", "月"]);
    refused(&["train", "--batch-size", "0"]);
    refused(&["train", "--hidden", "100000000"]);
    refused(&["train", "--lr", "NaN"]);
    refused(&["train", "--dashboard"]);
}

#[test]
fn a_corpus_that_is_no_text_or_holds_no_poem_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("corpus.txt");
    for (bytes, word) in [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "GB18030"),
        (b"", "holds no poem"),
        (b"no colon\n", "holds no poem"),
    ] {
        std::fs::write(&file, bytes).unwrap();
        for command in [&["evaluate", "--corpus"][..], &["corpus"]] {
            let said = refused(&[command, &[file.to_str().unwrap()]].concat());
            assert!(said.contains(word) && said.contains("corpus.txt"), "{said}");
        }
    }
    std::fs::write(temp.path().join("poet.tang.0.json"), "{}").unwrap();
    assert!(refused(&["corpus", temp.path().to_str().unwrap()]).contains("poet.tang.0.json"));
    refused(&["corpus", "no/such/file.txt"]);
    refused(&["corpus", "--vocab-size", "0"]);
}

/// Four lines: two poems, one that is cut, one without a colon.
const FOUR: &str =
    "甲:春眠不觉晓，处处闻啼鸟。\n乙:白日依山尽，黄河入海流。\n丙:花（下缺）\n没有冒号的一行\n";

#[test]
fn a_corpus_is_described_in_both_languages_and_for_programs() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("four.txt");
    std::fs::write(&file, FOUR).unwrap();
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
    for part in [
        "4 read, 2 kept",
        "1 rejected: contains （",
        "e.g. 丙:花（下缺）",
        "keeps 10 characters",
        "五绝",
        "buckets",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
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
    std::fs::write(&file, FOUR.replace("觉晓", "覺曉")).unwrap();
    let output = lesson(&[
        "corpus",
        file.to_str().unwrap(),
        "--to-simplified",
        "--save",
        saved.to_str().unwrap(),
    ]);
    assert!(output.status.success());
    assert_eq!(
        std::fs::read_to_string(&saved).unwrap(),
        FOUR.lines().take(2).map(|l| format!("{l}\n")).collect::<String>()
    );
}

#[test]
fn chinese_is_spoken_where_it_is_asked_for() {
    assert!(refused(&["--lang", "zh", "--begin", "X"]).contains("不是汉字"));
    assert!(refused(&["--lang", "zh", "--begin", "𠀀"]).contains("模型没有见过"));
    let help = String::from_utf8(lesson(&["--lang", "zh", "--help"]).stdout).unwrap();
    assert!(help.contains("唐诗") && help.contains("开头"));
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
    std::fs::write(
        &file,
        poems.lines().take(20).map(|line| format!("{line}\n")).collect::<String>(),
    )
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
        chinese.contains("三元模型") && chinese.contains("308 首诗"),
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
        let table = text.split("\n\n").nth(1).expect("a second table");
        assert!(table.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{table}");
    }
    let alone = lesson(&["evaluate", "--count", "0", "--json"]).stdout;
    let alone: serde_json::Value = serde_json::from_slice(&alone).expect("one object");
    assert!(
        alone["trigram"]["nats_per_token"].is_number() && alone["measured"].is_null(),
        "{alone}"
    );
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
    let other = temp.path().join("other.txt");
    std::fs::write(&other, "甲:春眠不觉晓，处处闻啼鸟。\n").unwrap();
    assert_eq!(judged(&["--corpus", other.to_str().unwrap()])["poems"], 1);
}

#[test]
fn neighbours_are_shown_in_both_languages_and_for_programs() {
    let said = |args: &[&str]| {
        let output = lesson(&[&["neighbors"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let english = said(&["月", "--lang", "en"]);
    assert!(english.contains("月 by embedding") && english.contains("by number"), "{english}");
    assert!(english.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{english}");
    assert!(said(&["月", "--lang", "zh", "--count", "3"]).contains("月：按嵌入"));
    let json: serde_json::Value =
        serde_json::from_str(&said(&["雲", "--count", "4", "--json"])).expect("one object");
    assert_eq!(json["character"], "云", "traditional is understood");
    for key in ["by_embedding", "by_projection", "by_number"] {
        assert_eq!(json[key].as_array().unwrap().len(), 4);
    }
    assert!(refused(&["neighbors", "X"]).contains('X'));
    assert!(refused(&["neighbors", "春风", "--lang", "zh"]).contains("一个字"));
    refused(&["neighbors", ""]);
    refused(&["neighbors"]);
    refused(&["neighbors", "月", "--count", "0"]);
    refused(&["neighbors", "月", "--run", "no/such/run"]);
}

#[test]
fn a_form_with_rhyme_and_tones_explains_itself_without_a_breach() {
    let args = [
        "--form",
        "五绝",
        "--rhyme",
        "--tones",
        "--begin",
        "月",
        "--seed",
        "3",
        "--count",
        "3",
        "--json",
        "--explain",
    ];
    let output = lesson(&args);
    assert!(output.status.success());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        let explain = &object["explain"];
        assert_eq!(
            (explain["form"].as_str(), explain["breaches"].as_array().map(Vec::len)),
            (Some("五绝"), Some(0))
        );
        assert_eq!(explain["characters"].as_array().map(Vec::len), Some(24));
    }
    assert_eq!(
        texts(&lesson(&["--form", "wujue", "--begin", "月", "--seed", "3", "--json"]))[0]
            .chars()
            .count(),
        24
    );
}

#[test]
fn an_acrostic_begins_every_line_and_traditional_characters_are_understood() {
    for form in [&[][..], &["--form", "七绝", "--tones", "--rhyme"]] {
        let args =
            [&["--acrostic", "春風秋雲", "--seed", "1", "--count", "3", "--json"], form].concat();
        for text in texts(&lesson(&args)) {
            let heads: String = text
                .split(|c| "，。？！".contains(c))
                .filter_map(|line| line.chars().next())
                .collect();
            assert_eq!(heads, "春风秋云", "{text}");
        }
    }
}

#[test]
fn what_is_streamed_is_what_is_printed() {
    for args in [&["--begin", "月", "--seed", "5"][..], &["--acrostic", "春山", "--seed", "5"]] {
        let plain = lesson(args).stdout;
        assert_eq!(lesson(&[args, &["--stream"]].concat()).stdout, plain);
    }
}

#[test]
fn wishes_that_contradict_each_other_are_one_sentence() {
    refused(&["--form", "free", "--rhyme"]);
    refused(&["--form", "sonnet"]);
    refused(&["--acrostic", "", "--seed", "1"]);
    refused(&["--repeat-penalty", "0", "--begin", "月"]);
    refused(&["--stream", "--json", "--begin", "月"]);
    refused(&["--form", "五绝", "--acrostic", "春夏秋冬春夏"]);
    assert!(refused(&["--form", "五绝", "--tones", "--begin", "月光月"]).contains("月光月"));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(["--begin", "月", "--seed", "7", "--count", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the lesson starts");
    child.stdout.take().expect("piped").read_exact(&mut [0; 3]).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(
        (ended.status.code(), ended.stderr.len()),
        (Some(0), 0),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// On Linux a write to this file fails as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_one_sentence() {
    for args in [&["--begin", "月", "--seed", "7"][..], &["--begin", "月", "--json"], &["--help"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
            .args(args)
            .args(["--lang", "en"])
            .stdout(full)
            .output();
        let output = output.expect("the lesson starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("free some space") && said.lines().count() <= 2, "{args:?}: {said}");
    }
}

/// No file may grow beyond a few kilobytes: for the writer that is a disk that fills up in the
/// middle of the weights.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_while_saving_leaves_the_old_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("model.bpk");
    fs::write(&old, "the model of yesterday").unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/data/pretrained/poems");
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 8; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_lesson_poems"),
        ])
        .args(["--lang", "en", "pack", shipped, "--to"])
        .arg(folder.path())
        .output()
        .expect("sh starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing was changed") && said.lines().count() == 1, "{said}");
    assert_eq!(fs::read_to_string(&old).unwrap(), "the model of yesterday");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
}

/// A training of seconds: three epochs of a tiny model.
fn tiny_run(folder: &std::path::Path) -> String {
    let run = folder.join("run").to_str().unwrap().to_string();
    let flags = [
        "--corpus",
        "data/poems.txt",
        "--epochs",
        "3",
        "--hidden",
        "16",
        "--embed",
        "16",
        "--layers",
        "1",
    ];
    let output = lesson(&[&["train", "--run", &run, "--lang", "en"], &flags[..]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("counting alone") && said.contains("trigram"), "{said}");
    for line in fs::read_to_string(folder.join("run/samples.txt")).unwrap().lines() {
        let (_, poem) = line.split_once('\t').expect("a number and a poem");
        let seen: String = poem.chars().take(20).collect();
        assert!(said.contains(&seen), "each epoch shows its poem: {poem}: {said}");
    }
    run
}

#[test]
fn the_epochs_of_a_run_are_compared_and_each_of_them_writes() {
    let temp = tempfile::tempdir().unwrap();
    let run = tiny_run(temp.path());
    let samples = fs::read_to_string(temp.path().join("run/samples.txt")).unwrap();
    let output = lesson(&["compare", &run, "--count", "4", "--json"]);
    let rows: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    assert_eq!(rows.len(), 3);
    for (row, sample) in rows.iter().zip(samples.lines()) {
        let (epoch, poem) = (&row["epoch"], row["poem"].as_str().unwrap());
        assert_eq!(
            sample,
            format!("{epoch}\t{poem}"),
            "what was shown while training is what its weights write"
        );
        let number = epoch.to_string();
        let written = texts(&lesson(&[
            "--run", &run, "--epoch", &number, "--begin", "月", "--seed", "1", "--json",
        ]));
        assert_eq!(written, [poem]);
        assert!(row["valid_loss"].as_f64().is_some_and(|loss| loss > 0.0));
    }
    assert_ne!(rows[0]["poem"], rows[2]["poem"]);
    let slide = temp.path().join("slide.svg");
    let output = lesson(&[
        "compare",
        &run,
        "--count",
        "2",
        "--lang",
        "zh",
        "--svg",
        slide.to_str().unwrap(),
    ]);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("验证损失") && table.contains("新句") && table.contains('*'), "{table}");
    assert!(table.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{table}");
    assert_eq!(fs::read_to_string(slide).unwrap().matches("<polyline").count(), 2);
    assert!(
        refused(&["--run", &run, "--epoch", "9", "--begin", "月", "--lang", "en"])
            .contains("epochs 1 to 3")
    );
    refused(&["--epoch", "1", "--begin", "月"]);
    refused(&["compare", "no/such/run"]);
}

#[test]
fn the_course_preset_has_the_courses_numbers() {
    let help = String::from_utf8(lesson(&["train", "--help", "--lang", "en"]).stdout).unwrap();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (flag, number) in
        [("epochs", "50"), ("batch-size", "64"), ("lr", "0.01"), ("hidden", "128"), ("layers", "2")]
    {
        let (_, of_flag) = help.split_once(&format!("--{flag} <")).unwrap();
        let (_, defaults) = of_flag.split_once("[default: ").unwrap();
        let (defaults, _) = defaults.split_once(']').unwrap();
        assert!(defaults.contains(&format!("course {number},")), "--{flag}: {defaults}");
    }
    assert!(help.contains("--run <RUN> the run folder [default: runs/poems]"));
    assert!(
        help.contains("--corpus <CORPUS> title:content, one poem a line [default: data/poems.txt]")
    );
}

#[test]
fn a_preset_sets_what_the_user_does_not() {
    let temp = tempfile::tempdir().unwrap();
    let corpus = temp.path().join("two.txt");
    fs::write(&corpus, FOUR).unwrap();
    let settings = |name: &str, args: &[&str]| -> serde_json::Value {
        let run = temp.path().join(name);
        let flags = [
            "train",
            "--corpus",
            corpus.to_str().unwrap(),
            "--run",
            run.to_str().unwrap(),
            "--epochs",
            "1",
        ];
        let output = lesson(&[&flags, args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&fs::read(run.join("settings.json")).unwrap()).unwrap()
    };
    let course = settings("course", &["--preset", "course", "--hidden", "8"]);
    assert_eq!((course["batch_size"].as_u64(), course["lr"].as_f64()), (Some(64), Some(0.01)));
    assert_eq!(
        (course["d_hidden"].as_u64(), course["n_layers"].as_u64(), course["epochs"].as_u64()),
        (Some(8), Some(2), Some(1))
    );
    let best =
        settings("best", &["--preset", "best", "--tied=false", "--hidden", "8", "--lr", "0.5"]);
    assert_eq!(
        (best["batch_size"].as_u64(), best["lr"].as_f64(), best["tied"].as_bool()),
        (Some(32), Some(0.5), Some(false))
    );
    assert_eq!((best["dropout"].as_f64(), best["warm_up"].as_u64()), (Some(0.1), Some(1500)));
    assert_eq!(settings("tied", &["--hidden", "8", "--embed", "8", "--tied"])["tied"], true);
    assert!(refused(&["train", "--preset", "fast", "--lang", "en"]).contains("course, best"));
    assert!(refused(&["train", "--preset", "best", "--embed", "8"]).contains("--tied"));
}

#[test]
fn lyrics_are_written_to_their_tune() {
    let output = lesson(&["--genre", "lyric", "--tune", "浣溪沙", "--seed", "3", "--count", "2"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(said.lines().filter(|line| *line == "浣溪沙").count(), 2, "{said}");
    let json = lesson(&["--tune", "浣溪沙", "--begin", "春", "--seed", "3", "--json"]);
    let lyric: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one object");
    assert_eq!(lyric["tune"], "浣溪沙");
    assert!(lyric["text"].as_str().is_some_and(|text| text.starts_with('春')));
    let tunes = lesson(&["tunes", "--json"]);
    let tunes: Vec<serde_json::Value> = serde_json::from_slice(&tunes.stdout).expect("a list");
    assert!(
        tunes.iter().any(|tune| tune["name"] == "浣溪沙" && tune["lyrics"].as_u64() > Some(100))
    );
}

#[test]
fn what_does_not_go_with_a_lyric_is_refused() {
    assert!(refused(&["--tune", "无此调"]).contains("无此调"));
    refused(&["--genre", "lyric", "--form", "五绝"]);
    refused(&["--genre", "lyric", "--rhyme"]);
    refused(&[
        "--genre",
        "lyric",
        "--run",
        concat!(env!("CARGO_MANIFEST_DIR"), "/data/pretrained/poems"),
    ]);
    refused(&[
        "--tune",
        "浣溪沙",
        "--run",
        concat!(env!("CARGO_MANIFEST_DIR"), "/data/pretrained/poems"),
    ]);
    refused(&["evaluate", "--genre", "lyric"]);
    refused(&["--punctuation-temperature", "-1"]);
}
