//! Folders that are as they should be.

use crate::sources::tiny::*;
use lstm_lessons::{
    download::Proof,
    mnist::{
        download::mnist_files,
        source::{Mnist, read_folder},
    },
};
use std::fs;

#[test]
fn seven_images_read_back_pixel_for_pixel_in_row_order() {
    let Mnist { train, test } = read_folder(folder_with(|n, b| (n.to_string(), b)).path()).unwrap();
    for (digits, n) in [(&train, 7), (&test, 3)] {
        assert_eq!((digits.images.len(), digits.labels.len()), (n * 784, n));
        for image in 0..n {
            for row in 0..28 {
                for column in 0..28 {
                    assert_eq!(
                        digits.images[image * 784 + row * 28 + column],
                        pixel(image, row, column)
                    );
                }
            }
        }
    }
    assert_eq!(train.labels, [0, 7, 4, 1, 8, 5, 2]);
    assert_eq!(test.labels, [0, 7, 4]);
}

#[test]
fn gzip_and_raw_and_both_spellings_give_equal_digits() {
    let raw = read_folder(folder_with(|n, b| (n.to_string(), b)).path()).unwrap();
    let packed = read_folder(folder_with(|n, b| (format!("{n}.gz"), gzip(&b))).path()).unwrap();
    let dotted = read_folder(folder_with(|n, b| (n.replace("-idx", ".idx"), b)).path()).unwrap();
    assert!(raw == packed && raw == dotted);
}

#[test]
fn reading_leaves_the_folder_as_it_was() {
    let folder = folder_with(|n, b| (format!("{n}.gz"), gzip(&b)));
    read_folder(folder.path()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    for (name, bytes) in tiny() {
        assert_eq!(fs::read(folder.path().join(format!("{name}.gz"))).unwrap(), gzip(&bytes));
    }
}

#[test]
fn the_real_set_has_its_60000_and_10000_digits() {
    let Some(folder) = shared() else { return };
    let Mnist { train, test } = read_folder(&folder).unwrap();
    assert_eq!((train.labels.len(), test.labels.len()), (60_000, 10_000));
    assert_eq!((train.images.len(), test.images.len()), (60_000 * 784, 10_000 * 784));
    assert_eq!((train.labels[0], test.labels[0]), (5, 7));
    // The pixels, with their header put back, are the published file bit for bit.
    for (images, at) in [(train.images, 0), (test.images, 2)] {
        let file = idx(0x803, &[(images.len() / 784) as u32, 28, 28], &images);
        assert_eq!(Proof::Sha256(sha256(&file)), mnist_files()[at].proof);
    }
}
