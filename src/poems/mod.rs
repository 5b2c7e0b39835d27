//! Lesson 5: Tang poems, learned and written character by character.
//!
//! Every arrow is a file, and data goes one way:
//!
//! `poems.txt` -> [`corpus`] (clean poems, every rejected line counted) -> [`vocab`] (ids) ->
//! [`genre`] (`Text { tune, content }`) -> [`batch`]
//! (`PoemBatch { inputs [B, T], targets [B, T], mask, facts [B, T, F] }`) -> [`model`]
//! (`[B, T] -> [B, T, E] -> [B, T, H] -> [B, T, V]`, masked cross-entropy) -> [`mod@train`] (a run
//! folder: [`settings`], checkpoints, [`history`]) -> [`bundle`] (weights and vocabulary, always
//! together) -> [`sample`] (a poem) -> [`measures`], [`score`].
//!
//! Read first: [`vocab`], [`batch`], [`model`], [`choose`], [`sample`]. The rules of verse stand in
//! [`prosody`] and [`rhymes`]; what a poet knows at each place in [`facts`] and [`features`].

pub mod batch;
pub mod bundle;
pub mod choose;
pub mod compose;
pub mod corpus;
pub mod download;
pub mod explain;
pub mod facts;
pub mod features;
pub mod gates;
pub mod genre;
pub mod growth;
pub mod history;
pub mod measures;
pub mod model;
pub mod neighbors;
pub mod neuron;
pub mod ngram;
pub mod pipeline;
pub mod prosody;
pub mod rhymes;
pub mod run;
pub mod sample;
pub mod score;
pub mod settings;
pub mod shape;
pub mod simplify;
pub mod stream;
pub mod train;
pub mod tunes;
pub mod vocab;
pub mod xray;
