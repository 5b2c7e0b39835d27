//! What can go wrong, said in one sentence with what to do next.

use std::fmt;

/// Whose fault it is; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A file, a flag or an interruption that the user can do something about: exit code 2.
    User,
    /// A fault of this program: exit code 1.
    Ours,
}

/// One clear sentence in the user's language.
///
/// ```
/// use lstm_lessons::{say, trouble::Trouble};
/// let trouble = Trouble::user(say!("no such file: a.txt; check the path", "没有这个文件:a.txt;请检查路径"));
/// assert_eq!(trouble.exit_code(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub fault: Fault,
    pub message: String,
}

/// The result of everything that can fail on a user's input.
pub type Result<T> = std::result::Result<T, Trouble>;

impl Trouble {
    /// Something the user can mend.
    pub fn user(message: impl Into<String>) -> Self {
        Self { fault: Fault::User, message: message.into() }
    }

    /// Something only we can mend.
    pub fn ours(message: impl Into<String>) -> Self {
        Self { fault: Fault::Ours, message: message.into() }
    }

    /// 2 for the user's faults, 1 for ours.
    pub fn exit_code(&self) -> u8 {
        match self.fault {
            Fault::User => 2,
            Fault::Ours => 1,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Trouble {}
