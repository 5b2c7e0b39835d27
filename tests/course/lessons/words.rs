//! One word an idea: the pages, the code and the messages keep to the glossary of `src/lib.rs`.

use std::{fs, path::Path};

use crate::lessons::walkthroughs::{LESSONS, read};

/// Variants of the glossary's Chinese words that a translator might write.
pub(super) const AVOIDED: [&str; 16] = [
    "细胞",
    "忘记门",
    "遗忘闸",
    "大门",
    "隐藏状态",
    "词汇表",
    "随时间反向传播",
    "三元模型",
    "自动求导",
    "独热编码",
    "附带",
    "画出来的",
    "诗体",
    "偶数行",
    "x_data",
    "rnn_size",
];

#[test]
fn the_pages_keep_to_the_words_of_the_glossary() {
    let walkthroughs = LESSONS.map(|folder| format!("lessons/{folder}/README.zh-CN.md"));
    let others = ["README", "lessons/REFERENCE", "lessons/TEACHING", "lessons/exercises/README"]
        .map(|page| format!("{page}.zh-CN.md"));
    for page in walkthroughs.iter().chain(&others) {
        let text = read(page);
        for word in AVOIDED {
            assert!(
                !text.contains(word),
                "{page} says {word}; the glossary has another word for it"
            );
        }
    }
}

/// Words of our own that a student would search the literature for in vain, and the words of the
/// field. Upper and lower case are the same here.
const BANNED: [(&str, &str); 18] = [
    ("way back", "backward pass, gradient"),
    ("downdate", "step_backward"),
    ("felt", "gradient norm"),
    ("taste", "SamplingConfig, sampling"),
    ("wish", "Constraints"),
    ("trouble", "Error"),
    ("diary", "log, history"),
    ("scores of what comes next", "logits"),
    ("parted", "split"),
    ("those that teach", "training set"),
    ("those that judge", "validation set"),
    ("thrown out", "rejected"),
    ("throws out", "rejects"),
    ("throw out", "reject"),
    ("turned round", "transposed"),
    ("coding assistants", "AGENTS.md, and no second copy"),
    ("编程助手", "AGENTS.md, and no second copy"),
    ("奈特", "纳特"),
];

/// Where a reader of the repository meets words.
const PLACES: [&str; 9] = [
    "src",
    "lessons",
    "tests",
    "benches",
    "examples",
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "data/SOURCES.md",
];

/// The files at or under `path` whose text is written by hand or printed.
fn texts(path: &Path) -> Vec<std::path::PathBuf> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|path| texts(&path)).collect();
    }
    let kinds = ["rs", "md", "svg", "py", "toml"];
    let known = path.extension().is_some_and(|end| kinds.iter().any(|kind| end == *kind));
    if known { vec![path.to_path_buf()] } else { vec![] }
}

/// Whether `word` begins in the first `until` bytes of `text`, as a whole word; the parts of a
/// snake_case name are words.
fn says(text: &str, until: usize, word: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        at < until && !goes_on(before.chars().next_back()) && !goes_on(after.chars().next())
    })
}

/// The banned words of a text, each with the number of its line. A phrase may be wrapped, in a
/// comment too: a line is read together with the next.
pub(super) fn banned(text: &str) -> Vec<(usize, &'static str, &'static str)> {
    let text = text.to_lowercase();
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches(['\\', ' '])).collect();
    let mut found = vec![];
    for (k, line) in lines.iter().enumerate() {
        let next =
            lines.get(k + 1).map_or("", |next| next.trim_start_matches(['/', '!', '#', ' ']));
        let both = format!("{line} {next}");
        let here = BANNED.iter().filter(|(word, _)| says(&both, line.len(), word));
        found.extend(here.map(|&(word, instead)| (k + 1, word, instead)));
    }
    found
}

#[test]
fn banned_words_are_found_in_names_and_where_a_comment_is_wrapped() {
    let text = "/// What is left on its way\n/// back.\nlet felt_here = heartfelt;\nstruct Taste;";
    let found: Vec<(usize, &str)> = banned(text).iter().map(|&(k, word, _)| (k, word)).collect();
    assert_eq!(found, [(1, "way back"), (3, "felt"), (4, "taste")]);
}

#[test]
fn no_page_no_name_and_no_message_has_a_word_that_the_field_has_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![];
    for path in PLACES.iter().flat_map(|place| texts(&root.join(place))) {
        if path.ends_with(file!()) {
            continue; // the list above
        }
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let name = path.strip_prefix(root).unwrap().display();
        for (line, word, instead) in banned(&text) {
            found.push(format!("{name}:{line}: {word} (say: {instead})"));
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}
