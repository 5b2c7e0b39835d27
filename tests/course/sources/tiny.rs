//! A set of seven training and three test images, as good or as bad as a test wants it.

use flate2::{Compression, write::GzEncoder};
use lstm_lessons::{
    mnist::{
        idx as format,
        source::{Kind, looks_like_mnist, read_folder},
    },
    shell::error::Error,
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::{TempDir, tempdir};

pub const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
pub const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
pub const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
pub const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";
pub const NAMES: [&str; 4] = [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS];

/// An idx file: the magic number, the dimensions, the values.
pub fn idx(magic: u32, dims: &[u32], values: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(dims).flat_map(|word| word.to_be_bytes());
    words.chain(values.iter().copied()).collect()
}

/// A pixel that differs from image to image, from row to row and from column to column.
pub fn pixel(image: usize, row: usize, column: usize) -> u8 {
    (image * 89 + row * 13 + column * 3 + row * column) as u8
}

pub fn images(n: usize) -> Vec<u8> {
    let place = |i| (i / 784, i / 28 % 28, i % 28);
    let pixels: Vec<u8> =
        (0..n * 784).map(place).map(|(image, row, column)| pixel(image, row, column)).collect();
    idx(0x803, &[n as u32, 28, 28], &pixels)
}

pub fn labels(n: usize) -> Vec<u8> {
    let digits: Vec<u8> = (0..n).map(|i| (i * 7 % 10) as u8).collect();
    idx(0x801, &[n as u32], &digits)
}

/// The four files of a set of seven training and three test images.
pub fn tiny() -> [(&'static str, Vec<u8>); 4] {
    [
        (TRAIN_IMAGES, images(7)),
        (TRAIN_LABELS, labels(7)),
        (TEST_IMAGES, images(3)),
        (TEST_LABELS, labels(3)),
    ]
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A folder with the tiny set, each file's name and bytes changed by `change` on the way.
pub fn folder_with(change: impl Fn(&str, Vec<u8>) -> (String, Vec<u8>)) -> TempDir {
    let folder = tempdir().unwrap();
    for (name, bytes) in tiny() {
        let (name, bytes) = change(name, bytes);
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Why a set is refused in which `spoil` did something to one file. The sentence is checked here:
/// it names that file and both ways out.
pub fn refused(file: &str, spoil: impl Fn(Vec<u8>) -> Vec<u8>) -> Kind {
    let folder = folder_with(|name, bytes| {
        (name.to_string(), if name == file { spoil(bytes) } else { bytes })
    });
    let Err(error) = read_folder(folder.path()) else { panic!("a spoilt {file} must be refused") };
    assert_is_one_sentence(&error);
    assert!(error.message().contains(file), "{error} should name {file}");
    assert!(
        error.message().contains("--download") && error.message().contains("--data"),
        "{error}"
    );
    error.kind::<Kind>().expect("an error of the folder").clone()
}

/// As [`refused`], for a fault of that file alone.
pub fn fault(file: &str, spoil: impl Fn(Vec<u8>) -> Vec<u8>) -> format::Kind {
    match refused(file, spoil) {
        Kind::Unusable { path, fault } if path.ends_with(file) => fault,
        other => panic!("{other:?} is no fault of {file}"),
    }
}

pub fn assert_is_one_sentence(error: &Error) {
    assert_eq!(error.exit_code(), 2, "{error}");
    assert!(!error.message().contains('\n'), "{error}");
}

/// The folder beside the crate with the real files, if somebody has put it there.
pub fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mnist");
    if !looks_like_mnist(&folder) {
        // Not `println`, which the test runner keeps to itself where a test passes.
        let _ = writeln!(io::stderr(), "skipped: there is no MNIST in {}", folder.display());
        return None;
    }
    Some(folder)
}
