//! A matrix in the order in which a step reads it, and its product with a few rows.
//!
//! However many rows there are, in 16 bits or in 32: each number of the result is the same sum in the
//! same order, term by term along D, and equal to the last bit. On all registers that have a fused
//! multiply-add, too; a CPU without it rounds twice where the others round once.

use std::array;

use super::{
    super::vector::{Vectors, Width},
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
        let halves = match &self.weights {
            Weights::Half(halves) if self.widener.pays() => Some((halves, self.side_by_side(x))),
            _ => None,
        };
        for panel in 0..n.div_ceil(COLS) {
            let first = panel * COLS;
            let bias = bias.map(|bias| load(&bias[first..]));
            if let Some((halves, x)) = &halves {
                self.half_rows(bias, x, &halves[panel * self.d..][..self.d], y, first);
                continue;
            }
            let w = self.panels(panel, 1, &mut wide);
            match self.vectors.has_fma() {
                true => self.vectors.run(
                    #[inline(always)]
                    || rows::<true>(bias, x, w, y, first),
                ),
                false => self.vectors.run(
                    #[inline(always)]
                    || rows::<false>(bias, x, w, y, first),
                ),
            }
        }
    }

    /// One panel of halves for all rows, `x` as [`side_by_side`](Self::side_by_side) has them: each number
    /// of W widens once for a tile.
    fn half_rows(
        &self,
        bias: Option<[f32; COLS]>,
        mut x: &[f32],
        w: &[[u16; COLS]],
        mut y: &mut [&mut [f32]],
        first: usize,
    ) {
        while !y.is_empty() {
            let count = self.tile_of(y.len());
            let (x_now, x_then) = x.split_at(count * self.d);
            let (y_now, y_then) = y.split_at_mut(count);
            match count {
                8 => self.half_tile::<8>(bias, x_now, w, y_now, first),
                4 => self.half_tile::<4>(bias, x_now, w, y_now, first),
                3 => self.half_tile::<3>(bias, x_now, w, y_now, first),
                2 => self.half_tile::<2>(bias, x_now, w, y_now, first),
                _ => self.half_tile::<1>(bias, x_now, w, y_now, first),
            }
            (x, y) = (x_then, y_then);
        }
    }

    fn half_tile<const R: usize>(
        &self,
        bias: Option<[f32; COLS]>,
        x: &[f32],
        w: &[[u16; COLS]],
        y: &mut [&mut [f32]],
        first: usize,
    ) {
        let mut sums = array::from_fn(|row| bias.unwrap_or_else(|| load(&y[row][first..])));
        self.widener.add_rows::<R>(&mut sums, x.as_chunks().0, w);
        sums.into_iter().zip(y).for_each(|(sums, y)| store(sums, &mut y[first..]));
    }

    /// How many of the rows that are `left` a tile takes: AVX-512 has twice as many registers.
    fn tile_of(&self, left: usize) -> usize {
        match self.vectors.width() {
            Width::Avx512 if left >= 2 * ROWS => 2 * ROWS,
            _ => left.min(ROWS),
        }
    }

    /// X, `[B, D]`, tile by tile, the numbers of its rows side by side: `[D, R]` each.
    fn side_by_side(&self, x: &[f32]) -> Vec<f32> {
        let (mut x, mut tiles) = (x, Vec::with_capacity(x.len()));
        while !x.is_empty() {
            let (now, then) = x.split_at(self.tile_of(x.len() / self.d) * self.d);
            for k in 0..self.d {
                tiles.extend(now.iter().skip(k).step_by(self.d));
            }
            x = then;
        }
        tiles
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
        match self.vectors.has_fma() {
            true => self.vectors.run(
                #[inline(always)]
                || add_row::<P, true>(y, x, w),
            ),
            false => self.vectors.run(
                #[inline(always)]
                || add_row::<P, false>(y, x, w),
            ),
        }
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

/// One panel for all rows, a few of them at a time.
#[inline(always)]
fn rows<const FMA: bool>(
    bias: Option<[f32; COLS]>,
    x: &[f32],
    w: &[[f32; COLS]],
    y: &mut [&mut [f32]],
    first: usize,
) {
    for (x, y) in x.chunks(ROWS * w.len()).zip(y.chunks_mut(ROWS)) {
        match y.len() {
            ROWS => tile::<ROWS, FMA>(bias, x, w, y, first),
            3 => tile::<3, FMA>(bias, x, w, y, first),
            2 => tile::<2, FMA>(bias, x, w, y, first),
            _ => tile::<1, FMA>(bias, x, w, y, first),
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
            for rows in 1..=13 {
                let x: Vec<f32> = numbers(rows * d, 3).iter().map(|x| x * 0.1).collect();
                let one = |x: &[f32], c: usize, vectors: Vectors| {
                    x.iter().enumerate().fold(before[c], |sum, (k, x)| match vectors.has_fma() {
                        true => x.mul_add(w[k * n + c], sum),
                        false => sum + x * w[k * n + c],
                    })
                };
                for vectors in Vectors::all() {
                    let expected: Vec<f32> = x
                        .chunks(d)
                        .flat_map(|x| (0..n).map(move |c| (x, c)))
                        .map(|(x, c)| one(x, c, vectors))
                        .collect();
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
