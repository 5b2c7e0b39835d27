//! The classroom over HTTP on the loopback address: what each view is told, and what is refused.

mod attacks;
// Others than the teacher ask from 127.0.0.2 and so on, which other systems do not have.
#[cfg(target_os = "linux")]
mod class;
mod client;
mod learn;
mod memory;
mod page;
mod views;
