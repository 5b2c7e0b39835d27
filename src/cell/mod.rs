//! The heart of the course: three recurrent cells, written out as their equations.
//!
//! Everything here keeps one contract, `forward(x, Option<State>) -> (outputs, State)`: a [`Cell`]
//! reads one step, a [`Layer`] a whole sequence, a [`Stack`] hands one layer's outputs to the next.
//! Training feeds whole sequences; writing a poem feeds one character and hands the state on. The
//! cell that lesson 3 explains is the cell that reads digits in lesson 4 and writes poems in lesson
//! 5: same type, same file.
//!
//! # Which file first
//!
//! | file | what it is about |
//! |---|---|
//! | [`RnnCell`] in `rnn.rs` | one memory, one equation |
//! | [`LstmCell`] in `lstm.rs` | three gates around a memory: six equations |
//! | [`GruCell`] in `gru.rs` | two gates, one memory |
//! | [`Recurrent`] in `recurrent.rs`, [`State`] in `state.rs` | what the three have in common, and what they remember |
//! | [`Cell`] in `kinds.rs` | the three under one name |
//! | [`Layer`] in `layer.rs` | a cell over time, and the only door to the [`kernel`](crate::kernel) |
//! | [`Stack`] in `stack.rs` | layers on top of each other |
//! | `init.rs`, `dropout.rs` | first weights, and noise while training |
//!
//! # Shapes
//!
//! | letter | meaning |
//! |---|---|
//! | B | batch |
//! | T | seq_len, steps in time; t counts them |
//! | D | d_input |
//! | H | d_hidden |

mod dropout;
mod gru;
mod init;
mod kinds;
mod layer;
mod lstm;
mod recurrent;
mod rnn;
mod stack;
mod state;

pub use dropout::drop_units;
pub use gru::{GruCell, GruGates};
pub use init::{head, uniform};
pub use kinds::{Cell, CellKind};
pub use layer::{Layer, Trace};
pub use lstm::{LstmCell, LstmGates};
pub use recurrent::{Recurrent, Signal, Signals};
pub use rnn::RnnCell;
pub use stack::{MAX_LAYERS, MAX_WIDTH, Stack, StackConfig};
pub use state::State;
