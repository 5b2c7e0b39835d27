//! The command line of every lesson: one language, one sentence for each error, one exit code.

mod kind;

pub use kind::Kind;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use burn::prelude::Device;
use clap::{Parser, error::ErrorKind};

use crate::{
    cell::{MAX_WIDTH, StackConfig},
    say,
    shell::{
        self,
        error::{Error, Result},
        say::{Lang, locale_lang, set_lang},
    },
    training::device,
};

/// The flags of every lesson.
#[derive(clap::Args, Clone, Debug)]
pub struct Common {
    /// The name of the device.
    #[arg(long, global = true, value_name = "NAME", default_value = "flex", help = say!(
        "The device: flex, or ndarray where it was built in",
        "设备：flex，或编译时加入的 ndarray"
    ))]
    pub device: String,
    /// Read by [`main_of`] before clap reads anything, because clap's help speaks it.
    #[arg(long, global = true, value_enum, value_name = "LANG", help = say!(
        "Language: en or zh [default: that of the locale]",
        "语言：en 或 zh [默认：系统语言]"
    ))]
    lang: Option<Lang>,
}

impl Common {
    /// The device that was asked for.
    ///
    /// # Errors
    /// As [`device`](fn@device::device).
    pub fn device(&self) -> Result<Device> {
        device::device(&self.device)
    }
}

/// Runs a lesson: reads the flags in the user's language, prints its error (if any) as one
/// sentence on standard error.
///
/// Exit code 0, 2 for what the user can mend, 1 for our own faults.
pub fn main_of<Args: Parser>(lesson: impl FnOnce(Args) -> Result<()>) -> ExitCode {
    set_lang(asked_lang(std::env::args().skip(1)).unwrap_or_else(locale_lang));
    crate::kernel::scratch::keep_freed_memory();
    let outcome = match Args::try_parse() {
        Ok(args) => lesson(args),
        Err(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            written(error.print())
        }
        Err(error) => Err(Error::user(Kind::of(&error))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::note(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// A line (or picture) on standard output; a reader that has gone away, such as `head`, ends the
/// program quietly.
///
/// # Errors
/// [`Kind::CannotWriteOutput`], such as a full disk behind standard output.
pub fn out(text: &str) -> Result<()> {
    written(writeln!(io::stdout(), "{text}"))
}

/// [`out`] without an end of line, shown at once.
///
/// # Errors
/// As [`out`].
pub fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout();
    written(write!(stdout, "{text}").and_then(|()| stdout.flush()))
}

fn written(outcome: io::Result<()>) -> Result<()> {
    match outcome {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(cause) => Err(Error::user(Kind::CannotWriteOutput { cause })),
        Ok(()) => Ok(()),
    }
}

/// The language asked for by `--lang en|zh`, found before the flags are parsed so that their help
/// and errors are in it.
fn asked_lang(args: impl Iterator<Item = String>) -> Option<Lang> {
    let mut args = args.peekable();
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--lang=") {
            Some(value) => value.to_string(),
            None if arg == "--lang" => args.peek()?.clone(),
            None => continue,
        };
        return match value.as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        };
    }
    None
}

/// Refuses a network that is too large to be meant.
///
/// # Errors
/// [`Kind::NetworkTooLarge`], where [`StackConfig::is_possible`] denies the shape.
pub fn check_shape(stack: &StackConfig) -> Result<()> {
    match stack.is_possible() {
        true => Ok(()),
        false => Err(Error::user(Kind::NetworkTooLarge)),
    }
}

/// Refuses Burn's dashboard where nobody can see it.
///
/// # Errors
/// [`Kind::NoTerminal`], if `asked` and standard output or standard error goes elsewhere than to a
/// terminal.
pub fn check_dashboard(asked: bool) -> Result<()> {
    let in_view = io::stdout().is_terminal() && io::stderr().is_terminal();
    match in_view || !asked {
        true => Ok(()),
        false => Err(Error::user(Kind::NoTerminal)),
    }
}

/// A number above zero, for flags such as `--batch-size`.
///
/// # Errors
/// Zero, or no number at all.
pub fn above_zero(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(say!("a whole number above 0 is needed", "需要大于 0 的整数")),
        Ok(number) => Ok(number),
    }
}

/// A width above zero and at most [`MAX_WIDTH`], for flags such as `--hidden`.
///
/// # Errors
/// Zero, more than that, or no number at all.
pub fn width(text: &str) -> std::result::Result<usize, String> {
    match above_zero(text)? {
        width if width > MAX_WIDTH => Err(say!("at most {MAX_WIDTH}", "最多 {MAX_WIDTH}")),
        width => Ok(width),
    }
}
