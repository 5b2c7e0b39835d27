//! Adam's step on a GPU: one launch for each parameter.

use burn::backend::TensorMetadata;
use burn_cubecl::{
    cubecl::{self, calculate_cube_count_elemwise, prelude::*},
    kernel::into_contiguous,
};

use super::tensor::{OnGpu, argument, empty};

/// Units of a cube.
const UNITS: usize = 256;

/// The numbers of a step that are the same for all weights.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    /// β₁.
    pub beta_1: f32,
    /// β₂.
    pub beta_2: f32,
    /// lr · c / (1 - β₁^k).
    pub length: f32,
    /// ε c.
    pub epsilon: f32,
}

/// A unit a weight; the equations are those of [`Adam`](crate::kernel::adam::Adam).
#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn step_each(
    new_w: &mut [f32],
    new_m: &mut [f32],
    new_v: &mut [f32],
    w: &[f32],
    m: &[f32],
    v: &[f32],
    g: &[f32],
    count: u32,
    beta_1: f32,
    beta_2: f32,
    length: f32,
    epsilon: f32,
) {
    let k = ABSOLUTE_POS;
    if k < count as usize {
        let m_k = beta_1 * m[k] + (1.0 - beta_1) * g[k];
        let v_k = beta_2 * v[k] + (1.0 - beta_2) * g[k] * g[k];
        new_m[k] = m_k;
        new_v[k] = v_k;
        new_w[k] = w[k] - length * m_k / (v_k.sqrt() + epsilon);
    }
}

/// w, m and v after the step.
pub fn step(wmv: [OnGpu; 3], g: OnGpu, factors: Factors) -> [OnGpu; 3] {
    let [w, m, v] = wmv.map(into_contiguous);
    let g = into_contiguous(g);
    let shape = w.shape();
    let count = shape.num_elements();
    let new = [&w, &m, &v].map(|like| empty(like, shape.clone()));
    let Factors { beta_1, beta_2, length, epsilon } = factors;
    let cube = CubeDim::new_1d(UNITS as u32);
    let cubes = calculate_cube_count_elemwise(&w.client, count, cube);
    // SAFETY: every unit that reads or writes is below the number of weights, which all tensors have.
    #[allow(unsafe_code)]
    unsafe {
        step_each::launch_unchecked(
            &w.client,
            cubes,
            cube,
            argument(&new[0], 1),
            argument(&new[1], 1),
            argument(&new[2], 1),
            argument(&w, 1),
            argument(&m, 1),
            argument(&v, 1),
            argument(&g, 1),
            count as u32,
            beta_1,
            beta_2,
            length,
            epsilon,
        );
    }
    new
}
