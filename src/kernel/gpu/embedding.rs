//! The gradient of an embedding: each row sums what came from the places where its character stands.

use burn::backend::{Cube, TensorMetadata, tensor::IntTensor};
use burn_cubecl::{
    cubecl::{self, prelude::*},
    kernel::into_contiguous,
};

use super::tensor::{OnGpu, argument, empty};

/// Units that share a row.
const UNITS: usize = 128;

/// `δE[v] = Σ_{n: id_n = v} δx_n`: `d_x [N, E]` and `ids [N]`, 32 bits wide, give `[V, E]`.
///
/// Burn's own lets a unit walk through all places for its column, one after the other. Here a cube
/// takes a character. First each unit counts in how many of its N / 128 places the character stands:
/// mostly in none. Then all units together visit those that found it, always in the same order.
pub fn gradient(d_x: OnGpu, ids: IntTensor<Cube>, vocab_size: usize) -> OnGpu {
    let (d_x, ids) = (into_contiguous(d_x), into_contiguous(ids));
    let (n, d_embed) = (d_x.shape()[0], d_x.shape()[1]);
    let d_e = empty(&d_x, [vocab_size, d_embed]);
    // SAFETY: a cube writes the row of its character and reads places below N.
    #[allow(unsafe_code)]
    unsafe {
        rows_of_characters::launch_unchecked(
            &d_e.client,
            CubeCount::new_1d(vocab_size as u32),
            CubeDim::new_1d(UNITS as u32),
            argument(&d_e, 1),
            argument(&d_x, 1),
            argument(&ids, 1),
            n as u32,
            d_embed,
        );
    }
    d_e
}

#[cube(launch_unchecked)]
fn rows_of_characters(
    d_e: &mut [f32],
    d_x: &[f32],
    ids: &[i32],
    n: u32,
    #[comptime] d_embed: usize,
) {
    let unit = UNIT_POS as usize;
    let character = CUBE_POS as i32;
    let n = n as usize;
    let each = comptime!(d_embed.div_ceil(UNITS));
    let mut found = Shared::<[u32]>::new_slice(UNITS);
    let mut sum = Array::<f32>::new(each);
    #[unroll]
    for i in 0..each {
        sum[i] = 0.0;
    }
    let mut mine = 0u32;
    let mut place = unit;
    while place < n {
        if ids[place] == character {
            mine += 1;
        }
        place += UNITS;
    }
    found[unit] = mine;
    sync_cube();
    for other in 0..UNITS {
        if found[other] > 0 {
            for turn in 0..n.div_ceil(UNITS) {
                let place = other + turn * UNITS;
                if place < n && ids[place] == character {
                    #[unroll]
                    for i in 0..each {
                        let column = unit + i * UNITS;
                        if column < d_embed {
                            sum[i] += d_x[place * d_embed + column];
                        }
                    }
                }
            }
        }
    }
    #[unroll]
    for i in 0..each {
        let column = unit + i * UNITS;
        if column < d_embed {
            d_e[CUBE_POS * d_embed + column] = sum[i];
        }
    }
}
