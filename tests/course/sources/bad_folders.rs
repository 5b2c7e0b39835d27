//! Every fault of a file or folder: refused in one sentence that names it, and never a panic.

use crate::sources::tiny::*;
use lstm_lessons::{
    mnist::{
        download::mnist_files,
        idx::Kind::*,
        source::{Kind, looks_like_mnist, read_folder},
    },
    shell::download::download_files,
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
        let named = Kind::Missing {
            folder: folder.path().to_path_buf(),
            names: vec![format!("{missing}.gz")],
        };
        assert_eq!(error.kind(), Some(&named));
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
        let (promised, header) = (bytes.len(), if name.contains("images") { 16 } else { 8 });
        for length in [0, 1, 3, 4, 7, 8, 11, 15, promised / 2, promised - 1] {
            if length < promised {
                let fault = fault(name, |b| b[..length].to_vec());
                let short = Short { length, promised };
                assert_eq!(fault, if length < header { HeaderCut } else { short }, "{name}");
            }
        }
    }
}

#[test]
fn bytes_behind_the_last_item_are_refused() {
    for name in NAMES {
        let fault = fault(name, |bytes| [bytes, vec![0]].concat());
        assert!(matches!(fault, Long { .. }), "{fault}");
    }
}

#[test]
fn a_foreign_file_is_refused_by_its_magic_number() {
    let foreign: [&[u8]; 3] =
        [b"\x89PNG\r\n\x1a\n and so on", b"<!DOCTYPE html><html>", &images(7)];
    for bytes in foreign {
        let fault = fault(TRAIN_LABELS, |_| bytes.to_vec());
        assert!(matches!(fault, Magic { expected: 0x801, .. }), "{fault}");
        assert!(fault.to_string().contains("0x00000801"), "{fault}");
    }
    let fault = fault(TEST_IMAGES, |_| labels(3));
    assert_eq!(fault, Magic { found: 0x801, expected: 0x803 });
}

#[test]
fn images_of_another_size_are_refused() {
    for (rows, columns) in [(32, 32), (28, 27), (14, 56), (0, 0), (u32::MAX, u32::MAX)] {
        let fault = fault(TEST_IMAGES, |b| idx(0x803, &[3, rows, columns], &b[16..]));
        assert_eq!(fault, Size { rows: rows as usize, columns: columns as usize });
    }
}

#[test]
fn labels_and_images_of_different_counts_are_refused() {
    let kind = refused(TRAIN_LABELS, |_| labels(6));
    assert!(matches!(kind, Kind::Unequal { n_labels: 6, n_images: 7, .. }), "{kind}");
    assert!(kind.to_string().contains(TRAIN_IMAGES), "both files should be named: {kind}");
    let kind = refused(TEST_IMAGES, |_| images(4));
    assert!(matches!(kind, Kind::Unequal { n_labels: 3, n_images: 4, .. }), "{kind}");
}

#[test]
fn a_label_over_nine_is_refused_with_its_number() {
    let spoil = |mut bytes: Vec<u8>| {
        bytes[8 + 4] = 10;
        bytes
    };
    assert_eq!(fault(TRAIN_LABELS, spoil), NoDigit { at: 4, label: 10 });
}

#[test]
fn an_empty_set_is_refused() {
    for (name, empty) in NAMES.into_iter().zip([images(0), labels(0), images(0), labels(0)]) {
        assert_eq!(fault(name, |_| empty.clone()), Empty);
    }
}

#[test]
fn more_items_than_mnist_has_are_refused() {
    // 10,001 whole labels, and a header that promises four thousand million images.
    let many = TooMany { count: 10_001, at_most: 10_000 };
    assert_eq!(fault(TEST_LABELS, |_| labels(10_001)), many);
    let promise = |b: Vec<u8>| idx(0x803, &[u32::MAX, 28, 28], &b[16..]);
    let many = TooMany { count: u32::MAX as usize, at_most: 60_000 };
    assert_eq!(fault(TRAIN_IMAGES, promise), many);
}

#[test]
fn a_cut_gzip_file_is_refused_wherever_it_is_cut() {
    for name in [TRAIN_IMAGES, TRAIN_LABELS] {
        let length = gzip(&tiny().into_iter().find(|(n, _)| *n == name).unwrap().1).len();
        for cut in (0..length).step_by(7).chain([length - 1]) {
            let fault = fault(name, |bytes| gzip(&bytes)[..cut].to_vec());
            assert!(matches!(fault, Gzip(_) | HeaderCut), "{cut}: {fault}");
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
