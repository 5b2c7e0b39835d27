//! Poems from the net: the files of the chinese-poetry collection, from its public repository.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use crate::{
    say,
    shell::{
        download::{Proof, Remote, fetch, sha256_of},
        error::{Error, Result},
        files,
    },
};

/// Where the collection lives; the name of a part's folder and of a file are appended.
const REPOSITORY: &str = "https://raw.githubusercontent.com/chinese-poetry/chinese-poetry/master/";
/// The sums of what was downloaded, a line each as `sha256sum -c` reads them.
pub const SUMS: &str = "SHA256SUMS";

/// A file that could not be had, where its sum is known: the collection may have changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerhapsChanged {
    /// What went wrong.
    pub why: String,
    /// The file of the sums.
    pub sums: PathBuf,
}

impl fmt::Display for PerhapsChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (why, sums) = (&self.why, self.sums.display());
        f.write_str(&say!(
            "{why}; if the collection has changed since, delete {sums} to take its new state",
            "{why}；如果该集合此后有更新，删除 {sums} 即可接受新版本"
        ))
    }
}

impl std::error::Error for PerhapsChanged {}

/// A part of the collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Collection {
    /// 57,607 poems in 58 files, in traditional characters.
    #[value(help = say!("57,607 poems, in traditional characters", "57607 首诗，繁体"))]
    Tang,
    /// Some 21,000 lyrics in 23 files, mostly in simplified characters.
    #[value(help = say!("some 21,000 lyrics, mostly simplified", "约 21000 首词，多为简体"))]
    SongCi,
}

impl Collection {
    /// Its folder in the repository, 全唐诗 or 宋词 as an address spells it.
    fn address(self) -> &'static str {
        match self {
            Collection::Tang => "%E5%85%A8%E5%94%90%E8%AF%97/",
            Collection::SongCi => "%E5%AE%8B%E8%AF%8D/",
        }
    }

    /// Its folder here.
    pub fn folder(self) -> &'static str {
        match self {
            Collection::Tang => "data/chinese-poetry/tang",
            Collection::SongCi => "data/chinese-poetry/song-ci",
        }
    }

    /// The names of its files, a thousand poems each.
    pub fn names(self) -> Vec<String> {
        let thousands = |kind: &str, last: usize| -> Vec<String> {
            (0..=last).map(|thousand| format!("{kind}.{}.json", thousand * 1000)).collect()
        };
        match self {
            Collection::Tang => thousands("poet.tang", 57),
            Collection::SongCi => {
                [thousands("ci.song", 21), vec!["ci.song.2019y.json".into()]].concat()
            }
        }
    }
}

/// Puts all files of a collection into `folder`, from `mirror` (a copy of the repository's root) or
/// the repository itself.
///
/// The repository publishes no sums, so of a file that comes for the first time it is only checked
/// that it is a whole JSON list of poems; its SHA-256 is then written into [`SUMS`], and from there
/// on the file here, or one that is fetched anew, must match it. Returns how many files were recorded
/// for the first time.
///
/// # Errors
/// No network, a full disk, a file that is not what was recorded ([`PerhapsChanged`]). What has
/// arrived stays, and another call goes on there.
pub fn download(collection: Collection, mirror: Option<&str>, folder: &Path) -> Result<usize> {
    let root = mirror.unwrap_or(REPOSITORY).trim_end_matches('/');
    let addresses = [format!("{root}/{}", collection.address())];
    let mut sums = read_sums(folder);
    let (names, mut recorded) = (collection.names(), 0);
    for (k, name) in names.iter().enumerate() {
        let known = sums.get(name).cloned();
        let proof = known.clone().map_or(Proof::JsonList("paragraphs"), Proof::Sha256);
        let called = format!("{}/{} {name}", k + 1, names.len());
        let place = fetch(&Remote { name: name.clone(), proof }, &called, &addresses, folder)
            .map_err(|error| match known {
                None => error,
                Some(_) => {
                    Error::user(PerhapsChanged { why: error.message(), sums: folder.join(SUMS) })
                }
            })?;
        if known.is_none() {
            let sum =
                sha256_of(&place).map_err(|e| Error::ours(format!("{}: {e}", place.display())))?;
            sums.insert(name.clone(), sum);
            recorded += 1;
            let lines: String = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
            files::write_whole(&folder.join(SUMS), lines.as_bytes())?;
        }
    }
    Ok(recorded)
}

/// The sums that were recorded in a folder, by file name.
fn read_sums(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    let line =
        |line: &str| line.split_once("  ").map(|(sum, name)| (name.to_string(), sum.to_string()));
    text.lines().filter_map(line).collect()
}
