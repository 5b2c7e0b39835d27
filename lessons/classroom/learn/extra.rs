//! What a training tells the page beside its history.

use std::sync::{Mutex, OnceLock};

use serde_json::Value;

/// What is known beside the history.
#[derive(Default)]
pub struct Extra {
    /// The levels beside the loss.
    pub landmarks: OnceLock<Value>,
    /// How some digits were read after each epoch, and the share of the validation set read
    /// rightly.
    pub readings: Mutex<Vec<Value>>,
}
