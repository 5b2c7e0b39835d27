//! Twelve blanks, one small step each, from a single curve to a step of training. Begin with
//! README.md.
//!
//! 十二个空，一次一小步，从一条曲线到一步训练。请从 README.zh-CN.md 开始。

// A blank does not use or change its arguments yet, and has imported what its answer will need.
#![allow(unused_imports, unused_mut, unused_variables)]

#[path = "01_sigma.rs"]
pub mod sigma;

#[path = "02_rnn.rs"]
pub mod rnn;

#[path = "03_update.rs"]
pub mod update;

#[path = "04_gates.rs"]
pub mod gates;

#[path = "05_sequence.rs"]
pub mod sequence;

#[path = "06_stack.rs"]
pub mod stack;

#[path = "07_choose.rs"]
pub mod choose;

#[path = "08_shift.rs"]
pub mod shift;

#[path = "09_pad.rs"]
pub mod pad;

#[path = "10_loss.rs"]
pub mod loss;

#[path = "11_clip.rs"]
pub mod clip;

#[path = "12_train.rs"]
pub mod train;
