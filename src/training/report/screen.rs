//! Where the display goes: a live block, plain lines, or nowhere; always standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::Write,
    sync::{Arc, Mutex},
};

#[derive(Clone)]
pub(super) enum Screen {
    /// A terminal: indicatif redraws the block and keeps what is printed above it.
    Live(ProgressBar),
    Plain(Arc<Mutex<dyn Write + Send>>),
    Quiet,
}

impl Screen {
    pub fn of_stderr() -> Self {
        let target = ProgressDrawTarget::stderr();
        // Hidden: a pipe, or a terminal that cannot move its cursor.
        if target.is_hidden() {
            return Self::plain(std::io::stderr());
        }
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self::Live(bar)
    }

    pub fn plain(out: impl Write + Send + 'static) -> Self {
        Self::Plain(Arc::new(Mutex::new(out)))
    }

    /// A permanent line or more. That nobody listens any more is no reason to stop training: errors
    /// are ignored.
    pub fn print(&self, text: &str) {
        match self {
            Self::Live(bar) => bar.println(text),
            Self::Plain(out) => {
                if let Ok(mut out) = out.lock() {
                    let _ = writeln!(out, "{text}");
                }
            }
            Self::Quiet => {}
        }
    }

    /// The live block goes, and what is to remain of it stays in its place.
    pub fn close(&self, remains: Option<String>) {
        if let Self::Live(bar) = self {
            if let Some(text) = remains {
                bar.println(text);
            }
            bar.finish_and_clear();
        }
    }
}

/// Says something above the live block, or as a plain line where there is none; nothing if the
/// report is quiet.
#[derive(Clone)]
pub struct Printer(pub(super) Screen);

impl Printer {
    /// Prints `text` and ends the line.
    pub fn print(&self, text: &str) {
        self.0.print(text);
    }
}
