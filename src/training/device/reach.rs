//! Whether anything listens at an address.

use std::{
    io,
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

/// Whether anything listens at `HOST:PORT`. Burn would go on trying for a quarter of a minute.
pub(super) fn answers(address: &str) -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let mut outcome = Err(io::ErrorKind::AddrNotAvailable.into());
    for place in address.to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&place, PATIENCE).map(drop);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Whether this is a server at which nothing listens any more.
pub(super) fn is_silent(name: &str) -> bool {
    name.strip_prefix("remote:ws://").is_some_and(|address| answers(address).is_err())
}
