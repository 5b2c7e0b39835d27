//! What is sent back: a body, or a refusal in both languages. The page shows the one that it
//! speaks.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::{
    Response, StatusCode,
    body::{Body, Bytes, Frame, SizeHint},
    header::CONTENT_TYPE,
};
use lstm_lessons::{
    say,
    shell::{
        error::{Error, Fault},
        say::{Lang, with_lang},
    },
};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

/// What every request gets.
pub type Reply = Response<Content>;

/// A body: whole, or as it is computed.
pub enum Content {
    Whole(Option<Bytes>),
    /// As long as a poem at most, so nothing bounds it here.
    Lines(UnboundedReceiver<Bytes>),
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match self.get_mut() {
            Content::Whole(bytes) => Poll::Ready(bytes.take()),
            Content::Lines(lines) => lines.poll_recv(context),
        };
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Content::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Content::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64)
            }
            Content::Lines(_) => SizeHint::default(),
        }
    }
}

/// A whole body of this media type.
pub fn whole(kind: &'static str, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Content::Whole(Some(bytes.into())));
    reply.headers_mut().insert(CONTENT_TYPE, kind.parse().expect("a media type is ASCII"));
    reply
}

/// JSON.
pub fn of_json(value: &Value) -> Reply {
    whole("application/json", value.to_string())
}

/// What there is to say of something that was done.
pub fn done() -> Reply {
    of_json(&json!({ "done": true }))
}

/// What there is to say to somebody who knows everything.
pub fn nothing_new() -> Reply {
    let mut reply = Response::new(Content::Whole(None));
    *reply.status_mut() = StatusCode::NO_CONTENT;
    reply
}

/// A sentence in both languages, as the page wants it.
pub fn both(sentence: impl Fn() -> String) -> Value {
    json!({ "en": with_lang(Lang::En, &sentence), "zh": with_lang(Lang::Zh, &sentence) })
}

/// Why a request is not answered.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    said: Value,
}

impl Refusal {
    /// With this status and a sentence in both languages.
    pub fn new(status: StatusCode, sentence: impl Fn() -> String) -> Self {
        Self { status, said: both(sentence) }
    }

    /// What the user can mend.
    pub fn bad(sentence: impl Fn() -> String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// Too many wait.
    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, || {
            say!("Too many are waiting; try again in a moment.", "排队的人太多，请稍后再试。")
        })
    }

    /// A fault of this program.
    pub fn failed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, || {
            say!("That went wrong here; try again.", "这里出错了，请再试一次。")
        })
    }

    /// The reply.
    pub fn reply(&self) -> Reply {
        let mut reply = of_json(&json!({ "error": self.said }));
        *reply.status_mut() = self.status;
        reply
    }

    /// The sentence.
    pub fn said(self) -> Value {
        self.said
    }

    /// As a line of a reply that has begun.
    pub fn line(&self) -> Value {
        json!({ "error": self.said })
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let status = match error.fault {
            Fault::User => StatusCode::BAD_REQUEST,
            Fault::Ours => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, || error.message())
    }
}
