//! The command line of every lesson: one language, one sentence for each fault, one exit code.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use burn::prelude::Device;
use clap::{
    Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    cell::{MAX_LAYERS, MAX_WIDTH, StackConfig},
    error::{Error, Result},
    say,
    say::{Lang, locale_lang, set_lang},
    training::device,
};

/// The flags of every lesson.
#[derive(clap::Args, Clone, Debug)]
pub struct Common {
    #[arg(long, global = true, value_name = "NAME", default_value = "flex", help = say!(
        "The device: flex, or ndarray where it was built in",
        "设备：flex，或编译时加入的 ndarray"
    ))]
    pub device: String,
    /// Read before clap is, by [`main_of`]: its help speaks it.
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
        Err(error) => Err(Error::user(flag_error(&error))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// A line (or picture) on standard output; a reader that has gone away, such as `head`, ends the
/// program quietly.
///
/// # Errors
/// A full disk behind standard output.
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
        Err(e) => Err(Error::user(say!(
            "cannot write the output ({e}); free some space, or let it go elsewhere",
            "无法输出（{e}）；请腾出空间，或换一个输出位置"
        ))),
        Ok(()) => Ok(()),
    }
}

/// The language asked for by `--lang en|zh`, found before the flags are parsed so that their help
/// and faults speak it.
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

/// One sentence for a flag that clap could not read.
fn flag_error(error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(all)) => all.join(", "),
        _ => String::new(),
    };
    let (flag, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let near = context(ContextKind::SuggestedArg);
            if near.is_empty() {
                say!(
                    "there is no flag {flag}; --help lists them all",
                    "没有 {flag} 这个参数；--help 可查看全部参数"
                )
            } else {
                say!(
                    "there is no flag {flag}; did you mean {near}? (--help lists them all)",
                    "没有 {flag} 这个参数；您是否想用 {near}？（--help 可查看全部参数）"
                )
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if !value.is_empty() => {
            let known = context(ContextKind::ValidValue);
            let why =
                std::error::Error::source(error).map(|e| format!(" ({e})")).unwrap_or_default();
            if known.is_empty() {
                say!(
                    "{flag} cannot be \"{value}\"{why}; --help says what it takes",
                    "{flag} 不能是“{value}”{why}；--help 说明它可取的值"
                )
            } else {
                say!(
                    "{flag} cannot be \"{value}\"; choose one of: {known}",
                    "{flag} 不能是“{value}”；可选：{known}"
                )
            }
        }
        ErrorKind::InvalidValue => {
            say!(
                "{flag} needs a value; --help says which",
                "{flag} 需要一个值；--help 说明它可取的值"
            )
        }
        ErrorKind::MissingRequiredArgument => {
            say!("{flag} is missing; --help shows how it is used", "缺少 {flag}；--help 说明用法")
        }
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            say!(
                "{flag} and {other} cannot be used together; leave one out",
                "{flag} 与 {other} 不能同时使用；请去掉一个"
            )
        }
        ErrorKind::InvalidSubcommand => {
            let word = context(ContextKind::InvalidSubcommand);
            say!(
                "there is no command \"{word}\"; --help lists them",
                "没有“{word}”这个命令；--help 可查看全部命令"
            )
        }
        _ => {
            let why = error.to_string();
            let why =
                why.lines().next().unwrap_or_default().trim_start_matches("error: ").to_string();
            say!("{why}; --help shows how the flags are used", "参数有误（{why}）；--help 说明用法")
        }
    }
}

/// Refuses a network that is too large to be meant.
///
/// # Errors
/// A shape that [`StackConfig::is_possible`] denies.
pub fn check_shape(stack: &StackConfig) -> Result<()> {
    match stack.is_possible() {
        true => Ok(()),
        false => Err(Error::user(say!(
            "that network is too large; choose widths up to {MAX_WIDTH} and --layers up to \
             {MAX_LAYERS}",
            "网络太大；宽度请不超过 {MAX_WIDTH}，--layers 请不超过 {MAX_LAYERS}"
        ))),
    }
}

/// Refuses Burn's dashboard where nobody can see it.
///
/// # Errors
/// `asked`, and standard output or standard error goes elsewhere than to a terminal.
pub fn check_dashboard(asked: bool) -> Result<()> {
    let in_view = io::stdout().is_terminal() && io::stderr().is_terminal();
    match in_view || !asked {
        true => Ok(()),
        false => Err(Error::user(say!(
            "--dashboard needs a terminal; leave it out when the output goes elsewhere",
            "--dashboard 需要终端；输出到别处时请去掉它"
        ))),
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
