//! `corpus --download`: the chinese-poetry collection from a mirror on this machine.

use crate::sources::{mirror::*, tiny::assert_is_one_sentence};
use lstm_lessons::{
    poems::text::{
        corpus::Corpus,
        download::{Collection, SUMS, download},
    },
    shell::error::Result,
};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::tempdir;

const TANG: &str = "%E5%85%A8%E5%94%90%E8%AF%97/"; // 全唐诗
const SONG: &str = "%E5%AE%8B%E8%AF%8D/"; // 宋词

/// A poem of its own for each file name.
fn poem(name: &str) -> Vec<u8> {
    let number: String = name
        .chars()
        .filter(char::is_ascii_digit)
        .map(|d| "零一二三四五六七八九".chars().nth(d as usize - 48).unwrap())
        .collect();
    format!(r#"[{{"title": "其{number}", "author": "佚名", "paragraphs": ["春眠不覺曉{number}，", "處處聞啼鳥。"]}}]"#)
        .into_bytes()
}

/// A mirror of the repository in which `change` may spoil files.
fn repository(mode: Mode, change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Mirror {
    let part = |folder: &'static str, part: Collection| {
        part.names().into_iter().map(move |name| (folder, name))
    };
    let files: Vec<(String, Vec<u8>)> = part(TANG, Collection::Tang)
        .chain(part(SONG, Collection::SongCi))
        .map(|(folder, name)| (format!("{folder}{name}"), change(&name, poem(&name))))
        .collect();
    Mirror::start(
        mode,
        &files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>(),
    )
}

fn as_it_is() -> Mirror {
    repository(Mode::Whole, |_, bytes| bytes)
}

fn tang(mirror: &Mirror, folder: &Path) -> Result<usize> {
    download(Collection::Tang, Some(&mirror.address), folder)
}

#[test]
fn all_files_come_once_and_read_as_a_corpus() {
    let (mirror, folder) = (as_it_is(), tempdir().unwrap());
    let data = folder.path().join("new/tang");
    assert_eq!(tang(&mirror, &data).unwrap(), 58);
    assert_eq!(mirror.requests().len(), 58);
    assert_eq!(Corpus::read(&data).unwrap().poems.len(), 58);
    assert_eq!(tang(&mirror, &data).unwrap(), 0);
    assert_eq!(mirror.requests().len(), 58, "what is in place is not fetched again");
    assert_eq!(files_in(&data).len(), 59, "58 files and their sums");

    let lyrics = folder.path().join("ci");
    assert_eq!(
        download(Collection::SongCi, Some(mirror.address.trim_end_matches('/')), &lyrics).unwrap(),
        23
    );
    assert!(
        lyrics.join("ci.song.2019y.json").exists() && lyrics.join("ci.song.21000.json").exists()
    );
}

#[test]
fn a_file_that_is_not_whole_json_is_never_put_in_place() {
    let half = |name: &str, bytes: Vec<u8>| {
        if name == "poet.tang.3000.json" { bytes[..60].to_vec() } else { bytes }
    };
    let (mirror, folder) = (repository(Mode::Whole, half), tempdir().unwrap());
    let error = tang(&mirror, folder.path()).unwrap_err();
    assert_is_one_sentence(&error);
    assert!(
        error.message().contains("poet.tang.3000.json")
            && error.message().contains("not a JSON file"),
        "{error}"
    );
    assert!(!folder.path().join("poet.tang.3000.json").exists());
    assert_eq!(
        fs::read_to_string(folder.path().join(SUMS)).unwrap().lines().count(),
        3,
        "the three before it stay"
    );
    assert_eq!(tang(&as_it_is(), folder.path()).unwrap(), 55);
}

#[test]
fn a_cut_line_is_taken_up_where_it_was_cut() {
    let folder = tempdir().unwrap();
    assert_is_one_sentence(
        &tang(&repository(Mode::CutsHalfway, |_, bytes| bytes), folder.path()).unwrap_err(),
    );
    assert_eq!(files_in(folder.path()), ["poet.tang.0.json.part"]);
    let mirror = as_it_is();
    assert_eq!(tang(&mirror, folder.path()).unwrap(), 58);
    let half = poem("poet.tang.0.json").len() / 2;
    assert_eq!(mirror.requests()[0], (format!("{TANG}poet.tang.0.json"), Some(half)));
    assert_eq!(fs::read(folder.path().join("poet.tang.0.json")).unwrap(), poem("poet.tang.0.json"));
}

#[test]
fn a_recorded_sum_is_held_against_every_later_download() {
    let folder = tempdir().unwrap();
    tang(&as_it_is(), folder.path()).unwrap();
    let file = folder.path().join("poet.tang.7000.json");
    let good = fs::read(&file).unwrap();
    fs::write(&file, "[]").unwrap(); // damaged here, though still JSON
    let mirror = as_it_is();
    assert_eq!(tang(&mirror, folder.path()).unwrap(), 0);
    assert_eq!((mirror.requests().len(), fs::read(&file).unwrap()), (1, good));

    fs::remove_file(&file).unwrap();
    let changed = repository(Mode::Whole, |_, bytes| [b" ", &bytes[..]].concat()); // another state of the collection
    let error = tang(&changed, folder.path()).unwrap_err();
    assert_is_one_sentence(&error);
    assert!(
        error.message().contains("wrong checksum") && error.message().contains(SUMS),
        "{error}"
    );
    fs::remove_file(folder.path().join(SUMS)).unwrap();
    assert_eq!(
        tang(&changed, folder.path()).unwrap(),
        58,
        "without the sums the new state is taken"
    );
}

#[test]
fn without_a_network_there_is_one_sentence_that_says_so() {
    let folder = tempdir().unwrap();
    let error = download(Collection::SongCi, Some(&Mirror::dead()), folder.path()).unwrap_err();
    assert_is_one_sentence(&error);
    assert!(
        error.message().contains("network") && error.message().contains("ci.song.0.json"),
        "{error}"
    );
    assert_eq!(files_in(folder.path()), [""; 0]);
}

fn lesson(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson_poems")).args(args).output().expect("the lesson starts")
}

#[test]
fn the_command_downloads_converts_and_saves() {
    let (mirror, folder) = (as_it_is(), tempdir().unwrap());
    let (data, saved) = (folder.path().join("tang"), folder.path().join("tang.txt"));
    let [to, save] = [&data, &saved].map(|path| path.to_str().unwrap());
    let args = [
        "corpus",
        "--download",
        "tang",
        "--mirror",
        &mirror.address,
        "--to",
        to,
        "--to-simplified",
        "--save",
        save,
    ];
    let output = lesson(&[&args[..], &["--lang", "en"]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("58/58 poet.tang.57000.json") && said.contains("publishes no checksums"),
        "{said}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("58 read, 58 kept"));
    assert!(fs::read_to_string(&saved).unwrap().starts_with("其零:春眠不觉晓零，处处闻啼鸟。\n"));

    let traditional = lesson(&["corpus", to, "--lang", "zh"]);
    assert!(String::from_utf8_lossy(&traditional.stderr).contains("繁体字"));
}

#[test]
fn the_command_says_in_both_languages_that_nobody_answers() {
    let folder = tempdir().unwrap();
    for (lang, word) in [("en", "check the network"), ("zh", "请检查网络")] {
        let to = folder.path().to_str().unwrap();
        let output = lesson(&[
            "corpus",
            "--download",
            "song-ci",
            "--mirror",
            &Mirror::dead(),
            "--to",
            to,
            "--lang",
            lang,
        ]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(word) && output.stdout.is_empty(), "{said}");
    }
}
