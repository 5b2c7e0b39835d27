//! Corpora as files: encodings, JSON, traditional characters, and what is said about them.

use std::{fs, path::Path};

use encoding_rs::{BIG5, GB18030};
use lstm_lessons::poems::{
    batch::buckets,
    inspect::figures::{Form, Padding, forms, lengths_by_ten},
    text::{
        corpus::{
            Corpus, LONGEST, NoPoem, Poem, Reading, Reason, Why,
            encoding::{Foreign, decode},
            json, lines_of,
        },
        simplify::simplified,
        vocab::{Vocab, frequencies},
    },
};
use tempfile::tempdir;

use crate::poems::shared_corpus;

const SIMPLE: &str = "静夜思:床前明月光，疑是地上霜。举头望明月，低头思故乡。\n春晓:春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。\n";
const TRADITIONAL: &str = "靜夜思:牀前明月光，疑是地上霜。舉頭望明月，低頭思故鄉。\n春曉:春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。\n";

const SIMPLIFIED: Reading = Reading { to_simplified: true, longest: LONGEST, lyrics: false };

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, bytes).unwrap();
    (folder, file)
}

fn sound(bytes: &[u8]) -> (String, &'static str) {
    let decoded = decode(bytes, "one").unwrap();
    assert_eq!(decoded.damage, None);
    (decoded.text.into_owned(), decoded.encoding)
}

fn contents(corpus: &Corpus) -> Vec<&str> {
    corpus.poems.iter().map(|poem| poem.content.as_str()).collect()
}

#[test]
fn the_three_encodings_of_chinese_give_the_same_poems() {
    let (gb18030, ..) = GB18030.encode(SIMPLE);
    let (big5, ..) = BIG5.encode(TRADITIONAL);
    for (bytes, text, encoding) in [
        (SIMPLE.as_bytes(), SIMPLE, "UTF-8"),
        (&gb18030[..], SIMPLE, "GB18030"),
        (&big5[..], TRADITIONAL, "Big5"),
    ] {
        let (_folder, file) = written("poems.txt", bytes);
        let corpus = Corpus::read(&file).unwrap();
        assert_eq!(corpus.poems, Corpus::parse(text).poems, "{encoding}");
        assert_eq!((corpus.sources[0].encoding, corpus.sources[0].entries), (encoding, 2));
    }
}

#[test]
fn a_single_poem_is_enough_to_tell_the_encodings_apart() {
    for line in include_str!("../../../data/poems.txt").lines() {
        let (bytes, ..) = GB18030.encode(line);
        assert_eq!(sound(&bytes), (line.to_string(), "GB18030"));
    }
    for line in TRADITIONAL.lines() {
        let (bytes, ..) = BIG5.encode(line);
        assert_eq!(sound(&bytes), (line.to_string(), "Big5"));
    }
}

#[test]
fn what_is_no_text_of_these_encodings_is_refused_in_one_sentence() {
    let shift_jis = encoding_rs::SHIFT_JIS
        .encode("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。")
        .0;
    let foreign: [&[u8]; 4] =
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a:b\0c", &shift_jis, b"\x1f\x8b\x08\x00\xff\xfe\x81"];
    for bytes in foreign {
        let error = decode(bytes, "a.bin").unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert_eq!(error.kind(), Some(&Foreign { name: "a.bin".into() }));
        assert!(error.message().contains("a.bin") && !error.message().contains('\n'), "{error}");
    }
}

#[test]
fn traditional_becomes_simplified_and_simplified_stays() {
    let (_folder, file) = written("poems.txt", TRADITIONAL.as_bytes());
    let corpus = Corpus::read_all(&[file], SIMPLIFIED).unwrap();
    assert_eq!(corpus.poems, Corpus::parse(SIMPLE).poems);
    let ours = include_str!("../../../data/poems.txt");
    let changed = ours.lines().filter(|line| simplified(line) != **line).count();
    assert!(
        changed * 100 <= ours.lines().count(),
        "{changed} lines that were simplified already changed"
    );
}

