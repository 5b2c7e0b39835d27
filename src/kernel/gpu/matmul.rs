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

/// Numbers that are read from shared memory at once.
const WIDE: usize = 4;
/// Units of a cube, in as many rows as columns.
const SIDE: usize = 16;
const UNITS: usize = SIDE * SIDE;
/// Vectors of [`WIDE`] numbers that a unit takes of A, and of B: it makes 8 · 8 numbers of the result.
const EACH: usize = 2;
/// Vectors that hold a term of a tile.
const VECTORS: usize = EACH * SIDE;
/// Rows and columns of the tile of the result that a cube makes.
const TILE: usize = VECTORS * WIDE;
/// Terms of the sum that lie in shared memory at the same time, and half so many where it is small: WebGPU
/// and Vulkan promise 16,384 bytes.
const DEPTH: usize = 16;
/// Vectors from one term to the next in shared memory; one more than there are, so that those that
/// units write at the same time lie in different banks.
const STRIDE: usize = VECTORS + 1;
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
    let room = sums.client.properties().hardware.max_shared_memory_size;
    let needed = 2 * DEPTH * STRIDE * WIDE * size_of::<f32>(); // by both tiles
    let depth = if needed <= room { DEPTH } else { DEPTH / 2 };
    let cubes = [n.div_ceil(TILE), m.div_ceil(TILE), parts].map(|count| count as u32);
    // SAFETY: a unit reads and writes only rows and columns that the matrices have.
    #[allow(unsafe_code)]
    unsafe {
        tile::launch_unchecked(
            &sums.client,
            CubeCount::new_3d(cubes[0], cubes[1], cubes[2]),
            CubeDim::new_1d(UNITS as u32),
            WIDE,
            argument(&sums, 1),
            argument(&a.tensor, 1),
            argument(&b.tensor, 1),
            m as u32,
            n as u32,
            k as u32,
            part as u32,
            depth,
            a.transposed,
            b.transposed,
        );
    }
    added(sums, [m, n])
}

/// One tile of the result from one part of the terms: `sums [S, M, N]`.
///
/// What limits such a product is not its arithmetic but how often it reads. So a cube makes 128 · 128
/// numbers of the result from as many rows and columns, and a unit 8 · 8 of them: what it read from
/// shared memory serves eight times. Vector j of a term holds the rows j, j + 32, j + 64 and j + 96 of
/// the tile, so that neighbouring units fetch, and store, what lies side by side.
#[cube(launch_unchecked)]
fn tile<W: Size>(
    sums: &mut [f32],
    a: &[f32],
    b: &[f32],
    m: u32,
    n: u32,
    k: u32,
    part: u32,
    #[comptime] depth: usize,
    #[comptime] a_transposed: bool,
    #[comptime] b_transposed: bool,
) {
    let (m, n, k) = (m as usize, n as usize, k as usize);
    let unit = UNIT_POS as usize;
    let first_row = CUBE_POS_Y as usize * TILE;
    let first_col = CUBE_POS_X as usize * TILE;
    let begin = CUBE_POS_Z as usize * part as usize;
    let end = min(begin + part as usize, k);
    let mut a_tile = Shared::<[Vector<f32, W>]>::new_slice(comptime!(depth * STRIDE));
    let mut b_tile = Shared::<[Vector<f32, W>]>::new_slice(comptime!(depth * STRIDE));
    let row = unit / SIDE;
    let col = unit % SIDE;
    // Rows EACH · WIDE, columns EACH vectors.
    let mut sum = Array::<Vector<f32, W>>::new(comptime!(EACH * WIDE * EACH));
    #[unroll]
    for i in 0..comptime!(EACH * WIDE * EACH) {
        sum[i] = Vector::new(0.0);
    }

    let mut from = begin;
    while from < end {
        load::<W>(a, &mut a_tile, from, end, first_row, m, k, depth, a_transposed);
        load::<W>(b, &mut b_tile, from, end, first_col, n, k, depth, comptime!(!b_transposed));
        sync_cube();
        #[unroll]
        for term in 0..depth {
            let mut b_part = Array::<Vector<f32, W>>::new(EACH);
            #[unroll]
            for j in 0..EACH {
                b_part[j] = b_tile[term * STRIDE + col + j * SIDE];
            }
            #[unroll]
            for i in 0..EACH {
                let a_part = a_tile[term * STRIDE + row + i * SIDE];
                #[unroll]
                for l in 0..WIDE {
                    #[unroll]
                    for j in 0..EACH {
                        sum[(i * WIDE + l) * EACH + j] +=
                            Vector::new(a_part.extract(l)) * b_part[j];
                    }
                }
            }
        }
        sync_cube();
        from += depth;
    }

    #[unroll]
    for i in 0..comptime!(EACH * WIDE) {
        let r = first_row + row + (i / WIDE) * SIDE + (i % WIDE) * VECTORS;
        #[unroll]
        for j in 0..comptime!(EACH * WIDE) {
            let c = first_col + col + (j / WIDE) * SIDE + (j % WIDE) * VECTORS;
            if r < m && c < n {
                let at = (CUBE_POS_Z as usize * m + r) * n + c;
                sums[at] = sum[i * EACH + j / WIDE].extract(j % WIDE);
            }
        }
    }
}

/// Brings some terms of 128 rows of A, or columns of B, into shared memory, 0 beyond their ends.
///
/// `terms_first`: the matrix lies as `[K, count]`, else as `[count, K]`; neighbouring units read along
/// what lies side by side.
#[cube]
fn load<W: Size>(
    matrix: &[f32],
    tile: &mut Shared<[Vector<f32, W>]>,
    from: usize,
    end: usize,
    first: usize,
    count: usize,
    k: usize,
    #[comptime] depth: usize,
    #[comptime] terms_first: bool,
) {
    #[unroll]
    for l in 0..comptime!(VECTORS * depth / UNITS) {
        let at = UNIT_POS as usize + l * UNITS;
        let mut term = at % depth;
        let mut vector = at / depth;
        if comptime!(terms_first) {
            term = at / VECTORS;
            vector = at % VECTORS;
        }
        let mut values = Vector::<f32, W>::new(0.0);
        #[unroll]
        for i in 0..WIDE {
            let place = first + vector + i * VECTORS;
            if from + term < end && place < count {
                if comptime!(terms_first) {
                    values.insert(i, matrix[(from + term) * count + place]);
                } else {
                    values.insert(i, matrix[place * k + from + term]);
                }
            }
        }
        tile[term * STRIDE + vector] = values;
    }
}
