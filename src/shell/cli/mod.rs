//! The command line of every lesson: one language, one sentence for each error, one exit code.

mod help;
mod kind;
mod parse;

pub use kind::Kind;
pub use parse::Parts;

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use burn::prelude::Device;
use clap::Parser;
use console::Term;

use crate::{
    cell::{MAX_WIDTH, StackConfig},
    look::{Color, shown, thousands},
    say,
    shell::{
        self, Shown,
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
        "The device: flex, or what was built in of ndarray, wgpu, cuda and rocm (wgpu:1 is the \
         second GPU) and remote:ws://TOKEN@HOST:PORT",
        "设备：flex，或编译时加入的 ndarray、wgpu、cuda、rocm（wgpu:1 为第二块 GPU）与 \
         remote:ws://TOKEN@HOST:PORT"
    ))]
    pub device: String,
    /// Read by [`main_of`] before clap reads anything, because clap's help speaks it.
    #[arg(long, global = true, value_enum, value_name = "LANG", help = say!(
        "Language: en or zh [default: that of the locale]",
        "语言：en 或 zh [默认：系统语言]"
    ))]
    lang: Option<Lang>,
    /// Read by [`main_of`].
    #[arg(long, global = true, help = say!(
        "Draw with ASCII characters, for terminals that show blocks two columns wide or not at all \
         [default: with TERM=dumb or a locale that is not UTF-8]",
        "用 ASCII 字符作图，适合把方块字符显示为两列宽或无法显示的终端 \
         [默认：TERM=dumb 或非 UTF-8 区域设置时]"
    ))]
    ascii: bool,
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
    main_of_parts(&[], lesson)
}

/// [`main_of`] a lesson whose argument `part` names one of its parts. A flag that this part does
/// not read, while another one does, is refused.
pub fn main_of_parts<Args: Parser>(
    parts: Parts,
    lesson: impl FnOnce(Args) -> Result<()>,
) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    set_lang(parse::asked_lang(&words).unwrap_or_else(locale_lang));
    know_the_terminal();
    crate::kernel::scratch::keep_freed_memory();
    let outcome = parse::parse::<Args>(&words, parts).and_then(|args| args.map_or(Ok(()), lesson));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::note(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// How wide the terminal is, and whether it shows more than ASCII. A pipe gets the same everywhere.
fn know_the_terminal() {
    if let Some((_, columns)) = Term::stdout().size_checked().filter(|_| io::stdout().is_terminal())
    {
        shown::set_columns(columns.into());
        shown::set_ascii(shown::wants_ascii(|name| std::env::var(name).ok()));
    }
}

/// A line (or picture) on standard output, its control characters shown ([`shown::sent`]); a reader
/// that has gone away, such as `head`, ends the program quietly.
///
/// # Errors
/// [`Kind::CannotWriteOutput`], such as a full disk behind standard output.
pub fn out(text: &str) -> Result<()> {
    print(&format!("{text}\n"))
}

/// [`out`] without an end of line, shown at once.
///
/// # Errors
/// As [`out`].
pub fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout();
    let text = shown::wrapped(text);
    let text = shown::sent(&text, Color::detect() != Color::None);
    written(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Whether standard output is a terminal on which [`out_over`] works.
pub fn moves_cursor() -> bool {
    io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// [`out`] over the last `lines` lines of a terminal.
///
/// # Errors
/// As [`out`].
pub fn out_over(lines: usize, text: &str) -> Result<()> {
    // `ESC [ n A` goes n lines up, `ESC [ J` clears from there on.
    written(write!(io::stdout(), "\x1b[{lines}A\x1b[J"))?;
    out(text)
}

fn written(outcome: io::Result<()>) -> Result<()> {
    match outcome {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(cause) => Err(Error::user(Kind::CannotWriteOutput { cause })),
        Ok(()) => Ok(()),
    }
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

/// What is to be seen of a training: our own display, or Burn's dashboard where that is `asked` for.
///
/// # Errors
/// [`Kind::NoTerminal`], if it is, and standard output or standard error goes elsewhere than to a
/// terminal.
pub fn shown(asked: bool) -> Result<Shown> {
    let in_view = io::stdout().is_terminal() && io::stderr().is_terminal();
    match asked {
        false => Ok(Shown::Report),
        true if in_view => Ok(Shown::Dashboard),
        true => Err(Error::user(Kind::NoTerminal)),
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

/// The most passes over a training set that can be meant.
pub const MAX_EPOCHS: usize = 10_000;

/// The most threads that can be of use: each takes megabytes of its own.
pub fn max_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).max(64)
}

/// A number above zero and at most `most`, for flags such as `--epochs`.
///
/// ```
/// use lstm_lessons::shell::cli::{MAX_EPOCHS, up_to};
/// assert_eq!(up_to(MAX_EPOCHS)("12"), Ok(12));
/// assert_eq!(up_to(MAX_EPOCHS)("1000000000"), Err("at most 10,000".into()));
/// ```
pub fn up_to(most: usize) -> impl Fn(&str) -> std::result::Result<usize, String> + Clone {
    move |text| match above_zero(text)? {
        number if number > most => {
            let most = thousands(most as u64);
            Err(say!("at most {most}", "最多 {most}"))
        }
        number => Ok(number),
    }
}

/// A number of at least 0 and below 1, for flags such as `--dropout`.
///
/// # Errors
/// Any other number, or none at all.
pub fn share(text: &str) -> std::result::Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err(say!("at least 0 and below 1", "不小于 0 且小于 1")),
    }
}

/// A width above zero and at most [`MAX_WIDTH`], for flags such as `--hidden`.
///
/// # Errors
/// Zero, more than that, or no number at all.
pub fn width(text: &str) -> std::result::Result<usize, String> {
    up_to(MAX_WIDTH)(text)
}
