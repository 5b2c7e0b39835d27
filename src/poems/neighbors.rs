//! Which characters a model holds to be alike: those whose vectors point the same way.
//!
//! The course turns characters into whole numbers and remarks that Word2Vec would be better. A number only says how frequent a
//! character is: those just before and after 月 in the table share nothing with it. A one-hot vector says nothing at all: any
//! two are at right angles. The embedding learns a vector for each character from the company it keeps, and so do Word2Vec's.

use burn::prelude::*;
use serde::Serialize;

use super::{bundle::Bundle, vocab::is_han};

/// A character beside another one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Neighbor {
    pub character: char,
    /// Its number in the table.
    pub id: usize,
    /// The cosine of the angle between both vectors: 1 the same direction, 0 none in common, -1 opposite.
    pub cosine: f64,
}

/// The neighbours of one character.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbors {
    /// Its own number in the table.
    pub id: usize,
    /// Nearest by direction first.
    pub by_vector: Vec<Neighbor>,
    /// Nearest by number first.
    pub by_number: Vec<Neighbor>,
}

/// The `count` Han characters nearest to `character` by vector and as many by number; nothing if the table does not have it.
///
/// ```text
/// cos(a, b) = e_a · e_b / (|e_a| |e_b|)
/// ```
pub fn neighbors(bundle: &Bundle, character: char, count: usize) -> Option<Neighbors> {
    let id = bundle.vocab.id(character)?;
    let weight = bundle.model.embedding.weight.val(); // [V, E]
    let unit = weight.clone() / weight.square().sum_dim(1).sqrt().clamp_min(f32::MIN_POSITIVE); // [V, E]
    let own = unit.clone().slice([id..id + 1]).transpose(); // [E, 1]
    let cosines: Vec<f32> = unit.matmul(own).into_data().iter().collect(); // [V]
    let others = cosines.iter().enumerate().filter_map(|(other, cosine)| {
        let character = bundle.vocab.char(other).filter(|&c| is_han(c) && other != id)?;
        Some(Neighbor { character, id: other, cosine: f64::from(*cosine) })
    });
    let mut by_vector: Vec<Neighbor> = others.collect();
    let mut by_number = by_vector.clone();
    by_vector.sort_by(|a, b| b.cosine.total_cmp(&a.cosine));
    by_number.sort_by_key(|other| other.id.abs_diff(id)); // stable: of two equally far, the more frequent
    by_vector.truncate(count);
    by_number.truncate(count);
    Some(Neighbors { id, by_vector, by_number })
}
