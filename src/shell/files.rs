//! Files are written beside their place and renamed into it, so that a full disk or a Ctrl-C never
//! leaves half a file.

use crate::{
    say,
    shell::error::{Error, Result},
};
use flate2::bufread::MultiGzDecoder;
use std::{
    fmt,
    fs::{File, Metadata},
    io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write},
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

/// How the name of a file begins that is still being written.
pub const UNFINISHED: &str = ".unfinished-";

/// Writes `bytes` to `path` in one step: all of them, or (on any error) none, with the old file
/// untouched.
///
/// A link is followed, an old file keeps its mode and its other names, and what is no file (a pipe,
/// a device) gets the bytes in its place.
///
/// # Errors
/// [`Kind::CannotWrite`] when the folder cannot be made or the disk is full.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes)
        .map_err(|cause| Error::user(Kind::CannotWrite { path: path.to_path_buf(), cause }))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let Some(target) = follow(path)? else {
        return File::options().append(true).open(path)?.write_all(bytes);
    };
    let old = match File::options().write(true).open(&target) {
        Ok(file) => Some((file.metadata()?, file)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => None,
        // Also a file that is protected from writing, which a rename would replace.
        Err(cause) => return Err(cause),
    };
    match old {
        Some((about, file)) if has_other_names(&about) => {
            write_over(&std::fs::read(&target)?, file, bytes)
        }
        old => replace(&target, old.map(|(about, _)| about), bytes),
    }
}

/// The file to which `path` leads; `None` where something else is there, or a stream of this
/// program (`/dev/stdout`).
fn follow(path: &Path) -> io::Result<Option<PathBuf>> {
    match std::fs::metadata(path) {
        Ok(about) if !about.is_file() && !about.is_dir() => return Ok(None),
        Err(cause) if !matches!(cause.kind(), ErrorKind::NotFound) => return Err(cause),
        _ => {}
    }
    let mut target = path.to_path_buf();
    // More links than any system follows are a circle, which `metadata` has refused.
    for _ in 0..40 {
        let Ok(next) = std::fs::read_link(&target) else { break };
        target = target.parent().unwrap_or(Path::new("")).join(next);
        if target.starts_with("/proc") || target.starts_with("/dev/fd") {
            return Ok(None);
        }
    }
    Ok(Some(target))
}

/// Beside its place, then by one rename.
fn replace(path: &Path, old: Option<Metadata>, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    step(path)?;
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    let mut file = like_any_other(builder.prefix(UNFINISHED)).tempfile_in(folder)?;
    step(path)?;
    file.as_file_mut().write_all(bytes)?; // `file` itself would put its path into the error
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    step(path)?;
    file.as_file().sync_all()?;
    step(path)?;
    file.persist(path)?;
    took_place(path);
    Ok(())
}

/// In its place, because other names lead there, too; what was there comes back if that fails.
fn write_over(before: &[u8], mut file: File, bytes: &[u8]) -> io::Result<()> {
    let mut put = |bytes: &[u8]| -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    put(bytes).inspect_err(|_| drop(put(before)))
}

#[cfg(unix)]
fn has_other_names(about: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(about) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// With the mode of an ordinary new file (tempfile's own default is for secrets).
fn like_any_other<'b, 'n, 's>(
    builder: &'b mut tempfile::Builder<'n, 's>,
) -> &'b mut tempfile::Builder<'n, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Gives a file another name, that of another file too.
///
/// # Errors
/// [`Kind::CannotWrite`].
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    step(to)
        .and_then(|()| std::fs::rename(from, to))
        .map_err(|cause| Error::user(Kind::CannotWrite { path: to.to_path_buf(), cause }))
}

/// Removes a file.
///
/// # Errors
/// [`Kind::CannotWrite`], also where there is none.
pub fn remove(path: &Path) -> Result<()> {
    step(path)
        .and_then(|()| std::fs::remove_file(path))
        .map_err(|cause| Error::user(Kind::CannotWrite { path: path.to_path_buf(), cause }))
}

/// Comes before whatever the system may refuse; in tests it refuses for it.
#[cfg(not(test))]
pub(super) fn step(_: &Path) -> io::Result<()> {
    Ok(())
}
#[cfg(not(test))]
fn took_place(_: &Path) {}
#[cfg(test)]
pub(super) use super::faults::{step, took_place};

/// Removes what a killed program left half-written in `folder` and the folders in it. Only for
/// whoever alone may write there.
pub(super) fn remove_unfinished(folder: &Path) {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let below = entries(folder).filter(|entry| entry.path().is_dir());
    for file in entries(folder).chain(below.flat_map(|below| entries(&below.path()))) {
        if file.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
            let _ = std::fs::remove_file(file.path());
        }
    }
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

    #[cfg(unix)]
    #[test]
    fn links_pipes_other_names_and_the_mode_stay() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let put = |name: &str| write_whole(&at(name), b"new").expect("it is written");
        let read = |name: &str| std::fs::read(at(name)).expect("it is read");
        let mode = |name: &str| at(name).metadata().expect("it is there").mode() & 0o777;
        std::fs::create_dir(at("below")).expect("a folder");
        for (link, real) in [("link", "below/real"), ("to nothing", "below/later")] {
            symlink(real, at(link)).expect("a link");
        }
        symlink("link", at("link to a link")).expect("a link");
        std::fs::write(at("below/real"), "the old, longer").expect("it is written");
        std::fs::set_permissions(at("below/real"), std::fs::Permissions::from_mode(0o640))
            .expect("its mode is set");
        for link in ["link to a link", "to nothing"] {
            put(link);
            assert!(at(link).is_symlink());
        }
        assert_eq!((read("below/real"), read("below/later")), (b"new".into(), b"new".into()));
        assert_eq!(mode("below/real"), 0o640);

        std::fs::write(at("one"), "the old, longer").expect("it is written");
        std::fs::hard_link(at("one"), at("two")).expect("another name");
        put("one");
        assert_eq!(read("two"), b"new");

        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status();
        assert!(made.expect("it is made").success());
        let reader = std::thread::spawn({
            let pipe = at("pipe");
            move || std::fs::read(pipe).expect("it is read")
        });
        put("pipe");
        assert_eq!(reader.join().expect("it ends"), b"new");
        assert!(!at("pipe").is_file());

        symlink("circle", at("circle")).expect("a link");
        refused(write_whole(&at("circle"), b"new"));
    }

    /// On Linux a write to this device fails as on a full disk.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_stays_one_and_its_reason_is_named() {
        let device = Path::new("/dev/full");
        assert_eq!(refused(write_whole(device, b"new")).0, ErrorKind::StorageFull);
        assert!(!device.is_file());
    }
}
