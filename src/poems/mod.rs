//! Lesson 5: Tang poems, learned and written character by character.
//!
//! `poems.txt -> Corpus -> Vocab -> PoemBatch -> PoemModel -> masked cross-entropy -> Bundle (weights, vocabulary, figures) -> Sampler`

pub mod batch;
pub mod bundle;
pub mod compose;
pub mod corpus;
pub mod download;
pub mod explain;
pub mod features;
pub mod genre;
pub mod history;
pub mod measures;
pub mod model;
pub mod neighbors;
pub mod ngram;
pub mod prosody;
pub mod rhymes;
pub mod sample;
pub mod score;
pub mod simplify;
pub mod train;
pub mod vocab;
