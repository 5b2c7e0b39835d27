//! The rhyme book, how it was derived, and the rules of regulated verse.

use lstm_lessons::poems::verse::{
    breaches::{Fault, judge, shared_rhymes, strict_tone},
    prosody::{Form, Pattern, verses},
    rhymes::{RhymeBook, Tone, derive::derive},
};

use crate::poems::judge::Judge;

const GUANGYUN: &str = "\u{feff}小韻號,小韻內字序,韻目原貌,音韻地位,反切,字頭,釋義\n\
    1,1,東,端一東平,德紅,東,春方也\n\
    1,2,東,端一東平,德紅,菄,東風菜\n\
    2,1,冬,端一冬平,都宗,冬,四時\n\
    3,1,鍾,章三鍾平,職容,鍾,當也\n\
    3,2,鍾,章三鍾平,職容,蚣,蟲\n\
    4,1,鍾,書三鍾,書容,舂,tone missing\n\
    4,2,鍾,書三鍾去,書容,衝,a slip: the rhyme is level\n\
    5,1,送,端一東去,多貢,凍,瀑雨\n";
const PINGSHUI: &str = r#"{"ze": {"去聲部": {"去聲一送": ["凍東"]}},
    "ping": {"上平聲部": {"上平聲二冬": ["冬鍾蚣松"], "上平聲一東": ["東雲菄"]}, "下平聲部": {"下平聲十一尤": ["流"]}}}"#;

#[test]
fn two_small_sources_make_one_table_in_the_books_order() {
    let with_gap = PINGSHUI.replace("菄", "").replace("蚣", "");
    let table = derive(GUANGYUN, &with_gap).expect("good sources").table;
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0], "上平声一东\t东云\t東菄雲"); // simplified first, then the traditional forms and 菄 by Guangyun alone
    assert_eq!(lines[1], "上平声二冬\t冬松钟\t蚣鍾"); // 鍾 became 二冬, so did its neighbour; 舂 and 衝 are passed over
    assert!(lines[2].starts_with("下平声十一尤\t流"));
    assert!(lines[3].starts_with("去声一送\t东冻\t凍東"), "{}", lines[3]);
}

#[test]
fn what_the_book_lists_is_not_taken_from_guangyun_again() {
    let table = derive(GUANGYUN, PINGSHUI).expect("good sources").table;
    assert_eq!(table.lines().nth(1), Some("上平声一东\t东云菄\t東雲"));
    assert_eq!(table.lines().nth(2), Some("上平声二冬\t冬松蚣钟\t鍾"));
}

#[test]
fn a_licence_notice_is_cut_off_and_any_other_sign_refused() {
    let notice = PINGSHUI.replace("流\"", "流本作品在全世界都属于公有领域，100年Public\"");
    let table = derive(GUANGYUN, &notice).expect("cut off").table;
    assert!(!table.contains('品') && table.contains('流'));
    for broken in [
        PINGSHUI.replace('流', "流9"),
        PINGSHUI.replace("去聲一送", "一送"),
        "[]".into(),
        "{".into(),
    ] {
        assert_eq!(derive(GUANGYUN, &broken).err().expect("refused").exit_code(), 2);
    }
    assert_eq!(derive("a,b\n1,2\n", PINGSHUI).err().expect("no such columns").exit_code(), 2);
}

#[test]
fn the_shipped_table_has_106_rhymes_thirty_of_them_level() {
    let table = include_str!("../../../data/rhymes.txt");
    let names: Vec<&str> =
        table.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(names.len(), 106);
    assert!(
        names[..30].iter().all(|name| name.contains("平声"))
            && !names[30..].iter().any(|name| name.contains("平声"))
    );
    assert_eq!(
        (names[0], names[29], names[30], names[105]),
        ("上平声一东", "下平声十五咸", "上声一董", "入声十七洽")
    );
    assert!(!table.contains("品在全世界"), "the licence notice of a source is no rhyme");
}

#[test]
fn the_book_knows_the_starter_poems_and_agrees_with_the_judge() {
    let (book, judge) = (RhymeBook::shipped(), Judge::new());
    let han = |c: &char| lstm_lessons::poems::text::vocab::is_han(*c);
    let all: Vec<char> = include_str!("../../../data/poems.txt").chars().filter(han).collect();
    let known = all.iter().filter(|&&c| book.knows(c)).count();
    assert!(known as f64 > 0.995 * all.len() as f64, "{known} of {}", all.len());
    for &c in &all {
        assert_eq!(
            (book.has(c, Tone::Level), book.has(c, Tone::Oblique)),
            (judge.level(c), judge.oblique(c)),
            "{c}"
        );
    }
}

