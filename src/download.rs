//! `--download`: a file of the net arrives whole and right, or not at all.
//!
//! A file grows beside its place as `NAME.part`. A cut line leaves the part, and the next attempt
//! asks a mirror (HTTP `Range`) only for what is still missing. When the part is complete, it must
//! pass its [`Proof`], and only then is it renamed into place.

use crate::{
    error::{Error, Result},
    files::open_unpacked,
    say,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use ureq::{Agent, Proxy};

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
    /// Its SHA-256 in small hexadecimal digits; that of the unpacked content where it is packed by
    /// gzip.
    Sha256(String),
    /// No sum of it is known: it must at least be JSON from its first to its last byte, which half
    /// a file never is.
    Json,
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
/// `NAME.old`. Tells its progress on standard error under the name `called`: a bar on a terminal,
/// one line in a pipe.
///
/// # Errors
/// A [`Error`] of the user's with every mirror's reason, or the disk's. What has arrived stays in
/// `NAME.part`, unless its checksum was wrong.
pub fn fetch(remote: &Remote, called: &str, mirrors: &[String], folder: &Path) -> Result<PathBuf> {
    let (name, place) = (&remote.name, folder.join(&remote.name));
    if is_right(&place, &remote.proof) {
        return Ok(place);
    }
    let part = folder.join(format!("{name}.part"));
    fs::create_dir_all(folder).map_err(|e| disk_error(&part, &e))?;
    let bar = progress(called);
    let mut reasons = Vec::new();
    for mirror in mirrors {
        let url = format!("{mirror}{name}");
        // A part that was begun elsewhere may not fit this mirror's file: if so, once more from its
        // first byte.
        let mut pulled = pull(&url, &part, &bar);
        if matches!(pulled, Ok(Start::Resumed)) && !is_right(&part, &remote.proof) {
            fs::remove_file(&part).map_err(|e| disk_error(&part, &e))?;
            pulled = pull(&url, &part, &bar);
        }
        match pulled {
            Ok(_) if is_right(&part, &remote.proof) => {
                put_in_place(&part, &place).map_err(|e| disk_error(&place, &e))?;
                bar.finish_and_clear();
                return Ok(place);
            }
            Ok(_) => {
                fs::remove_file(&part).map_err(|e| disk_error(&part, &e))?;
                reasons.push(match remote.proof {
                    Proof::Sha256(_) => say!("{mirror}: wrong checksum", "{mirror}：校验和不符"),
                    Proof::Json => say!("{mirror}: not a JSON file", "{mirror}：不是 JSON 文件"),
                });
            }
            Err(Stop::Mirror(reason)) => {
                reasons.push(say!("{mirror}: {reason}", "{mirror}:{reason}"))
            }
            Err(Stop::Disk(e)) => return Err(disk_error(&part, &e)),
        }
    }
    let (reasons, folder) = (reasons.join(", "), folder.display());
    Err(Error::user(say!(
        "{name} cannot be downloaded ({reasons}); check the network and try again, or put the file \
         into {folder} by hand",
        "无法下载 {name}（{reasons}）；请检查网络后重试，或手动把该文件放入 {folder}"
    )))
}

/// Where in the file a download began.
enum Start {
    Fresh,
    Resumed,
}

/// Why a download ended early.
enum Stop {
    /// The mirror or the way to it: another one may do.
    Mirror(String),
    /// The disk: no mirror will help.
    Disk(io::Error),
}

/// Asks one mirror for what `part` still lacks and appends it.
fn pull(url: &str, part: &Path, bar: &ProgressBar) -> std::result::Result<Start, Stop> {
    let lost = |e: &dyn std::fmt::Display| Stop::Mirror(e.to_string());
    let have = fs::metadata(part).map_or(0, |m| m.len());
    let mut request = agent(url).get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call().map_err(|e| lost(&e))?;
    let start = match response.status().as_u16() {
        206 => Start::Resumed,
        416 if have > 0 => return Ok(Start::Resumed), // nothing lies behind our last byte: the part may be whole
        200 => Start::Fresh,                          // all of it, asked for or not
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
    loop {
        match body.read(&mut block) {
            Ok(0) => break,
            Ok(n) => file.write_all(&block[..n]).map_err(Stop::Disk)?,
            Err(e) => return Err(lost(&e)),
        }
        bar.set_position(file.metadata().map_or(0, |m| m.len()));
    }
    file.sync_all().map_err(Stop::Disk)?;
    Ok(start)
}

/// The HTTP client: gives up on a mirror that is silent, however long the whole file may take.
fn agent(url: &str) -> Agent {
    // A mirror on this very machine (the tests have some) is asked directly, whatever proxy leads
    // to the world.
    let proxy = if url.starts_with("http://127.") { None } else { Proxy::try_from_env() };
    Agent::config_builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity") // the bytes of the file itself, so that a range of them means something
        .http_status_as_error(false)
        .proxy(proxy)
        .timeout_resolve(Some(Duration::from_secs(10)))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_per_read(Some(Duration::from_secs(30)))
        .build()
        .new_agent()
}

/// Whether a file is there and passes its proof.
fn is_right(path: &Path, proof: &Proof) -> bool {
    match proof {
        Proof::Sha256(sum) => sha256_of(path).is_ok_and(|found| found == *sum),
        Proof::Json => open_unpacked(path).is_ok_and(|file| {
            serde_json::from_reader::<_, serde::de::IgnoredAny>(io::BufReader::new(file)).is_ok()
        }),
    }
}

/// The SHA-256 of a file's (unpacked) content in small hexadecimal digits.
///
/// # Errors
/// Those of the file system, and of damaged gzip data.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = open_unpacked(path)?;
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block)? {
            0 => break,
            n => hasher.update(&block[..n]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
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

/// A bar on a terminal; elsewhere one plain line and a bar that stays hidden.
fn progress(name: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_message(name.to_string());
    if bar.is_hidden() {
        eprintln!("{}", say!("downloading {name}", "正在下载 {name}"));
    }
    match ProgressStyle::with_template(
        "{msg:26} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
    ) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The disk is full, or the folder may not be written.
fn disk_error(path: &Path, e: &io::Error) -> Error {
    let path = path.display();
    Error::user(say!(
        "cannot write {path} ({e}); free some space or choose another folder and try again, what \
         has arrived is kept",
        "无法写入 {path}（{e}）；请腾出空间或换一个文件夹后重试，已下载的部分会保留"
    ))
}
