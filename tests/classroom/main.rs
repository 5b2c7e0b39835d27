//! The classroom over HTTP on the loopback address: what each view is told, and what is refused.

mod attacks;
mod client;
mod page;
mod views;
