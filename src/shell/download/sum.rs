//! The SHA-256 of what a file holds.

use std::{
    io::{self, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::Limits;
use crate::shell::files::open_unpacked;

/// The SHA-256 of a file's (unpacked) content in lower-case hexadecimal digits.
///
/// # Errors
/// Those of the file system, and of gzip data that is damaged or unpacks to more than any file of
/// the course (a thousandth of its size is enough to name it).
pub fn sha256_of(path: &Path) -> io::Result<String> {
    sha256_within(path, Limits::default().longest)
}

fn sha256_within(path: &Path, longest: u64) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = open_unpacked(path)?;
    let (mut block, mut room) = (vec![0; 1 << 16], longest);
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            break;
        }
        room = room.checked_sub(n as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        hasher.update(&block[..n]);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::{fs, io::Write};

    #[test]
    fn gzip_data_without_end_is_not_unpacked_to_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bomb.gz");
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&vec![0; 1 << 20]).expect("into memory");
        fs::write(&path, packed.finish().expect("into memory")).expect("it is written");
        assert_eq!(sha256_within(&path, 1 << 20).expect("it fits").len(), 64);
        let error = sha256_within(&path, (1 << 20) - 1).expect_err("it does not");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
