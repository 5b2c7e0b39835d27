//! Which request goes where.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{Method, Request, StatusCode, body::Incoming};
use lstm_lessons::say;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    assets::asset,
    class::{self, Class},
    desk::{Desk, Place, Work},
    digit,
    guard::{self, Visitor},
    learn::{self, Learning},
    models::Models,
    poem::{self, Lines},
    reply::{Content, Refusal, Reply, of_json, whole},
    room::Room,
    start, unit,
};

/// The largest request, in bytes: a drawing of many strokes.
const LARGEST: usize = 64 * 1024;
/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(10);

/// All that requests share.
pub struct Shared {
    pub models: Models,
    pub room: Room,
    pub desk: Desk,
    pub class: Class,
    pub learning: Learning,
    /// What [`start`](start::start) has computed: it is the same for everybody.
    started: OnceLock<Value>,
}

impl Shared {
    /// Nobody has asked anything yet.
    pub fn new(models: Models, room: Room, learning: Learning) -> Self {
        let (desk, class, started) = (Desk::new(), Class::default(), OnceLock::new());
        Self { models, room, desk, class, learning, started }
    }

    fn start(&self) -> Result<Value, Refusal> {
        if let Some(started) = self.started.get() {
            return Ok(started.clone());
        }
        let started = start::start(&self.models, &self.room)?;
        Ok(self.started.get_or_init(|| started).clone())
    }
}

/// Answers a request.
pub async fn answer(request: Request<Incoming>, shared: Arc<Shared>, client: IpAddr) -> Reply {
    let reply = match guard::checked(&request, &shared.room, client) {
        Ok(visitor) => route(request, shared, visitor).await.unwrap_or_else(|no| no.reply()),
        Err(reply) => *reply,
    };
    guard::sealed(reply)
}

async fn route(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    visitor: Visitor,
) -> Result<Reply, Refusal> {
    let client = visitor.client;
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    if let Some(asset) = asset(&path) {
        return of_method(&method, &Method::GET).map(|()| whole(asset.kind, asset.text));
    }
    match &*path {
        "/start" => {
            of_method(&method, &Method::GET)?;
            computed(&shared, client, |shared| shared.start()).await
        }
        "/room.svg" if shared.room.is_shared() => {
            of_method(&method, &Method::GET)?;
            Ok(whole("image/svg+xml", shared.room.qr_as_svg()))
        }
        "/digit" => {
            let asked: digit::Asked = sent(request).await?;
            computed(&shared, client, move |shared| digit::read(&asked, &shared.models)).await
        }
        "/unit" => {
            let turned: unit::Turned = sent(request).await?;
            computed(&shared, client, move |_| unit::turn(&turned)).await
        }
        "/thermometer" => {
            let measured: unit::Measured = sent(request).await?;
            computed(&shared, client, move |shared| unit::measure(&measured, &shared.models)).await
        }
        "/poem" => {
            let asked: poem::Asked = sent(request).await?;
            let place = shared.desk.place(client, Work::Long)?;
            let ((lines, reply), (begun, begins)) = (mpsc::unbounded_channel(), oneshot::channel());
            let lines = Lines { begun: Some(begun), lines };
            tokio::spawn(written(place, asked, shared, lines));
            begins.await.unwrap_or_else(|_| Err(Refusal::failed()))?;
            Ok(whole("application/x-ndjson", "").map(|_| Content::Lines(reply)))
        }
        path if path.starts_with("/class") && shared.room.is_shared() => {
            class::answer(request, shared, visitor).await
        }
        path if path.starts_with("/learn") => learn::answer(request, shared, visitor).await,
        _ => Err(nothing_here()),
    }
}

/// The poem, then what is known about it, each when it is its turn: nobody's first character waits
/// for what stands under another's poem.
async fn written(place: Arc<Place>, asked: poem::Asked, shared: Arc<Shared>, lines: Lines) {
    let (asked, models) = (Arc::new(asked), shared.clone());
    let first = asked.clone();
    let poem = place.clone().compute(move || poem::write(&first, &models.models, lines)).await;
    if let Ok(Some((poem, lines))) = poem.await {
        place.compute(move || poem::explain(&asked, &shared.models, &poem, lines)).await;
    }
}

/// No such address.
pub fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, || {
        say!("There is nothing at this address.", "这个地址没有内容。")
    })
}

/// JSON that is computed when it is this client's turn.
pub async fn computed<T: Serialize + Send + 'static>(
    shared: &Arc<Shared>,
    client: IpAddr,
    work: impl FnOnce(&Shared) -> Result<T, Refusal> + Send + 'static,
) -> Result<Reply, Refusal> {
    computed_in(Work::Short, shared, client, work).await
}

/// The same in the queue of this kind of work.
pub async fn computed_in<T: Serialize + Send + 'static>(
    kind: Work,
    shared: &Arc<Shared>,
    client: IpAddr,
    work: impl FnOnce(&Shared) -> Result<T, Refusal> + Send + 'static,
) -> Result<Reply, Refusal> {
    let (place, shared) = (shared.desk.place(client, kind)?, shared.clone());
    let value = place.compute(move || work(&shared)).await.await;
    value.unwrap_or_else(|_| Err(Refusal::failed())).map(|value| of_json(&json!(value)))
}

/// Refuses another method.
pub fn of_method(method: &Method, wanted: &Method) -> Result<(), Refusal> {
    match method == wanted {
        true => Ok(()),
        false => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, || {
            say!("Use {wanted} here.", "此处请用 {wanted}。")
        })),
    }
}

/// What a POST sends, parsed.
pub async fn sent<T: DeserializeOwned>(request: Request<Incoming>) -> Result<T, Refusal> {
    of_method(request.method(), &Method::POST)?;
    let body = Limited::new(request.into_body(), LARGEST).collect();
    let body = timeout(PATIENCE, body).await.map_err(|_| {
        Refusal::new(StatusCode::REQUEST_TIMEOUT, || say!("That took too long.", "等待超时。"))
    })?;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, || {
            say!("This is larger than {LARGEST} bytes.", "内容超过 {LARGEST} 字节。")
        }),
        false => Refusal::bad(|| say!("The request ended too early.", "请求不完整。")),
    })?;
    serde_json::from_slice(&body.to_bytes()).map_err(|_| {
        Refusal::bad(|| say!("This is not what is asked for here.", "内容不符合此处的要求。"))
    })
}