#[test]
fn characters_with_two_tones_count_as_either() {
    let book = RhymeBook::shipped();
    for (c, level, oblique) in [
        ('天', true, false),
        ('月', false, true),
        ('看', true, true),
        ('中', true, true),
        ('斜', true, false),
    ] {
        assert_eq!((book.has(c, Tone::Level), book.has(c, Tone::Oblique)), (level, oblique), "{c}");
    }
    assert!(!book.knows('A') && !book.has('A', Tone::Level) && !book.has('A', Tone::Oblique));
}

#[test]
fn a_poem_of_each_form_is_recognised_and_others_are_not() {
    let line = |characters: &str, lines: usize| characters.repeat(lines);
    assert_eq!(Form::of(&line("白日依山尽，", 4)), Some(Form::Jueju5));
    assert_eq!(Form::of(&line("白日依山尽。", 8)), Some(Form::Lvshi5));
    assert_eq!(Form::of(&line("朝辞白帝彩云间，", 4)), Some(Form::Jueju7));
    assert_eq!(Form::of(&line("朝辞白帝彩云间，", 8)), Some(Form::Lvshi7));
    for other in [
        "",
        "白日依山尽。",
        &line("白日依山尽，", 5),
        "白日依山尽，黄河入海流。欲穷千里目，更上一层楼",
    ] {
        assert_eq!(Form::of(other), None, "{other}");
    }
    assert_eq!(Form::of("白日依山尽，黄河入海流。欲穷千里目，更上A层楼。"), None);
}

#[test]
fn patterns_of_a_form_are_the_textbooks() {
    let text = |pattern: &Pattern| -> Vec<String> {
        let tone = |tone: &Option<Tone>| tone.map_or('0', Tone::name);
        pattern.lines.iter().map(|line| line.iter().map(tone).collect()).collect()
    };
    let five: Vec<Vec<String>> = Pattern::all(Form::Jueju5).iter().map(text).collect();
    assert_eq!(five[0], ["0仄平平仄", "平平仄仄平", "0平平仄仄", "0仄仄平平"]);
    assert_eq!(five[1], ["0平平仄仄", "0仄仄平平", "0仄平平仄", "平平仄仄平"]);
    assert_eq!(five[2], ["0仄仄平平", "平平仄仄平", "0平平仄仄", "0仄仄平平"]);
    assert_eq!(five[3], ["平平仄仄平", "0仄仄平平", "0仄平平仄", "平平仄仄平"]);
    let eight = text(&Pattern::all(Form::Lvshi7)[3]);
    assert_eq!(eight[0], "0平0仄仄平平");
    assert_eq!(eight[1], "0仄平平仄仄平");
    assert_eq!(eight[4], "0平0仄平平仄"); // as the first line, but it does not rhyme
    assert_eq!(eight[7], "0平0仄仄平平");
}

#[test]
fn breaches_name_line_and_position() {
    let book = RhymeBook::shipped();
    let judgement = judge("白日依山尽，黄河入海天。欲穷月里目，更上一层楼。", book);
    let found: Vec<_> =
        judgement.breaches.iter().map(|b| (b.line, b.position, b.character, b.fault)).collect();
    assert_eq!(found[0], (3, 3, '月', Fault::Tone(Tone::Level)));
    assert_eq!(found.len(), 2);
    assert!(matches!(found[1], (2 | 4, 5, '天' | '楼', Fault::Rhyme)));
    assert!(judgement.rhymes.is_empty());
    assert!(!strict_tone("白日依山尽，黄河入海流。欲穷月里目，更上一层楼。", book));
    assert!(!strict_tone("朝辞白帝彩云间。", book), "no regular form");
}

#[test]
fn three_level_tones_at_the_end_and_a_lone_level_tone_are_breaches() {
    let book = RhymeBook::shipped();
    assert!(!strict_tone("白日依山尽，黄河入海流。欲穷千里目，更上东层楼。", book), "三平调");
    assert!(!strict_tone("白日依山尽，月河入海流。欲穷千里目，更上一层楼。", book), "孤平");
}

#[test]
fn the_rule_is_as_strict_on_real_poems_as_published_counts_are() {
    // 54 seven-character 律 of the schoolbooks: the best poets keep the tones, but not in every
    // line.
    let book = RhymeBook::shipped();
    let poems: Vec<&str> = include_str!("../../../data/poems.txt")
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.1))
        .collect();
    let seven: Vec<&&str> =
        poems.iter().filter(|poem| Form::of(poem) == Some(Form::Lvshi7)).collect();
    let strict =
        seven.iter().filter(|poem| strict_tone(poem, book)).count() as f64 / seven.len() as f64;
    let rhymed =
        seven.iter().filter(|poem| !shared_rhymes(&verses(poem), book).is_empty()).count() as f64;
    assert!((0.3..0.9).contains(&strict), "{strict}");
    assert!(rhymed / seven.len() as f64 > 0.85, "{rhymed} of {}", seven.len());
}
