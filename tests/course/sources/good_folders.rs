//! Folders that are as they should be.

use crate::sources::tiny::*;
use lstm_lessons::{
    mnist::{
        digits::Mnist,
        download::mnist_files,
        idx::Kind::NoDigit,
        originals::{is_mnist, read_originals},
        source::{Kind, read_folder},
    },
    shell::download::Proof,
};
use std::fs;
use tempfile::tempdir;

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
fn other_files_of_the_format_are_not_called_mnist() {
    let folder = folder_with(|n, b| (n.to_string(), b));
    let lesson = |words: &[&str]| {
        let mut lesson = std::process::Command::new(env!("CARGO_BIN_EXE_lesson_mnist"));
        lesson.args(words).arg("--lang=en").arg("--data").arg(folder.path());
        let ran = lesson.current_dir(folder.path()).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    };
    assert!(lesson(&["half"]).contains("28x28 images in MNIST's format"));
    let half: serde_json::Value = serde_json::from_str(&lesson(&["half", "--json"])).unwrap();
    assert_eq!(half["data"], "mnist-format");
}

/// A set of the original's size, empty but for a pixel and a label here and there.
fn original_in_size() -> [Vec<u8>; 4] {
    let mut files = [(0x803, 60_000), (0x801, 60_000), (0x803, 10_000), (0x801, 10_000)].map(
        |(magic, n): (u32, u32)| match magic {
            0x803 => [idx(magic, &[n, 28, 28], &[]), vec![0; n as usize * 784]].concat(),
            _ => [idx(magic, &[n], &[]), vec![0; n as usize]].concat(),
        },
    );
    for file in &mut files {
        let last = file.len() - 1;
        for (at, value) in [(16, 3), (last / 2, 4), (last, 5)] {
            file[at] = value;
        }
    }
    files
}

#[test]
fn the_unpacked_originals_are_read_by_the_mnist_crate_and_all_others_alike() {
    let (raw, packed) = (tempdir().unwrap(), tempdir().unwrap());
    for (name, bytes) in NAMES.iter().zip(original_in_size()) {
        fs::write(raw.path().join(name), &bytes).unwrap();
        fs::write(packed.path().join(format!("{name}.gz")), gzip(&bytes)).unwrap();
    }
    let paths = NAMES.map(|name| raw.path().join(name));
    let by_crate = || read_originals(paths.each_ref().map(|path| path.as_path()));
    let read = by_crate().expect("they are as the crate wants them");
    assert_eq!((read.train.len(), read.test.len()), (60_000, 10_000));
    assert!(read == read_folder(raw.path()).unwrap());
    assert!(read == read_folder(packed.path()).unwrap());
    assert!(!is_mnist(&read), "only the published digits are MNIST");

    // What the crate would not notice, or would answer with a panic, is not handed out.
    let mut labels = fs::read(&paths[1]).unwrap();
    labels[8 + 59_999] = 10;
    fs::write(&paths[1], &labels).unwrap();
    assert!(by_crate().is_none());
    let fault = NoDigit { at: 59_999, label: 10 };
    let refused = Kind::Unusable { path: paths[1].clone(), fault };
    assert_eq!(read_folder(raw.path()).unwrap_err().kind(), Some(&refused));
    for spoilt in [labels[..labels.len() - 1].to_vec(), [&labels[..], &[0]].concat(), vec![]] {
        fs::write(&paths[1], &spoilt).unwrap();
        assert!(by_crate().is_none());
    }
    fs::remove_file(&paths[1]).unwrap();
    assert!(by_crate().is_none());
}

#[test]
fn the_real_set_has_its_60000_and_10000_digits() {
    let Some(folder) = shared() else { return };
    let mnist = read_folder(&folder).unwrap();
    assert!(is_mnist(&mnist));
    let Mnist { train, test } = mnist;
    assert_eq!((train.labels.len(), test.labels.len()), (60_000, 10_000));
    assert_eq!((train.images.len(), test.images.len()), (60_000 * 784, 10_000 * 784));
    assert_eq!((train.labels[0], test.labels[0]), (5, 7));
    // The pixels, with their header put back, are the published file bit for bit.
    for (images, at) in [(train.images, 0), (test.images, 2)] {
        let file = idx(0x803, &[(images.len() / 784) as u32, 28, 28], &images);
        assert_eq!(Proof::Sha256(sha256(&file)), mnist_files()[at].proof);
    }
}
