//! The bank of questions.

use std::collections::HashSet;

use clap::ValueEnum;
use lstm_lessons::{
    bugs::Bug,
    look::visible_width,
    questions::{
        Lesson, Question, Said, When,
        figures::{figure, filled, names},
        of_lesson, of_test, shuffled,
    },
};

use crate::{
    lessons::{
        course::{Helps, check_command},
        walkthroughs::{LESSONS, read},
        words::{AVOIDED, banned},
    },
    support::sizes,
};

fn all() -> Vec<(Lesson, Question)> {
    let of = |lesson| of_lesson(lesson).into_iter().map(move |question| (lesson, question));
    Lesson::ALL.into_iter().flat_map(of).collect()
}

/// Every text of a question.
fn texts(question: &Question) -> Vec<&Said> {
    let of_answers = question.answers.iter().flat_map(|answer| [&answer.text, &answer.because]);
    [&question.section, &question.question].into_iter().chain(of_answers).collect()
}

#[test]
fn sixty_questions_have_four_answers_with_a_misconception_behind_each_wrong_one() {
    let all = all();
    assert!(all.len() >= 60, "{}", all.len());
    let ids: HashSet<&str> = all.iter().map(|(_, question)| &*question.id).collect();
    assert_eq!(ids.len(), all.len(), "an id stands twice");
    for lesson in Lesson::ALL {
        assert!(of_lesson(lesson).len() >= 8, "{lesson:?}");
    }
    for (lesson, question) in &all {
        let id = &question.id;
        assert!(id.starts_with(&format!("l{}-", lesson.number())), "{id}");
        assert_eq!(question.answers.len(), 4, "{id}");
        let rights: Vec<bool> = question.answers.iter().map(|answer| answer.right).collect();
        assert_eq!(rights, [true, false, false, false], "{id}: the right one stands first");
        for said in texts(question) {
            assert!(!said.en.trim().is_empty() && !said.zh.trim().is_empty(), "{id}: {said:?}");
        }
        for of in [|said: &Said| said.en.clone(), |said: &Said| said.zh.clone()] {
            let different: HashSet<String> =
                question.answers.iter().map(|answer| of(&answer.because)).collect();
            assert_eq!(different.len(), 4, "{id}: each has a misconception of its own");
        }
        for answer in &question.answers {
            let Said { en, zh } = &answer.because;
            assert!(
                en.len() > 20 && zh.chars().any(lstm_lessons::poems::text::vocab::is_han),
                "{id}: {en} {zh}"
            );
        }
    }
}

#[test]
fn most_questions_ask_why_or_what_happens() {
    let all = all();
    let (en, zh): (Vec<bool>, Vec<bool>) = all
        .iter()
        .map(|(_, question)| {
            let Said { en, zh } = &question.question;
            let asks = |text: &str, words: [&str; 3]| words.iter().any(|word| text.contains(word));
            (
                asks(en, ["Why", "What happens", "what happens"]),
                asks(zh, ["为什么", "会怎样", "怎么回事"]),
            )
        })
        .unzip();
    for asked in [en, zh] {
        let asked = asked.into_iter().filter(|&asked| asked).count();
        assert!(2 * asked > all.len(), "{asked} of {}", all.len());
    }
}

/// Who always chooses the longest answer should not pass.
#[test]
fn the_right_answer_is_not_known_by_its_length_or_place() {
    let all = all();
    for of in [|said: &Said| said.en.clone(), |said: &Said| said.zh.clone()] {
        let width = |said: &Said| visible_width(&of(said));
        let is_longest = |question: &Question| {
            let [right, wrong @ ..] = &question.answers[..] else { panic!("{}", question.id) };
            wrong.iter().all(|wrong| width(&wrong.text) < width(&right.text))
        };
        let longest = all.iter().filter(|(_, question)| is_longest(question)).count();
        assert!(3 * longest < all.len(), "{longest} of {}", all.len());
    }
    let place = |(_, question): &(Lesson, Question)| {
        shuffled(question.clone(), 1).answers.iter().position(|answer| answer.right).unwrap()
    };
    let mut places = [0; 4];
    all.iter().for_each(|asked| places[place(asked)] += 1);
    assert!(places.iter().all(|&n| 8 * n > all.len()), "{places:?}");
}

#[test]
fn every_question_belongs_to_a_section_that_both_walkthroughs_have() {
    let headings = |page: &str| -> Vec<String> {
        let text = read(page);
        let headings = text.lines().filter_map(|line| line.strip_prefix("##"));
        let title = |line: &str| {
            let line = line.trim_start_matches('#').trim();
            let end = [" (", "（"].iter().filter_map(|open| {
                line.match_indices(open).map(|(at, _)| at).find(|&at| {
                    line[at..]
                        .trim_start_matches([' ', '(', '（'])
                        .starts_with(|c: char| c.is_ascii_digit())
                })
            });
            line[..end.min().unwrap_or(line.len())].to_string()
        };
        headings.map(title).collect()
    };
    for (lesson, question) in all() {
        let folder = LESSONS[lesson.number() - 1];
        let (en, zh) = (
            headings(&format!("lessons/{folder}/README.md")),
            headings(&format!("lessons/{folder}/README.zh-CN.md")),
        );
        let at = en.iter().position(|title| *title == question.section.en);
        let at = at.unwrap_or_else(|| panic!("{}: no {}", question.id, question.section.en));
        assert_eq!(zh[at], question.section.zh, "{}", question.id);
    }
}

