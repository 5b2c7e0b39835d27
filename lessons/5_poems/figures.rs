//! What a corpus is made of: forms, lengths, characters, padding, and what was rejected.

use clap::Args;
use lstm_lessons::{
    look::{
        Color, WIDTH, bars, fit, pad,
        shown::{columns, visible},
    },
    poems::{
        inspect::figures::{Form, Padding, forms, lengths_by_ten},
        text::{
            corpus::{Corpus, Source},
            vocab::{Vocab, frequencies},
        },
    },
    say,
    shell::cli::above_zero,
};
use serde_json::{Map, Value, json};

/// The flags that decide which characters are known and what a batch is.
#[derive(Args)]
pub struct Limits {
    #[arg(long, value_parser = above_zero, help = say!(
        "keep only so many characters, the most frequent",
        "只保留最常用的若干个字"
    ))]
    vocab_size: Option<usize>,
    #[arg(long, default_value_t = 1, value_parser = above_zero, help = say!(
        "characters rarer than this become unknown",
        "出现次数少于此数的字视为未知"
    ))]
    min_count: usize,
    #[arg(long, default_value_t = 64, value_parser = above_zero, help = say!(
        "poems a batch, for the padding",
        "每批几首诗，用来计算填充"
    ))]
    pub batch_size: usize,
}

/// The vocabulary sizes whose coverage is shown.
const SIZES: [usize; 6] = [500, 1000, 2000, 3000, 5000, 8000];

/// What can be counted in a corpus.
pub struct Figures {
    forms: [usize; 5],
    lengths: Vec<usize>,
    frequencies: Vec<(char, usize)>,
    vocab: Vocab,
    padding: Padding,
    /// Poems with a character outside the vocabulary.
    with_unknown: usize,
}

impl Figures {
    /// Counts the kept poems.
    pub fn of(corpus: &Corpus, limits: &Limits) -> Self {
        let texts = || corpus.poems.iter().map(|poem| poem.content.as_str());
        let frequencies = frequencies(texts());
        let vocab =
            Vocab::limited(&frequencies, limits.min_count, limits.vocab_size.unwrap_or(usize::MAX));
        let lengths: Vec<usize> = texts().map(|text| text.chars().count()).collect();
        Self {
            forms: forms(texts()),
            padding: Padding::of(&lengths, limits.batch_size),
            with_unknown: texts()
                .filter(|text| text.chars().any(|c| vocab.id(c).is_none()))
                .count(),
            lengths,
            frequencies,
            vocab,
        }
    }

    fn characters(&self) -> usize {
        self.lengths.iter().sum()
    }

    /// The share of the text that the most frequent characters, so many of them, cover.
    fn coverage(&self, size: usize) -> f64 {
        Vocab::limited(&self.frequencies, 1, size).coverage(&self.frequencies)
    }

    /// The forms and lengths of the poems.
    pub fn shapes(&self, color: Color) -> String {
        let share = |count: &usize| *count as f64 / self.lengths.len().max(1) as f64;
        let forms: Vec<(String, f64)> = Form::ALL
            .iter()
            .zip(&self.forms)
            .map(|(form, n)| (format!("{} {n:>6}", pad(&form.to_string(), 8)), share(n)))
            .collect();
        let tens = lengths_by_ten(&self.lengths);
        let lengths: Vec<(String, f64)> = tens
            .iter()
            .enumerate()
            .map(|(k, n)| (format!("{:>2}–{:<2} {n:>6}", k * 10, k * 10 + 9), share(n)))
            .collect();
        let mean = self.characters() as f64 / self.lengths.len().max(1) as f64;
        [
            say!("Forms, by the lengths of the lines alone", "体裁（只看每句字数）"),
            bars(&forms, columns(), color).join("\n"),
            String::new(),
            say!(
                "Lengths in characters, punctuation included: {mean:.1} on average",
                "字数（含标点），平均 {mean:.1}"
            ),
            bars(&lengths, columns(), color).join("\n"),
        ]
        .join("\n")
    }

