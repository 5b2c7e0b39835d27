//! A panic in a student's answer, in plain words: Burn's own message says what it saw, not what to
//! do.

use std::{
    backtrace::Backtrace,
    cell::{Cell, RefCell},
    panic::{PanicHookInfo, set_hook, take_hook},
    sync::Once,
};

use lstm_lessons::{
    look::{WIDTH, folded},
    say,
};

/// A panic that was heard and not yet printed.
struct Heard {
    message: String,
    /// The line of a student's file in which it happened, or which called what panicked; `None`
    /// where only the check was at work.
    line: Option<String>,
}

thread_local! {
    static LISTENING: Cell<bool> = const { Cell::new(false) };
    static HEARD: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

/// From now on a panic of this thread is kept for [`explained`] instead of printed, except a
/// `todo!()`.
pub fn listen() {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            let message = info.payload_as_str().unwrap_or_default();
            match LISTENING.get() && !message.starts_with("not yet implemented") {
                true => HEARD.set(Some(Heard { message: message.to_string(), line: line(info) })),
                false => usual(info),
            }
        }));
    });
    LISTENING.set(true);
    HEARD.set(None);
}

/// The end of [`listen`].
pub fn stop_listening() {
    LISTENING.set(false);
}

/// What was heard, in plain words, and the message itself.
pub fn explained() -> Option<String> {
    LISTENING.set(false);
    HEARD.take().map(|heard| heard.in_words())
}

/// The uppermost line of `lessons/exercises` among the calls that led to the panic.
fn line(info: &PanicHookInfo) -> Option<String> {
    let place = info.location().map(|at| format!("at {}:{}:", at.file(), at.line()));
    let calls = Backtrace::force_capture().to_string();
    place.iter().map(String::as_str).chain(calls.lines()).find_map(line_of_student)
}

/// `lessons/exercises/04_gates.rs:43` of `at ./lessons/exercises/04_gates.rs:43:20`.
fn line_of_student(call: &str) -> Option<String> {
    let call = call.replace('\\', "/");
    let at = call.find("lessons/exercises/")?;
    let mut parts = call[at..].split(':');
    let (file, line) = (parts.next()?, parts.next()?);
    Some(format!("{file}:{line}"))
}

impl Heard {
    fn in_words(&self) -> String {
        let Self { message, line } = self;
        let place = line.as_deref().unwrap_or_default();
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let words = match () {
            _ if line.is_none() => say!(
                "The answer has another shape than the comment says. The check says:",
                "结果的形状与注释里写的不同。检查程序的说明："
            ),
            _ if says(&["Tensor Operation Error", "shape", "dimension"]) => say!(
                "{place}: the shapes do not fit. A line above it such as `println!(\"{{:?}}\", \
                 x.dims());` shows the shape of x; compare it with the shapes in the comment. \
                 Burn says:",
                "{place}：形状不合。在它上面加一行 `println!(\"{{:?}}\", x.dims());` 就能看到 x \
                 的形状，请与注释里的形状对照。Burn 的说明："
            ),
            _ if says(&["index out of bounds", "out of range"]) => say!(
                "{place}: an index is too large. The first number has the index 0, the last of n \
                 numbers n - 1. Rust says:",
                "{place}：下标太大。第一个数的下标是 0，n 个数中最后一个是 n - 1。Rust 的说明："
            ),
            _ if says(&["on a `None` value", "an LSTM has one"]) => say!(
                "{place}: there is nothing here (`None`) to take out. Rust says:",
                "{place}：这里什么都没有（`None`），取不出值。Rust 的说明："
            ),
            _ if line.is_some() => {
                say!("{place} ended in a panic. Rust says:", "{place} 引发了 panic。Rust 的说明：")
            }
            _ => say!(
                "The answer could be computed, but not used. The program says:",
                "答案算出来了，却无法使用。程序的说明："
            ),
        };
        format!("{}\n\n{}", folded(&words, WIDTH).join("\n"), message.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_the_students_and_not_burns() {
        let calls = [
            "             at /home/a/burn-tensor/src/tensor/api/check.rs:1382:17",
            "             at ./lessons/exercises/04_gates.rs:43:20",
            "             at ./tests/exercises/../../lessons/exercises/05_sequence.rs:9:1",
        ];
        let lines: Vec<_> = calls.iter().map(|call| line_of_student(call)).collect();
        assert_eq!(lines[0], None);
        assert_eq!(lines[1].as_deref(), Some("lessons/exercises/04_gates.rs:43"));
        assert_eq!(lines[2].as_deref(), Some("lessons/exercises/05_sequence.rs:9"));
    }

    #[test]
    fn a_wrong_shape_is_called_one_and_the_usual_panics_too() {
        let words = |message: &str| {
            let line = Some("lessons/exercises/02_rnn.rs:34".to_string());
            Heard { message: message.to_string(), line }.in_words()
        };
        let shapes = words("=== Tensor Operation Error ===\n  Operation: 'Matmul'\n");
        assert!(shapes.starts_with("lessons/exercises/02_rnn.rs:34: the shapes do not fit."));
        assert!(shapes.ends_with("Operation: 'Matmul'"), "{shapes}");
        assert!(words("index out of bounds: the len is 3 but the index is 3").contains("n - 1"));
        assert!(words("called `Option::unwrap()` on a `None` value").contains("nothing here"));
        assert!(words("no").contains("panic"));
    }
}
