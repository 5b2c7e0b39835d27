//! How the work of a sequence is divided among the cubes of a GPU and the units of a cube.

use burn_cubecl::cubecl::{ir::HardwareProperties, prelude::*};

use super::Equations;

/// Rows that a cube takes at most. With more of them the weights are read less often, and each unit
/// holds more sums in its registers.
const MOST_ROWS: usize = 4;
/// Cubes that a GPU is taken to run side by side, if it does not say.
const USUAL_PROCESSORS: usize = 64;
/// Units of a cube at most: with more of them fewer cubes share a processor, and they wait longer for
/// each other.
const MOST_UNITS: usize = 512;
/// Numbers of the matrix that a unit holds in its registers at most. A processor of an NVIDIA GPU has some
/// 65,000 registers, 128 for each of 512 units, and the sums want some of them.
const MOST_HELD: usize = 80;

/// The division, known when a kernel is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Whose equations.
    pub equations: Equations,
    /// H.
    pub h: usize,
    /// R: rows of the batch that a cube takes.
    pub rows: usize,
    /// S: parts that each sum of a product is cut into, for as many units.
    pub parts: usize,
    /// Columns of the matrix that a unit reads at once.
    pub vector: usize,
    /// Units of a cube.
    pub units: usize,
    /// Rows of its part of the matrix that a unit holds in registers; none if there are fewer units than
    /// columns to be read, so that a unit has several.
    pub held: usize,
}

impl Plan {
    /// The division of a step whose product is `[B, k_len] · [k_len, columns]`, with `shared` more
    /// numbers in shared memory for each row; none if a cube's shared memory is too small even for
    /// one row.
    pub fn new(
        hardware: &HardwareProperties,
        (equations, h): (Equations, usize),
        batch: usize,
        [k_len, columns]: [usize; 2],
        shared: usize,
    ) -> Option<Self> {
        let processors =
            hardware.num_streaming_multiprocessors.map_or(USUAL_PROCESSORS, |count| count as usize);
        let most_units = (hardware.max_units_per_cube as usize).min(MOST_UNITS);
        let room = hardware.max_shared_memory_size / size_of::<f32>();
        let vector = if h.is_multiple_of(4) { 4 } else { 1 };
        let width = columns / vector;
        let rows = batch.div_ceil(processors).clamp(1, MOST_ROWS);
        (1..=rows).rev().find_map(|rows| {
            let left = room.checked_sub(rows * shared)?;
            let parts = (left / (rows * columns)).min(most_units / width).min(k_len).max(1);
            let units = (parts * width).next_multiple_of(32).min(most_units);
            let held = match parts * width <= units {
                true => k_len.div_ceil(parts).min(MOST_HELD / vector),
                false => 0,
            };
            (rows * columns * parts <= left).then_some(Self {
                equations,
                h,
                rows,
                parts,
                vector,
                units,
                held,
            })
        })
    }

    /// Columns of W_h: G·H.
    pub fn columns(&self) -> usize {
        self.equations.gates() * self.h
    }

    /// Numbers of h_t that a unit makes, at most.
    pub fn each(&self) -> usize {
        (self.rows * self.h).div_ceil(self.units)
    }

    /// The cubes that take all rows of the batch.
    pub fn cubes(&self, batch: usize) -> CubeCount {
        CubeCount::new_1d(batch.div_ceil(self.rows) as u32)
    }

    /// The units of one.
    pub fn cube(&self) -> CubeDim {
        CubeDim::new_1d(self.units as u32)
    }
}
