//! Which device computes.

use burn::prelude::*;

use crate::{
    error::{Error, Result},
    say,
};

/// The device called `name`: `flex`, or `ndarray` when the crate was built with that feature.
///
/// # Errors
/// An unknown name, or `ndarray` without the feature.
pub fn device(name: &str) -> Result<Device> {
    match name {
        "flex" => Ok(Device::flex()),
        "ndarray" => ndarray(),
        other => Err(Error::user(say!(
            "there is no device \"{other}\"; choose flex or ndarray",
            "没有名为“{other}”的设备；请选择 flex 或 ndarray"
        ))),
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
    Err(Error::user(say!(
        "this build has no ndarray device; run with `cargo run --features ndarray …`, or use \
         --device flex",
        "这个版本没有编译 ndarray 设备；请用 `cargo run --features ndarray …`，或改用 --device flex"
    )))
}
