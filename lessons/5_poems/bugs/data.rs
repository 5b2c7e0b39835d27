//! Bugs that show without any training.

use lstm_lessons::{
    bugs::{
        Figure, Finding,
        batching::{buckets_unsorted, whole_batches},
        corpus::fits_in_bytes,
        small::{BATCH_SIZE, Small},
    },
    poems::{batch::buckets, inspect::figures::waste, text::corpus::LONGEST},
    say,
};

/// The whole corpus that ships, by the course's rules.
fn all() -> Small {
    Small::read(usize::MAX, LONGEST)
}

pub fn constant_key() -> Vec<Finding> {
    let small = all();
    let lengths = small.lengths();
    let shares = [buckets(&lengths, BATCH_SIZE, None), buckets_unsorted(&small.ids, BATCH_SIZE)]
        .map(|batches| Figure::Share(waste(&lengths, &batches)));
    let [healthy, faulty] = shares;
    vec![Finding::new(
        "padding_share",
        say!(
            "share of padding, {BATCH_SIZE} poems a batch",
            "每批 {BATCH_SIZE} 首时填充所占的比例"
        ),
        healthy,
        faulty,
    )]
}

pub fn dropped_tail() -> Vec<Finding> {
    let small = all();
    let order: Vec<usize> = (0..small.ids.len()).collect();
    let (healthy, faulty) =
        (buckets(&small.lengths(), BATCH_SIZE, None), whole_batches(&order, BATCH_SIZE));
    let read = |batches: &[Vec<usize>]| batches.iter().map(Vec::len).sum::<usize>();
    let unread = |batches: &[Vec<usize>]| {
        let titles = order.iter().filter(|k| !batches.iter().flatten().any(|read| read == *k));
        let titles: Vec<&str> = titles.map(|&k| &*small.poems[k].title).collect();
        Figure::Text(if titles.is_empty() { say!("none", "无") } else { titles.join("\n") })
    };
    let poems = order.len();
    vec![
        Finding::new(
            "poems_read",
            say!("poems read in an epoch, of {poems}", "一轮读到的诗（共 {poems} 首）"),
            Figure::Count(read(&healthy)),
            Figure::Count(read(&faulty)),
        ),
        Finding::new(
            "never_read",
            say!("Never read, however many epochs:", "无论训练多少轮，永远读不到的诗："),
            unread(&healthy),
            unread(&faulty),
        ),
    ]
}

pub fn byte_length() -> Vec<Finding> {
    let small = all();
    let lengths: Vec<usize> = small.poems.iter().map(|poem| poem.content.chars().count()).collect();
    let kept = small
        .poems
        .iter()
        .zip(&lengths)
        .filter(|(poem, _)| fits_in_bytes(&poem.content))
        .map(|(_, &n)| n);
    let kept: Vec<usize> = kept.collect();
    let longest = |lengths: &[usize]| Figure::Count(lengths.iter().copied().max().unwrap_or(0));
    vec![
        Finding::new(
            "poems_kept",
            say!("poems kept of data/poems.txt", "data/poems.txt 中保留的诗"),
            Figure::Count(lengths.len()),
            Figure::Count(kept.len()),
        ),
        Finding::new(
            "longest_kept",
            say!("characters of the longest of them", "其中最长一首的字数"),
            longest(&lengths),
            longest(&kept),
        ),
    ]
}
