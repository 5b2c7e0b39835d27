//! The pages of the zoo, in both languages, agree with the code.

use std::{fs, sync::Mutex};

use clap::ValueEnum;
use lstm_lessons::{
    bugs::{Bug, Place},
    look::{WIDTH, visible_width},
    shell::say::{Lang, set_lang},
};

/// The language is global to the process: a test that reads cards holds this lock.
static SPEAKING: Mutex<()> = Mutex::new(());

fn speak(lang: Lang) -> std::sync::MutexGuard<'static, ()> {
    let held = SPEAKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    set_lang(lang);
    held
}

#[test]
fn cards_fit_the_terminal_in_both_languages() {
    for lang in [Lang::En, Lang::Zh] {
        let _speaking = speak(lang);
        for bug in Bug::value_variants() {
            let card = bug.card();
            assert!(visible_width(&card.symptom) <= WIDTH - 27, "{}", card.symptom);
            for place in card.happened {
                let (line, title) = match place {
                    Place::Course(_, line) => (line, ""),
                    Place::Thread(address, title) => (address, *title),
                };
                assert!(visible_width(line) <= WIDTH - 4, "{bug:?}: {line}");
                assert!(visible_width(title) <= WIDTH - 2, "{bug:?}: {title}");
            }
        }
    }
}

/// A row of the table.
fn row(bug: Bug, lang: Lang) -> String {
    let card = bug.card();
    let places: Vec<String> = card
        .happened
        .iter()
        .map(|place| match place {
            Place::Course(section, line) => {
                let course = if lang == Lang::En { "course" } else { "课程" };
                format!("{course} {section}: `{line}`")
            }
            Place::Thread(address, _) => {
                // number, "issues" or "pull", repository, owner
                let parts: Vec<&str> = address.rsplit('/').collect();
                format!("[{}/{} #{}]({address})", parts[3], parts[2], parts[0])
            }
        })
        .collect();
    let (name, file, places) = (bug.name(), bug.file(), places.join("<br>"));
    format!("| [`{name}`](../src/bugs/{file}.rs) | {} | {} | {places} |", card.symptom, card.cause)
}

#[test]
fn the_page_has_a_row_for_every_bug_in_both_languages() {
    for (file, lang) in [("BUGS.md", Lang::En), ("BUGS.zh-CN.md", Lang::Zh)] {
        let _speaking = speak(lang);
        let path = format!("{}/lessons/{file}", env!("CARGO_MANIFEST_DIR"));
        let page = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let rows: Vec<String> = Bug::value_variants().iter().map(|&bug| row(bug, lang)).collect();
        let written: Vec<&str> = page.lines().filter(|line| line.starts_with("| [`")).collect();
        assert_eq!(written, rows, "the table of {file} should be\n{}", rows.join("\n"));
    }
}

#[test]
fn both_pages_give_the_same_commands_and_every_command_names_a_bug() {
    let commands = |file: &str| -> Vec<String> {
        let page = fs::read_to_string(format!("{}/lessons/{file}", env!("CARGO_MANIFEST_DIR")))
            .expect("a page");
        page.lines().filter(|line| line.starts_with("cargo ")).map(str::to_string).collect()
    };
    let given = commands("BUGS.md");
    assert_eq!(given, commands("BUGS.zh-CN.md"));
    assert!(given.len() >= 4, "{given:?}");
    for command in given {
        let last = command.rsplit(' ').next().unwrap_or_default().replace('_', "-");
        let known = ["list", "bugs"].contains(&&*last) || Bug::from_str(&last, false).is_ok();
        assert!(known, "{command} names no bug");
    }
}
