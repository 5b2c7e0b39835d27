//! Which characters are alike to a model: those whose vectors point in the same direction.
//!
//! The course turns characters into whole numbers and remarks that Word2Vec would be better. A
//! number only says how frequent a character is: those just before and after 月 in the table share
//! nothing with it. A one-hot vector says nothing at all: any two are at right angles. But the
//! model has vectors of its own. With the embedding it reads a character, with the projection's
//! column it scores one, and both are learned, as Word2Vec's two tables are, from the company a
//! character keeps.

use burn::prelude::Tensor;
use serde::Serialize;

use crate::poems::{
    bundle::Bundle,
    text::vocab::{Vocab, is_han},
};

/// A character beside another one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Neighbor {
    /// The character.
    pub character: char,
    /// Its number in the table.
    pub id: usize,
    /// The cosine of the angle between both vectors: 1 the same direction, 0 none in common, -1
    /// opposite.
    pub cosine: f64,
}

/// The neighbours of one character, the nearest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbors {
    /// Its own number in the table.
    pub id: usize,
    /// By the vectors that read characters.
    pub by_embedding: Vec<Neighbor>,
    /// By the vectors that score them.
    pub by_projection: Vec<Neighbor>,
    /// By number; the cosines are those of the vectors that score.
    pub by_number: Vec<Neighbor>,
    /// The largest cosine that vectors drawn at random would reach in the embedding: what is not
    /// above it means nothing.
    pub by_chance: f64,
}

/// The `count` Han characters nearest to `character`, among the `among` most frequent ones (the
/// vector of a rare character has hardly been moved from where it started); nothing if the table
/// does not have it.
pub fn neighbors(
    bundle: &Bundle,
    character: char,
    count: usize,
    among: usize,
) -> Option<Neighbors> {
    let id = bundle.vocab.id(character)?;
    let embedding = bundle.model.embedding.weight.val(); // [V, E]
    let projection = bundle.model.w().transpose(); // [V, H]
    let [_, d_embed] = embedding.dims();
    let by_projection = near(projection, &bundle.vocab, id, among);
    let mut by_number = by_projection.clone();
    by_number.sort_by_key(|other| (other.id.abs_diff(id), other.id));
    let first = |mut ranked: Vec<Neighbor>| {
        ranked.truncate(count);
        ranked
    };
    Some(Neighbors {
        id,
        by_embedding: first(near(embedding, &bundle.vocab, id, among)),
        by_chance: chance(by_projection.len(), d_embed),
        by_projection: first(by_projection),
        by_number: first(by_number),
    })
}

/// The other Han characters by the direction of their `vectors`, `[V, E]`, measured from the mean
/// of them all: what all have in common tells none apart.
///
/// ```text
/// cos(a, b) = (e_a - m) · (e_b - m) / (|e_a - m| |e_b - m|)         m = mean of the vectors
/// ```
fn near(vectors: Tensor<2>, vocab: &Vocab, id: usize, among: usize) -> Vec<Neighbor> {
    let unit = directions(vectors); // [V, E]
    let own = unit.clone().narrow(0, id, 1).transpose(); // [E, 1]
    let cosines: Vec<f32> = unit.matmul(own).into_data().iter().collect(); // [V]
    let han = cosines.iter().enumerate().filter_map(|(other, cosine)| {
        let character = vocab.char(other).filter(|&c| is_han(c))?;
        Some(Neighbor { character, id: other, cosine: f64::from(*cosine) })
    });
    let mut others: Vec<Neighbor> = han.take(among).filter(|other| other.id != id).collect();
    others.sort_by(|a, b| b.cosine.total_cmp(&a.cosine));
    others
}

/// The rows, measured from the mean of them all and made one long: products of two are cosines.
pub(super) fn directions(rows: Tensor<2>) -> Tensor<2> {
    let centred = rows.clone() - rows.mean_dim(0);
    let lengths = centred.clone().square().sum_dim(1).sqrt().clamp_min(f32::MIN_POSITIVE);
    centred / lengths
}

/// The largest of n cosines between random directions in E dimensions, on average (n normal numbers
/// of spread 1/√E):
///
/// ```text
/// (√(2 ln n) - (ln ln n + ln 4π) / (2 √(2 ln n))) / √E
/// ```
fn chance(n: usize, d_embed: usize) -> f64 {
    let ln_n = (n.max(3) as f64).ln();
    let root = (2.0 * ln_n).sqrt();
    (root - (ln_n.ln() + (4.0 * std::f64::consts::PI).ln()) / (2.0 * root))
        / (d_embed as f64).sqrt()
}