/// A folder as chinese-poetry has it, with files that are no poems beside.
fn collection() -> tempfile::TempDir {
    let folder = tempdir().unwrap();
    let poem = |key: &str, title: &str, line: &str| {
        format!(
            r#"[{{"author": "佚名", "paragraphs": ["{line}", "夜來風雨聲。"], "{key}": "{title}", "tags": ["x"]}}]"#
        )
    };
    for (name, text) in [
        ("poet.tang.10000.json", poem("title", "丙", "春眠不覺曉，")),
        ("poet.tang.2000.json", poem("title", "乙", "處處聞啼鳥，")),
        ("poet.tang.0.json", poem("title", "甲", "花落知多少，")),
        ("ci.song.2019y.json", poem("rhythmic", "浣溪沙", "一曲新詞酒一杯，")),
        ("authors.tang.json", r#"[{"name": "李白", "desc": "…"}]"#.into()),
        ("poet.tang.0.simplified.json", "no JSON at all".into()),
        ("README.md", "甲:花落知多少".into()),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn a_folder_of_json_is_read_in_the_order_of_its_numbers_and_nothing_beside() {
    let folder = collection();
    let corpus = Corpus::read(folder.path()).unwrap();
    let titles: Vec<&str> = corpus.poems.iter().map(|poem| poem.title.as_str()).collect();
    assert_eq!(titles, ["甲", "乙", "丙", "浣溪沙"]);
    assert_eq!(contents(&corpus)[3], "一曲新詞酒一杯，夜來風雨聲。");
    assert_eq!(
        contents(&Corpus::read_all(&[folder.path().into()], SIMPLIFIED).unwrap())[3],
        "一曲新词酒一杯，夜来风雨声。"
    );
}

#[test]
fn json_poems_meet_the_same_rules_as_lines() {
    let json = r#"[{"title": "题：一", "paragraphs": ["春眠（一作睡）不觉晓。"]}, {"title": "二", "paragraphs": []},
        {"title": "三:甲", "paragraphs": ["处处闻啼鸟。"]}, {"title": "四", "paragraphs": ["处处:闻啼鸟。"]}]"#;
    let (_folder, file) = written("poet.tang.0.json", json.as_bytes());
    let corpus = Corpus::read(&file).unwrap();
    let rejected: Vec<Reason> = corpus.rejected.keys().copied().collect();
    assert_eq!(rejected, [Reason::ManyColons, Reason::Marked('（'), Reason::TooShort]);
    assert_eq!(corpus.examples[&Reason::Marked('（')], "题：一:春眠（一作睡）不觉晓。");
    assert_eq!(corpus.poems, [Poem { title: "三:甲".into(), content: "处处闻啼鸟。".into() }]);
    assert_eq!(
        Corpus::parse(&corpus.to_text()).poems[0].title,
        "三：甲",
        "what is written can be read again"
    );
}

#[test]
fn broken_json_and_empty_folders_are_one_sentence_each() {
    for bad in [
        "",
        "[",
        "{}",
        r#"{"paragraphs": []}"#,
        r#"[{"title": "x"}]"#,
        "[1, 2]",
        "静夜思:床前明月光",
    ] {
        let (_folder, file) = written("poet.tang.0.json", bad.as_bytes());
        let error = Corpus::read(&file).unwrap_err();
        assert!(
            error.message().contains("poet.tang.0.json") && !error.message().contains('\n'),
            "{error}"
        );
        assert!(matches!(error.kind(), Some(json::Kind::NotPoems { .. })), "{error}");
    }
    let (_folder, file) = written("poet.tang.0.json", b"[]");
    let error = Corpus::read(&file).unwrap_err();
    let empty = NoPoem {
        paths: vec![file],
        longest: LONGEST,
        why: Why::Empty,
        kept: 0,
        rejected: Default::default(),
    };
    assert_eq!(error.kind(), Some(&empty));
    let empty = tempdir().unwrap();
    let error = Corpus::read(empty.path()).unwrap_err();
    assert_eq!(error.kind(), Some(&json::Kind::Empty { folder: empty.path().into() }));
    assert!(error.message().contains("poet.tang.*.json"));
    assert_eq!(Corpus::read(Path::new("no/such/file")).unwrap_err().exit_code(), 2);
}

#[test]
fn two_files_are_one_corpus_without_twins() {
    let (_a, first) = written("a.txt", SIMPLE.as_bytes());
    let (_b, second) =
        written("b.txt", format!("{SIMPLE}鹿柴:空山不见人，但闻人语响。\n").as_bytes());
    let corpus = Corpus::read_all(&[first, second], Reading::default()).unwrap();
    assert_eq!(
        (corpus.poems.len(), corpus.rejected[&Reason::Duplicate], corpus.entries()),
        (3, 2, 5)
    );
    assert_eq!(corpus.sources.iter().map(|source| source.entries).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn the_longest_poem_is_a_matter_of_choice() {
    let (_folder, file) =
        written("a.txt", format!("短:{}\n长:{}\n", "月".repeat(79), "花".repeat(120)).as_bytes());
    let kept = |longest| {
        Corpus::read_all(std::slice::from_ref(&file), Reading { longest, ..Reading::default() })
            .unwrap()
    };
    for (longest, count) in [(79, 1), (119, 1), (120, 2)] {
        assert_eq!(kept(longest).poems.len(), count);
    }
    assert_eq!(kept(119).rejected[&Reason::TooLong(119)], 1);
}

#[test]
fn form_is_a_matter_of_line_lengths() {
    let five = "床前明月光，";
    let seven = "朝辞白帝彩云间。";
    for (poem, form) in [
        (five.repeat(4), Form::FiveQuatrain),
        (seven.repeat(4), Form::SevenQuatrain),
        (five.repeat(8), Form::FiveEight),
        (seven.repeat(8), Form::SevenEight),
        (five.repeat(6), Form::Other),
        (five.repeat(3) + seven, Form::Other),
        ("床前明□光，".repeat(4), Form::Other),
        ("床前、月光，".repeat(4), Form::Other),
        (five.repeat(4).trim_end_matches('，').to_string(), Form::FiveQuatrain),
        (five.repeat(4) + "。", Form::Other),
        (String::new(), Form::Other),
    ] {
        assert_eq!(Form::of(&poem), form, "{poem}");
    }
    assert_eq!(forms([&*five.repeat(4), &seven.repeat(8), five]), [1, 0, 0, 1, 1]);
}

#[test]
fn lengths_are_counted_by_tens() {
    assert_eq!(lengths_by_ten(&[0, 9, 10, 29, 29]), [2, 1, 2]);
    assert_eq!(lengths_by_ten(&[]), [0; 0]);
}

#[test]
fn padding_is_the_cells_that_no_poem_fills() {
    // Rows of 3 and 7 steps, then of 7 and 3: each batch has 14 cells, 10 of them used.
    let lengths = [2, 6, 6, 2];
    let Padding { file_order, buckets: sorted } = Padding::of(&lengths, 2);
    assert!((file_order - 4.0 / 14.0).abs() < 1e-12 && sorted == 0.0, "{file_order} {sorted}");
    assert_eq!(buckets(&lengths, 2, None).len(), 2);
}

#[test]
fn buckets_waste_less_than_one_percent_of_the_shared_corpus() {
    let Some(path) = shared_corpus() else { return };
    let corpus = Corpus::read(&path).unwrap();
    let lengths: Vec<usize> = contents(&corpus).iter().map(|text| text.chars().count()).collect();
    let Padding { file_order, buckets } = Padding::of(&lengths, 64);
    assert!((0.30..0.32).contains(&file_order) && buckets < 0.002, "{file_order} {buckets}");
}

#[test]
fn a_vocabulary_covers_what_its_characters_make_up() {
    let counted = frequencies(["山山山山水水水月月花"]);
    for (min_count, most, kept, covered) in
        [(1, 9, 4, 1.0), (1, 2, 2, 0.7), (2, 9, 3, 0.9), (3, 1, 1, 0.4), (5, 9, 0, 0.0)]
    {
        let vocab = Vocab::limited(&counted, min_count, most);
        assert_eq!(
            (vocab.characters(), vocab.coverage(&counted)),
            (kept, covered),
            "{min_count} {most}"
        );
    }
}

/// The refusal of a text file with these bytes.
fn refused(bytes: &[u8]) -> NoPoem {
    let (_folder, file) = written("a.txt", bytes);
    let error = Corpus::read(&file).expect_err("it is refused");
    assert!(error.exit_code() == 2 && !error.message().contains('\n'), "{error}");
    error.kind::<NoPoem>().unwrap_or_else(|| panic!("{error}")).clone()
}

#[test]
fn a_corpus_that_no_model_could_write_is_refused_with_its_share_of_han_characters() {
    let english: String =
        (0..200).map(|k| format!("Sonnet {k}:shall I compare thee to a day {k}\n")).collect();
    let russian: String = (0..50).map(|k| format!("Песнь {k}:мороз и солнце день {k}\n")).collect();
    for text in [&english, &russian] {
        let NoPoem { why, rejected, kept, .. } = refused(text.as_bytes());
        assert!(matches!(why, Why::NotChinese(share) if share < 0.01), "{why:?}");
        assert_eq!((kept, rejected[&Reason::Letter]), (0, text.lines().count()));
    }
    let japanese = "題:古池や蛙飛びこむ水の音\n春:春の海ひねもすのたりのたりかな\n";
    assert_eq!(refused(japanese.as_bytes()).rejected[&Reason::Letter], 2);
    let readme = include_bytes!("../../../README.md");
    let NoPoem { rejected, .. } = refused(readme);
    assert!(rejected[&Reason::NoColon] > 10);
}

#[test]
fn a_few_poems_among_many_other_lines_are_no_corpus() {
    let text = SIMPLE.to_string() + &"没有冒号的一行\n".repeat(30);
    let NoPoem { kept, why, .. } = refused(text.as_bytes());
    assert_eq!((kept, why), (2, Why::Other));
    let (_folder, file) =
        written("a.txt", (SIMPLE.to_string() + &"没有冒号\n".repeat(18)).as_bytes());
    assert_eq!(Corpus::read(&file).unwrap().poems.len(), 2);
}

#[test]
fn each_other_layout_has_a_sentence_of_its_own() {
    for (line, why) in [
        ("", Why::Empty),
        ("\n\n", Why::Empty),
        ("春晓\t春眠不觉晓，处处闻啼鸟。\n", Why::Tab),
        ("春晓：春眠不觉晓，处处闻啼鸟。\n", Why::WideColon),
        ("春晓,孟浩然,春眠不觉晓，处处闻啼鸟。\n", Why::Comma),
        ("春晓:孟浩然:春眠不觉晓，处处闻啼鸟。\n", Why::Columns),
        ("春眠不觉晓，处处闻啼鸟。\n", Why::Other),
    ] {
        let refusal = refused(line.repeat(3).as_bytes());
        assert_eq!(refusal.why, why, "{line}");
        assert_eq!(refusal.rejected.values().sum::<usize>(), line.repeat(3).lines().count());
        let counted = refusal.to_string().contains("3 without \":\"");
        assert_eq!(counted, refusal.rejected.contains_key(&Reason::NoColon), "{refusal}");
    }
}

#[test]
fn what_a_model_could_not_write_is_rejected_by_reason() {
    let rejected = |content: &str| {
        let corpus = Corpus::parse(&format!("题:{content}"));
        corpus.rejected.keys().next().copied()
    };
    for (content, reason) in [
        ("祲容\u{3000}靡然而来", Reason::Gap),
        ("春眠不觉□，处处闻啼鸟", Reason::Gap),
        ("春眠{釒基}觉晓", Reason::Composed),
        ("春眠シ觉晓", Reason::Letter),
        ("春眠x觉晓", Reason::Letter),
        ("春眠\u{fffd}觉晓", Reason::Damaged),
    ] {
        assert_eq!(rejected(content), Some(reason), "{content}");
    }
    for kept in [
        "春眠不觉晓，\u{3000}处处闻啼鸟。",
        "春\u{3000}眠\u{3000}不\u{3000}觉\u{3000}晓",
        "年年岁岁々",
    ] {
        assert_eq!(rejected(kept), None, "{kept}");
    }
}

#[test]
fn other_forms_of_a_character_become_the_common_one_and_half_width_punctuation_is_counted() {
    let corpus = Corpus::parse("题\u{200b}:床前明⽉\u{e0100}光,疑是\u{feff}地上\u{f92f}. \n");
    assert_eq!(corpus.poems[0].title, "题");
    assert_eq!(corpus.poems[0].content, "床前明月光，疑是地上勞。");
    assert_eq!(corpus.widened, 2);
    assert!(corpus.report().contains("2 half-width"), "{}", corpus.report());
}

#[test]
fn a_bad_byte_costs_its_line_and_is_named() {
    let mut bytes = SIMPLE.to_string().into_bytes();
    bytes.extend("坏:花落知".as_bytes());
    let place = bytes.len() + 1;
    bytes.extend(b"\xe6\n");
    let (_folder, file) = written("a.txt", &bytes);
    let corpus = Corpus::read(&file).unwrap();
    assert_eq!((corpus.poems.len(), corpus.entries()), (2, 3));
    let damage = corpus.sources[0].damage.expect("it is found");
    assert_eq!((damage.line, damage.place, damage.byte), (3, place, 0xe6));
    assert!(corpus.report().contains("line 3") && corpus.report().contains("0xE6"));

    let mut gb18030 = GB18030.encode(SIMPLE).0.into_owned();
    let end = gb18030.len() - 1;
    gb18030.insert(end, 0xff);
    let (_folder, file) = written("a.txt", &gb18030);
    let corpus = Corpus::read(&file).unwrap();
    assert_eq!((corpus.sources[0].encoding, corpus.rejected[&Reason::Damaged]), ("GB18030", 1));
    assert_eq!(corpus.sources[0].damage.map(|damage| (damage.line, damage.byte)), Some((2, 0xff)));
}

#[test]
fn korean_is_not_read_as_big5() {
    let korean = "서시:죽는 날까지 하늘을 우러러 한 점 부끄럼이 없기를\n별:별 하나에 추억과 별 하나에 사랑과 별 하나에 쓸쓸함과\n";
    let bytes = encoding_rs::EUC_KR.encode(korean).0;
    assert!(decode(&bytes, "a.txt").unwrap_err().kind::<Foreign>().is_some());
    let file = written("a.txt", korean.as_bytes());
    assert!(Corpus::read(&file.1).unwrap_err().kind::<NoPoem>().is_some());
}

#[test]
fn the_collections_other_files_are_read_like_its_tang_poems() {
    let folder = tempdir().unwrap();
    let put = |name: &str, key: &str, line: &str| {
        let json =
            format!(r#"[{{"{key}": "浣溪沙·其一", "paragraphs": ["{line}。"], "notes": ["x"]}}]"#);
        fs::write(folder.path().join(name), json).unwrap();
    };
    put("huajianji-1-juan.json", "title", "小山重叠金明灭");
    put("huajianji-x-juan.json", "rhythmic", "水精帘里颇黎枕");
    fs::write(folder.path().join("huajianji-0-preface.json"), r#"{"paragraphs": "x"}"#).unwrap();
    let lyrics = Reading { lyrics: true, ..Reading::default() };
    let corpus = Corpus::read_all(&[folder.path().into()], lyrics).unwrap();
    assert_eq!(contents(&corpus), ["小山重叠金明灭。", "水精帘里颇黎枕。"]);
    assert!(corpus.poems.iter().all(|poem| poem.title == "浣溪沙"), "{:?}", corpus.poems);
    put("poet.song.1000.json", "title", "山外青山楼外楼");
    put("poet.song.0.json", "title", "欲把西湖比西子");
    let corpus = Corpus::read(folder.path()).unwrap();
    assert_eq!(contents(&corpus), ["欲把西湖比西子。", "山外青山楼外楼。"]);
    assert_eq!(lines_of(folder.path()).unwrap()[1], "浣溪沙·其一:山外青山楼外楼。");
    // Of several files the sum covers all, wherever they lie.
    let sum = corpus.sha256();
    put("poet.song.0.json", "title", "淡妆浓抹总相宜");
    assert_ne!(Corpus::read(folder.path()).unwrap().sha256(), sum);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_text_and_has_no_end_is_refused_at_its_beginning() {
    let error = Corpus::read(Path::new("/dev/zero")).unwrap_err();
    assert_eq!(error.kind(), Some(&Foreign { name: "/dev/zero".into() }));
}

#[test]
fn a_tune_that_is_lost_is_no_tune() {
    use lstm_lessons::poems::text::genre::Genre;
    let lyric = |title: &str| Poem { title: title.into(), content: "春眠不觉晓".into() };
    let tunes = Genre::Lyric.tunes(&[lyric("失调名"), lyric("失调名"), lyric("浣溪沙")]);
    assert_eq!(tunes.iter().map(|tune| tune.name.as_str()).collect::<Vec<_>>(), ["浣溪沙"]);
}
