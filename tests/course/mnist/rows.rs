use std::sync::Arc;

use burn::{data::dataloader::DataLoader, prelude::*};
use lstm_lessons::mnist::{
    Digits,
    augment::augmented,
    drawn::draw_set,
    order::Order,
    rows::{RowBatch, RowLoader},
};
use lstm_lessons::training::order::step_seed;

/// Image `k` has k as its first pixel.
fn numbered(count: u8) -> Digits {
    let mut digits = Digits {
        images: vec![0; usize::from(count) * 784],
        labels: (0..count).map(|k| k % 10).collect(),
    };
    for k in 0..count {
        digits.images[usize::from(k) * 784] = k;
    }
    digits
}

/// The numbers of the images of one epoch, batch by batch.
fn epoch(loader: &dyn DataLoader<RowBatch>) -> Vec<Vec<u8>> {
    loader
        .iter()
        .map(|batch| {
            let batch = batch.unwrap();
            let [size, _, _] = batch.rows.dims();
            let values: Vec<f32> = batch.rows.into_data().iter::<f32>().collect();
            let labels: Vec<i64> = batch.labels.into_data().iter::<i64>().collect();
            let numbers: Vec<u8> =
                (0..size).map(|b| (values[b * 784] * 255.0).round() as u8).collect();
            assert!(
                numbers.iter().zip(labels).all(|(k, label)| i64::from(k % 10) == label),
                "a label went astray"
            );
            numbers
        })
        .collect()
}

#[test]
fn every_row_is_a_step() {
    let digits = draw_set(3, 5);
    let rows: Vec<f32> =
        RowBatch::new(&digits, &[2], &Device::flex()).rows.into_data().iter::<f32>().collect();
    for r in 0..28 {
        for c in 0..28 {
            assert_eq!(
                rows[r * 28 + c],
                f32::from(digits.image(2)[r * 28 + c]) / 255.0,
                "pixel ({r}, {c})"
            );
        }
    }
    // One pixel off the diagonal, looked up through the tensor's own axes: step 3, feature 17.
    let mut one = Digits { images: vec![0; 784], labels: vec![1] };
    one.images[3 * 28 + 17] = 255;
    let rows = RowBatch::new(&one, &[0], &Device::flex()).rows;
    assert_eq!(rows.clone().slice([0..1, 3..4, 17..18]).into_scalar::<f32>(), 1.0);
    assert_eq!(rows.slice([0..1, 17..18, 3..4]).into_scalar::<f32>(), 0.0);
}

#[test]
fn no_digit_is_dropped_at_the_end() {
    let loader = RowLoader::shuffled(Arc::new(numbered(23)), 5, 1, 0, &Device::flex());
    let batches = epoch(&loader);
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5, 5, 3]);
    assert_eq!(loader.batches(), 5);
    let mut all = batches.concat();
    all.sort_unstable();
    assert_eq!(all, (0..23).collect::<Vec<u8>>());
}

#[test]
fn a_loader_says_how_much_there_is_and_how_much_is_done() {
    let loader = RowLoader::in_order(Arc::new(numbered(12)), 5, &Device::flex());
    assert_eq!((loader.num_items(), loader.batches()), (12, 3));
    let mut epoch = loader.iter();
    for done in [5, 10, 12] {
        assert!(epoch.next().is_some());
        let progress = epoch.progress();
        assert_eq!((progress.items_processed, progress.items_total), (done, 12));
    }
    assert!(epoch.next().is_none());
}

#[test]
fn same_seed_same_order() {
    let loader =
        |seed, done| RowLoader::shuffled(Arc::new(numbered(50)), 7, seed, done, &Device::flex());
    let one = loader(3, 0);
    let (first, second) = (epoch(&one), epoch(&one));
    assert_ne!(first, second, "every epoch has an order of its own");
    let other = loader(3, 0);
    assert_eq!((epoch(&other), epoch(&other)), (first.clone(), second.clone()));
    assert_ne!(epoch(&loader(4, 0)), first);
    assert_eq!(
        epoch(&loader(3, 1)),
        second,
        "a run that goes on after epoch 1 has the order of epoch 2"
    );
    assert_ne!(epoch(&loader(2, 1)), first, "seed and epoch do not add up to the same order");
}

