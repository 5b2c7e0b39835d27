//! Files are written beside their place and renamed into it, so that a full disk or a Ctrl-C never
//! leaves half a file.

use crate::{
    say,
    shell::error::{Error, Result},
};
use flate2::bufread::MultiGzDecoder;
use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

/// What the system refused; its `Display` adds what the user can do about it.
#[derive(Debug)]
pub enum Kind {
    /// A file could not be written; what was there before is untouched.
    CannotWrite {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// A file could not be read.
    CannotRead {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::CannotWrite { path, cause } => {
                let (path, advice) = (path.display(), advice_to_write(cause));
                say!(
                    "cannot write {path} ({cause}), nothing was changed; {advice}",
                    "无法写入 {path}（{cause}），原有内容没有改动；{advice}"
                )
            }
            Self::CannotRead { path, cause } => {
                let (path, advice) = (path.display(), advice_to_read(cause));
                say!(
                    "cannot read {path} ({cause}); {advice}",
                    "无法读取 {path}（{cause}）；{advice}"
                )
            }
        })
    }
}

impl std::error::Error for Kind {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CannotWrite { cause, .. } | Self::CannotRead { cause, .. } => Some(cause),
        }
    }
}

/// What to do about a file that cannot be written, by the system's reason.
pub(crate) fn advice_to_write(cause: &io::Error) -> String {
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            say!("free some space or choose another folder", "请腾出空间或换一个文件夹")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            say!("choose a folder that you may write to", "请换一个有写入权限的文件夹")
        }
        ErrorKind::IsADirectory => {
            say!("choose another name, a folder has this one", "已有同名的文件夹，请换一个文件名")
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            say!(
                "choose another path, a file stands where a folder is needed",
                "路径中本应是文件夹的地方是一个文件，请换一个路径"
            )
        }
        _ => say!("choose another folder", "请换一个文件夹"),
    }
}

/// What to do about a file that cannot be read, by the system's reason.
fn advice_to_read(cause: &io::Error) -> String {
    match cause.kind() {
        ErrorKind::PermissionDenied => say!("make it readable first", "请先为它加上读取权限"),
        ErrorKind::IsADirectory => {
            say!("name a file in that folder", "这是一个文件夹，请指定其中的文件")
        }
        _ => say!("check the path", "请检查路径"),
    }
}

/// Writes `bytes` to `path` in one step: all of them, or (on any error) none, with the old file
/// untouched.
///
/// # Errors
/// [`Kind::CannotWrite`] when the folder cannot be made or the disk is full.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = readable_by_all(tempfile::Builder::new()).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|cause| Error::user(Kind::CannotWrite { path: path.to_path_buf(), cause }))
}

/// A file that others may read, as an ordinary new file is (tempfile's own default is for secrets).
fn readable_by_all(
    mut builder: tempfile::Builder<'static, 'static>,
) -> tempfile::Builder<'static, 'static> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder
}

/// Reads a whole file.
///
/// # Errors
/// [`Kind::CannotRead`], with the file and the reason.
pub fn read_whole(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|cause| Error::user(Kind::CannotRead { path: path.to_path_buf(), cause }))
}

/// Opens a file and, where it begins with gzip's two bytes `1f 8b`, unpacks it on the way.
///
/// # Errors
/// Those of the file system, here or while reading; damaged gzip data shows as `InvalidData`,
/// `InvalidInput` or `UnexpectedEof`.
pub fn open_unpacked(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(path)?);
    let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(outcome: Result<impl Sized>) -> (ErrorKind, PathBuf, String) {
        let error = outcome.err().expect("it is refused");
        assert_eq!(error.exit_code(), 2);
        let (Kind::CannotWrite { path, cause } | Kind::CannotRead { path, cause }) =
            error.kind().expect("a kind of this module");
        (cause.kind(), path.clone(), advice_to_write(cause))
    }

    #[cfg(unix)]
    #[test]
    fn the_reason_is_the_systems_own_and_the_advice_fits_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        assert_eq!(refused(read_whole(&path)).0, ErrorKind::NotFound);
        write_whole(&path, b"a").expect("it is written");
        assert_eq!(read_whole(&path).expect("it is read"), b"a");
        // A folder where a file is wanted, and a file where a folder is.
        let (reason, at, advice) = refused(write_whole(folder.path(), b"b"));
        assert_eq!((reason, at.as_path()), (ErrorKind::IsADirectory, folder.path()));
        assert!(advice.contains("a folder has this one"), "{advice}");
        let (_, _, advice) = refused(write_whole(&path.join("b.txt"), b"b"));
        assert!(advice.contains("a file stands where a folder is needed"), "{advice}");
        let disk = io::Error::from(ErrorKind::StorageFull);
        assert!(advice_to_write(&disk).contains("free some space"));
    }
}
