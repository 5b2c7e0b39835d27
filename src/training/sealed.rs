//! Files that say themselves whether they are whole: each ends in the SHA-256 of all the rest of it.
//!
//! ```
//! use lstm_lessons::training::sealed;
//! let json = sealed::json(&[("epochs", 20)].into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
//! assert!(sealed::is_whole(&json));
//! let changed = String::from_utf8(json).unwrap().replace("20", "21");
//! assert!(!sealed::is_whole(changed.as_bytes()));
//! ```

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::weights::sha256;
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files,
    },
};

/// Where the sum stands in JSON: its last key.
const KEY: &str = "\"seal\": \"";
/// How the last line of a table begins, in which the sum stands.
const LINE: &str = "# sha256 ";

/// The file is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The file.
    pub file: PathBuf,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        f.write_str(&say!(
            "{file} was changed after it was written (its SHA-256 differs); put it back as it was, \
             or train anew in another folder",
            "{file} 写入之后被改动过（SHA-256 不符）；请恢复原文件，或换一个文件夹重新训练"
        ))
    }
}

impl std::error::Error for Damaged {}

/// `value`, which must be an object, as JSON with its sum as one key more.
///
/// # Errors
/// None that a user can cause.
pub fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Sealed<'a, T> {
        #[serde(flatten)]
        value: &'a T,
        seal: &'static str,
    }
    let mut text = serde_json::to_string_pretty(&Sealed { value, seal: "" })
        .map_err(|e| Error::ours(e.to_string()))?;
    text.push('\n');
    let sum = sha256(text.as_bytes());
    let at = text.rfind(KEY).expect("the last key") + KEY.len();
    text.insert_str(at, &sum);
    Ok(text.into_bytes())
}

/// Whether JSON is as [`json`] wrote it; one without a sum was written by hand or by an older
/// version, and is taken as it is.
pub fn is_whole(json: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Seal {
        seal: String,
    }
    let Ok(Seal { seal }) = serde_json::from_slice(json) else { return true };
    let text = String::from_utf8_lossy(json);
    let Some(at) = text.rfind(&format!("{KEY}{seal}\"")) else { return false };
    let (before, after) = text.split_at(at + KEY.len());
    sha256([before, &after[seal.len()..]].concat().as_bytes()) == seal
}

/// Reads such a file.
///
/// # Errors
/// [`Damaged`], or a file that cannot be read.
pub fn open(file: &Path) -> Result<Vec<u8>> {
    let json = files::read_whole(file)?;
    match is_whole(&json) {
        true => Ok(json),
        false => Err(Error::user(Damaged { file: file.into() })),
    }
}

/// A table with its sum as a comment below it.
pub fn table(rows: &str) -> Vec<u8> {
    format!("{rows}{LINE}{}\n", sha256(rows.as_bytes())).into_bytes()
}

/// The rows of a table that is as [`table`] wrote it.
pub fn rows(table: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(table).ok()?;
    let (rows, sum) = text.split_at(text.rfind(LINE)?);
    (*sum == format!("{LINE}{}\n", sha256(rows.as_bytes()))).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Described {
        name: &'static str,
        loss: f64,
    }

    #[test]
    fn each_single_changed_byte_is_noticed() {
        let sealed = json(&Described { name: "月", loss: 0.1 + 0.2 }).expect("an object");
        assert!(is_whole(&sealed));
        let value: serde_json::Value = serde_json::from_slice(&sealed).expect("it is JSON");
        let key = String::from_utf8_lossy(&sealed).rfind("seal").expect("a key");
        for at in 0..sealed.len() {
            for flip in [1, 0x20, 0x80] {
                let mut changed = sealed.clone();
                changed[at] ^= flip;
                // What is no JSON is refused by whoever reads it; without its key, nothing else differs.
                if serde_json::from_slice::<serde_json::Value>(&changed).is_ok()
                    && !(key..key + "seal".len()).contains(&at)
                {
                    assert!(!is_whole(&changed), "byte {at}");
                }
            }
        }
        assert_eq!(value["loss"], 0.1 + 0.2);
        assert!(is_whole(br#"{"name": "by hand"}"#));
    }

    #[test]
    fn a_table_is_read_back_whole_or_not_at_all() {
        let sealed = table("epoch,loss\n1,2.5\n");
        assert_eq!(rows(&sealed), Some("epoch,loss\n1,2.5\n"));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(rows(&changed), None, "byte {at}");
            assert_eq!(rows(&sealed[..at]), None, "cut at {at}");
        }
        assert_eq!(rows(&[&sealed[..], b"3"].concat()), None);
    }
}
