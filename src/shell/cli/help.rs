//! The words that clap puts around our help, in the user's language.

use clap::{Arg, Command};

use crate::{
    look::{folded, shown::columns},
    say,
};

/// What clap writes before the help of a flag.
const INDENT: usize = 10;

/// The command, and all commands in it, with headings and remarks in the user's language, and in
/// lines that fit the screen. clap itself knows English alone, and folds no Chinese.
pub(super) fn in_the_users_language(mut command: Command) -> Command {
    command.build(); // `help` and `--help` are there from now on
    translated(with_about_in(columns(), command))
}

/// The command with what it does in lines of at most `width` columns.
fn with_about_in(width: usize, command: Command) -> Command {
    match command.get_about().map(|about| fitted(&about.to_string(), width)) {
        Some(about) => command.about(about),
        None => command,
    }
}

/// The text in lines of at most `width` columns.
fn fitted(text: &str, width: usize) -> String {
    folded(text, width).join("\n")
}

/// How the command is typed, with clap's own words in the user's language.
fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let word = |english: &str, word: String| (english.to_string(), word);
    let words = [
        word("[OPTIONS]", say!("[OPTIONS]", "[选项]")),
        word("[COMMAND]", say!("[COMMAND]", "[命令]")),
        word("<COMMAND>", say!("<COMMAND>", "<命令>")),
    ];
    words.iter().fold(usage.to_string(), |usage, (english, word)| usage.replace(english, word))
}

fn translated(mut command: Command) -> Command {
    let usage = usage(&mut command);
    let heading = |there: bool, heading: String, list: &str| match there {
        true => format!("{heading}\n{{{list}}}\n\n"),
        false => String::new(),
    };
    let shown = |arg: &&Arg| !arg.is_hide_set();
    let template = [
        "{about-with-newline}\n".to_string(),
        say!("Usage: {usage}\n\n", "用法：{usage}\n\n"),
        heading(
            command.get_positionals().any(|arg| shown(&arg)),
            say!("Arguments:", "参数："),
            "positionals",
        ),
        heading(command.has_subcommands(), say!("Commands:", "命令："), "subcommands"),
        say!("Options:\n{{options}}", "选项：\n{{options}}"), // `--help` at least
    ]
    .concat();
    // clap writes the names of the commands, and what they do beside them.
    let longest = command.get_subcommands().map(|inner| inner.get_name().len()).max().unwrap_or(0);
    let command = command.help_template(template);
    command.mut_args(remarked).mut_subcommands(|inner| {
        let inner = match inner.get_name() {
            "help" => {
                inner.about(say!("this help, or that of a command", "显示帮助，或某个命令的帮助"))
            }
            _ => inner,
        };
        translated(with_about_in(columns().saturating_sub(longest + 4), inner))
    })
}

/// A flag whose default and possible values stand in its help as ours do.
fn remarked(arg: Arg) -> Arg {
    let mut help = match (arg.get_id().as_str(), arg.get_long_help().or(arg.get_help())) {
        ("help", _) => say!("print this help", "显示帮助"),
        ("version", _) => say!("print the version", "显示版本"),
        (_, help) => help.map(ToString::to_string).unwrap_or_default(),
    };
    if arg.get_action().takes_values() {
        let defaults: Vec<_> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !(defaults.is_empty() || arg.is_hide_default_value_set()) {
            let defaults = defaults.join(", ");
            help += &say!(" [default: {defaults}]", " [默认：{defaults}]");
        }
        let values = arg.get_possible_values();
        let values: Vec<_> = values
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| value.get_name())
            .collect();
        if !(values.is_empty() || arg.is_hide_possible_values_set()) {
            let values = values.join(", ");
            help += &say!(" [possible values: {values}]", " [可选：{values}]");
        }
    }
    let help = fitted(&help, columns().saturating_sub(INDENT));
    arg.help(help)
        .long_help(None::<&str>)
        .next_line_help(true)
        .hide_default_value(true)
        .hide_possible_values(true)
}
