//! The original MNIST by the `mnist` crate, which knows no gzip, takes paths in UTF-8 only, and
//! panics on a file that is missing, cut short, or has not exactly 60,000 or 10,000 items.
//!
//! So it is asked only for files that have the originals' headers and lengths; all others, such as
//! the packed ones that `--download` brings, are read by [`idx`](super::idx).

use std::{fs::File, path::Path};

use mnist::MnistBuilder;
use sha2::{Digest, Sha256};

use super::{
    digits::{Digits, Mnist},
    download::mnist_files,
    idx::{Idx, read_header},
};
use crate::shell::download::{Proof, Remote};

/// Training images and labels, test images and labels: what each file holds and how many.
const ORIGINALS: [(Idx, usize); 4] =
    [(Idx::Images, 60_000), (Idx::Labels, 60_000), (Idx::Images, 10_000), (Idx::Labels, 10_000)];

/// MNIST from the files with its training images, training labels, test images and test labels;
/// `None` if they are not the originals, unpacked.
pub fn read_originals(paths: [&Path; 4]) -> Option<Mnist> {
    if !paths.iter().zip(ORIGINALS).all(|(path, (idx, count))| is_original(path, idx, count)) {
        return None;
    }
    let [_, (_, n_train), _, (_, n_test)] = ORIGINALS;
    let read = MnistBuilder::new()
        .base_path("") // the paths are whole
        .training_images_filename(paths[0].to_str()?)
        .training_labels_filename(paths[1].to_str()?)
        .test_images_filename(paths[2].to_str()?)
        .test_labels_filename(paths[3].to_str()?)
        .label_format_digit()
        .training_set_length(n_train as u32)
        .validation_set_length(0) // the crate would cut it from the end of the training set
        .test_set_length(n_test as u32)
        .finalize();
    let train = Digits { images: read.trn_img, labels: read.trn_lbl };
    let test = Digits { images: read.tst_img, labels: read.tst_lbl };
    // The crate does not look at the labels.
    let labelled = [&train, &test].iter().all(|set| set.labels.iter().all(|&label| label <= 9));
    labelled.then_some(Mnist { train, test })
}

/// Whether these are the digits of MNIST itself, by the SHA-256 of the files that hold them.
///
/// Other sets of 28 x 28 images come in the same four files: Fashion-MNIST shows clothes, EMNIST is
/// transposed. A part of MNIST counts as one of them.
pub fn is_mnist(digits: &Mnist) -> bool {
    let Mnist { train, test } = digits;
    let values = [&train.images, &train.labels, &test.images, &test.labels];
    let as_published = |((values, (idx, count)), remote): ((&Vec<u8>, _), Remote)| {
        let (idx, count): (Idx, usize) = (idx, count);
        let file = || {
            let header = idx.header_of(count);
            let sum = Sha256::new().chain_update(header).chain_update(values).finalize();
            sum.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        values.len() == count * idx.item() && remote.proof == Proof::Sha256(file())
    };
    values.into_iter().zip(ORIGINALS).zip(mnist_files()).rev().all(as_published)
}

/// Whether header and length are those of the original.
fn is_original(path: &Path, idx: Idx, count: usize) -> bool {
    let length = (idx.header() + count * idx.item()) as u64;
    File::open(path).is_ok_and(|file| {
        file.metadata().is_ok_and(|metadata| metadata.len() == length)
            && read_header(file, idx, count) == Ok(count)
    })
}
