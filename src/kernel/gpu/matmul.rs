//! The product of two matrices, for sums that are long where the result is small.
//!
//! The gradient of a weight is a sum over all B·T steps, thousands of terms, and there are few weights.
//! Cut into tiles of the result alone, such a product keeps a handful of cubes busy and the rest of the
//! GPU idle. So the sum is cut too: S cubes make one tile, each from its part of the terms, and one
//! more launch adds the parts, always in the same order.

use burn::backend::TensorMetadata;
use burn_cubecl::{
    cubecl::{self, prelude::*},
    kernel::into_contiguous,
};

use super::{
    sums::{CUBES, added},
    tensor::{OnGpu, argument, empty},
};

/// Rows and columns of the tile of the result that a cube makes.
const TILE: usize = 64;
/// Terms of the sum that lie in shared memory at the same time.
const DEPTH: usize = 16;
/// Units of a cube, in as many rows as columns.
const SIDE: usize = 16;
const UNITS: usize = SIDE * SIDE;
/// Rows and columns of the result that a unit makes: TILE / SIDE.
const EACH: usize = TILE / SIDE;
/// Numbers from one term to the next in shared memory; a little more than a tile, so that numbers that
/// units write at the same time lie in different banks.
const STRIDE: usize = TILE + 4;
/// Terms that a cube sums at least.
const LEAST_TERMS: usize = 128;

/// A matrix as it lies in memory, and whether it is to be read transposed.
#[derive(Clone, Debug)]
pub struct Factor {
    tensor: OnGpu,
    transposed: bool,
}

impl Factor {
    /// The matrix as it lies.
    pub fn new(tensor: OnGpu) -> Self {
        Self { tensor: into_contiguous(tensor), transposed: false }
    }

    /// The same matrix, read transposed; nothing moves.
    pub fn t(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    /// Rows and columns.
    fn dims(&self) -> [usize; 2] {
        let shape = self.tensor.shape();
        if self.transposed { [shape[1], shape[0]] } else { [shape[0], shape[1]] }
    }
}

/// `A B`: `[M, K] · [K, N] -> [M, N]`.
pub fn product(a: Factor, b: Factor) -> OnGpu {
    let ([m, k], [_, n]) = (a.dims(), b.dims());
    let tiles = m.div_ceil(TILE) * n.div_ceil(TILE);
    let parts = (CUBES / tiles).min(k / LEAST_TERMS).max(1);
    let part = k.div_ceil(parts).next_multiple_of(DEPTH);
    let parts = k.div_ceil(part);
    let sums = empty(&a.tensor, [parts, m, n]);
    let cubes = [n.div_ceil(TILE), m.div_ceil(TILE), parts].map(|count| count as u32);
    // SAFETY: a unit reads and writes only rows and columns that the matrices have.
    #[allow(unsafe_code)]
    unsafe {
        tile::launch_unchecked(
            &sums.client,
            CubeCount::new_3d(cubes[0], cubes[1], cubes[2]),
            CubeDim::new_1d(UNITS as u32),
            argument(&sums, 1),
            argument(&a.tensor, 1),
            argument(&b.tensor, 1),
            m as u32,
            n as u32,
            k as u32,
            part as u32,
            a.transposed,
            b.transposed,
        );
    }
    added(sums, [m, n])
}

/// One tile of the result from one part of the terms: `sums [S, M, N]`.
///
/// Sixteen terms at a time come into shared memory, neighbouring units reading what lies side by side;
/// then each unit makes 4 · 4 numbers from them, so that a number that was read serves four times.
#[cube(launch_unchecked)]
fn tile(
    sums: &mut [f32],
    a: &[f32],
    b: &[f32],
    m: u32,
    n: u32,
    k: u32,
    part: u32,
    #[comptime] a_transposed: bool,
    #[comptime] b_transposed: bool,
) {
    let (m, n, k) = (m as usize, n as usize, k as usize);
    let unit = UNIT_POS as usize;
    let first_row = CUBE_POS_Y as usize * TILE;
    let first_col = CUBE_POS_X as usize * TILE;
    let begin = CUBE_POS_Z as usize * part as usize;
    let end = min(begin + part as usize, k);
    let mut a_tile = Shared::<[f32]>::new_slice(comptime!(DEPTH * STRIDE));
    let mut b_tile = Shared::<[f32]>::new_slice(comptime!(DEPTH * STRIDE));
    let row = unit / SIDE;
    let col = unit % SIDE;
    let mut sum = Array::<f32>::new(comptime!(EACH * EACH));
    #[unroll]
    for i in 0..comptime!(EACH * EACH) {
        sum[i] = 0.0;
    }

    let mut from = begin;
    while from < end {
        load(a, &mut a_tile, from, end, first_row, m, k, a_transposed);
        load(b, &mut b_tile, from, end, first_col, n, k, comptime!(!b_transposed));
        sync_cube();
        #[unroll]
        for term in 0..DEPTH {
            let mut b_part = Array::<f32>::new(EACH);
            #[unroll]
            for j in 0..EACH {
                b_part[j] = b_tile[term * STRIDE + col + j * SIDE];
            }
            #[unroll]
            for i in 0..EACH {
                let a_part = a_tile[term * STRIDE + row + i * SIDE];
                #[unroll]
                for j in 0..EACH {
                    sum[i * EACH + j] += a_part * b_part[j];
                }
            }
        }
        sync_cube();
        from += DEPTH;
    }

    #[unroll]
    for i in 0..EACH {
        let r = first_row + row + i * SIDE;
        #[unroll]
        for j in 0..EACH {
            let c = first_col + col + j * SIDE;
            if r < m && c < n {
                sums[(CUBE_POS_Z as usize * m + r) * n + c] = sum[i * EACH + j];
            }
        }
    }
}

/// Brings some terms of 64 rows of A, or columns of B, into shared memory, 0 beyond their ends.
///
/// `terms_first`: the matrix lies as `[K, count]`, else as `[count, K]`; neighbouring units read along
/// what lies side by side.
#[cube]
fn load(
    matrix: &[f32],
    tile: &mut Shared<[f32]>,
    from: usize,
    end: usize,
    first: usize,
    count: usize,
    k: usize,
    #[comptime] terms_first: bool,
) {
    #[unroll]
    for l in 0..comptime!(TILE * DEPTH / UNITS) {
        let at = UNIT_POS as usize + l * UNITS;
        let mut term = at % DEPTH;
        let mut place = at / DEPTH;
        if comptime!(terms_first) {
            term = at / TILE;
            place = at % TILE;
        }
        let mut value = 0.0f32;
        if from + term < end && first + place < count {
            if comptime!(terms_first) {
                value = matrix[(from + term) * count + first + place];
            } else {
                value = matrix[(first + place) * k + from + term];
            }
        }
        tile[term * STRIDE + place] = value;
    }
}
