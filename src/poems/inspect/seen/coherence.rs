//! Whether a poem ends where it began: its first and its last couplet speak of the same things more
//! than those of two different poems do.
//!
//! What a character speaks of is counted in real poems: by the characters that stand in the same
//! poems more often than by chance (positive pointwise mutual information).
//!
//! ```text
//! v_a[b] = max(0, ln n(a, b) N / (n(a) n(b)))            n(a, b) = how often a and b share a poem
//! x      = mean over the characters of a couplet of v_c - v̄
//! coherence = 1000 (mean_i cos(x_i, y_i) - mean_{i ≠ j} cos(x_i, y_j))
//! ```
//!
//! where x_i is the first and y_i the last couplet of poem i, and v̄ the mean of v over running text
//! (what all couplets have in common tells none apart). A character that stands in both couplets is
//! left out of both: a poem that repeats itself is not coherent by that. The vectors are counted,
//! and not the embedding of a model, so that any two models are measured by the same.

use std::collections::HashMap;

use super::{characters::ranked, sheet::Sheet};

/// So many of the commonest characters are the axes b.
const AXES: usize = 500;
/// Fewer poems than this tell nothing about which characters go together.
const FEWEST: usize = 2000;
/// So many are enough.
const MOST: usize = 50_000;

/// A vector for each character, counted in real poems.
pub struct Vectors {
    place: HashMap<char, usize>,
    /// V rows of [`AXES`] numbers, less their mean.
    rows: Vec<[f32; AXES]>,
}

impl Vectors {
    /// Counts which characters share a poem; nothing with fewer than 2,000 poems.
    pub fn count(sheets: &[Sheet]) -> Option<Self> {
        (sheets.len() >= FEWEST).then(|| Self::of(&sheets[..sheets.len().min(MOST)]))
    }

    fn of(sheets: &[Sheet]) -> Self {
        let ranked = ranked(sheets);
        let place: HashMap<char, usize> =
            ranked.iter().enumerate().map(|(k, &(c, _))| (c, k)).collect();
        let mut rows = vec![[0.0f32; AXES]; place.len()];
        for sheet in sheets {
            let ids: Vec<usize> = sheet.characters().map(|c| place[&c]).collect();
            for (at, &a) in ids.iter().enumerate() {
                for (_, &b) in ids.iter().enumerate().filter(|&(k, &b)| k != at && b < AXES) {
                    rows[a][b] += 1.0; // n(a, b)
                }
            }
        }
        to_information(&mut rows);
        let frequencies: Vec<f64> = ranked.iter().map(|&(_, n)| n as f64).collect();
        centre(&mut rows, &frequencies);
        Self { place, rows }
    }

    /// The mean vector of some characters, of length 1; nothing if none is known.
    fn mean(&self, characters: impl Iterator<Item = char>) -> Option<Vec<f64>> {
        let mut sum = vec![0.0; AXES];
        for &place in characters.filter_map(|c| self.place.get(&c)) {
            add(&mut sum, self.rows[place].iter().map(|&x| f64::from(x)));
        }
        let length = dot(&sum, &sum).sqrt();
        (length > 0.0).then(|| sum.iter().map(|x| x / length).collect())
    }

    /// The coherence of these poems x 1000; nothing with fewer than two poems of four lines or more.
    pub fn coherence(&self, poems: &[Sheet]) -> Option<f64> {
        let ends: Vec<[Vec<f64>; 2]> = poems.iter().filter_map(|poem| self.ends(poem)).collect();
        let n = ends.len() as f64;
        if n < 2.0 {
            return None;
        }
        let own: f64 = ends.iter().map(|[x, y]| dot(x, y)).sum();
        let [mut xs, mut ys] = [vec![0.0; AXES], vec![0.0; AXES]];
        for [x, y] in &ends {
            add(&mut xs, x.iter().copied());
            add(&mut ys, y.iter().copied());
        }
        // Σ_{i ≠ j} x_i · y_j = (Σ_i x_i) · (Σ_j y_j) - Σ_i x_i · y_i: all shuffles at once.
        let others = dot(&xs, &ys) - own;
        Some(1000.0 * (own / n - others / (n * (n - 1.0))))
    }

