//! The class together: a wall of what the phones send, and the teacher's question with its votes.
//!
//! All of it is in memory and gone when the program stops. Everybody asks every two seconds whether
//! there is something new: a request that costs less than a character of a poem, where a stream of
//! events would hold one of the server's connections for each phone, and be cut off with it.

mod ballot;
mod card;
mod requests;
mod wall;

use std::sync::{Mutex, MutexGuard};

use lstm_lessons::{
    questions::{Answer, Lesson, Question, of_lesson, shuffled},
    say,
};
use serde_json::{Value, json};

use self::{
    ballot::{Ballot, Counts},
    wall::Wall,
};
use crate::{guard::Visitor, lock::lock, reply::Refusal};

pub use requests::answer;

/// Votes that are over and remembered.
const REMEMBERED: usize = 100;

/// What the class has done so far.
#[derive(Default)]
pub struct Class(Mutex<State>);

#[derive(Default)]
struct State {
    /// Counts every change.
    version: u64,
    wall: Wall,
    ballot: Option<Ballot>,
    /// The votes that are over, the last one last.
    over: Vec<Ballot>,
}

impl Class {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }

    /// Changes it, unless that is refused.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut state = self.state();
        let changed = change(&mut state)?;
        state.version += 1;
        Ok(changed)
    }

    /// What is new since version `since` to somebody who has the cards up to number `have`.
    fn news(&self, since: u64, have: u64, visitor: &Visitor, seats: usize) -> Option<Value> {
        let state = self.state();
        let version = state.version + 1; // so that 0 is before everything
        (since != version).then(|| {
            json!({
                "version": version,
                "teacher": visitor.is_teacher,
                "seated": visitor.seat.is_some(),
                "seats": seats,
                "wall": state.wall.told(have, visitor),
                "ballot": state.ballot.as_ref().map(|now| now.told(visitor, state.before(now))),
            })
        })
    }

    /// All votes, for the teacher to keep.
    fn votes(&self) -> Value {
        let state = self.state();
        state.over.iter().chain(&state.ballot).map(Ballot::kept).collect()
    }

    /// Puts a question of the bank to the class; one that is still open is closed.
    fn put(&self, id: &str) -> Result<(), Refusal> {
        let (lesson, question) = question(id)?;
        self.change(|state| {
            if let Some(mut last) = state.ballot.take() {
                last.closed = true;
                state.over.push(last);
                let most = state.over.len().saturating_sub(REMEMBERED);
                state.over.drain(..most);
            }
            state.ballot = Some(Ballot::new(state.version, lesson, question));
            Ok(())
        })
    }

    /// Counts a vote in the ballot of this number; a seat that has voted changes its vote.
    fn vote(&self, put: u64, answer: usize, visitor: &Visitor) -> Result<(), Refusal> {
        self.change(|state| match &mut state.ballot {
            Some(ballot) => ballot.vote(put, answer, visitor),
            None => Err(ballot::not_open()),
        })
    }

    /// Ends the vote: everybody sees the counts and the right answer.
    fn close(&self, put: u64) -> Result<(), Refusal> {
        self.change(|state| match &mut state.ballot {
            Some(ballot) if ballot.put == put && !ballot.closed => {
                ballot.closed = true;
                Ok(())
            }
            _ => Err(ballot::not_open()),
        })
    }
}

impl State {
    /// How the class answered the same question the last time.
    fn before(&self, now: &Ballot) -> Option<Counts> {
        let same = self.over.iter().rev().find(|before| before.question.id == now.question.id);
        same.map(Ballot::counts)
    }
}

/// A question of the bank, its answers in the order in which they are shown each time.
fn question(id: &str) -> Result<(Lesson, Question), Refusal> {
    let of = |lesson: Lesson| of_lesson(lesson).into_iter().map(move |question| (lesson, question));
    let (lesson, question) = Lesson::ALL
        .into_iter()
        .flat_map(of)
        .find(|(_, question)| question.id == id)
        .ok_or_else(|| Refusal::bad(|| say!("There is no such question.", "没有这道题。")))?;
    Ok((lesson, shuffled(question, 1)))
}

/// The bank for the teacher to choose from.
fn questions() -> Value {
    let one = |lesson: Lesson, asked: &Question| json!({ "id": asked.id, "lesson": lesson.number(), "question": asked.question });
    let of = |lesson: Lesson| of_lesson(lesson).into_iter().map(move |asked| one(lesson, &asked));
    Lesson::ALL.into_iter().flat_map(of).collect()
}

/// An answer without what it is worth.
fn unmarked(Answer { text, .. }: &Answer) -> Value {
    json!({ "text": text })
}
