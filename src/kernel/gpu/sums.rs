//! Sums over many cubes, and over the units of one.
//!
//! Cubes cannot wait for each other. So each leaves the sum of its part, and one more launch adds the
//! parts, always in the same order.

use burn::backend::TensorMetadata;
use burn_cubecl::{
    cubecl::{self, calculate_cube_count_elemwise, prelude::*},
    kernel::into_contiguous,
};

use super::tensor::{OnGpu, argument, empty, reshaped};

/// Cubes that should run, to keep a large GPU busy.
pub const CUBES: usize = 512;
/// Columns that a cube sums.
const WIDTH: usize = 64;
/// Rows that a unit sums at least.
const LEAST_ROWS: usize = 16;
/// Units of a cube that adds parts.
const UNITS: usize = 256;

/// `[N, Q] -> [Q]`: the sum of all rows.
pub fn sum_of_rows(rows: OnGpu) -> OnGpu {
    let rows = into_contiguous(rows);
    let (n, q) = (rows.shape()[0], rows.shape()[1]);
    let cubes = q.div_ceil(WIDTH);
    let parts = (4 * CUBES / cubes).min(n / LEAST_ROWS).max(1); // a unit of these has little to do
    let part = n.div_ceil(parts);
    let parts = n.div_ceil(part);
    let sums = empty(&rows, [parts, q]);
    // SAFETY: a unit reads and writes only rows and columns that there are.
    #[allow(unsafe_code)]
    unsafe {
        columns::launch_unchecked(
            &sums.client,
            CubeCount::new_2d(cubes as u32, parts as u32),
            CubeDim::new_1d(WIDTH as u32),
            argument(&sums, 1),
            argument(&rows, 1),
            n as u32,
            q as u32,
            part as u32,
        );
    }
    added(sums, [q])
}

/// The sum of the parts: `[S, …] -> […]`.
pub fn added<const D: usize>(sums: OnGpu, shape: [usize; D]) -> OnGpu {
    let count: usize = shape.iter().product();
    let parts = sums.shape()[0];
    if parts == 1 {
        return reshaped(sums, shape);
    }
    let whole = empty(&sums, shape);
    let cube = CubeDim::new_1d(UNITS as u32);
    // SAFETY: a unit takes one number of the result, if there is one for it.
    #[allow(unsafe_code)]
    unsafe {
        add_parts::launch_unchecked(
            &whole.client,
            calculate_cube_count_elemwise(&whole.client, count, cube),
            cube,
            argument(&whole, 1),
            argument(&sums, 1),
            count as u32,
            parts as u32,
        );
    }
    whole
}

/// A unit sums one column of one part of the rows: `sums [S, Q]`.
#[cube(launch_unchecked)]
fn columns(sums: &mut [f32], rows: &[f32], n: u32, q: u32, part: u32) {
    let (n, q, part) = (n as usize, q as usize, part as usize);
    let column = CUBE_POS_X as usize * WIDTH + UNIT_POS as usize;
    if column < q {
        let begin = CUBE_POS_Y as usize * part;
        let mut sum = 0.0f32;
        for row in begin..min(begin + part, n) {
            sum += rows[row * q + column];
        }
        sums[CUBE_POS_Y as usize * q + column] = sum;
    }
}

/// A unit adds the parts of one number.
#[cube(launch_unchecked)]
fn add_parts(whole: &mut [f32], sums: &[f32], count: u32, parts: u32) {
    let at = ABSOLUTE_POS;
    let count = count as usize;
    if at < count {
        let mut sum = 0.0f32;
        for s in 0..parts as usize {
            sum += sums[s * count + at];
        }
        whole[at] = sum;
    }
}

/// The largest of the numbers that the units of a cube have put into `shared`, or their sum: half of the
/// units take in the other half, again and again.
#[cube]
pub fn of_all(
    shared: &mut Shared<[f32]>,
    #[comptime] units: usize,
    #[comptime] largest: bool,
) -> f32 {
    let unit = UNIT_POS as usize;
    sync_cube();
    let mut half = comptime!(units / 2).runtime();
    while half > 0 {
        if unit < half {
            if largest {
                shared[unit] = max(shared[unit], shared[unit + half]);
            } else {
                shared[unit] += shared[unit + half];
            }
        }
        sync_cube();
        half /= 2;
    }
    let result = shared[0];
    sync_cube(); // everybody has it, and may write
    result
}
