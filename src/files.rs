//! Files are written beside their place and renamed into it, so that a full disk or a Ctrl-C never
//! leaves half a file.

use crate::{
    error::{Error, Result},
    say,
};
use flate2::bufread::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
};

/// Writes `bytes` to `path` in one step: all of them, or (on any error) none, with the old file
/// untouched.
///
/// # Errors
/// A [`Error`] of the user's when the folder cannot be made or the disk is full.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = readable_by_all(tempfile::Builder::new()).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|e| {
        let path = path.display();
        Error::user(say!(
            "cannot write {path} ({e}); free some space or choose another folder, nothing was \
             changed",
            "无法写入 {path}（{e}）；请腾出空间或换一个文件夹，原有内容没有改动"
        ))
    })
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
/// A [`Error`] of the user's that names the file and the reason.
pub fn read_whole(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| {
        let path = path.display();
        Error::user(say!(
            "cannot read {path} ({e}); check the path",
            "无法读取 {path}（{e}）；请检查路径"
        ))
    })
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
