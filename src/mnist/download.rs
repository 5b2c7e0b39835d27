//! Where the four MNIST files can be fetched from; how a download works:
//! [`download`](crate::shell::download).

use crate::{
    say,
    shell::{
        download::{Proof, Remote, download_files},
        error::{Error, Result},
    },
};
use std::path::Path;

/// Who keeps copies of the four original files, in the order in which they are asked.
const MNIST_MIRRORS: [&str; 2] = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
];

/// The four files of MNIST and what they hash to when unpacked (gzip may pack the same bytes in
/// more than one way).
pub fn mnist_files() -> [Remote; 4] {
    [
        (
            "train-images-idx3-ubyte.gz",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ]
    .map(|(name, sum)| Remote { name: name.to_string(), proof: Proof::Sha256(sum.to_string()) })
}

/// Downloads the four MNIST files into a folder, from `mirror` (the address of a folder that has
/// them) or else from those who are known to. Those already there and right are left alone.
///
/// # Errors
/// An [`Error`] of the user's: no mirror reachable, or the folder cannot be written. Every file in
/// place is right even then.
pub fn download_mnist(mirror: Option<&str>, folder: &Path) -> Result<()> {
    let mirrors = match mirror {
        Some(mirror) => vec![format!("{}/", mirror.trim_end_matches('/'))],
        None => MNIST_MIRRORS.map(String::from).to_vec(),
    };
    download_files(&mnist_files(), &mirrors, folder).map_err(|message| {
        Error::user(say!(
            "{message}; without --download the lesson takes digits that it draws itself",
            "{message}；不加 --download 时，课程会使用自己绘制的数字"
        ))
    })
}
