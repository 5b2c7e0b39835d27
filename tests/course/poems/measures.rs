//! The figures that say how good poems are.

use std::collections::HashSet;

use lstm_lessons::poems::{
    inspect::measures::{lines_of, measure, random_lines},
    text::corpus::Corpus,
    verse::{prosody::Form, rhymes::RhymeBook},
};

const STAIRS: &str = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";

fn starter() -> Corpus {
    Corpus::parse(include_str!("../../../data/poems.txt"))
}

#[test]
fn copied_lines_are_counted_line_by_line() {
    let corpus = Corpus::parse(&format!("登鹳雀楼:{STAIRS}"));
    let known = lines_of(&corpus.poems);
    assert_eq!(known.len(), 4);
    let half = "白日依山尽，黄河入海天。欲穷千里目？更上二层楼。";
    assert_eq!(measure([half], &known, RhymeBook::shipped()).copied_lines, 0.5);
    assert_eq!(measure([half], &HashSet::new(), RhymeBook::shipped()).copied_lines, 0.0);
}

#[test]
fn distinct_pairs_fall_when_a_machine_repeats_itself() {
    let book = RhymeBook::shipped();
    let one = measure([STAIRS], &HashSet::new(), book);
    assert_eq!(one.distinct_2, 1.0);
    assert_eq!(measure([STAIRS, STAIRS], &HashSet::new(), book).distinct_2, 0.5);
    assert_eq!(measure(["月月月月，月月月月。"], &HashSet::new(), book).distinct_2, 1.0 / 6.0);
}

#[test]
fn shares_are_over_all_poems_and_nothing_measured_is_zero() {
    let book = RhymeBook::shipped();
    let two = measure([STAIRS, "大风起兮云飞扬，威加海内兮归故乡。"], &HashSet::new(), book);
    assert_eq!((two.measured, two.regular_form, two.rhyme, two.strict_tone), (2, 0.5, 0.5, 0.5));
    let none = measure([], &HashSet::new(), book);
    assert_eq!((none.measured, none.regular_form, none.distinct_2), (0, 0.0, 0.0));
}

#[test]
fn real_poems_rhyme_and_random_lines_do_not() {
    let (book, corpus) = (RhymeBook::shipped(), starter());
    let known = lines_of(&corpus.poems);
    let real = measure(corpus.poems.iter().map(|poem| poem.content.as_str()), &known, book);
    let chance = random_lines(&corpus.poems, 300, 1);
    let random = measure(chance.iter().map(String::as_str), &known, book);
    assert!(real.rhyme > 0.75 && random.rhyme < 0.1, "{} {}", real.rhyme, random.rhyme);
    assert!(
        real.strict_tone > 0.2 && random.strict_tone < 0.05,
        "{} {}",
        real.strict_tone,
        random.strict_tone
    );
    assert_eq!((random.regular_form, random.copied_lines), (1.0, 1.0));
    assert!(chance.iter().all(|poem| Form::of(poem).is_some()));
    assert_eq!(chance, random_lines(&corpus.poems, 300, 1));
    assert_ne!(chance, random_lines(&corpus.poems, 300, 2));
    assert!(random_lines(&[], 3, 1).is_empty());
}
