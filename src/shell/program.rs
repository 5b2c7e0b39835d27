//! How the course's programs are started here, for hints that can be typed as they stand.

use std::path::Path;

/// How to start the lesson `name`, in the way in which this program was started: by cargo, by its
/// path, or by its name alone.
///
/// ```
/// let hint = lstm_lessons::shell::program("lesson_poems") + " --begin 月";
/// assert!(hint.contains("lesson_poems"));
/// ```
pub fn program(name: &str) -> String {
    let started = std::env::args_os().next().unwrap_or_default();
    started_alike(name, Path::new(&started), std::env::var_os("CARGO").is_some())
}

/// [`program`] of the lesson that runs, which the library cannot know.
pub fn this_program() -> String {
    let started = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&started).file_stem().unwrap_or_default();
    program(&name.to_string_lossy())
}

/// What was typed, as cargo runs it with the cargo feature `feature`.
///
/// ```
/// let hint = lstm_lessons::shell::with_feature("wgpu");
/// assert!(hint.starts_with("cargo run --features wgpu --bin "));
/// ```
pub fn with_feature(feature: &str) -> String {
    let words: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let name = words.first().map(Path::new).and_then(Path::file_stem).unwrap_or_default();
    let name = name.display();
    let rest: String = words.iter().skip(1).map(|word| format!(" {}", quoted(word))).collect();
    format!("cargo run --features {feature} --bin {name} --{rest}")
}

/// A word as a shell takes it for one word.
///
/// ```
/// use lstm_lessons::shell::quoted;
/// assert_eq!((quoted("runs/poems").as_str(), quoted("my runs").as_str()), ("runs/poems", "'my runs'"));
/// ```
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// [`program`] of a program that was started as `started`, with or without cargo's variables around.
fn started_alike(name: &str, started: &Path, cargo: bool) -> String {
    let folder = started.parent().unwrap_or(Path::new(""));
    // `cargo run` starts target/debug/NAME, by a path from the folder where it was typed.
    match folder.to_str() {
        Some("target/debug") if cargo => format!("cargo run --bin {name} --"),
        Some("target/release") if cargo => format!("cargo run --release --bin {name} --"),
        _ => folder.join(name).display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_started_as_the_program_was() {
        let hint = |started: &str, cargo| started_alike("lesson_mnist", Path::new(started), cargo);
        assert_eq!(hint("target/debug/lesson_poems", true), "cargo run --bin lesson_mnist --");
        assert_eq!(
            hint("target/release/lesson_poems", true),
            "cargo run --release --bin lesson_mnist --"
        );
        // Typed as it stands: cargo's variables are not there.
        assert_eq!(hint("target/debug/lesson_poems", false), "target/debug/lesson_mnist");
        assert_eq!(hint("/opt/course/lesson_poems", true), "/opt/course/lesson_mnist");
        assert_eq!(hint("./lesson_poems", false), "./lesson_mnist");
        assert_eq!(hint("lesson_poems", false), "lesson_mnist");
    }

    #[test]
    fn a_word_stays_one_word() {
        let words = ["--begin=月", "a/b:1.txt", "", "two words", "it's", "$HOME"].map(quoted);
        assert_eq!(
            words,
            ["--begin=月", "a/b:1.txt", "''", "'two words'", r"'it'\''s'", "'$HOME'"]
        );
    }
}
