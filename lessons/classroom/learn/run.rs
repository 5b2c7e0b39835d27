//! The run folder of a training that another program began.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use lstm_lessons::{
    poems::run::{folder::read_run, landmarks},
    shell::error::Result,
    training::{
        bundle::SETTINGS,
        history::{self, HISTORY, Row},
        sealed,
    },
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{From, guess_of_ten, levels, row};

/// The rows of a history, read again whenever its file has changed.
pub struct Rows {
    folder: PathBuf,
    known: Mutex<(Option<SystemTime>, Vec<Row>)>,
}

impl Rows {
    /// Of the training in this folder.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.into(), known: Mutex::default() }
    }

    /// Those of the epochs that are finished. What cannot be read (the folder has gone) changes
    /// nothing.
    pub fn now(&self) -> Vec<Row> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = fs::metadata(self.folder.join(HISTORY)).and_then(|about| about.modified());
        if let Ok(changed) = changed
            && known.0 != Some(changed)
            && let Ok(rows) = history::read(&self.folder, usize::MAX)
        {
            *known = (Some(changed), rows);
        }
        known.1.clone()
    }
}

/// What the settings of a training of digits say that matters here.
#[derive(Deserialize)]
struct OfDigits {
    epochs: usize,
    #[serde(rename = "digits_sha256")]
    _digits: String,
}

/// A run folder, and what is known of it before its first epoch.
pub struct Run {
    name: String,
    from: From,
    epochs: usize,
    landmarks: Value,
    rows: Rows,
}

impl Run {
    /// Reads it once; only its history is read again.
    ///
    /// # Errors
    /// A folder that is no run, or whose files were changed.
    pub fn open(folder: &Path) -> Result<Self> {
        let settings = sealed::open(&folder.join(SETTINGS))?;
        let (from, epochs, landmarks) = match serde_json::from_slice(&settings) {
            Ok(OfDigits { epochs, .. }) => (From::Digits, epochs, guess_of_ten()),
            Err(_) => {
                let (settings, _) = read_run(folder)?;
                // Without its corpus only the lines beside the curve are missing.
                let landmarks = landmarks::of_run(&settings, folder).map(levels);
                (From::Poems, settings.epochs, landmarks.unwrap_or_default())
            }
        };
        history::read(folder, usize::MAX)?;
        let name = folder.display().to_string();
        Ok(Self { name, from, epochs, landmarks, rows: Rows::of(folder) })
    }

    /// All that there is to see.
    pub fn told(&self) -> Value {
        let rows = self.rows.now();
        json!({
            "from": self.from.name(),
            "folder": self.name,
            "state": if rows.len() < self.epochs { "open" } else { "done" },
            "epochs": self.epochs,
            "landmarks": self.landmarks,
            "rows": rows.iter().map(row).collect::<Vec<_>>(),
        })
    }
}
