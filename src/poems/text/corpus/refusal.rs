//! A file that is no corpus, and what would make one of it.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use super::rules::{Reason, SHORTEST};
use crate::say;

/// A text with a smaller share of Han characters is not Chinese.
const CHINESE: f64 = 0.5;
/// Of a corpus at least one line in so many is a poem, too long ones aside.
const FEWEST: usize = 10;

/// A corpus without a poem, or with so few that it is something else.
#[derive(Clone, Debug, PartialEq)]
pub struct NoPoem {
    /// The files that were read.
    pub paths: Vec<PathBuf>,
    /// The longest content that would have been kept.
    pub longest: usize,
    /// What is wrong with most lines.
    pub why: Why,
    /// How many poems there are.
    pub kept: usize,
    /// How many lines were rejected for each reason.
    pub rejected: BTreeMap<Reason, usize>,
}

/// What is wrong with most lines of a corpus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// There are none.
    Empty,
    /// The share of Han characters is below a half.
    NotChinese(f64),
    /// A tab stands between title and content.
    Tab,
    /// A full-width colon does.
    WideColon,
    /// A comma does.
    Comma,
    /// More than two columns.
    Columns,
    /// Something else.
    Other,
}

impl NoPoem {
    /// Whether a corpus of `kept` poems is refused.
    pub(super) fn applies(kept: usize, rejected: &BTreeMap<Reason, usize>) -> bool {
        let harmless = |reason: &Reason| {
            matches!(reason, Reason::Blank | Reason::Duplicate | Reason::TooLong(_))
        };
        let strange: usize =
            rejected.iter().filter(|(reason, _)| !harmless(reason)).map(|(_, count)| count).sum();
        kept == 0 || kept * FEWEST < kept + strange
    }
}

impl Why {
    /// Judges by the most frequent reason and its first line; `share` is that of Han characters.
    pub(super) fn of(
        rejected: &BTreeMap<Reason, usize>,
        examples: &BTreeMap<Reason, String>,
        share: f64,
    ) -> Self {
        let said = rejected.iter().filter(|(reason, _)| **reason != Reason::Blank);
        let Some((most, _)) = said.max_by_key(|(_, count)| **count) else {
            return Why::Empty;
        };
        let example = examples.get(most).map_or("", String::as_str);
        match most {
            _ if share < CHINESE => Why::NotChinese(share),
            Reason::NoColon if example.contains('\t') => Why::Tab,
            Reason::NoColon if example.contains('：') => Why::WideColon,
            Reason::NoColon if example.contains(',') => Why::Comma,
            Reason::ManyColons => Why::Columns,
            _ => Why::Other,
        }
    }

    fn text(self, longest: usize) -> String {
        match self {
            Why::Empty => {
                say!("it is empty, name a file of poems", "文件是空的，请指定有诗的文件")
            }
            Why::NotChinese(share) => say!(
                "only {share:.0} % of its characters are Han characters and the models write \
                 nothing else, so choose Chinese texts",
                "其中只有 {share:.0}% 是汉字，而模型只写汉字，请选用中文文本",
                share = 100.0 * share
            ),
            Why::Tab => say!(
                "a tab stands between title and content, put \":\" there",
                "标题与内容之间是制表符，请改为“:”"
            ),
            Why::WideColon => say!(
                "a full-width \"：\" stands between title and content, put \":\" there",
                "标题与内容之间是全角“：”，请改为半角“:”"
            ),
            Why::Comma => say!(
                "a comma stands between title and content as in CSV, put \":\" there",
                "标题与内容之间是逗号（CSV），请改为“:”"
            ),
            Why::Columns => say!(
                "its lines have more than two columns, keep title:content alone",
                "每行多于两栏，请只保留“标题:内容”"
            ),
            Why::Other => say!(
                "each line must be title:content with {SHORTEST} to {longest} characters",
                "每行应为“标题:内容”，内容 {SHORTEST} 到 {longest} 字"
            ),
        }
    }
}

impl fmt::Display for NoPoem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { paths, longest, why, kept, rejected } = self;
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let (names, why) = (names.join(", "), why.text(*longest));
        let count = |(reason, count): (&Reason, &usize)| {
            let reason = reason.text();
            say!("{count} {reason}", "{reason} {count} 行")
        };
        let counts: Vec<String> = rejected.iter().map(count).collect();
        let counts = match counts.join("; ") {
            none if none.is_empty() => none,
            some => say!(" (rejected: {some})", "（剔除：{some}）"),
        };
        f.write_str(&match kept {
            0 => say!(
                "{names} holds no poem that passes the rules; {why}{counts}",
                "{names} 中没有符合规则的诗；{why}{counts}"
            ),
            _ => say!(
                "{names} holds but {kept} poems among many other lines; {why}{counts}",
                "{names} 中只有 {kept} 首诗，其余各行都不是；{why}{counts}"
            ),
        })
    }
}

impl std::error::Error for NoPoem {}
