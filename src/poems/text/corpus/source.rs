//! The bytes of a corpus: of a file, a pipe, or the corpus that ships with the program.

use std::{
    collections::HashMap,
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{encoding::Foreign, json::files_in};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files,
    },
};

/// The corpus that ships with the crate. It is compiled in, too, so that it is there in every
/// folder.
pub const STARTER: &str = "data/poems.txt";
/// The longest file that is read, in bytes.
pub const LARGEST: u64 = 512 << 20;
/// So many bytes tell a text from something else.
const BEGINNING: u64 = 1 << 12;

/// A file that does not end within [`LARGEST`] bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The file.
    pub path: PathBuf,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, largest) = (self.path.display(), LARGEST >> 20);
        f.write_str(&say!(
            "{name} does not end within {largest} MiB; choose a smaller corpus, or several files",
            "{name} 超过 {largest} MiB；请选较小的语料，或分成几个文件"
        ))
    }
}

impl std::error::Error for TooLarge {}

/// The files that a path stands for: those of a folder, else itself.
///
/// # Errors
/// A folder without poems.
pub fn files_of(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_dir() { files_in(path) } else { Ok(vec![path.into()]) }
}

/// The bytes of a file; of a pipe those that came when it was read first, since it gives them only
/// once.
///
/// # Errors
/// A file that cannot be read, [`Foreign`] of one that begins like no text, or [`TooLarge`].
pub fn bytes_of(path: &Path) -> Result<Arc<Vec<u8>>> {
    static PIPES: Mutex<Option<HashMap<PathBuf, Arc<Vec<u8>>>>> = Mutex::new(None);
    if path == Path::new(STARTER) && !path.exists() {
        return Ok(Arc::new(include_bytes!("../../../../data/poems.txt").to_vec()));
    }
    if path.is_file() && !path.starts_with("/dev") {
        return read(path).map(Arc::new);
    }
    let mut pipes = PIPES.lock().unwrap_or_else(PoisonError::into_inner);
    let pipes = pipes.get_or_insert_default();
    if let Some(bytes) = pipes.get(path) {
        return Ok(Arc::clone(bytes));
    }
    let bytes = Arc::new(read(path)?);
    pipes.insert(path.into(), Arc::clone(&bytes));
    Ok(bytes)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let cannot =
        |cause: io::Error| Error::user(files::Kind::CannotRead { path: path.into(), cause });
    let mut file = File::open(path).map_err(cannot)?.take(LARGEST + 1);
    let mut bytes = Vec::new();
    file.by_ref().take(BEGINNING).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.contains(&0) && encoding_rs::Encoding::for_bom(&bytes).is_none() {
        return Err(Error::user(Foreign { name: path.display().to_string() }));
    }
    file.read_to_end(&mut bytes).map_err(cannot)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Error::user(TooLarge { path: path.into() })),
        false => Ok(bytes),
    }
}
