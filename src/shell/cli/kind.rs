//! What a command line can get wrong.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::{fmt, io};

use crate::{
    cell::{MAX_LAYERS, MAX_WIDTH},
    say,
};

/// A command line that cannot be obeyed.
#[derive(Debug)]
pub enum Kind {
    /// There is no such flag.
    UnknownFlag {
        /// The flag as typed.
        flag: String,
        /// The known flag that looks most like it.
        near: Option<String>,
    },
    /// The flag takes other values.
    BadValue {
        /// The flag, with the name of its value.
        flag: String,
        /// The value as typed.
        value: String,
        /// What is wrong with it, in the user's language, where that is known.
        why: Option<String>,
    },
    /// The flag takes one of a few values, and this is none of them.
    NotAChoice {
        /// The flag, with the name of its value.
        flag: String,
        /// The value as typed.
        value: String,
        /// The values that it takes.
        choices: Vec<String>,
    },
    /// The flag stands there without its value.
    NoValue {
        /// The flag, with the name of its value.
        flag: String,
    },
    /// A flag that cannot be left out is missing.
    MissingFlag {
        /// The flag, or several.
        flag: String,
    },
    /// Two flags exclude each other.
    Conflict {
        /// The one.
        flag: String,
        /// The other, or several.
        other: String,
    },
    /// There is no such command.
    UnknownCommand {
        /// The command as typed.
        word: String,
    },
    /// A flag stands before a command that does not read it there.
    Misplaced {
        /// The flag.
        flag: String,
        /// The command.
        command: String,
        /// Whether the command has this flag, too.
        belongs_behind: bool,
    },
    /// A flag that this part of a lesson does not read.
    OfOtherParts {
        /// The flag.
        flag: String,
        /// The part.
        part: String,
        /// The parts that read it.
        others: Vec<String>,
    },
    /// A word of the command line is not UTF-8.
    NotUtf8 {
        /// The word, its foreign bytes escaped.
        word: String,
    },
    /// Anything else, in clap's own words.
    Other {
        /// The first line of its error.
        why: String,
    },
    /// The network asked for is too large to be meant.
    NetworkTooLarge,
    /// `--dashboard`, and nobody can see it.
    NoTerminal,
    /// Standard output takes nothing any more.
    CannotWriteOutput {
        /// The system's reason.
        cause: io::Error,
    },
}

