//! Which device computes.

use std::fmt;

use burn::prelude::*;

use crate::{
    say,
    shell::error::{Error, Result},
};

/// A device that is not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is none of this name.
    Unknown(String),
    /// This build was made without `--features ndarray`.
    NoNdarray,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::Unknown(name) => say!(
                "there is no device \"{name}\"; choose flex or ndarray",
                "没有名为“{name}”的设备；请选择 flex 或 ndarray"
            ),
            Kind::NoNdarray => say!(
                "this build has no ndarray device; run with `cargo run --features ndarray …`, or \
                 use --device flex",
                "这个版本没有编译 ndarray 设备；请用 `cargo run --features ndarray …`，或改用 \
                 --device flex"
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// The device called `name`: `flex`, or `ndarray` when the crate was built with that feature.
///
/// # Errors
/// [`Kind`]: an unknown name, or `ndarray` without the feature.
pub fn device(name: &str) -> Result<Device> {
    match name {
        "flex" => Ok(Device::flex()),
        "ndarray" => ndarray(),
        other => Err(Error::user(Kind::Unknown(other.into()))),
    }
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
    Err(Error::user(Kind::NoNdarray))
}