    /// How many characters there are, and what the most frequent cover.
    pub fn vocabulary(&self, limits: &Limits) -> String {
        let (all, different) = (self.characters(), self.frequencies.len());
        let once = self.frequencies.iter().filter(|(_, n)| *n == 1).count();
        let mut lines = vec![say!(
            "Characters: {all}, {different} different ones, {once} of them only once",
            "字符：共 {all} 个，{different} 种，其中 {once} 种只出现一次"
        )];
        for size in SIZES.into_iter().filter(|size| *size < different) {
            let share = self.coverage(size) * 100.0;
            lines.push(say!(
                "  the {size:>5} most frequent cover {share:>7.3} %",
                "  最常用的 {size:>5} 个覆盖 {share:>7.3} %"
            ));
        }
        if limits.vocab_size.is_some() || limits.min_count > 1 {
            let (kept, share) =
                (self.vocab.characters(), self.vocab.coverage(&self.frequencies) * 100.0);
            let (unknown, poems) = (self.with_unknown, self.lengths.len());
            lines.push(say!(
                "Your choice keeps {kept} characters: they cover {share:.3} %;\n{unknown} of \
                 {poems} poems have an unknown one",
                "按所选条件保留 {kept} 个字，覆盖 {share:.3} %；\n{poems} 首诗中有 {unknown} \
                 首含未知字"
            ));
        }
        lines.join("\n")
    }

    /// What two orders waste.
    pub fn padding(&self, limits: &Limits) -> String {
        let (size, Padding { file_order, buckets }) = (limits.batch_size, self.padding);
        let (file_order, buckets) = (file_order * 100.0, buckets * 100.0);
        say!(
            "Padding at {size} poems a batch\n  in the order of the file {file_order:>6.2} %\n  in \
             buckets of length     {buckets:>6.2} %",
            "填充，每批 {size} 首\n  按文件顺序 {file_order:>6.2} %\n  按长度分桶 {buckets:>6.2} %"
        )
    }

    /// All of it, for programs.
    pub fn json(&self, corpus: &Corpus, limits: &Limits) -> Value {
        let rejected: Map<String, Value> = corpus
            .rejected
            .iter()
            .map(|(reason, count)| {
                (reason.key(), json!({ "count": count, "example": corpus.examples.get(reason) }))
            })
            .collect();
        let sources = corpus
            .sources
            .iter()
            .map(|source| json!({ "name": source.name, "encoding": source.encoding, "entries": source.entries }));
        let [five_quatrain, seven_quatrain, five_eight, seven_eight, others] = self.forms;
        let sizes: Map<String, Value> =
            SIZES.into_iter().map(|size| (size.to_string(), json!(self.coverage(size)))).collect();
        json!({
            "sources": sources.collect::<Vec<_>>(),
            "read": corpus.entries(),
            "kept": corpus.poems.len(),
            "half_width_converted": corpus.widened,
            "rejected": rejected,
            "forms": {
                "五绝": five_quatrain, "七绝": seven_quatrain, "五律": five_eight, "七律": seven_eight, "others": others
            },
            "lengths_by_ten": lengths_by_ten(&self.lengths),
            "characters": self.characters(),
            "different_characters": self.frequencies.len(),
            "coverage_of_most_frequent": sizes,
            "vocabulary": {
                "characters": self.vocab.characters(),
                "coverage": self.vocab.coverage(&self.frequencies),
                "poems_with_unknown": self.with_unknown,
            },
            "padding": {
                "batch_size": limits.batch_size,
                "file_order": self.padding.file_order,
                "buckets": self.padding.buckets,
            },
        })
    }
}

/// Where the poems came from, how many were kept, and an example of each reason for rejecting one.
pub fn kept(corpus: &Corpus) -> String {
    let mut lines: Vec<String> = Vec::new();
    for Source { name, encoding, entries, .. } in corpus.sources.iter().take(5) {
        lines.push(fit(
            &say!("{name} ({encoding}): {entries} read", "{name}（{encoding}）：读到 {entries} 首"),
            WIDTH,
        ));
    }
    if let Some(more) = corpus.sources.len().checked_sub(5).filter(|more| *more > 0) {
        lines.push(say!("and {more} more files", "以及另外 {more} 个文件"));
    }
    let (read, kept) = (corpus.entries(), corpus.poems.len());
    lines.push(say!("{read} read, {kept} kept", "读到 {read} 首，保留 {kept} 首"));
    for (reason, count) in &corpus.rejected {
        let text = reason.text();
        lines.push(say!("{count:>6} rejected: {text}", "{count:>6} 首剔除：{text}"));
        if let Some(example) = corpus.examples.get(reason).filter(|line| !line.trim().is_empty()) {
            let example = visible(example);
            lines.push(fit(&say!("       e.g. {example}", "       例如 {example}"), WIDTH));
        }
    }
    lines.extend(corpus.notes());
    lines.join("\n")
}
