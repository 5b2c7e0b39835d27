//! What each poet prefers, and who is like him.

use super::neighbors::directions;
use crate::poems::{
    model::numbers,
    poets::Poets,
    text::vocab::{Vocab, is_han},
};

impl Poets {
    /// The `count` Han characters, of the `among` most frequent, that each of them prefers most, and how
    /// many times as often as expected he writes them, (n + a) / (E + a) = e^b.
    pub fn preferred(&self, vocab: &Vocab, count: usize, among: usize) -> Vec<Vec<(char, f64)>> {
        let of_one = |row: &[f32]| {
            let characters = row.iter().enumerate().filter_map(|(id, &added)| {
                let c = vocab.char(id).filter(|&c| is_han(c))?;
                Some((c, f64::from(added).exp()))
            });
            let mut ranked: Vec<(char, f64)> = characters.take(among).collect();
            ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
            ranked.truncate(count);
            ranked
        };
        numbers(&self.added.b.val()).chunks(vocab.size()).map(of_one).collect() // P rows of [V]
    }

    /// For each of them the others, those first whose rows point in the most similar direction; the mean
    /// of all rows is taken off before, as what all have in common tells none apart.
    pub fn nearest(&self) -> Vec<Vec<usize>> {
        let unit = directions(self.added.b.val()); // [P, V]
        let cosines = numbers(&unit.clone().matmul(unit.transpose())); // [P·P]
        let others = |(poet, row): (usize, &[f32])| {
            let mut others: Vec<usize> = (0..row.len()).filter(|&other| other != poet).collect();
            others.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
            others
        };
        cosines.chunks(self.about.poets.len().max(1)).enumerate().map(others).collect()
    }
}
