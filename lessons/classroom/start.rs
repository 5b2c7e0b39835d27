//! What the page needs before the first request: the questions, lesson 3's unit, the tunes.

use lstm_lessons::{
    demos::lstm::by_hand::{EXAMPLE, INPUTS},
    poems::text::{genre::Genre, tune::is_tune},
    questions::{Lesson, of_lesson, sheet::object, shuffled},
};
use serde_json::{Value, json};

use crate::{models::Models, reply::Refusal, room::Room};

/// With which question each view begins.
const QUESTIONS: [(&str, Lesson, &str); 5] = [
    ("digit", Lesson::Mnist, "l4-half"),
    ("poem", Lesson::Poems, "l5-own-words"),
    ("gates", Lesson::Lstm, "l3-closed-output"),
    ("learn", Lesson::Poems, "l5-overfit"),
    ("thermometer", Lesson::Gradients, "l2-fresh-lstm"),
];
/// The tunes that are offered: the most frequent.
const TUNES: usize = 24;

/// All of it.
///
/// # Errors
/// None that a user can cause.
pub fn start(models: &Models, room: &Room) -> Result<Value, Refusal> {
    let question = |(view, lesson, id): (&str, Lesson, &str)| {
        let mut questions = of_lesson(lesson).into_iter();
        let question = questions.find(|question| question.id == id).expect("a test opens the page");
        (view.to_string(), object(lesson, &shuffled(question, 1)))
    };
    let lyrics = models.reader(Genre::Lyric)?;
    let tunes = lyrics.bundle.tunes.iter().map(|tune| &*tune.name).filter(|name| is_tune(name));
    Ok(json!({
        "questions": QUESTIONS.map(question).into_iter().collect::<serde_json::Map<_, _>>(),
        "unit": EXAMPLE,
        "inputs": INPUTS,
        "tunes": tunes.take(TUNES).collect::<Vec<_>>(),
        "classifier": models.about,
        "shared": room.is_shared().then(|| room.link()),
    }))
}
