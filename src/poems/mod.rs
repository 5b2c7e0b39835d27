//! Lesson 5: Tang poems, learned and written character by character.
//!
//! Every arrow is a file, and data goes one way:
//!
//! `poems.txt` -> [`corpus`](text::corpus) (clean poems, every rejected line counted) ->
//! [`vocab`](text::vocab) (ids) -> [`genre`](text::genre) (`Text { title, content }`) -> [`batch`]
//! (`PoemBatch { inputs [B, T], targets [B, T], mask, facts [B, T, F] }`) -> [`model`] (`[B, T] ->
//! [B, T, E] -> [B, T, H] -> [B, T, V]`, masked cross-entropy) -> [`train`](mod@run::train) (a run
//! folder: [`settings`](run::settings), checkpoints, [`history`](crate::training::history)) -> [`bundle`]
//! (weights and vocabulary, always together) -> [`reader`](write::reader) (one character in, logits
//! out) -> [`sample`](write::sample) (a poem) -> [`inspect`].
//!
//! # Which file first
//!
//! | | what it is about |
//! |---|---|
//! | [`text`] | from characters to ids: [`vocab`](text::vocab) first |
//! | [`batch`] | from ids to rectangles: inputs, targets shifted by one, mask |
//! | [`loader`] | the batches of an epoch, in the order of its seed |
//! | [`model`] | embedding, stack, logits, loss |
//! | [`write`](mod@write) | from logits to a poem: [`choose`](write::choose), then [`sample`](write::sample) |
//! | [`verse`] | the rules of verse, and what a model is given of them |
//! | [`run`] | a training and its folder |
//! | [`plain`] | plain text of any language, piece by piece |
//! | [`poets`] | a row of numbers for each poet, added to the logits of a trained model |
//! | [`shape`], [`bundle`] | how large a model is; weights, vocabulary and description in one folder |
//! | [`inspect`] | figures and pictures of a model; nothing else needs it |

pub mod batch;
pub mod bundle;
pub mod inspect;
pub mod loader;
pub mod model;
pub mod plain;
pub mod poets;
pub mod run;
pub mod shape;
pub mod text;
pub mod verse;
pub mod write;
