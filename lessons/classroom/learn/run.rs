//! The run folder of a training that another program began.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    thread,
    time::SystemTime,
};

use lstm_lessons::{
    poems::{
        run::{folder::read_run, landmarks, settings::Settings},
        text::genre::Genre,
    },
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
use crate::lock::lock;

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
        let mut known = lock(&self.known);
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
    /// Counted on a thread of their own: a corpus may be large.
    landmarks: Arc<OnceLock<Value>>,
    rows: Rows,
}

impl Run {
    /// Reads it once; only its history is read again.
    ///
    /// # Errors
    /// A folder that is no run, or whose files were changed.
    pub fn open(folder: &Path) -> Result<Self> {
        let settings = sealed::open(&folder.join(SETTINGS))?;
        history::read(folder, usize::MAX)?;
        let landmarks = Arc::new(OnceLock::new());
        let (from, epochs) = match serde_json::from_slice(&settings) {
            Ok(OfDigits { epochs, .. }) => {
                landmarks.get_or_init(guess_of_ten);
                (From::Digits, epochs)
            }
            Err(_) => {
                let (settings, _) = read_run(folder)?;
                let epochs = settings.epochs;
                if settings.genre != Genre::Text {
                    let (counted, folder) = (landmarks.clone(), folder.to_path_buf());
                    thread::spawn(move || count(&settings, &folder, &counted));
                }
                (From::Poems, epochs)
            }
        };
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
            "landmarks": self.landmarks.get(),
            "rows": rows.iter().map(row).collect::<Vec<_>>(),
        })
    }
}

/// Without its corpus only the lines beside the curve are missing.
fn count(settings: &Settings, folder: &Path, counted: &OnceLock<Value>) {
    if let Ok(landmarks) = landmarks::of_run(settings, folder) {
        counted.get_or_init(|| levels(landmarks));
    }
}
