//! A question put to the class: one vote a seat, which may be changed until the teacher closes it.

use std::collections::HashMap;

use hyper::StatusCode;
use lstm_lessons::{
    questions::{Lesson, Question},
    say,
};
use serde_json::{Value, json};

use super::unmarked;
use crate::{guard::Visitor, reply::Refusal};

/// The votes for each answer, in the order of the answers.
pub type Counts = Vec<usize>;

/// A question, and who has answered what.
pub struct Ballot {
    /// Its number: a late vote is not counted in the next one.
    pub put: u64,
    pub lesson: Lesson,
    pub question: Question,
    pub closed: bool,
    /// The number of the answer that each seat has chosen.
    votes: HashMap<String, usize>,
}

impl Ballot {
    /// Nobody has voted.
    pub fn new(put: u64, lesson: Lesson, question: Question) -> Self {
        Self { put, lesson, question, closed: false, votes: HashMap::new() }
    }

    /// Counts a vote.
    pub fn vote(&mut self, put: u64, answer: usize, visitor: &Visitor) -> Result<(), Refusal> {
        if self.put != put || self.closed {
            return Err(not_open());
        }
        let Some(seat) = &visitor.seat else { return Err(no_seat()) };
        if answer >= self.question.answers.len() {
            return Err(Refusal::bad(|| say!("There is no such answer.", "没有这个答案。")));
        }
        self.votes.insert(seat.clone(), answer);
        Ok(())
    }

    /// The bars of the chart.
    pub fn counts(&self) -> Counts {
        let count = |k| self.votes.values().filter(|&&answer| answer == k).count();
        (0..self.question.answers.len()).map(count).collect()
    }

    /// What somebody is told: the counts only the teacher before it is closed, which answer is
    /// right nobody (the teacher's screen hangs on the wall).
    pub fn told(&self, visitor: &Visitor, before: Option<Counts>) -> Value {
        let answers: Value = match self.closed {
            true => json!(self.question.answers),
            false => self.question.answers.iter().map(unmarked).collect(),
        };
        let counted = self.closed || visitor.is_teacher;
        json!({
            "put": self.put,
            "id": self.question.id,
            "lesson": self.lesson.number(),
            "closed": self.closed,
            "votes": self.votes.len(),
            "mine": visitor.seat.as_ref().and_then(|seat| self.votes.get(seat)),
            "question": self.question.question,
            "answers": answers,
            "counts": counted.then(|| self.counts()),
            "before": before.filter(|_| counted),
        })
    }

    /// What the teacher keeps of it.
    pub fn kept(&self) -> Value {
        let Question { id, question, answers, .. } = &self.question;
        json!({ "id": id, "question": question, "answers": answers, "counts": self.counts() })
    }
}

/// A vote that is over, or has not begun.
pub fn not_open() -> Refusal {
    Refusal::new(StatusCode::CONFLICT, || say!("This vote is over.", "这次投票已经结束。"))
}

/// Somebody for whom there was no seat.
pub fn no_seat() -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, || {
        say!(
            "You have no seat; open the teacher's link once more, with cookies allowed.",
            "还没有座位；请允许 Cookie，再打开一次老师的链接。"
        )
    })
}
