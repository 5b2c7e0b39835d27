//! A device of another machine: Burn sends every operation there, and reads results back.

use std::io;

use burn::{
    prelude::Device,
    remote::{ConnectError, RemoteHost},
};

use super::{Kind, ends, one_line, reach::answers};
use crate::shell::error::{Error, Result};

/// The first device of the server at `address`, such as 127.0.0.1:3000, that knows this token.
pub(super) fn open(name: &str, token: &str, address: &str) -> Result<Device> {
    let no_server =
        |why: io::Error| Error::user(Kind::NoServer { name: name.into(), why: why.to_string() });
    answers(address).map_err(no_server)?;
    let host = RemoteHost::websocket(&format!("ws://{address}")).with_credential(token);
    let device = Device::remote_options(&host).init().map_err(|error| {
        let name = name.to_string();
        Error::user(match error {
            ConnectError::Unauthorized => Kind::WrongToken { name },
            error => Kind::Refused { name, why: one_line(&error.to_string()) },
        })
    })?;
    ends::in_one_sentence(name);
    Ok(device)
}
