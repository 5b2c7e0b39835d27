//! The zoo itself: every bug has a card, a test and a file, in both languages.

use std::process::Command;

use clap::ValueEnum;
use lstm_lessons::{
    bugs::{Bug, Kind, Lesson, Place},
    look::{WIDTH, visible_width},
};

use crate::{MNIST, POEMS, run};

#[test]
fn every_bug_has_a_test_of_its_name() {
    let listed = Command::new(std::env::current_exe().expect("this test"))
        .args(["--list"])
        .output()
        .expect("a list");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for bug in Bug::value_variants() {
        let named = |suffix: &str| {
            listed.lines().any(|line| line.contains(&format!("::{}{suffix}", bug.test())))
        };
        assert!(named("_is_caught"), "{bug:?} is caught by no test");
        assert!(
            listed.matches(&format!("::{}_", bug.test())).count() >= 2,
            "{bug:?} is not shown switched on"
        );
    }
    assert!(Bug::value_variants().len() >= 14);
}

#[test]
fn every_bug_has_a_place_where_it_happened_and_a_file() {
    for bug in Bug::value_variants() {
        let card = bug.card();
        assert!(!card.happened.is_empty(), "{bug:?}");
        for place in card.happened {
            match place {
                Place::Course(section, line) => {
                    assert!(section.contains('-') && !line.is_empty(), "{bug:?}")
                }
                Place::Thread(address, title) => {
                    assert!(
                        address.starts_with("https://github.com/") && !title.is_empty(),
                        "{bug:?}"
                    );
                }
            }
        }
        let file = format!("{}/src/bugs/{}.rs", env!("CARGO_MANIFEST_DIR"), bug.file());
        let code = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(
            code.contains(&format!("/// `{}`:", bug.name())),
            "{file} has no function for {bug:?}"
        );
    }
}

#[test]
fn both_lessons_list_all_bugs_and_name_the_lesson_of_the_others() {
    for (binary, own) in [(MNIST, Lesson::Mnist), (POEMS, Lesson::Poems)] {
        let listed = run(binary, &["--bug", "list"]);
        let listed = String::from_utf8(listed.stdout).expect("UTF-8");
        assert!(listed.lines().all(|line| visible_width(line) <= WIDTH), "{listed}");
        for bug in Bug::value_variants() {
            assert!(listed.contains(&bug.name()), "{binary} does not list {bug:?}");
            if bug.lesson() != own {
                let error = bug.shown_by(own).expect_err("the other lesson's");
                assert_eq!(error.kind(), Some(&Kind::OtherLesson(*bug)));
                let refused = run(binary, &["--bug", &bug.name()]);
                let said = String::from_utf8_lossy(&refused.stderr).into_owned();
                assert_eq!(refused.status.code(), Some(2), "{said}");
                assert!(
                    said.contains(&format!("{} --bug {}", bug.lesson().binary(), bug.name())),
                    "{said}"
                );
            }
        }
        let wrong = run(binary, &["--bug", "no-such-bug"]);
        assert_eq!(wrong.status.code(), Some(2));
        assert!(
            String::from_utf8_lossy(&wrong.stderr).contains("swapped-axes"),
            "the known names are named"
        );
    }
}

#[test]
fn a_page_names_the_figures_the_place_and_the_test() {
    let page = run(POEMS, &["--bug", "dropped-tail"]);
    let page = String::from_utf8(page.stdout).expect("UTF-8");
    for part in [
        "320",
        "n_chunk = len(poems_vec) // batch_size",
        "src/bugs/batching.rs",
        "cargo test --test bugs dropped_tail",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert!(page.lines().all(|line| visible_width(line) <= WIDTH), "{page}");
}
