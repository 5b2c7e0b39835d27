//! The same maths as [`cell`](crate::cell), as single operations, for the CPU and (in `gpu`) for GPUs.
//!
//! The readable cells are the specification, and stay it: `tests/course/kernel` holds every output
//! and every gradient of this module against theirs, and against differences of the loss. Lesson 6
//! walks from one to the other and measures each stage.
//!
//! # Which file first
//!
//! | file | what it is about | why it is there |
//! |---|---|---|
//! | [`machine`] | whether a kernel runs, and on how much of the machine | one flag chooses for everybody |
//! | [`vector`] | one loop compiled for 128, 256 and 512 bits; exp, σ and tanh without a branch | a loop of calls fills no vector register, and one program must run on every CPU |
//! | [`matmul`] | a matrix in a slice, and the product of two by a library | strides instead of copies; what our own products are measured and tested against |
//! | [`product`] | the product in two parts, packing and multiplying; single and half precision | weights are packed once and multiplied with at every step |
//! | `pack` | where the numbers of both matrices lie for it, rounded to bf16 if asked | what is read from front to back is read fast |
//! | `tile` | the loop inside the product: a tile of sums that stays in the registers | the only place where arithmetic costs what it must |
//! | [`rnn`] | the whole sequence as one operation, in its smallest form | a tensor for every term of every step costs more than the arithmetic |
//! | [`lstm`] | the same with four gates and a memory | all gates in one product, one walk over them per step |
//! | [`gru`] | the same with three gates, one of which works after its product | what must not be added together is kept apart |
//! | [`sequence`] | what those three share: sizes, rows for each task, gradients of the weights | |
//! | [`cross_entropy`] | projection, softmax, loss and gradient, some rows at a time | the logits of all positions never lie in memory together |
//! | [`sparse_bias`] | numbers added to a few logits of each row | of thousands of candidates a fact names some ten |
//! | [`adam`] | the optimizer's step in one pass | every number is read once and written once |
//! | [`step`] | one step for one stream, without a tensor | a poem is written one character at a time |
//! | [`scratch`] | buffers that wait for the next step | fresh memory costs time when it is first touched |
//! | `gpu` | the same maths for GPUs, with the cargo feature `wgpu`, `cuda` or `rocm` | there a launch costs more than the arithmetic |
//! | [`operations`] | all that as operations of Burn | the backward pass by hand, and no copy on the way in or out |
//!
//! Four ideas come back in all of them:
//!
//! * **Split the batch, not the product.** A thread takes some rows through all steps, with products
//!   of its own; threads meet once a layer and not twice a step ([`Machine`]).
//! * **Whatever does not wait for the past is done at once.** x_t W_x for all steps is one product
//!   before the loop, each weight's gradient one product after it.
//! * **Keep what the backward pass needs, in the place where it will be overwritten.** The gates of
//!   all steps lie in one buffer, and in the backward pass δa takes their place.
//! * **The order of a sum belongs to the result.** Every sum of a product runs over k from the first
//!   to the last, however the rows are split, and tasks have fixed sizes where that costs nothing: the
//!   loss is the same to the bit for any number of threads. The gradient of the LSTM's weights is a sum
//!   of one share a thread; so one seed and one number of threads give the same bytes, and another
//!   number of threads nearly the same. AVX2, AVX-512 and NEON round a product and a sum once
//!   together, the plain registers of x86-64 each by itself: between those the last bits differ.
pub mod adam;
pub mod cross_entropy;
#[cfg(feature = "cubecl")]
pub mod gpu;
pub mod gru;
pub mod lstm;
pub mod machine;
pub mod matmul;
pub mod operations;
mod pack;
pub mod product;
pub mod rnn;
pub mod scratch;
pub mod sequence;
pub mod sparse_bias;
pub mod step;
mod tile;
pub mod vector;

pub use machine::{Kernel, Machine, Precision, in_memory};
