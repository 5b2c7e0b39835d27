//! A matrix in the order in which a step reads it, and its product with a few rows.
//!
//! However many rows there are, whatever the registers, in 16 bits or in 32: each number of the
//! result is the same sum in the same order, term by term along D, and equal to the last bit. (A
//! fused multiply-add would round once where CPUs without it round twice.)

use super::{
    super::vector::Vectors,
    half::{Widener, narrow},
    tile::{COLS, PANELS, ROWS, add_row, load, store, tile},
};

/// A matrix `[D, N]`, panel by panel: `[N / COLS][D, COLS]`, the last filled up with zeros.
#[derive(Clone, Debug)]
pub struct Panels {
    vectors: Vectors,
    widener: Widener,
    weights: Weights,
    d: usize,
}

/// The panels one after the other.
#[derive(Clone, Debug)]
enum Weights {
    Single(Vec<[f32; COLS]>),
    /// Half the bytes to be read; only where no weight changes by it.
    Half(Vec<[u16; COLS]>),
}

impl Panels {
    /// From W, `[D, n]`. In 16 bits if every weight is a half-precision number (as those of a
    /// shipped model are) and reading them so is faster.
    pub fn new(vectors: Vectors, w: &[f32], n: usize) -> Self {
        let half = Widener::of(vectors).pays() && w.iter().all(|&w| narrow(w).is_some());
        Self::with(vectors, w, n, half)
    }

    fn with(vectors: Vectors, w: &[f32], n: usize, half: bool) -> Self {
        let weights = match half {
            true => Weights::Half(panels(w, n, |w| narrow(w).unwrap_or_default())),
            false => Weights::Single(panels(w, n, |w| w)),
        };
        Self { vectors, widener: Widener::of(vectors), weights, d: w.len() / n }
    }

    /// D.
    pub fn d(&self) -> usize {
        self.d
    }

    /// Y ← b + X W for B rows, `x [B, D]`, `b [N]`, `y` B times `[N]`; without b, Y ← Y + X W.
    pub fn products(&self, bias: Option<&[f32]>, x: &[f32], y: &mut [&mut [f32]]) {
        if let [y] = y {
            bias.into_iter().for_each(|bias| y.copy_from_slice(bias));
            return self.add_row(x, y);
        }
        let n = y.first().map_or(0, |y| y.len());
        let mut wide = Vec::new();
        for panel in 0..n.div_ceil(COLS) {
            let (first, w) = (panel * COLS, self.panels(panel, 1, &mut wide));
            let bias = bias.map(|bias| load(&bias[first..]));
            self.vectors.run(
                #[inline(always)]
                || {
                    for (x, y) in x.chunks(ROWS * self.d).zip(y.chunks_mut(ROWS)) {
                        match y.len() {
                            ROWS => tile::<ROWS>(bias, x, w, y, first),
                            3 => tile::<3>(bias, x, w, y, first),
                            2 => tile::<2>(bias, x, w, y, first),
                            _ => tile::<1>(bias, x, w, y, first),
                        }
                    }
                },
            );
        }
    }

    /// y ← y + x W.
    fn add_row(&self, x: &[f32], y: &mut [f32]) {
        let (wide, rest) = y.as_chunks_mut::<{ PANELS * COLS }>();
        let first = wide.len() * PANELS;
        for (k, y) in wide.iter_mut().enumerate() {
            let mut sums: [[f32; COLS]; PANELS] = pulp::cast!(*y);
            self.add_row_to(&mut sums, x, k * PANELS);
            *y = pulp::cast!(sums);
        }
        for (k, y) in rest.chunks_mut(COLS).enumerate() {
            let mut sums = [load(y)];
            self.add_row_to(&mut sums, x, first + k);
            store(sums[0], y);
        }
    }

    /// The same for P panels, from `first` on.
    fn add_row_to<const P: usize>(&self, y: &mut [[f32; COLS]; P], x: &[f32], first: usize) {
        if let Weights::Half(weights) = &self.weights {
            let halves = &weights[first * self.d..][..P * self.d];
            if self.widener.add_row(y, x, halves) {
                return;
            }
        }
        let mut wide = Vec::new();
        let w = self.panels(first, P, &mut wide);
        self.vectors.run(
            #[inline(always)]
            || add_row(y, x, w),
        );
    }

    /// Some panels in 32 bits, in `wide` if they must be widened.
    fn panels<'a>(
        &'a self,
        first: usize,
        count: usize,
        wide: &'a mut Vec<[f32; COLS]>,
    ) -> &'a [[f32; COLS]] {
        let lines = first * self.d..(first + count) * self.d;
        match &self.weights {
            Weights::Single(weights) => &weights[lines],
            Weights::Half(weights) => {
                wide.resize(lines.len(), [0.0; COLS]);
                self.widener.widen(&weights[lines], wide);
                wide
            }
        }
    }
}

/// The panels of W, `[D, n]`, each weight as `of` has it.
fn panels<T: Copy + Default>(w: &[f32], n: usize, of: impl Fn(f32) -> T) -> Vec<[T; COLS]> {
    let mut lines = Vec::with_capacity(n.div_ceil(COLS) * (w.len() / n));
    for first in (0..n).step_by(COLS) {
        for row in w.chunks_exact(n) {
            let mut line = [T::default(); COLS];
            let columns = line.iter_mut().zip(&row[first..]);
            columns.for_each(|(line, &w)| *line = of(w));
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiples of 1/128 up to 4, all of which are halves.
    fn numbers(n: usize, seed: usize) -> Vec<f32> {
        (0..n).map(|k| ((k * 37 + seed * 11) % 1009) as f32 / 128.0 - 4.0).collect()
    }

    /// Widths that fill no panel, several panels, several panels and a rest.
    #[test]
    fn halves_and_singles_rows_alone_and_together_give_the_same_bits() {
        for (d, n) in [(1, 1), (7, 15), (11, 64), (70, 300)] {
            let (w, before) = (numbers(d * n, 1), numbers(n, 2));
            for rows in 1..=7 {
                let x: Vec<f32> = numbers(rows * d, 3).iter().map(|x| x * 0.1).collect();
                let one = |x: &[f32], c: usize| {
                    x.iter().enumerate().fold(before[c], |sum, (k, x)| sum + x * w[k * n + c])
                };
                let expected: Vec<f32> = x
                    .chunks(d)
                    .flat_map(|x| (0..n).map(move |c| (x, c)))
                    .map(|(x, c)| one(x, c))
                    .collect();
                for vectors in Vectors::all() {
                    for half in [false, true] {
                        let panels = Panels::with(vectors, &w, n, half);
                        let mut y = before.repeat(rows);
                        for bias in [None, Some(&before[..])] {
                            let mut y_rows: Vec<&mut [f32]> = y.chunks_mut(n).collect();
                            panels.products(bias, &x, &mut y_rows);
                            assert_eq!(y, expected, "{rows} rows, {d} x {n}, {vectors:?}, {half}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn only_a_matrix_all_of_halves_is_kept_as_halves() {
        for vectors in Vectors::all() {
            let half = |w: &[f32]| matches!(Panels::new(vectors, w, 2).weights, Weights::Half(_));
            assert_eq!(half(&[0.5, -1.0, 0.25, 2f32.powi(-24)]), Widener::of(vectors).pays());
            assert!(!half(&[0.5, -1.0, 0.25, 0.1]), "0.1 would change");
        }
    }
}
