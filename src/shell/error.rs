//! What can go wrong, said in one sentence with what to do next.

use std::{error::Error as Cause, fmt};

/// Whose fault it is; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A file, a flag or an interruption that the user can do something about: exit code 2.
    User,
    /// A fault of this program: exit code 1.
    Ours,
}

/// One clear sentence in the user's language, and underneath, where a program needs to know it,
/// what kind of error it is.
///
/// Each domain of the crate has an enum of its own kinds, `Kind`, whose `Display` says each of them
/// in both languages; a sentence that stands in one place only is a string.
///
/// ```
/// use lstm_lessons::{shell::error::Error, say};
///
/// let error = Error::user(say!("no such file: a.txt; check the path", "没有这个文件：a.txt；请检查路径"));
/// assert_eq!(error.exit_code(), 2);
///
/// let error = Error::user("many".parse::<u8>().unwrap_err()); // of a kind
/// assert!(error.kind::<std::num::ParseIntError>().is_some());
/// ```
#[derive(Debug)]
pub struct Error {
    /// Whose fault it is.
    pub fault: Fault,
    kind: Box<dyn Cause + Send + Sync>,
}

/// The result of everything that can fail on a user's input.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Something the user can mend: a sentence, or a kind that says one.
    pub fn user(kind: impl Into<Box<dyn Cause + Send + Sync>>) -> Self {
        Self { fault: Fault::User, kind: kind.into() }
    }

    /// Something only we can mend.
    pub fn ours(kind: impl Into<Box<dyn Cause + Send + Sync>>) -> Self {
        Self { fault: Fault::Ours, kind: kind.into() }
    }

    /// The kind of the error, if it is one of `K`.
    pub fn kind<K: Cause + 'static>(&self) -> Option<&K> {
        self.kind.downcast_ref()
    }

    /// The sentence, in one line: a line feed that a file or a user put into it is shown.
    ///
    /// ```
    /// use lstm_lessons::shell::error::Error;
    ///
    /// assert_eq!(Error::user("no file a\n.txt").message(), "no file aU+000A.txt");
    /// ```
    pub fn message(&self) -> String {
        self.kind.to_string().replace('\n', "U+000A")
    }

    /// 2 for the user's faults, 1 for ours.
    pub fn exit_code(&self) -> u8 {
        match self.fault {
            Fault::User => 2,
            Fault::Ours => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl Cause for Error {}
