//! The numbers in questions and answers, computed by the crate.
//!
//! A text names a number in braces; [`filled`] puts it there. What is computed cannot become wrong
//! when the code changes, neither in the right answer nor in those that a misconception leads to.

mod first_half;
mod second_half;

/// A number by its name.
type Figure = (&'static str, fn() -> String);

/// The number of this name, as it is printed.
///
/// ```
/// use lstm_lessons::questions::figures::figure;
/// assert_eq!(figure("ln_10").unwrap(), "2.303");
/// assert!(figure("pi").is_none());
/// ```
pub fn figure(name: &str) -> Option<String> {
    all().find(|(known, _)| *known == name).map(|(_, compute)| compute())
}

/// The names of all numbers.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|(name, _)| *name)
}

fn all() -> impl Iterator<Item = &'static Figure> {
    first_half::TABLE.iter().chain(second_half::TABLE)
}

/// `text` with each name in braces replaced by its number.
///
/// ```
/// use lstm_lessons::questions::figures::filled;
/// assert_eq!(filled("ln 10 = {ln_10}").unwrap(), "ln 10 = 2.303");
/// assert_eq!(filled("s_{t-1}").unwrap(), "s_{t-1}"); // no name: it has a hyphen
/// assert_eq!(filled("{pi}").unwrap_err(), "pi");
/// ```
///
/// # Errors
/// The name that no number has.
pub fn filled(text: &str) -> Result<String, String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or(after)?;
        filled.push_str(before);
        match name.contains('-') {
            true => filled.push_str(&format!("{{{name}}}")),
            false => filled.push_str(&figure(name).ok_or(name)?),
        }
        rest = after;
    }
    Ok(filled + rest)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn whole_percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
