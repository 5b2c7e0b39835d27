//! Why a file could not be downloaded.

use crate::{say, shell::files::advice_to_write};
use std::{fmt, io, path::PathBuf};

/// Why a file is not there after all.
#[derive(Debug)]
pub enum Kind {
    /// No mirror has it, or none can be reached.
    NotDownloaded {
        /// The file.
        name: String,
        /// Each mirror that was asked, and what was wrong with it.
        reasons: Vec<(String, Reason)>,
        /// Where the file was to go.
        folder: PathBuf,
    },
    /// `SSL_CERT_FILE` names no certificates.
    NoCertificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The disk refused it; what has arrived is kept.
    CannotWrite {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
}

/// What was wrong with a mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It could not be reached, or broke off, in the words of the HTTP client.
    Unreachable(String),
    /// Its file is not the one that [`Proof::Sha256`](super::Proof::Sha256) asks for.
    WrongChecksum,
    /// Its file is not what [`Proof::JsonList`](super::Proof::JsonList) asks for.
    NotTheList,
    /// Its answer goes on for longer than any file that it could have.
    TooLong,
    /// It sends so little that the file would never be whole.
    TooSlow,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(reason) => f.write_str(reason),
            Self::WrongChecksum => f.write_str(&say!("wrong checksum", "校验和不符")),
            Self::NotTheList => {
                f.write_str(&say!("not a JSON file of what was asked for", "不是所要的 JSON 文件"))
            }
            Self::TooLong => f.write_str(&say!("the file does not end", "文件过长")),
            Self::TooSlow => f.write_str(&say!("too slow", "过慢")),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::NotDownloaded { name, reasons, folder } => {
                let reasons: Vec<String> = reasons
                    .iter()
                    .map(|(mirror, reason)| say!("{mirror}: {reason}", "{mirror}：{reason}"))
                    .collect();
                let (reasons, folder) = (reasons.join(", "), folder.display());
                say!(
                    "{name} cannot be downloaded ({reasons}); check the network and try again, or \
                     put the file into {folder} by hand",
                    "无法下载 {name}（{reasons}）；请检查网络后重试，或手动把该文件放入 {folder}"
                )
            }
            Self::NoCertificates { path, why } => {
                let path = path.display();
                say!(
                    "SSL_CERT_FILE={path} gives no certificates ({why}); name a PEM file of the \
                     authorities that are to be trusted, or unset it",
                    "SSL_CERT_FILE={path} 中没有可用的证书（{why}）；请指定可信机构的 PEM 文件，\
                     或取消该变量"
                )
            }
            Self::CannotWrite { path, cause } => {
                let (path, advice) = (path.display(), advice_to_write(cause));
                say!(
                    "cannot write {path} ({cause}), what has arrived is kept; {advice} and try \
                     again",
                    "无法写入 {path}（{cause}），已下载的部分会保留；{advice}后重试"
                )
            }
        })
    }
}

impl std::error::Error for Kind {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CannotWrite { cause, .. } => Some(cause),
            Self::NotDownloaded { .. } | Self::NoCertificates { .. } => None,
        }
    }
}
