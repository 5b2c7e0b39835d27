//! Reading the bank.

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use super::figures::filled;
use crate::{
    say,
    shell::say::{Lang, lang},
};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Said {
    /// The sentence in the language in force.
    pub fn text(&self) -> &str {
        match lang() {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// One of the four answers of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether it is the right one.
    #[serde(default)]
    pub right: bool,
    /// The answer.
    pub text: Said,
    /// Why it is right, or the misconception of whoever chooses it.
    pub because: Said,
}

/// When a question of a test is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Before this half of the course.
    #[value(help = None::<&str>)] // --help lists the names alone
    Before,
    /// After it.
    #[value(help = None::<&str>)]
    After,
}

/// A question with its four answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name in the bank, such as `l2-clip`.
    pub id: String,
    /// The section of the walkthrough that answers it.
    pub section: Said,
    /// A command that shows it, without `cargo run --bin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
    /// The bug of the zoo that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bug: Option<String>,
    /// The test that it belongs to, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<When>,
    /// The question.
    pub question: Said,
    /// Its answers; the right one stands first in the files.
    pub answers: Vec<Answer>,
}

/// A lesson of the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    /// Lesson 1.
    Rnn,
    /// Lesson 2.
    Gradients,
    /// Lesson 3.
    Lstm,
    /// Lesson 4.
    Mnist,
    /// Lesson 5.
    Poems,
    /// Lesson 6.
    Speed,
    /// Lesson 7.
    Scale,
}

impl Lesson {
    /// All seven, in the order of the course.
    pub const ALL: [Lesson; 7] = [
        Lesson::Rnn,
        Lesson::Gradients,
        Lesson::Lstm,
        Lesson::Mnist,
        Lesson::Poems,
        Lesson::Speed,
        Lesson::Scale,
    ];

    /// Its number, 1 to 7.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The lessons of its half of the course.
    ///
    /// ```
    /// use lstm_lessons::questions::Lesson;
    /// assert_eq!(Lesson::Lstm.half(), [Lesson::Rnn, Lesson::Gradients, Lesson::Lstm]);
    /// ```
    pub fn half(self) -> &'static [Lesson] {
        const ALL: &[Lesson] = &Lesson::ALL;
        if self.number() <= 3 { &ALL[..3] } else { &ALL[3..] }
    }

    /// Its walkthrough in the language in force.
    pub fn page(self) -> String {
        let folder = ["1_rnn", "2_gradients", "3_lstm", "4_mnist", "5_poems", "6_speed", "7_scale"]
            [self as usize];
        say!("lessons/{folder}/README.md", "lessons/{folder}/README.zh-CN.md")
    }

    fn file(self) -> &'static str {
        match self {
            Lesson::Rnn => include_str!("lesson_1.json"),
            Lesson::Gradients => include_str!("lesson_2.json"),
            Lesson::Lstm => include_str!("lesson_3.json"),
            Lesson::Mnist => include_str!("lesson_4.json"),
            Lesson::Poems => include_str!("lesson_5.json"),
            Lesson::Speed => include_str!("lesson_6.json"),
            Lesson::Scale => include_str!("lesson_7.json"),
        }
    }

    /// Its questions as they stand in the file, the names of the figures still in them.
    pub fn unfilled(self) -> Vec<Question> {
        serde_json::from_str(self.file()).expect("the bank is compiled in, and a test reads it")
    }
}

/// The questions of a lesson, with their figures.
pub fn of_lesson(lesson: Lesson) -> Vec<Question> {
    lesson.unfilled().into_iter().map(with_figures).collect()
}

/// The ten questions of a test on the half of the course to which `lesson` belongs, each with its
/// lesson.
pub fn of_test(lesson: Lesson, when: When) -> Vec<(Lesson, Question)> {
    let asked = |&lesson: &Lesson| {
        let questions = lesson.unfilled().into_iter().filter(move |q| q.test == Some(when));
        questions.map(move |question| (lesson, with_figures(question)))
    };
    lesson.half().iter().flat_map(asked).collect()
}

/// `question` with its answers in the order that `seed` draws; another question, another order.
pub fn shuffled(mut question: Question, seed: u64) -> Question {
    let own = question.id.bytes().fold(seed, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
    question.answers.shuffle(&mut StdRng::seed_from_u64(own));
    question
}

fn with_figures(mut question: Question) -> Question {
    fill(&mut question.question);
    for Answer { text, because, .. } in &mut question.answers {
        fill(text);
        fill(because);
    }
    question
}

fn fill(said: &mut Said) {
    for text in [&mut said.en, &mut said.zh] {
        *text = filled(text).unwrap_or_else(|name| panic!("no figure is called {name}"));
    }
}
