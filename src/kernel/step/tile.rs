//! The sums of a few rows and a few columns, which stay in the registers along the whole of D.

use std::array;

/// Columns of a panel: two AVX registers, one of AVX-512.
pub const COLS: usize = 16;
/// Rows whose sums, with those columns, fill half of the AVX registers.
pub const ROWS: usize = 4;
/// Panels that one row goes through at a time, for the same reason.
pub const PANELS: usize = 4;

/// s + x w, with `FMA` rounded once, by one instruction: [`Vectors::has_fma`] says whether there is one.
///
/// [`Vectors::has_fma`]: crate::kernel::vector::Vectors::has_fma
#[inline(always)]
fn add_product<const FMA: bool>(s: f32, x: f32, w: f32) -> f32 {
    if FMA { x.mul_add(w, s) } else { s + x * w }
}

/// Y ← b + X W, or Y ← Y + X W without b, for R rows and the columns of one panel, which begin at
/// `first`; every number of W is loaded once for all rows.
#[inline(always)]
pub fn tile<const R: usize, const FMA: bool>(
    bias: Option<[f32; COLS]>,
    x: &[f32],
    w: &[[f32; COLS]],
    y: &mut [&mut [f32]],
    first: usize,
) {
    let x: [&[f32]; R] = array::from_fn(|row| &x[row * w.len()..][..w.len()]);
    let mut sums: [[f32; COLS]; R] =
        array::from_fn(|row| bias.unwrap_or_else(|| load(&y[row][first..])));
    for (k, w) in w.iter().enumerate() {
        for row in 0..R {
            let x = x[row][k];
            for c in 0..COLS {
                sums[row][c] = add_product::<FMA>(sums[row][c], x, w[c]);
            }
        }
    }
    for row in 0..R {
        store(sums[row], &mut y[row][first..]);
    }
}

/// The first numbers of `y`, as many as a panel has columns, or all.
#[inline(always)]
pub fn load(y: &[f32]) -> [f32; COLS] {
    y.first_chunk().copied().unwrap_or_else(|| {
        let mut sums = [0.0; COLS];
        sums[..y.len()].copy_from_slice(y);
        sums
    })
}

/// The sums into the first numbers of `y`, as many as there are.
#[inline(always)]
pub fn store(sums: [f32; COLS], y: &mut [f32]) {
    match y.first_chunk_mut() {
        Some(y) => *y = sums,
        None => y.copy_from_slice(&sums[..y.len()]),
    }
}

/// y ← y + x W for one row and P panels, one after the other in `w`.
#[inline(always)]
pub fn add_row<const P: usize, const FMA: bool>(
    y: &mut [[f32; COLS]; P],
    x: &[f32],
    w: &[[f32; COLS]],
) {
    let w: [&[[f32; COLS]]; P] = array::from_fn(|p| &w[p * x.len()..][..x.len()]);
    let mut sums = *y;
    for (k, x) in x.iter().enumerate() {
        for p in 0..P {
            for c in 0..COLS {
                sums[p][c] = add_product::<FMA>(sums[p][c], *x, w[p][k][c]);
            }
        }
    }
    *y = sums;
}