#[test]
fn a_copy_on_another_device_counts_the_epochs_on() {
    let loader = RowLoader::shuffled(Arc::new(numbered(50)), 7, 3, 0, &Device::flex());
    let copy = loader.to_device(&Device::flex());
    let first = epoch(copy.as_ref());
    assert_ne!(epoch(&loader), first);
}

#[test]
fn validation_keeps_its_order_and_a_slice_its_digits() {
    let loader = RowLoader::in_order(Arc::new(numbered(12)), 5, &Device::flex());
    assert_eq!(epoch(&loader).concat(), (0..12).collect::<Vec<u8>>());
    assert_eq!(epoch(loader.slice(3, 9).as_ref()).concat(), (3..9).collect::<Vec<u8>>());
}

/// All rows of one epoch, and the labels.
fn whole(loader: &dyn DataLoader<RowBatch>) -> (Vec<f32>, Vec<i64>) {
    let batches: Vec<RowBatch> = loader.iter().map(|batch| batch.unwrap()).collect();
    (
        batches.iter().flat_map(|b| b.rows.to_data().iter::<f32>().collect::<Vec<_>>()).collect(),
        batches.iter().flat_map(|b| b.labels.to_data().iter::<i64>().collect::<Vec<_>>()).collect(),
    )
}

#[test]
fn what_is_augmented_comes_from_seed_epoch_and_step_alone() {
    let digits = Arc::new(draw_set(20, 5));
    let loader = |seed, done| {
        RowLoader::shuffled(digits.clone(), 6, seed, done, &Device::flex())
            .augmented(1.0, Order::Rows)
    };
    let one = loader(3, 0);
    let (first, second) = (whole(&one), whole(&one));
    assert_eq!(whole(&loader(3, 0)), first);
    assert_eq!(whole(&loader(3, 1)), second, "a run that goes on draws what it would have drawn");
    assert_ne!(whole(&loader(4, 0)), first);
    assert!(first.0.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    // The labels and the order are those without augmentation.
    let plain = RowLoader::shuffled(digits.clone(), 6, 3, 0, &Device::flex());
    let (rows, labels) = whole(&plain);
    assert_eq!(labels, first.1);
    assert_ne!(rows, first.0);
    let none =
        RowLoader::shuffled(digits.clone(), 6, 3, 0, &Device::flex()).augmented(0.0, Order::Rows);
    assert_eq!(whole(&none).0, rows, "a share of 0 changes nothing");
}

/// What is augmented is the image, and not the lines in which it is read.
#[test]
fn an_image_is_augmented_before_it_is_put_in_the_order_of_reading() {
    let digits = Arc::new(draw_set(6, 5));
    let device = Device::flex();
    for order in [Order::Columns, Order::Shuffled, Order::Permuted] {
        let loader = RowLoader::shuffled(digits.clone(), 6, 3, 0, &device).augmented(1.0, order);
        // Which digit came at which place: from the loader without augmentation.
        let plain = RowLoader::shuffled(digits.clone(), 6, 3, 0, &device);
        let (rows, _) = whole(&plain);
        let picked: Vec<usize> = rows
            .chunks(784)
            .map(|image| {
                (0..6).find(|&k| {
                    digits.image(k).iter().zip(image).all(|(&a, &b)| f32::from(a) / 255.0 == b)
                })
            })
            .map(|k| k.expect("one of the six"))
            .collect();
        let batch = augmented(&digits, &picked, 1.0, step_seed(3, 0, 0));
        let all: Vec<usize> = (0..6).collect();
        let want: Vec<f32> =
            RowBatch::new(&order.arrange(&batch), &all, &device).rows.into_data().iter().collect();
        assert_eq!(whole(&loader).0, want, "{}", order.name());
    }
}
