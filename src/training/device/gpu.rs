//! Opening a GPU, and one sentence where it fails.
//!
//! Burn and CubeCL panic where a driver is missing, refuses, runs out of memory or loses its GPU;
//! to the user each of these is one sentence and exit code 2.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, PoisonError},
};

use burn::{prelude::*, tensor::DeviceType};

use super::{Kind, ends};
use crate::{
    say,
    shell::error::{Error, Result},
};

/// The GPU of this engine, the N-th or the one that the engine prefers; it has computed something.
pub(super) fn open(name: &str, engine: DeviceType, number: Option<usize>) -> Result<Device> {
    let found = quietly(|| Device::enumerate(engine).into_vec()).unwrap_or_default();
    let count = found.len();
    let absent = || Error::user(Kind::Absent { name: name.into(), count });
    let device = found.into_iter().nth(number.unwrap_or(0)).ok_or_else(absent)?;
    let one = || {
        // Every cell needs tanh, and CUDA's toolkit for it.
        let one = Tensor::<1>::ones([1], &device).tanh();
        one.try_into_data().map_err(|error| error.to_string()).map(drop)
    };
    quietly(one).and_then(|tried| tried).map_err(|why| {
        let why = super::one_line(&why);
        let why = match name.split(':').next() {
            Some("cuda") => say!(
                "{why}; beside the driver it needs the CUDA toolkit, in /usr/local/cuda or where \
                 the variable CUDA_PATH says",
                "{why}；除驱动外，它还需要 CUDA 工具包，位于 /usr/local/cuda 或环境变量 CUDA_PATH 所指的文件夹"
            ),
            _ => why,
        };
        Error::user(Kind::Refused { name: name.into(), why })
    })?;
    ends::in_one_sentence(name);
    Ok(device)
}

/// What `work` returns, or with what it panicked, without a word on the screen.
fn quietly<T>(work: impl FnOnce() -> T) -> std::result::Result<T, String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(()); // the hook belongs to the whole process
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(hook);
    outcome.map_err(|panicked| match panicked.downcast::<String>() {
        Ok(why) => *why,
        Err(panicked) => panicked.downcast_ref::<&str>().unwrap_or(&"?").to_string(),
    })
}
