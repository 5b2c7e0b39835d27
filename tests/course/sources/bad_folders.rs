//! Every fault of a file or folder: refused in one sentence that names it, and never a panic.

use crate::sources::tiny::*;
use lstm_lessons::{
    download::download_files,
    mnist::{
        download::mnist_files,
        source::{looks_like_mnist, read_folder},
    },
};
use std::fs;
use tempfile::tempdir;

#[test]
fn each_missing_file_is_named_with_the_way_to_get_it() {
    for missing in NAMES {
        let folder = folder_with(|n, b| (n.to_string(), b));
        fs::remove_file(folder.path().join(missing)).unwrap();
        assert!(looks_like_mnist(folder.path()), "three of four files mean MNIST");
        let error = read_folder(folder.path()).unwrap_err();
        assert_is_one_sentence(&error);
        for name in NAMES {
            assert_eq!(error.message().contains(name), name == missing, "{error}");
        }
        assert!(
            error.message().contains("--download") && error.message().contains("--data DIR"),
            "{error}"
        );
    }
}

#[test]
fn a_folder_without_mnist_does_not_look_like_it() {
    let folder = tempdir().unwrap();
    assert!(!looks_like_mnist(folder.path()));
    assert!(!looks_like_mnist(&folder.path().join("nowhere")));
    fs::write(folder.path().join(format!("{TRAIN_IMAGES}.gz.part")), "half").unwrap();
    assert!(!looks_like_mnist(folder.path()), "a download that has not arrived is no MNIST yet");
    for folder in [folder.path(), &folder.path().join("nowhere")] {
        let error = read_folder(folder).unwrap_err();
        assert_is_one_sentence(&error);
        assert!(NAMES.iter().all(|name| error.message().contains(name)), "{error}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for (name, bytes) in tiny() {
        for length in [0, 1, 3, 4, 7, 8, 11, 15, bytes.len() / 2, bytes.len() - 1] {
            if length < bytes.len() {
                trouble_with(name, |b| b[..length].to_vec());
            }
        }
        assert!(trouble_with(name, |b| b[..b.len() - 1].to_vec()).message().contains("cut short"));
    }
}

#[test]
fn bytes_behind_the_last_item_are_refused() {
    for name in NAMES {
        let error = trouble_with(name, |bytes| [bytes, vec![0]].concat());
        assert!(error.message().contains("goes on after"), "{error}");
    }
}

#[test]
fn a_foreign_file_is_refused_by_its_magic_number() {
    let foreign: [&[u8]; 3] =
        [b"\x89PNG\r\n\x1a\n and so on", b"<!DOCTYPE html><html>", &images(7)];
    for bytes in foreign {
        let error = trouble_with(TRAIN_LABELS, |_| bytes.to_vec());
        assert!(error.message().contains("0x00000801"), "{error}");
    }
    let error = trouble_with(TEST_IMAGES, |_| labels(3));
    assert!(error.message().contains("0x00000801 where MNIST has 0x00000803"), "{error}");
}

#[test]
fn images_of_another_size_are_refused() {
    for (rows, columns) in [(32, 32), (28, 27), (14, 56), (0, 0), (u32::MAX, u32::MAX)] {
        let error = trouble_with(TEST_IMAGES, |b| idx(0x803, &[3, rows, columns], &b[16..]));
        assert!(error.message().contains(&format!("{rows} x {columns}")), "{error}");
    }
}

#[test]
fn labels_and_images_of_different_counts_are_refused() {
    let error = trouble_with(TRAIN_LABELS, |_| labels(6));
    assert!(error.message().contains("6 labels for the 7 images"), "{error}");
    assert!(error.message().contains(TRAIN_IMAGES), "both files should be named: {error}");
    trouble_with(TEST_IMAGES, |_| images(4));
}

#[test]
fn a_label_over_nine_is_refused_with_its_number() {
    let spoil = |mut bytes: Vec<u8>| {
        bytes[8 + 4] = 10;
        bytes
    };
    let error = trouble_with(TRAIN_LABELS, spoil);
    assert!(error.message().contains("label number 4 is 10"), "{error}");
}

#[test]
fn an_empty_set_is_refused() {
    for (name, empty) in NAMES.into_iter().zip([images(0), labels(0), images(0), labels(0)]) {
        assert!(trouble_with(name, |_| empty.clone()).message().contains("holds nothing"));
    }
}

#[test]
fn more_items_than_mnist_has_are_refused() {
    // 10,001 whole labels, and a header that promises four thousand million images.
    assert!(
        trouble_with(TEST_LABELS, |_| labels(10_001)).message().contains("more than the 10000")
    );
    let promise = |b: Vec<u8>| idx(0x803, &[u32::MAX, 28, 28], &b[16..]);
    assert!(trouble_with(TRAIN_IMAGES, promise).message().contains("more than the 60000"));
}

#[test]
fn a_cut_gzip_file_is_refused_wherever_it_is_cut() {
    for name in [TRAIN_IMAGES, TRAIN_LABELS] {
        let length = gzip(&tiny().into_iter().find(|(n, _)| *n == name).unwrap().1).len();
        for cut in (0..length).step_by(7).chain([length - 1]) {
            trouble_with(name, |bytes| gzip(&bytes)[..cut].to_vec());
        }
    }
}

#[test]
fn a_flipped_bit_in_gzip_data_never_changes_a_digit() {
    // Some bits mean nothing (when it was packed, the padding of the last byte): then the digits
    // are the right ones.
    let good = read_folder(folder_with(|n, b| (format!("{n}.gz"), gzip(&b))).path()).unwrap();
    let length = gzip(&labels(7)).len();
    let mut noticed = 0;
    for at in 0..length {
        let spoil = |name: &str, bytes: Vec<u8>| {
            let mut packed = gzip(&bytes);
            if name == TRAIN_LABELS {
                packed[at] ^= 0x10;
            }
            (format!("{name}.gz"), packed)
        };
        match read_folder(folder_with(spoil).path()) {
            Ok(read) => assert!(read == good, "the flip in byte {at} of {length} changed a digit"),
            Err(error) => {
                assert_is_one_sentence(&error);
                assert!(error.message().contains(TRAIN_LABELS), "{error}");
                noticed += 1;
            }
        }
    }
    assert!(noticed >= length / 2, "only {noticed} flips of {length} were noticed");
}

#[test]
fn a_path_that_is_no_folder_is_refused() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "no folder").unwrap();
    assert_is_one_sentence(&read_folder(&file).unwrap_err());
    assert_is_one_sentence(&download_files(&mnist_files()[..1], &[], &file).unwrap_err());
}
