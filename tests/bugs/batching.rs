use burn::prelude::*;
use lstm_lessons::{
    bugs::batching::{at_each_end, buckets_unsorted, last_column, whole_batches},
    poems::batch::{PoemBatch, buckets},
};

use crate::{POEMS, Shown, Verdict, caught, hold, tiny};

type Read = fn(Tensor<3>, &[usize]) -> Tensor<2>;

/// The logits after a text are the same whether it is alone in its batch or beside a longer one.
fn the_rest_of_the_batch_changes_nothing(read: Read) -> Verdict {
    let device = Device::flex();
    let model = tiny(8, 1, &device);
    let first = |texts: &[&[usize]]| -> Vec<f32> {
        let batch = PoemBatch::new(texts, &device);
        let (logits, _) = model.forward(model.embed_batch(&batch), None, None); // [B, T, V]
        read(logits, &batch.lengths).narrow(0, 0, 1).into_data().iter().collect() // [V]
    };
    let (alone, beside) = (first(&[&[4, 5]]), first(&[&[4, 5], &[4, 5, 6, 7, 4, 5]]));
    let apart = alone.iter().zip(&beside).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    hold(apart < 1e-5, format!("the logits change by {apart}"))
}

#[test]
fn read_at_pad_is_caught_by_a_longer_neighbour() {
    caught(
        the_rest_of_the_batch_changes_nothing(at_each_end),
        the_rest_of_the_batch_changes_nothing(last_column),
    );
}

#[test]
fn read_at_pad_no_longer_expects_the_comma_after_five_characters() {
    let shown = Shown::by(POEMS, "read-at-pad");
    let (healthy, faulty) = shown.number("p_next");
    assert!(healthy > 0.5 && faulty < healthy, "{healthy}, {faulty}");
    assert_eq!(shown.text("likeliest").0, "，");
}

/// Poems of 1 to 10 characters, long and short ones mixed.
fn poems() -> Vec<Vec<usize>> {
    (0..23).map(|k| vec![5; 1 + k * 7 % 10]).collect()
}

fn lengths(poems: &[Vec<usize>]) -> Vec<usize> {
    poems.iter().map(Vec::len).collect()
}

/// No poem of a batch is longer than one of the next batch.
fn batches_are_sorted_by_length(batches: &[Vec<usize>]) -> Verdict {
    let poems = poems();
    let ranges = batches.iter().map(|batch| batch.iter().map(|&k| poems[k].len()));
    let ranges: Vec<(usize, usize)> = ranges
        .map(|lengths| (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0)))
        .collect();
    hold(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0), format!("{ranges:?}"))
}

#[test]
fn constant_key_is_caught_by_the_lengths_of_neighbouring_batches() {
    let poems = poems();
    let healthy = batches_are_sorted_by_length(&buckets(&lengths(&poems), 4, None));
    caught(healthy, batches_are_sorted_by_length(&buckets_unsorted(&poems, 4)));
    let unmoved: Vec<usize> = buckets_unsorted(&poems, 4).concat();
    assert_eq!(
        unmoved,
        (0..23).collect::<Vec<_>>(),
        "a sort by a constant leaves everything where it was"
    );
}

#[test]
fn constant_key_fills_batches_with_padding() {
    let (healthy, faulty) = Shown::by(POEMS, "constant-key").number("padding_share");
    assert!(faulty > 1.5 * healthy, "{healthy}, {faulty}");
}

/// Every poem is read, and none twice.
fn every_poem_is_read_once(batches: Vec<Vec<usize>>, count: usize) -> Verdict {
    let mut read = batches.concat();
    read.sort_unstable();
    hold(read == (0..count).collect::<Vec<_>>(), format!("{} of {count} were read", read.len()))
}

#[test]
fn dropped_tail_is_caught_by_counting_the_poems_read() {
    let order: Vec<usize> = (0..23).collect();
    let healthy = every_poem_is_read_once(buckets(&lengths(&poems()), 4, None), 23);
    caught(healthy, every_poem_is_read_once(whole_batches(&order, 4), 23));
    assert_eq!(
        every_poem_is_read_once(whole_batches(&order[..20], 4), 20),
        Ok(()),
        "only a remainder is dropped"
    );
}

#[test]
fn dropped_tail_leaves_the_same_poems_unread() {
    let (healthy, faulty) = Shown::by(POEMS, "dropped-tail").number("poems_read");
    assert!(healthy == 328.0 && faulty == 320.0, "{healthy}, {faulty}");
}
