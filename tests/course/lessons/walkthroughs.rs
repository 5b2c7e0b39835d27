//! The walkthroughs say what the code says, in both languages.

use std::{fs, path::Path};

use lstm_lessons::training::history;

use crate::lessons::lesson_in;

/// The folder of each lesson: a walkthrough in English and one in Chinese.
pub(super) const LESSONS: [&str; 7] =
    ["1_rnn", "2_gradients", "3_lstm", "4_mnist", "5_poems", "6_speed", "7_scale"];

/// A file of the repository.
pub(super) fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Above a block whose every line the command before it prints.
const PRINTS: &str = "<!-- prints -->";

/// A fenced block: the line above it, its language, its lines.
struct Block {
    above: String,
    language: String,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = vec![];
    let (mut above, mut open) = (String::new(), None::<Block>);
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block {
                    above: std::mem::take(&mut above),
                    language: language.into(),
                    lines: vec![],
                });
            }
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), _) => block.lines.push(line.trim().to_string()),
            (None, None) => above = line.to_string(),
        }
    }
    found
}

fn commands(text: &str) -> Vec<String> {
    let lines = blocks(text)
        .into_iter()
        .filter(|block| block.language == "sh")
        .flat_map(|block| block.lines);
    lines.filter(|line| line.starts_with("cargo ")).collect()
}

/// The pages of all walkthroughs.
fn pages() -> impl Iterator<Item = String> {
    LESSONS.into_iter().flat_map(|folder| {
        ["README.md", "README.zh-CN.md"].map(|name| format!("lessons/{folder}/{name}"))
    })
}

/// Where a quote comes from, as the line above it says: its file, and its first line, counted from
/// 1.
fn origin(above: &str) -> Option<(&str, usize)> {
    let (file, rest) = above.strip_prefix("[`")?.split_once(':')?;
    let (line, link) = rest.split_once("`](../../")?;
    (link == format!("{file}#L{line})")).then_some((file, line.parse().ok()?))
}

/// The line of `file` at which these lines begin, wherever they are indented; the nearest to `line`
/// if there are several.
fn found(file: &str, quote: &[String], line: usize) -> Option<usize> {
    let source: Vec<String> = read(file).lines().map(|line| line.trim().to_string()).collect();
    let places = source
        .windows(quote.len())
        .enumerate()
        .filter(|(_, window)| window == &quote)
        .map(|(k, _)| k + 1);
    places.min_by_key(|place| place.abs_diff(line))
}

#[test]
fn quoted_code_is_still_in_the_source_at_the_line_that_is_named() {
    let mut quotes = 0;
    for page in pages() {
        for Block { above, lines, .. } in
            blocks(&read(&page)).iter().filter(|b| b.language == "rust")
        {
            let (file, line) =
                origin(above).unwrap_or_else(|| panic!("{page}: {above} names no file and line"));
            let place = found(file, lines, line);
            assert!(
                place.is_some(),
                "{page} quotes what {file} no longer says:\n{}",
                lines.join("\n")
            );
            assert_eq!(
                place,
                Some(line),
                "{page}: a quote of {file} has moved; `cargo test --test course -- --ignored anew` \
                 mends the lines"
            );
            quotes += 1;
        }
    }
    assert!(quotes >= 40, "only {quotes} quotes were looked at");
}

/// Not a test but a tool for authors: a source grew, and the quotes of it stand elsewhere now.
#[test]
#[ignore = "writes into the walkthroughs"]
fn the_lines_of_all_quotes_are_written_anew() {
    for page in pages() {
        let mut text = read(&page);
        for Block { above, lines, .. } in
            blocks(&text.clone()).iter().filter(|b| b.language == "rust")
        {
            let Some((file, line)) = origin(above) else { continue };
            let Some(place) = found(file, lines, line) else { continue };
            text = text.replace(above, &format!("[`{file}:{place}`](../../{file}#L{place})"));
        }
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(page), text).unwrap();
    }
}

#[test]
fn both_languages_have_the_same_sections_commands_and_quotes() {
    for folder in LESSONS {
        let (en, zh) = (
            read(&format!("lessons/{folder}/README.md")),
            read(&format!("lessons/{folder}/README.zh-CN.md")),
        );
        let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(sections(&en), sections(&zh), "{folder}: sections");
        assert_eq!(commands(&en), commands(&zh), "{folder}: commands");
        let quotes = |text: &str| -> Vec<Vec<String>> {
            blocks(text).into_iter().filter(|b| b.language == "rust").map(|b| b.lines).collect()
        };
        assert_eq!(quotes(&en), quotes(&zh), "{folder}: quotes");
        assert_eq!(figures(&en), figures(&zh), "{folder}: figures");
    }
}

#[test]
fn the_pages_beside_the_walkthroughs_agree_in_both_languages() {
    for page in ["BUGS", "REFERENCE", "TEACHING"] {
        let [en, zh] = ["md", "zh-CN.md"].map(|end| read(&format!("lessons/{page}.{end}")));
        let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(headings(&en), headings(&zh), "{page}: headings");
        assert_eq!(commands(&en), commands(&zh), "{page}: commands");
        assert_eq!(figures(&en), figures(&zh), "{page}: figures");
    }
}

/// What a newcomer reads is short; what is looked up is in the reference.
#[test]
fn the_readme_is_two_screens() {
    for page in ["README.md", "README.zh-CN.md"] {
        let lines = read(page).lines().count();
        assert!(lines <= 150, "{page}: {lines} lines");
    }
}

