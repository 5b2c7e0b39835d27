//! What is typed while `watch` waits: a letter and Enter, which every terminal and every pipe can
//! send.

use std::{
    io::{IsTerminal, stdin},
    sync::mpsc::{Receiver, channel},
    thread,
};

use lstm_lessons::shell::typed;

/// What a student can ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    /// A hint.
    Hint,
    /// The next exercise that is not solved.
    Next,
    /// The list.
    List,
    /// The end.
    Quit,
    /// Something else.
    Unknown,
}

impl Key {
    /// The key of a line; an empty one asks for nothing.
    fn of(line: &str) -> Option<Self> {
        Some(match line.trim().to_lowercase().as_str() {
            "" => return None,
            "h" => Self::Hint,
            "n" => Self::Next,
            "l" => Self::List,
            "q" => Self::Quit,
            _ => Self::Unknown,
        })
    }
}

/// The keys as they are typed. Ctrl-D at a terminal is the end; a pipe that is closed asks for
/// nothing more.
pub fn keys() -> Receiver<Key> {
    let (send, receive) = channel();
    thread::spawn(move || {
        for key in std::iter::from_fn(typed).filter_map(|line| Key::of(&line)) {
            if send.send(key).is_err() {
                return;
            }
        }
        match stdin().is_terminal() {
            true => drop(send.send(Key::Quit)),
            // Kept, so that who waits for a key goes on waiting.
            false => loop {
                thread::park();
            },
        }
    });
    receive
}
