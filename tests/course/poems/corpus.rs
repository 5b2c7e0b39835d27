//! The course's rules for a line, one test each.

use lstm_lessons::poems::text::{
    corpus::{Corpus, Reason},
    vocab::{BOS, EOS, FIRST, PAD, UNK, Vocab},
};

use crate::poems::shared_corpus;

fn only_reason(line: &str) -> Option<Reason> {
    let corpus = Corpus::parse(line);
    assert_eq!(
        corpus.poems.len() + corpus.rejected.values().sum::<usize>(),
        1,
        "every line is counted once: {line}"
    );
    corpus.rejected.keys().next().copied()
}

fn han(count: usize) -> String {
    "月".repeat(count)
}

#[test]
fn a_line_with_one_colon_is_a_poem() {
    let corpus = Corpus::parse("静夜思:床前明月光，疑是地上霜。");
    assert_eq!(
        (corpus.poems[0].title.as_str(), corpus.poems[0].content.as_str()),
        ("静夜思", "床前明月光，疑是地上霜。")
    );
}

#[test]
fn no_colon_and_two_colons_are_counted_not_swallowed() {
    assert_eq!(only_reason("床前明月光"), Some(Reason::NoColon));
    assert_eq!(only_reason("一:二三四五六:七八九十"), Some(Reason::ManyColons));
}

#[test]
fn a_full_width_colon_does_not_separate_title_and_content() {
    assert_eq!(only_reason("静夜思：床前明月光，疑是地上霜。"), Some(Reason::NoColon));
}

#[test]
fn each_mark_rejects_a_poem() {
    for mark in ['_', '(', '（', '《', '[', 'G', 'E'] {
        assert_eq!(only_reason(&format!("题:春眠不觉晓{mark}")), Some(Reason::Marked(mark)));
        assert_eq!(
            only_reason(&format!("题{mark}:春眠不觉晓")),
            None,
            "in the title {mark} does no harm"
        );
    }
}

#[test]
fn length_is_counted_in_characters_not_bytes() {
    assert_eq!(only_reason(&format!("题:{}", han(4))), Some(Reason::TooShort));
    assert_eq!(only_reason(&format!("题:{}", han(5))), None);
    assert_eq!(only_reason(&format!("题:{}", han(79))), None);
    assert_eq!(only_reason(&format!("题:{}", han(80))), Some(Reason::TooLong(79)));
}

#[test]
fn spaces_are_taken_out_before_anything_is_counted() {
    let corpus = Corpus::parse("题:春 眠\u{3000}不 觉 晓");
    assert_eq!(corpus.poems[0].content, "春眠不觉晓");
    assert_eq!(only_reason("题:春 眠 不 觉 "), Some(Reason::TooShort));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_leave_no_trace() {
    let corpus = Corpus::parse("\u{feff}甲:春眠不觉晓\r\n乙:处处闻啼鸟\r\n");
    let read: Vec<_> = corpus.poems.iter().map(|p| format!("{}|{}", p.title, p.content)).collect();
    assert_eq!(read, ["甲|春眠不觉晓", "乙|处处闻啼鸟"]);
}

#[test]
fn an_empty_file_has_no_poems_and_a_blank_line_is_counted() {
    assert_eq!(Corpus::parse(""), Corpus::default());
    assert_eq!(only_reason("  "), Some(Reason::Blank));
}

#[test]
fn the_same_content_counts_once() {
    let corpus = Corpus::parse("甲:春眠不觉晓\n乙:春眠不觉晓\n");
    assert_eq!((corpus.poems.len(), corpus.rejected[&Reason::Duplicate]), (1, 1));
}

#[test]
fn ids_follow_frequency_and_then_code_point() {
    let vocab = Vocab::count(["山山水月月", "水花"], 1);
    let order: String = (FIRST..vocab.size()).filter_map(|id| vocab.char(id)).collect();
    assert_eq!(order, "山月水花"); // three twice (by code point), one once
    let rare_out = Vocab::count(["山山水月月", "水花"], 2);
    assert_eq!(rare_out.encode("花山"), [UNK, FIRST]);
}

#[test]
fn a_text_comes_back_from_its_ids_and_what_is_no_character_has_an_id_of_its_own() {
    let text = "春眠不觉晓，处处闻啼鸟。";
    let vocab = Vocab::count([text], 1);
    let ids = vocab.encode(text);
    assert_eq!((ids.len(), vocab.decode(&ids).as_str()), (12, text)); // a character a token
    assert!(ids.iter().all(|&id| (FIRST..vocab.size()).contains(&id)));
    let mut punctuation = vec![PAD, BOS, EOS, UNK];
    assert!(punctuation.iter().all(|&id| vocab.char(id).is_none()));
    punctuation.sort_unstable();
    punctuation.dedup();
    assert_eq!((punctuation.len(), vocab.encode("龘 ")), (4, vec![UNK, UNK])); // a blank is no padding
}

#[test]
fn the_starter_corpus_passes_its_own_rules() {
    let text = include_str!("../../../data/poems.txt");
    let corpus = Corpus::parse(text);
    assert!(corpus.rejected.is_empty(), "{}", corpus.report());
    assert!(corpus.poems.len() >= 300);
}

#[test]
fn the_shared_corpus_is_counted_as_measured() {
    let Some(path) = shared_corpus() else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let corpus = Corpus::parse(&text);
    assert_eq!(corpus.rejected[&Reason::TooLong(79)], 6879);
    assert_eq!(corpus.rejected[&Reason::TooShort], 221);
    assert_eq!(corpus.poems.len() + corpus.rejected.values().sum::<usize>(), text.lines().count());
}
