//! The runner of the exercises: which are solved, what comes next, and a check at every save.
//!
//! `cargo run --bin exercises` lists them; `watch` checks at every save and goes on to the next;
//! `check`, `hint`, `solution` and `reset` take the name of one. The checks themselves are in
//! `tests/exercises`; this program has them compiled and run, and reads what they say.

mod args;
mod cargo;
mod check;
mod exercise;
mod explain;
mod folder;
mod hints;
mod keys;
mod list;
mod one;
mod progress;
mod reset;
mod solution;
mod verdict;
mod watch;

use std::process::ExitCode;

use args::{Args, Command};
use folder::Folder;
use lstm_lessons::shell::cli::{self, out};

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let folder = Folder::find()?;
        match args.command {
            None => list::list(&folder),
            Some(Command::Watch { exercise }) => watch::watch(&folder, exercise),
            Some(Command::Check(named)) => one::one(&folder, named.exercise),
            Some(Command::Hint(named)) => out(&verdict::hint(named.exercise)),
            Some(Command::Solution(named)) => solution::solution(&folder, named.exercise),
            Some(Command::Reset(named)) => reset::reset(&folder, named.exercise),
        }
    })
}
