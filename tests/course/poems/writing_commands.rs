//! Writing poems from the command line and at the prompt.

#[cfg(unix)]
use std::{
    fs::File,
    io::Write,
    process::{Command, Stdio},
};

use lstm_lessons::poems::verse::{prosody::verses, rhymes::RhymeBook};

use crate::poems::command_line::{lesson, refused, texts};

#[test]
fn poems_begin_as_asked_and_the_same_seed_writes_the_same() {
    let args = ["--begin", "月", "--count", "20", "--seed", "7", "--json"];
    let first = texts(&lesson(&args));
    assert_eq!(first.len(), 20);
    assert!(first.iter().all(|text| text.starts_with('月') && !text.contains(char::is_whitespace)));
    assert_eq!(first, texts(&lesson(&args)));
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
fn constraints_that_contradict_each_other_are_one_sentence() {
    refused(&["--form", "free", "--rhyme"]);
    refused(&["--form", "sonnet"]);
    refused(&["--acrostic", "", "--seed", "1"]);
    refused(&["--repeat-penalty", "0", "--begin", "月"]);
    for parallelism in ["-1", "11", "nan"] {
        refused(&["--parallelism", parallelism, "--begin", "月"]);
    }
    refused(&["--stream", "--json", "--begin", "月"]);
    refused(&["--form", "五绝", "--acrostic", "春夏秋冬春夏"]);
    assert!(refused(&["--form", "五绝", "--tones", "--begin", "月光月"]).contains("月光月"));
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

#[test]
fn the_temperature_of_punctuation_goes_by_its_old_name_too() {
    let poems = |flag: &str| {
        texts(&lesson(&["--seed", "3", "--count", "4", "--json", "--temperature", "1.5", flag]))
    };
    let (cold, warm) = (poems("--punctuation-temperature=0.1"), poems("--sign-temperature=1.5"));
    assert_eq!(warm, poems("--punctuation-temperature=1.5"));
    assert_ne!(warm, cold);
    let help = String::from_utf8(lesson(&["--help", "--lang", "en"]).stdout).expect("UTF-8");
    assert!(help.contains("--punctuation-temperature") && !help.contains("--sign-temperature"));
}

/// What the prompt asks.
#[cfg(unix)]
const ASKED: &str = "First character (Enter: the model chooses): ";

/// What the lesson says when `typed` is typed into its terminal: standard output, standard error.
#[cfg(unix)]
fn typed(typed: impl AsRef<[u8]>, args: &[&str]) -> (String, String) {
    let terminal = nix::pty::openpty(None, None).expect("a pseudo-terminal");
    let child = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(args)
        .args(["--lang", "en"])
        .stdin(terminal.slave)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the lesson starts");
    let mut keyboard = File::from(terminal.master);
    keyboard.write_all(typed.as_ref()).expect("the lesson reads");
    let output = child.wait_with_output().expect("the lesson ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    assert!(output.status.success(), "{}", text(output.stderr));
    (text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
#[test]
fn the_prompt_understands_what_the_flag_understands() {
    let flag = String::from_utf8(lesson(&["--begin", "雲", "--seed", "7"]).stdout).expect("UTF-8");
    assert!(flag.starts_with('云'), "{flag}");
    let (poem, asked) = typed("雲\n", &["--seed", "7"]);
    assert_eq!(poem, flag);
    assert_eq!(asked, ASKED);
    assert_eq!(typed(" 云 \n", &["--seed", "7"]).0, flag);
}

/// A byte of another encoding, and what a terminal without IUTF8 leaves of an erased character.
#[cfg(unix)]
#[test]
fn the_prompt_asks_again_after_bytes_that_are_no_character() {
    let flag = String::from_utf8(lesson(&["--begin", "月", "--seed", "7"]).stdout).expect("UTF-8");
    let (poem, asked) = typed(b"\xd4\xc2\n\xe6\x9c\n\xe6\x9c\x88\n", &["--seed", "7"]);
    assert_eq!(poem, flag);
    assert_eq!(asked.matches(ASKED).count(), 3, "{asked}");
    assert!(asked.contains("U+FFFD") && !asked.contains("is empty"), "{asked}");
    assert_eq!(typed("⽉\u{200b}\n", &["--seed", "7"]).0, flag);
}

#[cfg(unix)]
#[test]
fn the_prompt_asks_again_until_it_gets_a_character() {
    let flag = String::from_utf8(lesson(&["--begin", "月", "--seed", "7"]).stdout).expect("UTF-8");
    let (poem, asked) = typed("X\n龘\n月\n", &["--seed", "7"]);
    assert_eq!(poem, flag);
    assert_eq!(asked.matches(ASKED).count(), 3, "{asked}");
    let refused = ["\"X\" is none", "never seen \"龘\""];
    assert!(refused.iter().all(|part| asked.contains(part)), "{asked}");
    assert!(!asked.contains("--"), "no flag can be typed here: {asked}");
}

#[cfg(unix)]
#[test]
fn an_empty_line_leaves_the_first_character_to_the_model() {
    let piped = String::from_utf8(lesson(&["--seed", "7"]).stdout).expect("UTF-8");
    let (poem, asked) = typed("\n", &["--seed", "7"]);
    assert_eq!((poem, asked.as_str()), (piped, ASKED));
}

#[test]
fn pinyin_stands_under_each_line_where_it_is_asked_for() {
    let poem = |args: &[&str]| {
        let output = lesson(&[&["--begin", "月", "--seed", "7", "--lang", "en"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let (plain, read) = (poem(&[]), poem(&["--pinyin"]));
    assert!(read.lines().step_by(2).eq(plain.lines()), "{read}");
    let readings: Vec<&str> = read.lines().skip(1).step_by(2).collect();
    assert!(readings[0].starts_with("yuè "), "{read}");
    assert!(!readings.join("").contains(|c| ('一'..='龥').contains(&c)), "{read}");
    assert!(!refused(&["--pinyin", "--json"]).is_empty());
}

#[cfg(unix)]
#[test]
fn the_prompt_asks_only_for_what_the_flags_leave_open() {
    for args in [&["--begin", "月"][..], &["--acrostic", "春月"], &["--json"]] {
        let (_, asked) = typed("", &[args, &["--seed", "7"]].concat());
        assert_eq!(asked, "", "{args:?}");
    }
}

#[test]
fn a_first_line_a_rhyme_and_a_fewest_number_of_lines_are_kept() {
    let said = |args: &[&str]| {
        let output = lesson(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let poem = said(&["--first-line", "海内存知己", "--seed", "3"]);
    assert!(poem.starts_with("海内存知己，"), "{poem}");
    let book = RhymeBook::shipped();
    let poem = said(&["--form", "七绝", "--rhyme", "东", "--seed", "3"]);
    for line in [1, 3] {
        let foot = verses(&poem.replace('\n', ""))[line].last().copied().expect("seven characters");
        assert!(book.rhymes(foot).each().any(|rhyme| book.name(rhyme).ends_with("一东")), "{poem}");
    }
    assert!(refused(&["--form", "七绝", "--rhyme", "月"]).contains('月'));
    let longer = said(&["--begin", "月", "--seed", "3", "--count", "4", "--fewest-lines", "9"]);
    for poem in longer.split("\n\n") {
        assert!(verses(&poem.replace('\n', "")).len() >= 9, "{poem}");
    }
    // An acrostic of two characters goes on to the fourth line.
    let poem = said(&["--acrostic", "春江", "--seed", "3"]).replace('\n', "");
    let lines = verses(&poem);
    assert!(lines.len() == 4 && lines[0][0] == '春' && lines[1][0] == '江', "{poem}");
}

#[test]
fn the_best_poems_come_first_and_are_those_of_their_seeds() {
    let args = ["--begin", "月", "--seed", "3", "--count", "4", "--json"];
    let json = |args: &[&str]| -> Vec<serde_json::Value> {
        let output = lesson(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).expect("UTF-8");
        lines.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
    };
    let (all, best) = (json(&args), json(&[&args[..], &["--best", "2"]].concat()));
    assert_eq!((all.len(), best.len()), (4, 2));
    assert!(best[0]["score"].as_f64() >= best[1]["score"].as_f64());
    for poem in &best {
        let k = poem["seed"].as_u64().expect("a seed") - 3;
        assert_eq!(poem["text"], all[k as usize]["text"]);
    }
}

#[test]
fn second_lines_are_answers_to_one_line() {
    let output = lesson(&["--answer", "海内存知己", "--seed", "3", "--count", "3", "--json"]);
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let added: Vec<f64> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object"))
        .map(|answer| answer["added"].as_f64().expect("a number"))
        .collect();
    assert!(added.len() == 3 && added.is_sorted_by(|a, b| a >= b), "{lines}");
    refused(&["--answer", "海内，存知己"]);
    refused(&["--answer", "", "--seed", "1"]);
    refused(&["--answer", "海内存知己", "--form", "五绝"]);
}
