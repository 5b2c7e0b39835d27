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
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = trimmed, conflicts_with = "device", help = say!(
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
        let same = |k: usize| move |name: &String| is_same(name, &self.devices[k]);
        let named_twice = |&k: &usize| self.devices[..k].iter().any(same(k));
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

/// A name of the list, without the space after a comma.
fn trimmed(name: &str) -> std::result::Result<String, std::convert::Infallible> {
    Ok(name.trim().to_string())
}

/// Whether two names mean one device: wgpu is wgpu:0, and a server is the same with any token.
fn is_same(a: &str, b: &str) -> bool {
    let device = |name: &str| match name.starts_with("remote:") {
        true => without_token(name),
        false => name.strip_suffix(":0").unwrap_or(name).to_string(),
    };
    device(a) == device(b)
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        list: DeviceList,
        #[arg(long)]
        device: Option<String>,
    }

    #[test]
    fn a_device_has_several_names_and_is_still_one() {
        for (a, b, same) in [
            ("wgpu", "wgpu:0", true),
            ("cuda:0", "cuda:1", false),
            ("cuda:0", "cuda:10", false),
            ("remote:ws://one@a:3000", "remote:ws://two@a:3000", true),
            ("remote:ws://one@a:3000", "remote:ws://one@a:3001", false),
        ] {
            assert_eq!(is_same(a, b), same, "{a} {b}");
        }
    }

    #[test]
    fn a_space_after_a_comma_is_no_part_of_a_name() {
        let opened = |names: &str| {
            let program = Program::try_parse_from(["lesson", "--devices", names]).expect("a list");
            assert!(program.device.is_none());
            program.list.open(Device::flex()).map(|devices| devices.names)
        };
        let error = opened("flex, flex").expect_err("it is named twice");
        assert!(error.message().contains("flex"), "{}", error.message());
        assert_eq!(opened(" flex ").expect("it is there"), ["flex"]);
    }
}
