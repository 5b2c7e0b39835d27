//! Shifting, padding, buckets.

use lstm_lessons::poems::{
    batch::{PoemBatch, buckets, shift},
    vocab::{BOS, EOS, PAD},
};

use crate::support::devices;

/// The course's own code: copy the row, move it left by one.
fn shift_as_printed(x: &[usize]) -> Vec<usize> {
    let mut y = x.to_vec();
    y[..x.len() - 1].copy_from_slice(&x[1..]);
    y
}

#[test]
fn as_printed_the_last_character_is_taught_to_follow_itself() {
    assert_eq!(shift_as_printed(&[6, 2, 4, 6, 9]), [2, 4, 6, 9, 9]);
    assert_eq!(shift_as_printed(&[1, 4, 2, 8, 5]), [4, 2, 8, 5, 5]);
}

#[test]
fn targets_are_inputs_shifted_by_one() {
    let (inputs, targets) = shift(&[6, 2, 4, 6, 9]);
    assert_eq!(inputs, [BOS, 6, 2, 4, 6, 9]);
    assert_eq!(targets, [6, 2, 4, 6, 9, EOS]);
    assert_eq!(inputs[1..], targets[..targets.len() - 1]);
}

#[test]
fn the_last_character_predicts_the_end() {
    let (inputs, targets) = shift(&[10, 11]);
    assert_eq!((inputs.last(), targets.last()), (Some(&11), Some(&EOS)));
}

#[test]
fn a_batch_is_as_wide_as_its_longest_poem() {
    for device in devices() {
        let batch = PoemBatch::new(&[&[4, 5, 6], &[7], &[8, 9]], &device);
        assert_eq!(batch.inputs.dims(), [3, 4]); // three characters and one step for BOS or EOS
        assert_eq!(batch.lengths, [4, 2, 3]);
        let inputs: Vec<i64> = batch.inputs.into_data().iter().collect();
        let (bos, pad) = (BOS as i64, PAD as i64);
        assert_eq!(inputs, [bos, 4, 5, 6, bos, 7, pad, pad, bos, 8, 9, pad]);
        let mask: Vec<f32> = batch.mask.into_data().iter().collect();
        assert_eq!(mask, [1., 1., 1., 1., 1., 1., 0., 0., 1., 1., 1., 0.]);
    }
}

#[test]
fn no_poem_is_dropped_at_the_end() {
    let poems: Vec<Vec<usize>> = (0..23).map(|k| vec![4; 5 + k % 3]).collect();
    for seed in [None, Some(1), Some(2)] {
        let mut seen: Vec<usize> = buckets(&poems, 4, seed).concat();
        seen.sort_unstable();
        assert_eq!(seen, (0..23).collect::<Vec<_>>());
    }
}

#[test]
fn buckets_hold_poems_of_neighbouring_lengths() {
    let poems: Vec<Vec<usize>> = (0..64).map(|k| vec![4; 5 + (k * 37) % 64]).collect();
    for batch in buckets(&poems, 8, Some(3)) {
        let lengths: Vec<usize> = batch.iter().map(|&k| poems[k].len()).collect();
        assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() < 8, "{lengths:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_order_and_another_seed_another() {
    let poems: Vec<Vec<usize>> = (0..50).map(|k| vec![4; 5 + k % 4]).collect();
    assert_eq!(buckets(&poems, 8, Some(5)), buckets(&poems, 8, Some(5)));
    assert_ne!(buckets(&poems, 8, Some(5)), buckets(&poems, 8, Some(6)));
}