    /// The vectors of the first and of the last couplet, without the characters that stand in both.
    fn ends(&self, poem: &Sheet) -> Option<[Vec<f64>; 2]> {
        let [.., _, _, _, _] = poem.lines[..] else { return None };
        let [first, last] = [poem.lines[..2].concat(), poem.lines[poem.lines.len() - 2..].concat()];
        let x = self.mean(first.iter().copied().filter(|c| !last.contains(c)))?;
        let y = self.mean(last.iter().copied().filter(|c| !first.contains(c)))?;
        Some([x, y])
    }
}

/// n(a, b) becomes max(0, ln n(a, b) N / (n(a) n(b))).
fn to_information(rows: &mut [[f32; AXES]]) {
    let of_row = |row: &[f32; AXES]| row.iter().map(|&n| f64::from(n)).sum::<f64>();
    let by_row: Vec<f64> = rows.iter().map(of_row).collect(); // n(a)
    let mut by_axis = vec![0.0; AXES]; // n(b)
    rows.iter().for_each(|row| add(&mut by_axis, row.iter().map(|&n| f64::from(n))));
    let all: f64 = by_row.iter().sum(); // N
    for (row, of_a) in rows.iter_mut().zip(by_row) {
        for (n, of_b) in row.iter_mut().zip(&by_axis).filter(|(n, _)| **n > 0.0) {
            *n = (f64::from(*n) * all / (of_a * of_b)).ln().max(0.0) as f32;
        }
    }
}

/// Takes the mean off each row, in which a character counts as often as it occurs.
fn centre(rows: &mut [[f32; AXES]], frequencies: &[f64]) {
    let (mut mean, all) = (vec![0.0; AXES], frequencies.iter().sum::<f64>());
    for (row, &frequency) in rows.iter().zip(frequencies) {
        add(&mut mean, row.iter().map(|&x| f64::from(x) * frequency / all));
    }
    for row in rows {
        row.iter_mut().zip(&mean).for_each(|(x, &mean)| *x -= mean as f32);
    }
}

fn add(sum: &mut [f64], terms: impl Iterator<Item = f64>) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Poems of two subjects, 山 and 水, each with characters of its own.
    fn of_subject(subject: usize, seed: usize) -> [String; 4] {
        let own: Vec<char> =
            ["甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"][subject].chars().collect();
        let line = |k: usize| (0..5).map(|at| own[(seed * 7 + k * 3 + at) % 10]).collect();
        [line(0), line(1), line(2), line(3)]
    }

    fn poem([a, b, c, d]: [String; 4]) -> Sheet {
        Sheet::new(None, &format!("{a}，{b}。{c}，{d}。"))
    }

    #[test]
    fn poems_of_one_subject_cohere_and_poems_of_two_do_not() {
        let corpus: Vec<Sheet> = (0..FEWEST).map(|k| poem(of_subject(k % 2, k))).collect();
        let vectors = Vectors::count(&corpus).expect("enough");
        let whole: Vec<Sheet> = (0..40).map(|k| poem(of_subject(k % 2, k / 2 * 3 + 1))).collect();
        let broken: Vec<Sheet> = (0..40)
            .map(|k| {
                let [[a, b, ..], [.., c, d]] = [k, k / 2].map(|of| of_subject(of % 2, k * 3 + 1));
                poem([a, b, c, d])
            })
            .collect();
        let [whole, broken] = [whole, broken].map(|poems| vectors.coherence(&poems).expect("two"));
        assert!(whole > 500.0 && broken.abs() < 200.0, "{whole} {broken}");
    }

    #[test]
    fn a_poem_that_repeats_itself_is_not_coherent_by_that() {
        let corpus: Vec<Sheet> = (0..FEWEST).map(|k| poem(of_subject(k % 2, k))).collect();
        let vectors = Vectors::count(&corpus).expect("enough");
        let again = |k: usize| {
            let [a, b, ..] = of_subject(k % 2, k);
            poem([a.clone(), b.clone(), a, b])
        };
        assert_eq!(vectors.coherence(&[again(0), again(1), again(2)]), None, "nothing is left");
    }

    #[test]
    fn too_few_poems_tell_nothing() {
        let corpus: Vec<Sheet> = (0..FEWEST - 1).map(|k| poem(of_subject(k % 2, k))).collect();
        assert!(Vectors::count(&corpus).is_none());
    }
}
