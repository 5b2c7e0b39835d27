//! `--download`: a file from the network arrives whole and right, or not at all.
//!
//! A file grows beside its place as `NAME.part`. A cut line leaves the part, and the next attempt
//! asks a mirror (HTTP `Range`) only for what is still missing. When the part is complete, it must
//! pass its [`Proof`], and only then is it renamed into place.

mod client;
mod kind;
mod sum;

pub use kind::{Kind, Reason};
pub use sum::sha256_of;

use crate::{
    look::shown::ascii,
    say,
    shell::{
        self,
        error::{Error, Result},
        files::read_whole,
        progress,
    },
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::IgnoredAny;
use std::{
    collections::HashMap,
    fmt,
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Once,
    time::{Duration, Instant},
};
use ureq::Agent;

/// A file that mirrors offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its name, on the mirrors and in the folder.
    pub name: String,
    /// How to see that it arrived whole.
    pub proof: Proof,
}

/// What a file must be like to be put in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Its SHA-256 in lower-case hexadecimal digits; that of the unpacked content where it is
    /// packed by gzip.
    Sha256(String),
    /// No sum of it is known: it must at least be JSON from its first to its last byte, which half
    /// a file never is, and a list of one object or more, each with this key, which no page of an
    /// error is.
    JsonList(&'static str),
}

/// What a mirror may ask of our patience and our disk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file that is taken, in bytes.
    pub longest: u64,
    /// How long it may send less than `fewest` bytes.
    pub patience: Duration,
    /// The bytes that must come within that time.
    pub fewest: u64,
}

impl Default for Limits {
    /// 256 MB, five times the largest file of the course; a kilobyte a second, looked at every
    /// half minute.
    fn default() -> Self {
        Self { longest: 256 << 20, patience: Duration::from_secs(30), fewest: 30 << 10 }
    }
}

/// Downloads files from the first mirror that has each of them; see [`fetch`].
///
/// # Errors
/// As [`fetch`], at the first file that cannot be had.
pub fn download_files(files: &[Remote], mirrors: &[String], folder: &Path) -> Result<()> {
    files.iter().try_for_each(|remote| fetch(remote, &remote.name, mirrors, folder).map(drop))
}

/// Puts one file into a folder and returns its path, from `mirrors` (addresses to which the file's
/// name is appended), in turn.
///
/// Nothing is fetched where the right file is in place already; a wrong one there is kept as
/// `NAME.old`. Shows its progress on standard error under the name `called`: a bar on a terminal,
/// one line in a pipe.
///
/// # Errors
/// [`Kind::NotDownloaded`] with every mirror's reason, or [`Kind::CannotWrite`]. What has arrived
/// stays in `NAME.part`, unless its checksum was wrong.
pub fn fetch(remote: &Remote, called: &str, mirrors: &[String], folder: &Path) -> Result<PathBuf> {
    fetch_within(remote, called, mirrors, folder, Limits::default())
}

/// [`fetch`] with other limits than the usual ones.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_within(
    remote: &Remote,
    called: &str,
    mirrors: &[String],
    folder: &Path,
    limits: Limits,
) -> Result<PathBuf> {
    let (name, place) = (&remote.name, folder.join(&remote.name));
    if is_right(&place, &remote.proof) {
        return Ok(place);
    }
    let part = folder.join(format!("{name}.part"));
    fs::create_dir_all(folder).map_err(|cause| cannot_write(&part, cause))?;
    note_on_proxies();
    let bar = progress(called);
    let mut reasons = Vec::new();
    for mirror in mirrors {
        let url = format!("{mirror}{name}");
        let source = Source { agent: client::client(&url)?, url, limits };
        match from_mirror(&source, &part, &remote.proof, &bar) {
            Ok(()) => {
                put_in_place(&part, &place).map_err(|cause| cannot_write(&place, cause))?;
                bar.finish_and_clear();
                return Ok(place);
            }
            Err(Stop::Mirror(reason)) => reasons.push((mirror.clone(), reason)),
            Err(Stop::Disk(cause)) => return Err(cannot_write(&part, cause)),
        }
    }
    let (name, folder) = (name.clone(), folder.to_path_buf());
    Err(Error::user(Kind::NotDownloaded { name, reasons, folder }))
}

/// A file on one mirror.
struct Source {
    agent: Agent,
    url: String,
    limits: Limits,
}

/// Where in the file a download began.
enum Start {
    Fresh,
    Resumed,
}

/// Why a download ended early.
enum Stop {
    /// The mirror or the way to it: another one may do.
    Mirror(Reason),
    /// The disk: no mirror will help.
    Disk(io::Error),
}

