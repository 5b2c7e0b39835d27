//! The real MNIST digits, read from the four idx files in a folder.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{
    digits::{Digits, Mnist},
    idx::{self, Idx, read_idx},
    originals::read_originals,
};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files::open_unpacked,
    },
};

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
const PARTS: [Part; 4] = [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS];

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
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        open_unpacked(path)
            .map_err(idx::Kind::from)
            .and_then(|file| read_idx(file, self.idx, self.full))
            .map_err(|fault| Error::user(Kind::Unusable { path: path.to_path_buf(), fault }))
    }
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
/// A [`Kind`]: a file is missing, cut short, too long, of another kind, empty, with a label over 9,
/// or with another number of labels than there are images.
pub fn read_folder(folder: &Path) -> Result<Mnist> {
    let found = PARTS.each_ref().map(|part| part.find(folder));
    let [Some(train_images), Some(train_labels), Some(test_images), Some(test_labels)] = &found
    else {
        let missing = PARTS.iter().zip(&found).filter(|(_, path)| path.is_none());
        let names = missing.map(|(part, _)| format!("{}.gz", part.name)).collect();
        return Err(Error::user(Kind::Missing { folder: folder.to_path_buf(), names }));
    };
    if let Some(mnist) = read_originals([train_images, train_labels, test_images, test_labels]) {
        return Ok(mnist);
    }
    Ok(Mnist {
        train: read_set((&TRAIN_IMAGES, train_images), (&TRAIN_LABELS, train_labels))?,
        test: read_set((&TEST_IMAGES, test_images), (&TEST_LABELS, test_labels))?,
    })
}

/// Images and their labels.
fn read_set(images: (&Part, &Path), labels: (&Part, &Path)) -> Result<Digits> {
    let [(images, at), (labels, beside)] = [images, labels];
    let digits = Digits { images: images.read(at)?, labels: labels.read(beside)? };
    let (n_images, n_labels) = (digits.images.len() / Digits::PIXELS, digits.labels.len());
    if n_images != n_labels {
        let (images, labels) = (at.to_path_buf(), beside.to_path_buf());
        return Err(Error::user(Kind::Unequal { images, n_images, labels, n_labels }));
    }
    Ok(digits)
}

/// Why a folder gives no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Some of the four files are not there.
    Missing {
        /// Where they were looked for.
        folder: PathBuf,
        /// Their names, as `--download` brings them.
        names: Vec<String>,
    },
    /// A file is there but of no use.
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: idx::Kind,
    },
    /// There are more labels than images, or fewer.
    Unequal {
        /// The file of images.
        images: PathBuf,
        /// How many it has.
        n_images: usize,
        /// The file of labels.
        labels: PathBuf,
        /// How many it has.
        n_labels: usize,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, fault) = match self {
            Kind::Missing { folder, names } => {
                let (names, folder) = (names.join(", "), folder.display());
                return f.write_str(&say!(
                    "MNIST is not complete in {folder} (missing: {names}); fetch it with \
                     --download or name another folder with --data DIR",
                    "{folder} 中的 MNIST 不完整（缺少 {names}）；请用 --download 下载，或用 \
                     --data DIR 指定另一个文件夹"
                ));
            }
            Kind::Unusable { path, fault } => (path.display(), fault.to_string()),
            Kind::Unequal { images, n_images, labels, n_labels } => {
                let images = images.display();
                let fault = say!(
                    "it has {n_labels} labels for the {n_images} images of {images}",
                    "其中有 {n_labels} 个标签，而 {images} 中有 {n_images} 幅图像"
                );
                (labels.display(), fault)
            }
        };
        f.write_str(&say!(
            "cannot use {path}, {fault}; fetch it anew with --download or name another folder with \
             --data DIR",
            "无法使用 {path}：{fault}；请用 --download 重新下载，或用 --data DIR 指定另一个文件夹"
        ))
    }
}

impl std::error::Error for Kind {}