impl Kind {
    /// The kind of error that clap has found.
    pub(super) fn of(error: &clap::Error) -> Self {
        let all = |kind| match error.get(kind) {
            Some(ContextValue::String(one)) => vec![one.clone()],
            Some(ContextValue::Strings(all)) => all.clone(),
            _ => vec![],
        };
        let context = |kind| all(kind).join(", ");
        let (flag, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
        match error.kind() {
            ErrorKind::UnknownArgument => {
                let near = Some(context(ContextKind::SuggestedArg)).filter(|near| !near.is_empty());
                Self::UnknownFlag { flag, near }
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation if !value.is_empty() => {
                match all(ContextKind::ValidValue) {
                    choices if choices.is_empty() => {
                        let why = std::error::Error::source(error).map(ToString::to_string);
                        Self::BadValue { flag, value, why }
                    }
                    choices => Self::NotAChoice { flag, value, choices },
                }
            }
            ErrorKind::InvalidValue => Self::NoValue { flag },
            ErrorKind::MissingRequiredArgument => Self::MissingFlag { flag },
            ErrorKind::ArgumentConflict => {
                Self::Conflict { flag, other: context(ContextKind::PriorArg) }
            }
            ErrorKind::InvalidSubcommand => {
                Self::UnknownCommand { word: context(ContextKind::InvalidSubcommand) }
            }
            _ => {
                let text = error.to_string();
                let first = text.lines().next().unwrap_or_default();
                Self::Other { why: first.trim_start_matches("error: ").to_string() }
            }
        }
    }
}

impl fmt::Display for Kind {
    // Long, because it has one sentence for each kind and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::UnknownFlag { flag, near: None } => say!(
                "there is no flag {flag}; --help lists them all",
                "没有 {flag} 这个参数；--help 可查看全部参数"
            ),
            Self::UnknownFlag { flag, near: Some(near) } => say!(
                "there is no flag {flag}; did you mean {near}? (--help lists them all)",
                "没有 {flag} 这个参数；你是不是想用 {near}？（--help 可查看全部参数）"
            ),
            Self::BadValue { flag, value, why } => {
                let why = why.as_ref().map(|why| say!(" ({why})", "（{why}）")).unwrap_or_default();
                say!(
                    "{flag} cannot be \"{value}\"{why}; --help says what it takes",
                    "{flag} 不能是“{value}”{why}；--help 说明它可取的值"
                )
            }
            Self::NotAChoice { flag, value, choices } => {
                let choices = choices.join(", ");
                say!(
                    "{flag} cannot be \"{value}\"; choose one of: {choices}",
                    "{flag} 不能是“{value}”；可选：{choices}"
                )
            }
            Self::NoValue { flag } => say!(
                "{flag} needs a value; --help says which",
                "{flag} 需要一个值；--help 说明它可取的值"
            ),
            Self::MissingFlag { flag } => {
                say!(
                    "{flag} is missing; --help shows how it is used",
                    "缺少 {flag}；--help 说明用法"
                )
            }
            Self::Conflict { flag, other } if flag == other => {
                let flag = flag.split(' ').next().unwrap_or_default();
                say!("{flag} is given twice; leave one out", "{flag} 给了两次；请去掉一个")
            }
            Self::Conflict { flag, other } => say!(
                "{flag} and {other} cannot be used together; leave one out",
                "{flag} 与 {other} 不能同时使用；请去掉一个"
            ),
            Self::UnknownCommand { word } => say!(
                "there is no command \"{word}\"; --help lists them",
                "没有“{word}”这个命令；--help 可查看全部命令"
            ),
            Self::Misplaced { flag, command, belongs_behind: true } => say!(
                "{flag} has no effect before {command}; write it after: {command} {flag} …",
                "{flag} 写在 {command} 之前不起作用；请写在后面：{command} {flag} …"
            ),
            Self::Misplaced { flag, command, belongs_behind: false } => say!(
                "{flag} has no effect on {command}; leave out one of the two",
                "{flag} 对 {command} 不起作用；请去掉其中一个"
            ),
            Self::OfOtherParts { flag, part, others } => {
                let others = others.join(", ");
                say!(
                    "{flag} has no effect on {part} (it is for {others}); leave out one of the two",
                    "{flag} 对 {part} 不起作用（它用于 {others}）；请去掉其中一个"
                )
            }
            Self::NotUtf8 { word } => say!(
                "\"{word}\" on the command line is not UTF-8; set the terminal to UTF-8, and give \
                 a file with such a name another one",
                "命令行中的“{word}”不是 UTF-8；请把终端设为 UTF-8，文件名不是 UTF-8 的请先改名"
            ),
            Self::Other { why } => {
                say!(
                    "{why}; --help shows how the flags are used",
                    "参数有误（{why}）；--help 说明用法"
                )
            }
            Self::NetworkTooLarge => say!(
                "that network is too large; choose widths up to {MAX_WIDTH} and --layers up to \
                 {MAX_LAYERS}",
                "网络太大；宽度请不超过 {MAX_WIDTH}，--layers 请不超过 {MAX_LAYERS}"
            ),
            Self::NoTerminal => say!(
                "--dashboard needs a terminal; leave it out when the output goes elsewhere",
                "--dashboard 需要终端；输出到别处时请去掉它"
            ),
            Self::CannotWriteOutput { cause } => match cause.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => say!(
                    "cannot write the output ({cause}); free some space, or let it go elsewhere",
                    "无法输出（{cause}）；请腾出空间，或换一个输出位置"
                ),
                _ => say!(
                    "cannot write the output ({cause}); let it go elsewhere",
                    "无法输出（{cause}）；请换一个输出位置"
                ),
            },
        })
    }
}

impl std::error::Error for Kind {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CannotWriteOutput { cause } => Some(cause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, ArgAction, Command, value_parser};

    fn kind(args: &[&str]) -> Kind {
        let command = Command::new("lesson")
            .arg(Arg::new("hidden").long("hidden").value_parser(value_parser!(u8)))
            .arg(Arg::new("cell").long("cell").value_parser(["rnn", "lstm"]))
            .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).conflicts_with("cell"))
            .subcommand(Command::new("train"));
        let args = ["lesson"].iter().chain(args);
        Kind::of(&command.try_get_matches_from(args).expect_err("it is refused"))
    }

    #[test]
    fn what_clap_refuses_has_a_kind_and_names_what_was_typed() {
        let near = |args| match kind(args) {
            Kind::UnknownFlag { near, .. } => near,
            other => panic!("{other:?}"),
        };
        assert_eq!((near(&["--hiden=3"]), near(&["--qqq"])), (Some("--hidden".into()), None));
        assert!(
            matches!(kind(&["--hidden=x"]), Kind::BadValue { value, why: Some(_), .. } if value == "x")
        );
        assert!(
            matches!(kind(&["--cell=x"]), Kind::NotAChoice { choices, .. } if choices == ["rnn", "lstm"])
        );
        assert!(
            matches!(kind(&["--hidden"]), Kind::NoValue { flag } if flag.starts_with("--hidden"))
        );
        assert!(matches!(kind(&["--json", "--cell=rnn"]), Kind::Conflict { .. }));
        assert!(matches!(kind(&["tarin"]), Kind::UnknownCommand { word } if word == "tarin"));
    }
}
