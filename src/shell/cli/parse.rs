//! From the words of a command line to the flags of a lesson.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgMatches, Command, Parser, error::ErrorKind, parser::ValueSource};

use super::{Kind, help::in_the_users_language, written};
use crate::{
    look::shown,
    shell::{
        error::{Error, Result},
        say::Lang,
    },
};

/// The parts of a lesson, and which flags each reads besides those that all do (by their names in
/// the struct: `seq_len`).
pub type Parts = &'static [(&'static str, &'static [&'static str])];

/// The flags in `words`, whose first is the program; nothing where `--help` or `--version` has
/// answered. `--ascii` is in force from here on.
///
/// # Errors
/// Any [`Kind`] that a command line can have.
pub(super) fn parse<Args: Parser>(words: &[OsString], parts: Parts) -> Result<Option<Args>> {
    if let Some(word) = words.iter().skip(1).find(|word| word.to_str().is_none()) {
        let word = word.as_encoded_bytes().escape_ascii().to_string();
        return Err(Error::user(Kind::NotUtf8 { word }));
    }
    let mut command = in_the_users_language(Args::command());
    let parsed = command.try_get_matches_from_mut(words).and_then(|matches| {
        let misplaced = misplaced(&command, &matches).or_else(|| of_others(parts, &matches));
        if let Ok(Some(true)) = matches.try_get_one("ascii") {
            shown::set_ascii(true);
        }
        Args::from_arg_matches(&matches).map(|args| (args, misplaced))
    });
    match parsed {
        Ok((args, None)) => Ok(Some(args)),
        Ok((_, Some(misplaced))) => Err(Error::user(misplaced)),
        Err(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            written(error.print()).map(|()| None)
        }
        Err(error) => Err(Error::user(Kind::of(&error))),
    }
}

/// A flag before a command, where nobody reads it: `--run X evaluate`.
fn misplaced(command: &Command, matches: &ArgMatches) -> Option<Kind> {
    let (name, inner) = matches.subcommand()?;
    let within = command.find_subcommand(name)?;
    let typed = |arg: &&Arg| {
        matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
            && !arg.is_global_set()
    };
    match command.get_arguments().find(typed) {
        Some(arg) => Some(Kind::Misplaced {
            flag: arg.get_long().map_or_else(|| arg.to_string(), |long| format!("--{long}")),
            command: name.to_string(),
            belongs_behind: within.get_arguments().any(|its| its.get_long() == arg.get_long()),
        }),
        None => misplaced(within, inner),
    }
}

/// A flag that the part of a lesson does not read: `hand --lr 0.1`.
fn of_others(parts: Parts, matches: &ArgMatches) -> Option<Kind> {
    let part = matches.try_get_raw("part").ok()??.next()?.to_str()?;
    let (_, own) = parts.iter().find(|(name, _)| *name == part)?;
    let typed = |flag: &&&str| matches.value_source(flag) == Some(ValueSource::CommandLine);
    let mut flags = parts.iter().flat_map(|(_, flags)| *flags).filter(typed);
    let flag = flags.find(|flag| !own.contains(flag))?;
    let readers = parts.iter().filter(|(_, flags)| flags.contains(flag));
    Some(Kind::OfOtherParts {
        flag: format!("--{}", flag.replace('_', "-")),
        part: part.to_string(),
        others: readers.map(|(name, _)| name.to_string()).collect(),
    })
}

/// The language asked for by `--lang en|zh`, found before the flags are parsed so that their help
/// and errors are in it.
pub(super) fn asked_lang(words: &[OsString]) -> Option<Lang> {
    let mut words = words.iter().map(|word| word.as_os_str());
    let value = words.find_map(|word| match word.to_str().unwrap_or_default() {
        "--lang" => Some(None),
        word => word.strip_prefix("--lang=").map(|value| Some(value.to_string())),
    })?;
    match value.or_else(|| words.next().and_then(OsStr::to_str).map(String::from))?.as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Subcommand;

    #[derive(Parser, Debug)]
    struct Flags {
        #[command(subcommand)]
        command: Option<Do>,
        #[arg(long)]
        run: Option<String>,
        #[arg(long, default_value_t = 128)]
        hidden: usize,
        #[arg(long, global = true)]
        seed: Option<u64>,
    }

    #[derive(Subcommand, Debug)]
    enum Do {
        Train {
            #[arg(long)]
            run: Option<String>,
        },
    }

    fn parsed(words: &[&str]) -> Result<Option<Flags>> {
        let words = ["lesson"].iter().chain(words).map(OsString::from).collect::<Vec<_>>();
        parse(&words, &[])
    }

    #[test]
    fn a_flag_before_a_command_is_refused_with_where_it_belongs() {
        let kind = |words: &[&str]| match parsed(words).unwrap_err().kind::<Kind>() {
            Some(Kind::Misplaced { flag, command, belongs_behind }) => {
                (flag.clone(), command.clone(), *belongs_behind)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(kind(&["--run", "X", "train"]), ("--run".into(), "train".into(), true));
        // The default value, typed, is as useless as any other.
        assert_eq!(kind(&["--hidden=128", "train"]), ("--hidden".into(), "train".into(), false));
        for fine in [&["--seed", "3", "train", "--run", "X"][..], &["--hidden", "9"], &["train"]] {
            parsed(fine).unwrap().unwrap();
        }
    }

    #[derive(Parser, Debug)]
    struct InParts {
        part: Option<String>,
        #[arg(long, default_value_t = 200)]
        seq_len: usize,
        #[arg(long)]
        json: bool,
    }

    #[test]
    fn a_flag_that_only_other_parts_read_is_refused_with_their_names() {
        const PARTS: Parts = &[("curve", &["seq_len"]), ("heat", &["seq_len"]), ("cost", &[])];
        let parsed = |words: &str| {
            let words = ["lesson"].into_iter().chain(words.split_whitespace());
            parse::<InParts>(&words.map(OsString::from).collect::<Vec<_>>(), PARTS)
        };
        for words in ["cost --seq-len 200", "--seq-len 9 cost", "--json --seq-len=9 cost"] {
            let error = parsed(words).unwrap_err();
            let Some(Kind::OfOtherParts { flag, part, others }) = error.kind() else {
                panic!("{words}: {error:?}")
            };
            assert_eq!((flag.as_str(), part.as_str()), ("--seq-len", "cost"));
            assert_eq!(others, &["curve", "heat"]);
        }
        for fine in ["", "--seq-len 9", "curve --seq-len 9", "--seq-len 9 heat", "cost --json"] {
            parsed(fine).unwrap().unwrap();
        }
    }

    #[test]
    fn the_language_is_found_wherever_it_stands() {
        let asked =
            |words: &[&str]| asked_lang(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["lesson", "train", "--lang=zh"]), Some(Lang::Zh));
        assert_eq!(asked(&["lesson", "--lang", "en", "x"]), Some(Lang::En));
        assert_eq!(asked(&["lesson", "--lang"]), None);
        assert_eq!(asked(&["lesson", "--lang", "fr"]), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_word_that_is_not_utf_8_is_refused_before_any_work() {
        use std::os::unix::ffi::OsStringExt;
        let bad = OsString::from_vec(b"\xd4\xc2.txt".to_vec());
        assert_eq!(asked_lang(&[bad.clone(), "--lang=zh".into()]), Some(Lang::Zh));
        let error = parse::<Flags>(&["lesson".into(), "--run".into(), bad], &[]).unwrap_err();
        let Some(Kind::NotUtf8 { word }) = error.kind() else { panic!("{error:?}") };
        assert_eq!(word, r"\xd4\xc2.txt");
    }
}
