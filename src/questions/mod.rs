//! The questions: a bank of them, most of them "why", to be asked in the terminal, printed, or put on
//! a page.
//!
//! A question belongs to a section of a walkthrough and has four answers, one of them right. Behind
//! each wrong one stands the misconception that leads to it: a wrong answer is worth a sentence, not
//! a cross. Where an answer is a number, the text has a name in braces, `{ln_10}`, and [`figures`]
//! computes it, in right and wrong answers alike.
//!
//! Ten questions of each half of the course (lessons 1 to 3, 4 to 6) are a test [`Before`](When::Before)
//! it, ten others one [`After`](When::After) it. Both have as many of each lesson, so that a class can
//! be compared with itself.
//!
//! | file | holds |
//! |---|---|
//! | `lesson_1.json` … `lesson_7.json` | the questions, the right answer first |
//! | [`bank`] | reading them |
//! | [`figures`] | the numbers in them |
//! | [`sheet`] | on paper, and as data |
//! | [`quiz`] | in the terminal: `lesson_rnn quiz` |
//!
//! ```
//! use lstm_lessons::questions::{Lesson, of_lesson};
//!
//! for question in of_lesson(Lesson::Gradients) {
//!     assert_eq!(question.answers.iter().filter(|answer| answer.right).count(), 1);
//! }
//! ```

pub mod bank;
pub mod figures;
pub mod quiz;
pub mod sheet;

pub use bank::{Answer, Lesson, Question, Said, When, of_lesson, of_test, shuffled};
pub use quiz::{Command, Quiz};
