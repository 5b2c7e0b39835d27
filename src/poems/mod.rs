//! Lesson 5: Tang poems, learned and written character by character.
//!
//! `poems.txt -> Corpus -> Vocab -> PoemBatch -> PoemModel -> masked cross-entropy -> Bundle (weights, vocabulary, figures) -> Reader -> Sampler`

pub mod batch;
pub mod beginning;
pub mod bundle;
pub mod choose;
pub mod compose;
pub mod corpus;
pub mod download;
pub mod explain;
pub mod features;
pub mod gates;
pub mod genre;
pub mod growth;
pub mod history;
pub mod judge;
pub mod measures;
pub mod model;
pub mod neighbors;
pub mod neuron;
pub mod ngram;
pub mod pipeline;
pub mod prosody;
pub mod punctuation;
pub mod reader;
pub mod rhymes;
pub mod run;
pub mod sample;
pub mod score;
pub mod simplify;
pub mod train;
pub mod vocab;
pub mod xray;
