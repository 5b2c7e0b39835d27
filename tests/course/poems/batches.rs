//! Shifting, padding, buckets.

use burn::data::dataloader::DataLoader;
use lstm_lessons::poems::{
    batch::{PoemBatch, buckets, shift},
    loader::PoemLoader,
    text::{
        genre::Text,
        vocab::{BOS, EOS, PAD, Vocab},
    },
    verse::{
        facts::{FactReader, Scan, VerseFacts},
        schemes::Schemes,
    },
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
    let lengths: Vec<usize> = (0..23).map(|k| 5 + k % 3).collect();
    for seed in [None, Some(1), Some(2)] {
        let mut read: Vec<usize> = buckets(&lengths, 4, seed).concat();
        read.sort_unstable();
        assert_eq!(read, (0..23).collect::<Vec<_>>());
    }
}

#[test]
fn buckets_hold_poems_of_neighbouring_lengths() {
    let all: Vec<usize> = (0..64).map(|k| 5 + (k * 37) % 64).collect();
    for batch in buckets(&all, 8, Some(3)) {
        let lengths: Vec<usize> = batch.iter().map(|&k| all[k]).collect();
        assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() < 8, "{lengths:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_order_and_another_seed_another() {
    let lengths: Vec<usize> = (0..50).map(|k| 5 + k % 4).collect();
    assert_eq!(buckets(&lengths, 8, Some(5)), buckets(&lengths, 8, Some(5)));
    assert_ne!(buckets(&lengths, 8, Some(5)), buckets(&lengths, 8, Some(6)));
}

/// The order of epoch k comes from seed · 1,000,003 + k, as in runs of earlier versions: one that is
/// resumed must go on in it.
#[test]
fn the_order_of_an_epoch_depends_on_the_seed_and_its_number_alone() {
    let lengths = [1, 2, 3, 1, 2, 3];
    let texts: Vec<Text> =
        lengths.iter().zip(4..).map(|(&n, id)| Text::poem(vec![id; n])).collect();
    let device = devices().remove(0);
    let first_characters = |loader: &PoemLoader| -> Vec<usize> {
        let of_batch = |batch: PoemBatch| {
            let [size, _] = batch.inputs.dims();
            let ids = batch.inputs.slice([0..size, 1..2]).into_data();
            ids.iter::<i64>().map(|id| id as usize).collect::<Vec<_>>()
        };
        loader.iter().flat_map(|batch| of_batch(batch.expect("a batch"))).collect()
    };
    for done in [0, 1, 5] {
        let loader = PoemLoader::shuffled(texts.clone(), None, 2, (3, done), &device);
        for epoch in [done, done + 1] {
            let order = buckets(&lengths, 2, Some(3 * 1_000_003 + epoch as u64)).concat();
            let want: Vec<usize> = order.into_iter().map(|k| 4 + k).collect();
            assert_eq!(first_characters(&loader), want, "epoch {epoch}");
        }
    }
}

/// The first epochs read more, the others the training set alone; a resumed run as well.
#[test]
fn pretraining_adds_its_texts_to_the_first_epochs() {
    let own = [Text::poem(vec![4]), Text::poem(vec![5, 5])];
    let more = [Text::poem(vec![6]), Text::poem(vec![7, 7]), Text::poem(vec![8])];
    let device = devices().remove(0);
    for (done, counts) in [(0, [5, 5, 2]), (1, [5, 2, 2]), (3, [2, 2, 2])] {
        let loader = PoemLoader::shuffled(own.clone(), None, 1, (3, done), &device);
        let loader = loader.with_more(more.clone(), 2);
        for count in counts {
            assert_eq!((loader.num_items(), loader.iter().count()), (count, count), "{done} done");
        }
    }
}

/// Of a lyric the tune is never left out: no share is given there.
#[test]
fn another_share_of_the_titles_is_left_out_in_each_epoch() {
    let titled = Text { title: vec![9], content: vec![4] };
    let device = devices().remove(0);
    let loader = PoemLoader::shuffled(vec![titled; 400], None, 1, (3, 0), &device);
    let kept = |loader: &PoemLoader| -> Vec<bool> {
        loader.iter().map(|batch| batch.expect("a batch").inputs.dims()[1] == 3).collect()
    };
    assert!(kept(&loader).iter().all(|&kept| kept));
    let loader = loader.leaving_titles_out(0.25);
    let (one, other) = (kept(&loader), kept(&loader));
    for epoch in [&one, &other] {
        let share = epoch.iter().filter(|&&kept| kept).count() as f64 / 400.0;
        assert!((0.68..0.82).contains(&share), "{share}");
    }
    assert_ne!(one, other);
}

#[test]
fn a_loader_says_how_much_there_is_and_how_much_is_done() {
    let texts: Vec<Text> = (1..=5).map(|n| Text::poem(vec![4; n])).collect();
    let loader = PoemLoader::in_order(texts, None, 2, &devices()[0]);
    assert_eq!((loader.num_items(), loader.iter().count()), (5, 3));
    assert_eq!(loader.slice(1, 4).num_items(), 3);
    let mut epoch = loader.iter();
    for done in [2, 4, 5] {
        assert!(epoch.next().is_some());
        let progress = epoch.progress();
        assert_eq!((progress.items_processed, progress.items_total), (done, 5));
    }
    assert!(epoch.next().is_none());
}

#[test]
fn the_facts_of_verse_lie_beside_the_ids_they_follow_from() {
    let vocab = Vocab::count(["白日依山尽，黄河入海流。"], 1);
    let reader = FactReader::new(VerseFacts::Couplets, &vocab, &[], &Schemes::default())
        .expect("it knows facts");
    let texts = ["白日依山尽，黄河", "黄河入。"].map(|text| Text::poem(vocab.encode(text)));
    for device in devices() {
        let batch = PoemBatch::of(&texts.each_ref(), Some(&reader), &device);
        let facts = batch.facts.expect("they were asked for");
        assert_eq!(facts.input.dims(), [2, 9, 7]); // [B, T, F]
        let facts: Vec<usize> =
            facts.input.into_data().iter::<i64>().map(|row| row as usize).collect();
        for (text, rows) in texts.iter().zip(facts.chunks(9 * 7)) {
            let mut scan = Scan::default();
            let ids = [&[BOS], &text.content[..]].concat();
            let want: Vec<usize> = ids.iter().flat_map(|&id| reader.step(&mut scan, id)).collect();
            assert_eq!(rows[..want.len()], want);
        }
        assert!(PoemBatch::of(&texts.each_ref(), None, &device).facts.is_none());
    }
}
