//! How far the student is: read from the files at every run, so that nothing can go stale.

use std::path::Path;

use lstm_lessons::shell::error::Result;

use crate::{
    cargo::CompileError,
    check::{Found, check},
    exercise::{ALL, Exercise},
    folder::Folder,
};

/// What is known of one exercise.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// What its check found.
    Checked(Found),
    /// Its file does not compile.
    NoRust,
    /// Its file is no longer blank, but another one does not compile.
    Unknown,
}

/// What is known of all, in the order of [`ALL`].
pub struct Progress(pub Vec<Known>);

/// Checks all.
///
/// # Errors
/// As [`check`].
pub fn progress(folder: &Folder, checks: &Path) -> Result<Progress> {
    let mut found: Vec<Found> = vec![];
    for exercise in &ALL {
        found.push(match folder.is_blank(exercise) {
            true => Found::Blank(exercise.name),
            false => match stopper(exercise, &found) {
                Some(same) => same,
                None => check(folder, checks, exercise, &|| false)?,
            },
        });
    }
    Ok(Progress(found.into_iter().map(Known::Checked).collect()))
}

/// Why `exercise` cannot be right, after those before it: it calls a function that is still open,
/// or does not come back.
fn stopper(exercise: &Exercise, before: &[Found]) -> Option<Found> {
    let needed = |(other, _): &(&Exercise, &Found)| exercise.calls(other);
    let stops = |found: &Found| matches!(found, Found::Blank(_) | Found::Endless | Found::Broke(_));
    let mut found = ALL.iter().zip(before).filter(needed).map(|(_, found)| found);
    found.find(|found| stops(found)).cloned()
}

/// What is known where something does not compile.
pub fn uncompiled(folder: &Folder, errors: &[CompileError]) -> Progress {
    let known = |exercise: &Exercise| match folder.is_blank(exercise) {
        _ if errors.iter().any(|error| error.exercise == Some(exercise.name)) => Known::NoRust,
        true => Known::Checked(Found::Blank(exercise.name)),
        false => Known::Unknown,
    };
    Progress(ALL.iter().map(known).collect())
}

/// The first exercise that `exercise` calls and that is not right, and what its check found.
///
/// # Errors
/// As [`check`].
pub fn missing(
    folder: &Folder,
    checks: &Path,
    exercise: &Exercise,
) -> Result<Option<(&'static Exercise, Found)>> {
    for other in ALL.iter().filter(|other| exercise.calls(other)) {
        match check(folder, checks, other, &|| false)? {
            Found::Right(_) => {}
            found => return Ok(Some((other, found))),
        }
    }
    Ok(None)
}

impl Progress {
    /// Whether the check of `exercise` passed.
    pub fn is_right(&self, exercise: &Exercise) -> bool {
        let of_it = ALL.iter().zip(&self.0).find(|(other, _)| *other == exercise);
        matches!(of_it, Some((_, Known::Checked(Found::Right(_)))))
    }

    /// How many of the twelve are solved.
    pub fn solved(&self) -> usize {
        ALL.iter().filter(|e| e.blank.is_some() && self.is_right(e)).count()
    }

    /// The exercise to do next: one that does not compile, or else the first after `after` that is
    /// not solved, and then those before it.
    pub fn next(&self, after: Option<&Exercise>) -> Option<&'static Exercise> {
        let place = after.and_then(|after| ALL.iter().position(|other| other == after));
        let begin = place.map_or(0, |k| k + 1);
        let is_open = |k: &usize| ALL[*k].blank.is_some() && !self.is_right(&ALL[*k]);
        let no_rust = self.0.iter().position(|known| *known == Known::NoRust);
        let open = (begin..ALL.len()).chain(0..begin).find(is_open);
        no_rust.or(open).map(|k| &ALL[k])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> Found {
        Found::Right(String::new())
    }

    #[test]
    fn the_next_exercise_is_the_first_open_one_after_this_and_then_before_it() {
        let solved = |names: &[&str]| {
            let known = |e: &Exercise| match names.contains(&e.name) {
                true => Known::Checked(right()),
                false => Known::Checked(Found::Blank(e.name)),
            };
            Progress(ALL.iter().map(known).collect())
        };
        let name = |next: Option<&Exercise>| next.map(|e| e.name);
        assert_eq!(name(solved(&[]).next(None)), Some("sigma"));
        let most = solved(&["sigma", "update", "choose", "shift"]);
        assert_eq!((most.solved(), name(most.next(None))), (4, Some("rnn")));
        assert_eq!(name(most.next(Some(&ALL[2]))), Some("gates"));
        assert_eq!(name(most.next(Some(&ALL[6]))), Some("pad")); // the poem has no blank
        let all: Vec<&str> = ALL.iter().map(|e| e.name).collect();
        assert_eq!(name(solved(&all).next(Some(&ALL[12]))), None);
        assert_eq!(name(solved(&all[1..]).next(Some(&ALL[12]))), Some("sigma"));
    }

    #[test]
    fn what_calls_an_open_function_is_not_asked() {
        let before = [right(), right(), Found::Blank("update"), right()];
        assert_eq!(stopper(&ALL[4], &before), Some(Found::Blank("update")));
        assert_eq!(stopper(&ALL[3], &before), None);
        assert_eq!(stopper(&ALL[3], &[Found::Endless]), Some(Found::Endless));
        assert_eq!(stopper(&ALL[3], &[Found::Wrong(String::new())]), None); // it may be right
    }
}
