//! The wall: what the phones have sent, until the teacher takes it off.

use hyper::StatusCode;
use lstm_lessons::say;
use serde_json::{Value, json};

use super::{ballot::no_seat, card::Card};
use crate::{guard::Visitor, reply::Refusal};

/// Cards on the wall.
const CARDS: usize = 200;
/// Cards of one seat.
const OF_ONE: usize = 10;

/// A card where it hangs.
struct Hung {
    /// Counts all cards; newer ones have higher numbers.
    number: u64,
    seat: String,
    card: Card,
}

/// The cards, the newest last.
#[derive(Default)]
pub struct Wall {
    cards: Vec<Hung>,
    last: u64,
    /// Whether the teacher has switched it off.
    pub shut: bool,
}

impl Wall {
    /// The seat of somebody who may put a card up.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&self, visitor: &Visitor) -> Result<String, Refusal> {
        let full = |sentence: fn() -> String| Err(Refusal::new(StatusCode::CONFLICT, sentence));
        let Some(seat) = &visitor.seat else { return Err(no_seat()) };
        if self.shut {
            return full(|| say!("The teacher has closed the wall.", "老师已关闭展示墙。"));
        }
        if self.cards.len() >= CARDS {
            return full(|| say!("The wall is full.", "展示墙满了。"));
        }
        if self.cards.iter().filter(|hung| hung.seat == *seat).count() >= OF_ONE {
            return full(|| {
                say!("You have {OF_ONE} cards on the wall.", "墙上已有你的 {OF_ONE} 张卡片。")
            });
        }
        Ok(seat.clone())
    }

    /// Puts a card up.
    pub fn hang(&mut self, card: Card, visitor: &Visitor) -> Result<(), Refusal> {
        let seat = self.admit(visitor)?;
        self.last += 1;
        self.cards.push(Hung { number: self.last, seat, card });
        Ok(())
    }

    /// Takes a card off.
    pub fn take_off(&mut self, number: u64) -> Result<(), Refusal> {
        let before = self.cards.len();
        self.cards.retain(|hung| hung.number != number);
        match self.cards.len() < before {
            true => Ok(()),
            false => Err(Refusal::bad(|| say!("There is no such card.", "没有这张卡片。"))),
        }
    }

    /// Which cards hang there, newest first, and those of them that are newer than `have`.
    pub fn told(&self, have: u64, visitor: &Visitor) -> Value {
        let cards = self.cards.iter().rev();
        let mine = |hung: &&Hung| visitor.seat.as_deref() == Some(&*hung.seat);
        json!({
            "shut": self.shut,
            "numbers": cards.clone().map(|hung| hung.number).collect::<Vec<_>>(),
            "mine": cards.clone().filter(mine).map(|hung| hung.number).collect::<Vec<_>>(),
            "cards": cards.filter(|hung| hung.number > have)
                .map(|Hung { number, card, .. }| json!({ "number": number, "card": card }))
                .collect::<Vec<_>>(),
        })
    }
}
