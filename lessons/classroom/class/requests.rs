//! The requests of the class, and which of them the teacher alone may send.

use std::sync::Arc;

use hyper::{Method, Request, body::Incoming};
use serde::Deserialize;

use super::{card::Sent, questions};
use crate::{
    desk::Work,
    guard::Visitor,
    reply::{Refusal, Reply, done, nothing_new, of_json},
    routes::{Shared, computed, computed_in, nothing_here, of_method, sent},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    number: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Intake {
    shut: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vote {
    put: u64,
    answer: usize,
}

/// Answers a request below `/class`.
pub async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    visitor: Visitor,
) -> Result<Reply, Refusal> {
    let path = request.uri().path().to_string();
    let class = &shared.class;
    match &*path {
        "/class" => {
            of_method(request.method(), &Method::GET)?;
            Ok(news(&request, &shared, &visitor))
        }
        "/class/wall" => {
            let sent: Sent = sent(request).await?;
            class.state().wall.admit(&visitor)?; // before anything is computed
            computed_in(Work::Long, &shared, visitor.client, move |shared| {
                let card = sent.card(&shared.models)?;
                shared.class.change(|state| state.wall.hang(card, &visitor))
            })
            .await
        }
        "/class/vote" => {
            let Vote { put, answer } = sent(request).await?;
            class.vote(put, answer, &visitor).map(|()| done())
        }
        "/class/wall/off" => {
            let Number { number } = of_teacher(request, &visitor).await?;
            class.change(|state| state.wall.take_off(number)).map(|()| done())
        }
        "/class/wall/intake" => {
            let Intake { shut } = of_teacher(request, &visitor).await?;
            let change = class.change(|state| {
                state.wall.shut = shut;
                Ok(())
            });
            change.map(|()| done())
        }
        "/class/question" => {
            let Chosen { id } = of_teacher(request, &visitor).await?;
            computed(&shared, visitor.client, move |shared| shared.class.put(&id)).await
        }
        "/class/close" => {
            let Number { number } = of_teacher(request, &visitor).await?;
            class.close(number).map(|()| done())
        }
        "/class/questions" | "/class/votes" => {
            of_method(request.method(), &Method::GET)?;
            visitor.must_teach()?;
            let votes = path == "/class/votes";
            computed(&shared, visitor.client, move |shared| {
                Ok(if votes { shared.class.votes() } else { questions() })
            })
            .await
        }
        _ => Err(nothing_here()),
    }
}

/// What is new, or 204.
fn news(request: &Request<Incoming>, shared: &Shared, visitor: &Visitor) -> Reply {
    let query = request.uri().query().unwrap_or_default();
    let number = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, n)| n.parse().ok()).unwrap_or(0)
    };
    let seats = shared.room.seats.count();
    match shared.class.news(number("since"), number("have"), visitor, seats) {
        Some(news) => of_json(&news),
        None => nothing_new(),
    }
}

/// What the teacher sends.
async fn of_teacher<T>(request: Request<Incoming>, visitor: &Visitor) -> Result<T, Refusal>
where
    T: serde::de::DeserializeOwned,
{
    visitor.must_teach()?;
    sent(request).await
}
