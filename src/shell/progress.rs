//! Where indicatif draws: on standard error, however narrow the terminal is.

use std::io;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use crate::say;

/// How often a second a bar is redrawn at most, indicatif's own figure.
const REDRAWS: u8 = 20;

/// Standard error as indicatif draws on it; hidden where it is a pipe, or a terminal that cannot
/// move its cursor.
pub(crate) fn stderr() -> ProgressDrawTarget {
    let target = ProgressDrawTarget::stderr();
    match target.is_hidden() {
        true => target,
        false => {
            let term = AtLeastTwoColumns(Term::buffered_stderr());
            ProgressDrawTarget::term_like_with_hz(Box::new(term), REDRAWS)
        }
    }
}

/// A bar for so many steps, with the time that is left; it is cleared when it goes.
///
/// ```
/// let bar = lstm_lessons::shell::progress_bar(3);
/// (0..3).for_each(|_| bar.inc(1));
/// bar.finish_and_clear();
/// ```
///
/// # Panics
/// Never: the template is fixed.
pub fn progress_bar(steps: u64) -> ProgressBar {
    let template =
        say!("{{percent}} %  {{bar:40}}  {{eta}} left", "{{percent}} %  {{bar:40}}  剩余 {{eta}}");
    let style = ProgressStyle::with_template(&template).expect("a template that indicatif knows");
    ProgressBar::with_draw_target(Some(steps), stderr()).with_style(style)
}

/// A terminal that is never narrower than a Han character.
///
/// indicatif 0.18.6 fills each line up by `" ".repeat(width - cells)`. In a terminal of one column
/// that is below zero after a Han character, and the thread that draws panics with its locks held.
#[derive(Debug)]
struct AtLeastTwoColumns<T>(T);

impl<T: TermLike> TermLike for AtLeastTwoColumns<T> {
    fn width(&self) -> u16 {
        self.0.width().max(2)
    }

    fn height(&self) -> u16 {
        self.0.height()
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::{ProgressBar, ProgressStyle};

    /// A terminal of so many columns that keeps nothing.
    #[derive(Debug)]
    struct Columns(u16);

    impl TermLike for Columns {
        fn width(&self) -> u16 {
            self.0
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, _: &str) -> io::Result<()> {
            Ok(())
        }

        fn write_str(&self, _: &str) -> io::Result<()> {
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_terminal_of_one_column_is_drawn_on_without_a_panic() {
        for columns in 0..4 {
            let term = AtLeastTwoColumns(Columns(columns));
            let target = ProgressDrawTarget::term_like(Box::new(term));
            let bar = ProgressBar::with_draw_target(None, target);
            bar.set_style(ProgressStyle::with_template("{msg}").expect("no error"));
            bar.set_message("第 1/2 轮  ████\n训练损失 7.0\u{301}");
            bar.tick();
            bar.println("第 1 轮结束");
            bar.finish_and_clear();
        }
    }
}
