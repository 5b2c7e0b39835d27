//! The requests of the training: everybody may watch, the teacher starts it and stops it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use hyper::{Method, Request, body::Incoming};
use serde::Deserialize;

use super::{From, digits};
use crate::{
    guard::Visitor,
    reply::{Refusal, Reply, done, nothing_new, of_json},
    routes::{Shared, computed, nothing_here, of_method, sent},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    from: From,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {}

/// Answers a request below `/learn`.
pub async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    visitor: Visitor,
) -> Result<Reply, Refusal> {
    match request.uri().path() {
        "/learn" => {
            of_method(request.method(), &Method::GET)?;
            let known = request.uri().query().and_then(|query| query.strip_prefix("since="));
            Ok(news(known, &shared, &visitor))
        }
        "/learn/digits" => {
            of_method(request.method(), &Method::GET)?;
            computed(&shared, visitor.client, |_| Ok(digits::pictures())).await
        }
        "/learn/start" => {
            visitor.must_teach()?;
            let Start { from } = sent(request).await?;
            shared.learning.start(from).map(|()| done())
        }
        "/learn/cancel" => {
            visitor.must_teach()?;
            let Cancel {} = sent(request).await?;
            shared.learning.cancel().map(|()| done())
        }
        _ => Err(nothing_here()),
    }
}

/// All there is to see, with a sum of it; nothing to somebody who has that sum.
fn news(known: Option<&str>, shared: &Shared, visitor: &Visitor) -> Reply {
    let mut told = shared.learning.told(visitor);
    let mut hasher = DefaultHasher::new();
    told.to_string().hash(&mut hasher);
    let sum = format!("{:016x}", hasher.finish());
    if known == Some(&*sum) {
        return nothing_new();
    }
    told["sum"] = sum.into();
    of_json(&told)
}