/// A teacher plans with the first line of a page.
#[test]
fn the_minutes_of_the_sections_add_up_to_those_of_the_page() {
    for folder in LESSONS {
        for (file, word) in [("README.md", " minutes"), ("README.zh-CN.md", " 分钟")] {
            let page = read(&format!("lessons/{folder}/{file}"));
            let minutes = |line: &str| -> Option<usize> {
                let (before, _) = line.split_once(word)?;
                before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
            };
            let head = page.lines().find_map(minutes);
            let sections = page.lines().filter(|line| line.starts_with("## "));
            let sum: usize = sections.filter_map(minutes).sum();
            assert_eq!(head, Some(sum), "{folder}/{file}");
        }
    }
}

/// The numbers of each table row and each text block, sorted, as languages put their words in
/// another order. What a command prints is compared where it is replayed.
fn figures(text: &str) -> Vec<Vec<String>> {
    let numbers = |text: &str| {
        let mut found: Vec<String> = text
            .split(|c: char| !(c.is_ascii_digit() || ".,".contains(c)))
            .map(|number| number.trim_matches(['.', ',']).to_string())
            .filter(|number| !number.is_empty())
            .collect();
        found.sort();
        found
    };
    let shown =
        blocks(text).into_iter().filter(|block| block.language == "text" && block.above != PRINTS);
    let rows = text.lines().filter(|line| line.starts_with('|')).map(String::from);
    shown.map(|block| block.lines.join("\n")).chain(rows).map(|text| numbers(&text)).collect()
}

/// Every command of both pages runs with `quick`; where the text block below it is marked `prints`,
/// those very lines come out.
fn replay(folder: &str, program: (&str, &str), quick: &[&str]) {
    replay_and_look(folder, program, quick, |_| ());
}

/// [`replay`], with a look at what the page has left in its folder.
fn replay_and_look(
    folder: &str,
    (name, binary): (&str, &str),
    quick: &[&str],
    look: impl Fn(&Path),
) {
    for (file, lang) in [("README.md", "en"), ("README.zh-CN.md", "zh")] {
        // One page is one sitting: a later command finds what an earlier one left.
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("data")).unwrap();
        fs::write(place.path().join("data/poems.txt"), include_str!("../../../data/poems.txt"))
            .unwrap();
        let english = format!("lessons/{folder}/README.md");
        fs::create_dir_all(place.path().join(&english).parent().unwrap()).unwrap();
        fs::write(place.path().join(&english), read(&english)).unwrap();
        let (mut printed, mut ran) = (String::new(), 0);
        for block in blocks(&read(&format!("lessons/{folder}/{file}"))) {
            if block.above == PRINTS {
                for line in block.lines.iter().filter(|line| !line.is_empty()) {
                    let there = printed.lines().any(|p| p.trim() == line);
                    assert!(there, "{folder}/{file}: no line \"{line}\" in\n{printed}");
                }
            }
            for command in block.lines.iter().filter(|_| block.language == "sh") {
                let run = command.replacen("cargo run --release", "cargo run", 1);
                let Some(args) = run.strip_prefix(&format!("cargo run --bin {name}")) else {
                    continue;
                };
                let args: Vec<&str> = args.split_whitespace().filter(|&arg| arg != "--").collect();
                let output = lesson_in(
                    place.path(),
                    binary,
                    &[args.as_slice(), quick, &["--lang", lang]].concat(),
                );
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(output.status.success(), "{command}: {said}");
                (printed, ran) = (String::from_utf8(output.stdout).unwrap() + &said, ran + 1);
            }
        }
        assert!(ran >= 3, "{folder}/{file}: only {ran} commands were run");
        look(place.path());
    }
}

#[test]
fn every_command_of_lesson_1_runs_and_prints_what_its_walkthrough_says() {
    replay("1_rnn", ("lesson_rnn", env!("CARGO_BIN_EXE_lesson_rnn")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_2_runs_and_prints_what_its_walkthrough_says() {
    replay(
        "2_gradients",
        ("lesson_gradients", env!("CARGO_BIN_EXE_lesson_gradients")),
        &["--quick"],
    );
}

#[test]
fn every_command_of_lesson_3_runs_and_prints_what_its_walkthrough_says() {
    replay("3_lstm", ("lesson_lstm", env!("CARGO_BIN_EXE_lesson_lstm")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_4_runs_and_prints_what_its_walkthrough_says() {
    replay("4_mnist", ("lesson_mnist", env!("CARGO_BIN_EXE_lesson_mnist")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_5_runs_and_prints_what_its_walkthrough_says() {
    let program = ("lesson_poems", env!("CARGO_BIN_EXE_lesson_poems"));
    replay_and_look("5_poems", program, &[], |place| {
        // "The last epoch does not always write best": the page's training shows it.
        let rows = history::read(&place.join("runs/tiny"), 14).expect("the page has trained it");
        let (best, last) = (history::best(&rows).expect("14 epochs").epoch, rows[13].epoch);
        assert!(best.number < 14 && best.valid_loss + 0.1 < last.valid_loss, "{best:?}, {last:?}");
        assert!(last.train_loss < best.train_loss, "{best:?}, {last:?}");
    });
}

/// In this build, whichever it is: what the page prints was measured elsewhere, and is not
/// compared.
#[test]
fn every_command_of_lesson_6_runs() {
    replay("6_speed", ("lesson_speed", env!("CARGO_BIN_EXE_lesson_speed")), &["--quick"]);
}

/// As of lesson 6: the figures are those of a machine.
#[test]
fn every_command_of_lesson_7_runs() {
    replay("7_scale", ("lesson_scale", env!("CARGO_BIN_EXE_lesson_scale")), &["--quick"]);
}
