//! The real MNIST digits, read from the four idx files in a folder.
//!
//! The `mnist` crate reads them (what is in one: [`idx`](super::idx)), but it panics on a file that
//! is missing, damaged or of another length than the original, and knows no gzip. So everything is
//! unpacked and checked here first, and the crate only ever sees files that suit it.

use super::{
    Digits,
    idx::{Idx, check_idx},
};
use crate::{
    error::{Error, Result},
    files::open_unpacked,
    say,
};
use std::{
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

/// MNIST as its authors split it: digits to learn from, and digits of other writers to be tested
/// on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mnist {
    /// 60,000 in the original.
    pub train: Digits,
    /// 10,000 in the original.
    pub test: Digits,
}

/// One of the four files: its usual name, what it holds, and how many items the original has (the
/// most that is read).
struct Part {
    name: &'static str,
    idx: Idx,
    full: usize,
}

const TRAIN_IMAGES: Part = Part { name: "train-images-idx3-ubyte", idx: Idx::Images, full: 60_000 };
const TRAIN_LABELS: Part = Part { name: "train-labels-idx1-ubyte", idx: Idx::Labels, full: 60_000 };
const TEST_IMAGES: Part = Part { name: "t10k-images-idx3-ubyte", idx: Idx::Images, full: 10_000 };
const TEST_LABELS: Part = Part { name: "t10k-labels-idx1-ubyte", idx: Idx::Labels, full: 10_000 };
const PARTS: [&Part; 4] = [&TRAIN_IMAGES, &TRAIN_LABELS, &TEST_IMAGES, &TEST_LABELS];

impl Part {
    /// Where the file lies in the folder, if it does. The packed one comes first: it is the one
    /// that `--download` checks.
    fn find(&self, folder: &Path) -> Option<PathBuf> {
        let dotted = self.name.replace("-idx", ".idx"); // how some archives spell it
        [format!("{}.gz", self.name), format!("{dotted}.gz"), self.name.to_string(), dotted]
            .map(|name| folder.join(name))
            .into_iter()
            .find(|path| path.is_file())
    }

    /// Reads, unpacks and checks the file.
    fn read(&self, folder: &Path) -> Result<Checked> {
        let path = self.find(folder).ok_or_else(|| missing(folder))?;
        // One byte past the largest original is enough to see that a file is too long, however long
        // it is.
        let limit = self.idx.header() + self.full * self.idx.item() + 1;
        let mut bytes = Vec::new();
        open_unpacked(&path)
            .and_then(|file| file.take(limit as u64).read_to_end(&mut bytes))
            .map_err(|e| match e.kind() {
                ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
                    say!(
                        "its gzip data is cut short or damaged ({e})",
                        "其 gzip 数据不完整或已损坏（{e}）"
                    )
                }
                _ => say!("it cannot be read ({e})", "无法读取（{e}）"),
            })
            .and_then(|_| check_idx(&bytes, self.idx, self.full))
            .map(|count| Checked { path: path.clone(), bytes, count })
            .map_err(|fault| spoilt(&path, &fault))
    }
}

/// A file whose every byte is as it should be.
struct Checked {
    path: PathBuf,
    bytes: Vec<u8>,
    count: usize,
}

/// Whether a folder means to hold MNIST: at least one of the four files is there. (A folder with
/// three of them is then an error in [`read_folder`], where falling back to drawn digits would hide
/// that something is missing.)
pub fn looks_like_mnist(folder: &Path) -> bool {
    PARTS.iter().any(|part| part.find(folder).is_some())
}

/// Reads the four idx files of a folder, packed by gzip (`train-images-idx3-ubyte.gz`) or not
/// (`train-images-idx3-ubyte`, `train-images.idx3-ubyte`). Smaller sets than the original are
/// welcome.
///
/// # Errors
/// A [`Error`] of the user's that names the file and what is wrong with it: missing, cut short,
/// too long, of another kind, empty, with a label over 9, or with another number of labels than
/// there are images.
pub fn read_folder(folder: &Path) -> Result<Mnist> {
    let mut files = Vec::new();
    for [images, labels] in [[&TRAIN_IMAGES, &TRAIN_LABELS], [&TEST_IMAGES, &TEST_LABELS]] {
        let (images, labels) = (images.read(folder)?, labels.read(folder)?);
        if images.count != labels.count {
            let (n_images, n_labels, path) = (images.count, labels.count, images.path.display());
            let fault = say!(
                "it has {n_labels} labels for the {n_images} images of {path}",
                "其中有 {n_labels} 个标签，而 {path} 中有 {n_images} 幅图像"
            );
            return Err(spoilt(&labels.path, &fault));
        }
        files.extend([images, labels]);
    }
    through_the_crate(files).map_err(|e| {
        let folder = std::env::temp_dir();
        let folder = folder.display();
        Error::user(say!(
            "cannot unpack MNIST in the temporary folder {folder} ({e}); free some space there or \
             set TMPDIR to another folder",
            "无法在临时文件夹 {folder} 中解压 MNIST（{e}）；请腾出空间，或用 TMPDIR \
             指定另一个文件夹"
        ))
    })
}

/// Lets the `mnist` crate read the four files, in the order of [`PARTS`], from a temporary folder.
///
/// It insists on the original's 60,000 and 10,000 items, so a smaller set is filled up with blanks,
/// and the blanks of the training files end up in the "validation set", which the crate cuts out
/// between training and test and nobody looks at.
fn through_the_crate(files: Vec<Checked>) -> io::Result<Mnist> {
    let folder = tempfile::tempdir()?;
    let base = folder
        .path()
        .to_str()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "not UTF-8"))?;
    let (n_train, n_test) = (files[0].count, files[2].count);
    for (mut file, Part { name, idx, full }) in files.into_iter().zip(PARTS) {
        file.bytes[4..8].copy_from_slice(&(*full as u32).to_be_bytes());
        file.bytes.resize(idx.header() + full * idx.item(), 0);
        std::fs::write(folder.path().join(name), file.bytes)?;
    }
    let read = mnist::MnistBuilder::new()
        .base_path(base)
        .label_format_digit()
        .training_set_length(n_train as u32)
        .validation_set_length((TRAIN_IMAGES.full - n_train) as u32)
        .test_set_length(n_test as u32)
        .finalize();
    Ok(Mnist {
        train: Digits { images: read.trn_img, labels: read.trn_lbl },
        test: Digits { images: read.tst_img, labels: read.tst_lbl },
    })
}

/// Which of the four files are not there, and how to get them.
fn missing(folder: &Path) -> Error {
    let names: Vec<_> = PARTS
        .iter()
        .filter(|p| p.find(folder).is_none())
        .map(|p| format!("{}.gz", p.name))
        .collect();
    let (names, folder) = (names.join(", "), folder.display());
    Error::user(say!(
        "MNIST is not complete in {folder} (missing: {names}); fetch it with --download or name \
         another folder with --data DIR",
        "{folder} 中的 MNIST 不完整（缺少 {names}）；请用 --download 下载，或用 --data DIR \
         指定另一个文件夹"
    ))
}

/// A file that is there but of no use.
fn spoilt(path: &Path, fault: &str) -> Error {
    let path = path.display();
    Error::user(say!(
        "cannot use {path}, {fault}; fetch it anew with --download or name another folder with \
         --data DIR",
        "无法使用 {path}：{fault}；请用 --download 重新下载，或用 --data DIR 指定另一个文件夹"
    ))
}
