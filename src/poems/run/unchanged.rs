//! A corpus as it was when a run began, or the reason why it is not.

use std::{fmt, path::PathBuf};

use crate::{
    poems::text::corpus::{Corpus, Reading},
    say,
    shell::error::{Error, Result},
};

/// The corpus of a run is not the one it began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusChanged {
    /// Its file.
    pub corpus: PathBuf,
}

impl fmt::Display for CorpusChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.corpus.display();
        f.write_str(&say!(
            "{name} is not the corpus this run began with; put the old one back or train anew",
            "{name} 已不是本次训练开始时的语料；请恢复原文件或重新训练"
        ))
    }
}

impl std::error::Error for CorpusChanged {}

/// Reads the corpus in these files, which must still have this [SHA-256](Corpus::sha256).
///
/// # Errors
/// A file that cannot be read, or [`CorpusChanged`].
pub fn read_unchanged(paths: &[PathBuf], sha256: &str, reading: Reading) -> Result<Corpus> {
    let corpus = Corpus::read_all(paths, reading)?;
    match corpus.sha256() == sha256 {
        true => Ok(corpus),
        false => Err(Error::user(CorpusChanged { corpus: paths[0].clone() })),
    }
}
