//! Plain text of any language: a play, songs, code, English. No titles, no lines that are kept
//! apart, no rules of verse; one long row of characters.
//!
//! [`text`] (files to one text) -> [`pieces`] (B streams side by side, T characters a piece) ->
//! [`carried`] (a piece begins with the state in which the one before ended) ->
//! [`train`](mod@train) (the same run folder as a training on poems) -> [`write`](mod@write) (as
//! many characters as one wants).
//!
//! A poem is read whole, so its gradient goes back to its first character. A play has a million
//! characters; nobody can keep the gates of a million steps. So the backward pass stops after T
//! steps, but the state goes on (*truncated backpropagation through time*; Williams and Peng, *An
//! Efficient Gradient-Based Algorithm for On-Line Training of Recurrent Network Trajectories*, 1990):
//!
//! ```text
//! piece k:   h_{kT} … h_{kT+T-1} from the state after step kT - 1, of which no gradient is asked
//! ```

pub mod carried;
pub mod measure;
pub mod pieces;
pub mod text;
pub mod train;
pub mod write;