#[test]
fn every_bug_and_every_command_that_is_named_exists() {
    let (mut helps, mut bugs) = (Helps::new(), HashSet::new());
    for (_, question) in all() {
        let see = question.see.as_deref();
        if let Some(see) = see {
            check_command(&mut helps, &question.id, see);
        }
        if let Some(name) = question.bug {
            let bug = Bug::from_str(&name, false).unwrap_or_else(|_| panic!("no bug {name}"));
            assert_eq!(see, Some(&*format!("{} --bug {name}", bug.lesson().binary())));
            bugs.insert(name);
        }
    }
    assert!(bugs.len() >= 8, "{bugs:?}");
}

#[test]
fn the_bank_keeps_to_the_words_of_the_glossary() {
    for n in 1..=7 {
        let file = format!("src/questions/lesson_{n}.json");
        let text = read(&file);
        assert!(AVOIDED.iter().all(|word| !text.contains(word)), "{file}");
        assert!(banned(&text).is_empty(), "{file}: {:?}", banned(&text));
    }
}

#[test]
fn every_figure_is_known_used_and_computed_alike_twice() {
    let text: String = (1..=7).map(|n| read(&format!("src/questions/lesson_{n}.json"))).collect();
    for name in names() {
        assert!(text.contains(&format!("{{{name}}}")), "nobody asks for {name}");
        assert_eq!(figure(name), figure(name), "{name}");
    }
    for lesson in Lesson::ALL {
        for question in lesson.unfilled() {
            for Said { en, zh } in texts(&question) {
                for text in [en, zh] {
                    let filled = filled(text).unwrap_or_else(|name| panic!("{text}: no {name}"));
                    assert!(!filled.replace("_{t-1}", "").contains(['{', '}']), "{filled}");
                }
            }
        }
    }
}

#[test]
fn the_four_answers_of_a_question_are_different() {
    for (_, question) in all() {
        for of in [|said: &Said| said.en.clone(), |said: &Said| said.zh.clone()] {
            let answers: HashSet<String> =
                question.answers.iter().map(|answer| of(&answer.text)).collect();
            assert_eq!(answers.len(), 4, "{}: {answers:?}", question.id);
        }
    }
}

#[test]
fn computed_answers_agree_with_sums_of_their_own_and_with_the_walkthroughs() {
    let is = |name: &str, want: &str| assert_eq!(figure(name).as_deref(), Some(want), "{name}");
    // By other formulas than those of the bank.
    let lstm: usize = sizes(lstm_lessons::cell::CellKind::Lstm, 28, 128).iter().sum();
    let digits = |name: &str| figure(name).unwrap().replace(',', "").parse::<usize>().unwrap();
    assert_eq!((digits("lstm_layer"), digits("lstm_layer_one")), (lstm, lstm / 4));
    assert_eq!(digits("tied_saved"), 128 * 6110);
    is("hot", "66.7 %"); // √4 : 1
    is("cold", "94.1 %"); // 4² : 1
    is("clipped", "(0.60, 0.80)");
    is("padding_pair", "12.1 %"); // 8 of 66
    is("bf16_stop", "256"); // 2⁸: eight bits of mantissa
    is("memory_4", "55.6"); // 1 + e⁴
    is("double_h_layers", "4");
    is("halvings_1", "27");
    is("most_gain", "4.2"); // 8.4 : 2
    // As the walkthroughs have them.
    for (lesson, name, found) in [
        (1, "lowest_perfect", "lowest, by counting            0.400           0.107"),
        (1, "lowest_none", "lowest, by counting            0.400           0.107"),
        (2, "half_life_1", "2.2                 2.2"),
        (2, "half_life_3", "14.3                14.2"),
        (3, "c_2", "c_2 = f c_1 + i g = 0.7774 · 0.4741 + 0.5684 · 0.3568 = 0.5713"),
        (3, "f_2", "c_2 = f c_1 + i g = 0.7774 · 0.4741 + 0.5684 · 0.3568 = 0.5713"),
        (4, "ln_10", "(ln 10 = 2.303)"),
        (6, "logits", "3,840 · 6,110 · 4 bytes = 93.8 MB"),
        (6, "course_v", "a projection to 6,110 characters"),
    ] {
        let page = read(&format!("lessons/{}/README.md", LESSONS[lesson - 1]));
        assert!(page.contains(found), "lesson {lesson} no longer says {found}");
        assert!(found.contains(&figure(name).unwrap()), "{name} is not in {found}");
    }
    // "`dropped-tail` loses eight poems of 328."
    is("tail_lost", "8");
    is("starter_poems", "328");
}

#[test]
fn each_half_has_two_tests_of_ten_on_the_same_lessons() {
    for half in [Lesson::Rnn, Lesson::Mnist] {
        let (before, after) = (of_test(half, When::Before), of_test(half, When::After));
        let lessons = |test: &[(Lesson, Question)]| -> Vec<Lesson> {
            test.iter().map(|(lesson, _)| *lesson).collect()
        };
        assert_eq!((before.len(), after.len()), (10, 10));
        assert_eq!(lessons(&before), lessons(&after));
        let ids: HashSet<&String> =
            before.iter().chain(&after).map(|(_, question)| &question.id).collect();
        assert_eq!(ids.len(), 20);
        for lesson in half.half() {
            assert_eq!(of_test(*lesson, When::Before), before);
        }
    }
}
