//! Several devices at once.

use burn::prelude::Device;

use super::{device, without_token};
use crate::{
    say,
    shell::error::{Error, Result},
};

/// The flag of the trainings that can use several devices.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct DeviceList {
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "device", help = say!(
        "Several devices instead of one, such as cuda:0,cuda:1: each computes its part of every batch",
        "用多个设备代替一个，例如 cuda:0,cuda:1：每个批量分给各设备计算"
    ))]
    devices: Vec<String>,
}

/// The devices of a training.
#[derive(Clone, Debug)]
pub struct Devices {
    /// Holds the model, validates it and takes the optimizer's steps.
    pub home: Device,
    /// Each computes its part of every batch; where there is none, `home` computes all of it.
    pub workers: Vec<Device>,
    /// Of the workers, as they may be shown.
    pub names: Vec<String>,
}

impl From<Device> for Devices {
    fn from(home: Device) -> Self {
        Self { home, workers: Vec::new(), names: Vec::new() }
    }
}

impl Devices {
    /// The home and the workers.
    pub fn all(&self) -> impl Iterator<Item = &Device> {
        std::iter::once(&self.home).chain(&self.workers)
    }
}

impl DeviceList {
    /// The name of the device that holds the model, if several were named: the first, or where one of
    /// them may be lost with its machine, this machine's CPU.
    pub fn home(&self) -> Option<&str> {
        match self.devices.iter().any(|name| name.starts_with("remote:")) {
            true => Some("flex"),
            false => self.devices.first().map(String::as_str),
        }
    }

    /// All devices of the list around `home`, which is open already.
    ///
    /// # Errors
    /// As [`device`](fn@device); a device that is named twice.
    pub fn open(&self, home: Device) -> Result<Devices> {
        let named_twice = |&k: &usize| self.devices[..k].contains(&self.devices[k]);
        if let Some(k) = (0..self.devices.len()).find(named_twice) {
            return Err(twice(&self.devices[k]));
        }
        let open = |name: &String| match Some(name.as_str()) == self.home() {
            true => Ok(home.clone()),
            false => device(name),
        };
        let workers = self.devices.iter().map(open).collect::<Result<_>>()?;
        let names = self.devices.iter().map(|name| without_token(name)).collect();
        Ok(Devices { home, workers, names })
    }
}

fn twice(name: &str) -> Error {
    let name = without_token(name);
    Error::user(say!(
        "--devices names {name} twice, which computes one part of a batch at a time; name each \
         device once (to compute a batch in parts on one device there is --accumulate 2)",
        "--devices 中 {name} 出现了两次，而一个设备每次只计算批量的一份；每个设备只写一次（要在一个设备上分份计算，\
         请用 --accumulate 2）"
    ))
}
