//! Which device computes.
//!
//! `NAME` or `NAME:N`: the engine, and of its GPUs the N-th, counted from 0. `flex` computes on the
//! CPU and is always there; each other engine is a cargo feature of the same name. `remote:ws://…` is
//! a device of another machine.

use std::fmt;

use burn::prelude::*;

use crate::{
    say,
    shell::{
        error::{Error, Result},
        this_program, with_feature,
    },
};

#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm", feature = "remote"))]
mod ends;
#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm"))]
mod gpu;
mod list;
#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm", feature = "remote"))]
mod reach;
#[cfg(feature = "remote")]
mod remote;

pub use list::{DeviceList, Devices};

/// A device that is not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is none of this name.
    Unknown(String),
    /// This build was made without the cargo feature of this name.
    NotBuilt(&'static str),
    /// There are fewer GPUs than that, or none.
    Absent {
        /// What was asked for.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// It is there, and its driver refuses; or it stopped in the middle of the work.
    Refused {
        /// What was asked for.
        name: String,
        /// In the words of the driver, or of what speaks to it.
        why: String,
    },
    /// Nothing answers where a server should lend a device.
    NoServer {
        /// What was asked for.
        name: String,
        /// In the words of the system.
        why: String,
    },
    /// A server that lends a device wants another token.
    WrongToken {
        /// What was asked for.
        name: String,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::Unknown(name) => say!(
                "there is no device \"{name}\"; choose flex, ndarray, wgpu, cuda or rocm (the second \
                 of several GPUs is wgpu:1), or remote:ws://TOKEN@HOST:PORT",
                "没有名为“{name}”的设备；请选择 flex、ndarray、wgpu、cuda 或 rocm（多块 GPU 中的第二块写作 \
                 wgpu:1），或 remote:ws://TOKEN@HOST:PORT"
            ),
            Kind::NotBuilt(feature) => say!(
                "this build has no {feature} device; `{command}` makes one that has, or use --device flex",
                "这个版本没有编译 {feature} 设备；请用 `{command}`，或改用 --device flex",
                command = with_feature(feature)
            ),
            Kind::Absent { name, count: 0 } => say!(
                "there is no GPU here for --device {name}, or no driver for it; install the driver, \
                 or use --device flex",
                "这里没有 --device {name} 可用的 GPU，或没有它的驱动；请安装驱动，或改用 --device flex"
            ),
            Kind::Absent { name, count } => say!(
                "there is no device {name} here, as they count from 0 to {last}; choose one of \
                 these, or use --device flex",
                "这里没有设备 {name}，编号从 0 到 {last}；请从中选择，或改用 --device flex",
                last = count - 1
            ),
            Kind::Refused { name, why } => say!(
                "the device {name} does not work ({why}); what a training has kept can be gone on \
                 with on another one: {program} resume FOLDER --device flex",
                "设备 {name} 无法工作（{why}）；训练已保存的部分可以换设备继续：{program} \
                 resume 文件夹 --device flex",
                program = this_program()
            ),
            Kind::NoServer { name, why } => say!(
                "no server answers for {name} ({why}); start one there with `cargo run --features \
                 remote --bin device_server`, or use --device flex",
                "{name} 没有服务器应答（{why}）；请在那里用 `cargo run --features remote --bin device_server` \
                 启动一个，或改用 --device flex"
            ),
            Kind::WrongToken { name } => say!(
                "the server of {name} wants another token; it stands in the command that the \
                 server shows: --device remote:ws://TOKEN@HOST:PORT",
                "{name} 的服务器要求另一个令牌；令牌写在服务器显示的命令里：--device \
                 remote:ws://TOKEN@HOST:PORT"
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// The device called `name`: `flex`, and what the crate was built with of `ndarray`, `wgpu[:N]`,
/// `cuda[:N]`, `rocm[:N]` and `remote:ws://[TOKEN@]HOST:PORT`. A GPU is tried once before it is
/// handed out, and so is a server.
///
/// ```
/// use lstm_lessons::training::device::{Kind, device};
///
/// assert!(device("flex").is_ok());
/// let error = device("abacus").unwrap_err();
/// assert_eq!(error.kind(), Some(&Kind::Unknown("abacus".into())));
/// assert!(matches!(device("remote:ws://here").unwrap_err().kind(), Some(Kind::Unknown(_)))); // no port
/// ```
///
/// # Errors
/// [`Kind`].
pub fn device(name: &str) -> Result<Device> {
    let unknown = || Error::user(Kind::Unknown(without_token(name)));
    if let Some(url) = name.strip_prefix("remote:") {
        let (token, address) = token_and_address(url).ok_or_else(unknown)?;
        return remote(&without_token(name), token, address);
    }
    let (engine, number) = match name.split_once(':') {
        Some((engine, number)) => (engine, Some(number.parse().map_err(|_| unknown())?)),
        None => (name, None),
    };
    match (engine, number) {
        ("flex", None) => Ok(Device::flex()),
        ("ndarray", None) => ndarray(),
        ("wgpu", _) => wgpu(name, number),
        ("cuda", _) => cuda(name, number),
        ("rocm", _) => rocm(name, number),
        _ => Err(unknown()),
    }
}

/// The token (which may be empty) and the address in `ws://[TOKEN@]HOST:PORT`.
fn token_and_address(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("ws://")?;
    let (token, address) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (host, port) = address.rsplit_once(':')?;
    (!host.is_empty() && port.parse::<u16>().is_ok()).then_some((token, address))
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)] // the course names burn-ndarray; that upstream has retired it is why it is an extra
fn ndarray() -> Result<Device> {
    // The device is named through the package itself, so that this feature stands or falls with
    // burn-ndarray.
    let device: burn_ndarray::NdArrayDevice = Default::default();
    Ok(Device::new(device))
}

#[cfg(not(feature = "ndarray"))]
fn ndarray() -> Result<Device> {
    Err(Error::user(Kind::NotBuilt("ndarray")))
}

/// Defines the door to one engine, which is locked where its feature was left out.
macro_rules! engine {
    ($engine:ident, $feature:literal, $kind:ident) => {
        #[cfg(feature = $feature)]
        fn $engine(name: &str, number: Option<usize>) -> Result<Device> {
            gpu::open(name, burn::tensor::DeviceType::$kind, number)
        }

        #[cfg(not(feature = $feature))]
        fn $engine(_: &str, _: Option<usize>) -> Result<Device> {
            Err(Error::user(Kind::NotBuilt($feature)))
        }
    };
}

engine!(wgpu, "wgpu", Wgpu);
engine!(cuda, "cuda", Cuda);
engine!(rocm, "rocm", Rocm);

#[cfg(feature = "remote")]
use remote::open as remote;

#[cfg(not(feature = "remote"))]
fn remote(_: &str, _: &str, _: &str) -> Result<Device> {
    Err(Error::user(Kind::NotBuilt("remote")))
}

/// A name, or a list of names, as it may be shown and kept: without the tokens of servers.
///
/// ```
/// use lstm_lessons::training::device::without_token;
///
/// assert_eq!(without_token("remote:ws://secret@10.0.0.2:3000"), "remote:ws://10.0.0.2:3000");
/// assert_eq!(without_token("remote:ws://s1@a:1,remote:ws://s2@b:2"), "remote:ws://a:1,remote:ws://b:2");
/// assert_eq!(without_token("remote:secret@a:1"), "remote:a:1"); // mistyped, and still a secret
/// assert_eq!(without_token("wgpu:1"), "wgpu:1");
/// ```
pub fn without_token(names: &str) -> String {
    let one = |name: &str| {
        let Some((before, rest)) = name.split_once("remote:") else { return name.to_string() };
        let scheme =
            rest.split_once("://").map_or(String::new(), |(scheme, _)| format!("{scheme}://"));
        let host = rest[scheme.len()..].rsplit('@').next().unwrap_or_default();
        format!("{before}remote:{scheme}{host}")
    };
    names.split_inclusive([',', ';']).map(one).collect()
}

/// A device that is lost in the middle of the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its name, as it may be shown.
    pub device: String,
    /// In the words of its driver, or of what speaks to it.
    pub why: String,
}

/// The first line of what a driver says, which may be many; of what Burn says around it, the cause.
pub(super) fn one_line(why: &str) -> String {
    const NO_CAUSE: [&str; 3] = ["", "Caused by:", "Several failures at once"];
    let cause = why.split_once("Caused by:").map_or(why, |(_, cause)| cause);
    let mut lines = cause.lines().map(str::trim);
    lines.find(|line| !NO_CAUSE.contains(line)).unwrap_or("?").to_string()
}

/// What `work` returns, or which device failed in it.
#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm", feature = "remote"))]
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> std::result::Result<T, Lost> {
    ends::guarded(work)
}

/// The CPU does not fail.
#[cfg(not(any(feature = "wgpu", feature = "cuda", feature = "rocm", feature = "remote")))]
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> std::result::Result<T, Lost> {
    Ok(work())
}