/// Completes `part` from one mirror; a part that is complete and wrong is removed.
fn from_mirror(
    source: &Source,
    part: &Path,
    proof: &Proof,
    bar: &ProgressBar,
) -> std::result::Result<(), Stop> {
    let start = pull(source, part, bar)?;
    // A part that was begun elsewhere may not fit this mirror's file: if so, once more from its
    // first byte.
    if matches!(start, Start::Resumed) && !is_right(part, proof) {
        fs::remove_file(part).map_err(Stop::Disk)?;
        pull(source, part, bar)?;
    }
    if is_right(part, proof) {
        return Ok(());
    }
    fs::remove_file(part).map_err(Stop::Disk)?;
    Err(Stop::Mirror(match proof {
        Proof::Sha256(_) => Reason::WrongChecksum,
        Proof::JsonList(_) => Reason::NotTheList,
    }))
}

/// Asks one mirror for what `part` still lacks and appends it.
fn pull(source: &Source, part: &Path, bar: &ProgressBar) -> std::result::Result<Start, Stop> {
    let Source { agent, url, limits } = source;
    let lost = |e: &dyn fmt::Display| Stop::Mirror(Reason::Unreachable(e.to_string()));
    let have = fs::metadata(part).map_or(0, |m| m.len());
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call().map_err(|e| lost(&e))?;
    let start = match response.status().as_u16() {
        206 => Start::Resumed,
        // Nothing lies behind our last byte: the part may be whole.
        416 if have > 0 => return Ok(Start::Resumed),
        200 => Start::Fresh, // all of it, asked for or not
        status => return Err(lost(&format_args!("HTTP {status}"))),
    };
    let resumed = matches!(start, Start::Resumed);
    let mut file = OpenOptions::new();
    file.create(true).write(true).append(resumed).truncate(!resumed);
    let mut file = file.open(part).map_err(Stop::Disk)?;
    let have = if resumed { have } else { 0 };
    bar.set_position(have);
    if let Some(rest) = response.body().content_length() {
        bar.set_length(have + rest);
    }
    let mut body = response.into_body().into_reader();
    let mut block = vec![0; 1 << 16];
    let (mut length, mut since, mut lately) = (have, Instant::now(), 0);
    loop {
        let n = match body.read(&mut block) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) => return Err(lost(&e)),
        };
        (length, lately) = (length + n as u64, lately + n as u64);
        if length > limits.longest {
            drop(file);
            fs::remove_file(part).map_err(Stop::Disk)?; // no part of a file that could be wanted
            return Err(Stop::Mirror(Reason::TooLong));
        }
        file.write_all(&block[..n]).map_err(Stop::Disk)?;
        if since.elapsed() > limits.patience {
            if lately < limits.fewest {
                return Err(Stop::Mirror(Reason::TooSlow));
            }
            (since, lately) = (Instant::now(), 0);
        }
        bar.set_position(file.metadata().map_or(0, |m| m.len()));
    }
    file.sync_all().map_err(Stop::Disk)?;
    Ok(start)
}

/// Whether a file is there and passes its proof.
fn is_right(path: &Path, proof: &Proof) -> bool {
    match proof {
        Proof::Sha256(sum) => sha256_of(path).is_ok_and(|found| found == *sum),
        Proof::JsonList(key) => read_whole(path).is_ok_and(|json| is_list(&json, key)),
    }
}

/// Whether `json` is a list of one object or more, each with this key.
fn is_list(json: &[u8], key: &str) -> bool {
    let list: Vec<HashMap<String, IgnoredAny>> = serde_json::from_slice(json).unwrap_or_default();
    !list.is_empty() && list.iter().all(|object| object.contains_key(key))
}

/// Renames the complete part to its place; a file with other content that was there is kept beside
/// it.
fn put_in_place(part: &Path, place: &Path) -> io::Result<()> {
    if place.exists() {
        let mut old = place.as_os_str().to_owned();
        old.push(".old");
        fs::rename(place, old)?;
    }
    fs::rename(part, place)
}

/// Says once what there is to say of the proxies.
fn note_on_proxies() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Some(note) = client::note_on_proxies() {
            shell::note(note);
        }
    });
}

/// A bar on a terminal; elsewhere one plain line and a bar that stays hidden.
fn progress(name: &str) -> ProgressBar {
    let bar =
        ProgressBar::with_draw_target(None, progress::stderr()).with_message(name.to_string());
    if bar.is_hidden() {
        shell::note(say!("downloading {name}", "正在下载 {name}"));
    }
    let template = "{msg:26} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    let style = ProgressStyle::with_template(template).expect("the template has no error");
    bar.with_style(if ascii() { style.progress_chars("#>-") } else { style })
}

fn cannot_write(path: &Path, cause: io::Error) -> Error {
    Error::user(Kind::CannotWrite { path: path.to_path_buf(), cause })
}
