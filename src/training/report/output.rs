//! Where the display goes: a block that is redrawn, plain lines, or nowhere; always standard error.

use crate::{
    look::{Color, shown::sent},
    shell::progress,
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::Write,
    sync::{Arc, Mutex},
};

#[derive(Clone)]
pub(super) enum Output {
    /// A terminal: indicatif redraws the block and keeps what is printed above it.
    Redrawn(ProgressBar),
    /// A pipe or a file.
    Plain(Arc<Mutex<dyn Write + Send>>),
    /// Nothing is shown.
    Quiet,
}

impl Output {
    pub fn stderr() -> Self {
        let target = progress::stderr();
        // Hidden: a pipe, or a terminal that cannot move its cursor.
        if target.is_hidden() {
            return Self::plain(std::io::stderr());
        }
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{msg}").expect("the template has no error");
        Self::Redrawn(bar.with_style(style))
    }

    pub fn plain(out: impl Write + Send + 'static) -> Self {
        Self::Plain(Arc::new(Mutex::new(out)))
    }

    /// A permanent line or more. That nobody listens any more is no reason to stop training: errors
    /// are ignored.
    pub fn print(&self, text: &str) {
        let text = sent(text, Color::detect_stderr() != Color::None);
        match self {
            Self::Redrawn(bar) => bar.println(text),
            Self::Plain(out) => {
                if let Ok(mut out) = out.lock() {
                    let _ = writeln!(out, "{text}");
                }
            }
            Self::Quiet => {}
        }
    }

    /// The block goes, and what is to remain of it stays in its place.
    pub fn close(&self, remains: Option<String>) {
        if let Self::Redrawn(bar) = self {
            if let Some(text) = remains {
                bar.println(sent(&text, true));
            }
            bar.finish_and_clear();
        }
    }
}

/// Writes above the block, or a plain line where there is none; nothing if the report is quiet.
#[derive(Clone)]
pub struct Printer(pub(super) Output);

impl Printer {
    /// Prints `text` and ends the line.
    pub fn print(&self, text: &str) {
        self.0.print(text);
    }
}
