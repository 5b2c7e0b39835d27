//! HTTP: as many connections as there is room for, none of which may keep the others waiting.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, TcpListener},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use lstm_lessons::{
    say,
    shell::error::{Error, Result},
    training::interrupt,
};
use tokio::{
    net::TcpStream,
    runtime,
    sync::{Semaphore, mpsc},
    time::{sleep, timeout},
};

use crate::{
    learn::Learning,
    models::Models,
    room::Room,
    routes::{Shared, answer},
};

/// The port unless it is taken.
const USUAL_PORT: u16 = 7878;
/// Connections at once; others wait until one is over.
const CONNECTIONS: usize = 400;
/// How long a client may take from one request to the next.
const IDLE: Duration = Duration::from_secs(10);
/// How long a connection may last: a client that reads nothing is cut off, others come again.
const LONGEST: Duration = Duration::from_secs(120);

/// A socket that listens.
pub struct Server(TcpListener);

impl Server {
    /// Listens at `port`, or at the usual one, or, where that is taken, at any that is free; returns
    /// which it is.
    ///
    /// # Errors
    /// A port that was asked for and cannot be had.
    pub fn bind(address: IpAddr, port: Option<u16>) -> Result<(Self, u16)> {
        let bind = |port| TcpListener::bind(SocketAddr::new(address, port));
        let listener = match (port, bind(port.unwrap_or(USUAL_PORT))) {
            (None, Err(error)) if error.kind() == ErrorKind::AddrInUse => bind(0),
            (_, listener) => listener,
        };
        let told = |listener: TcpListener| {
            listener.set_nonblocking(true)?; // as tokio wants it
            let port = listener.local_addr()?.port();
            Ok((Self(listener), port))
        };
        listener.and_then(told).map_err(|cause| {
            let port = port.unwrap_or(USUAL_PORT);
            Error::user(say!(
                "port {port} cannot be used ({cause}); leave --port out to get a free one",
                "端口 {port} 不可用（{cause}）；去掉 --port 可自动选空闲端口"
            ))
        })
    }

    /// Serves the page until Ctrl-C; a training that runs is stopped then, and its folder removed.
    ///
    /// # Errors
    /// A system that gives no threads.
    pub fn serve(self, models: Models, room: Room, learning: Learning) -> Result<()> {
        let shared = Arc::new(Shared::new(models, room, learning));
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let (asked, mut stopped) = mpsc::unbounded_channel();
        interrupt::listen(move || {
            let _ = asked.send(()); // more than once, if somebody is impatient
        });
        let served = runtime.and_then(|runtime| {
            let mut accepting = pin!(accept(self.0, shared.clone()));
            let served = runtime.block_on(poll_fn(|context| match stopped.poll_recv(context) {
                Poll::Ready(_) => Poll::Ready(Ok(())),
                Poll::Pending => accepting.as_mut().poll(context),
            }));
            runtime.shutdown_background(); // whoever waits for a poem waits in vain
            served
        });
        shared.learning.close();
        served.map_err(|cause| {
            Error::user(say!("nothing can be served: {cause}", "无法提供服务：{cause}"))
        })
    }
}

/// Takes one connection after the other.
async fn accept(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { return Ok(()) };
        match listener.accept().await {
            Ok((stream, client)) => {
                let shared = shared.clone();
                tokio::spawn(async move {
                    converse(stream, client.ip(), shared).await;
                    drop(place);
                });
            }
            // A client that has gone again, or no more files: neither is a reason to stop.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers one client's requests.
async fn converse(stream: TcpStream, client: IpAddr, shared: Arc<Shared>) {
    let service = service_fn(|request| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(answer(request, shared, client).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    // What goes wrong with a connection is the client's affair.
    let _ = timeout(LONGEST, connection).await;
}
