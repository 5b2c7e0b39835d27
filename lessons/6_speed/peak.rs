//! What this machine can do at best, measured in the same run: the yardstick of every other figure.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use lstm_lessons::kernel::matmul::{Matrix, matmul};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rayon::prelude::*;

use crate::work::Work;

/// Products `[M, K] x [K, N]` that each thread makes of its own, square and oblong; which of them suits a machine best differs.
const SHAPES: [[usize; 3]; 4] = [[256, 256, 256], [512, 512, 512], [1024, 256, 512], [1024, 1024, 1024]];

/// The best that was seen so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// Matrix products with all threads: floating-point operations a second, in thousands of millions.
    pub gflops: f64,
    /// Reading as many bytes as the weights of the poem model's step have, again and again: 10^9 bytes a second.
    pub gigabytes: f64,
}

impl Peak {
    /// Multiplies and reads for `time` each and keeps the best speed, of now or of before. A busy neighbour can only make a machine
    /// look slower, so the best of many is the truest; that is why this runs between the stages too.
    pub fn look_again(&mut self, time: Duration) {
        for shape in SHAPES {
            self.gflops = self.gflops.max(multiply(shape, time / SHAPES.len() as u32));
        }
        self.gigabytes = self.gigabytes.max(read(Work::weight_bytes(), time / 4));
    }
}

/// The fastest of many rounds in which every thread makes one product.
fn multiply([m, k, n]: [usize; 3], time: Duration) -> f64 {
    let (a, b) = (numbers(m * k), numbers(k * n)); // [M, K], [K, N]
    let threads = rayon::current_num_threads();
    let mut products: Vec<Vec<f32>> = vec![vec![0.0; m * n]; threads]; // each [M, N]
    let flops = (threads * 2 * m * k * n) as f64;
    flops / 1e9 / fastest(time, || {
        products.par_iter_mut().for_each(|c| matmul([m, n, k], c, n, false, Matrix::new(&a, k), Matrix::new(&b, n)));
    })
}

/// The fastest of many readings of the same bytes, by one thread or by all.
fn read(bytes: usize, time: Duration) -> f64 {
    let values: Vec<u32> = numbers(bytes / 4).into_iter().map(f32::to_bits).collect();
    let sum = |part: &[u32]| part.iter().fold(0u32, |sum, &value| sum.wrapping_add(value));
    let share = values.len().div_ceil(rayon::current_num_threads());
    let alone = fastest(time / 2, || {
        black_box(sum(black_box(&values)));
    });
    let together = fastest(time / 2, || {
        black_box(black_box(&values).par_chunks(share).map(sum).reduce(|| 0, u32::wrapping_add));
    });
    bytes as f64 / 1e9 / alone.min(together)
}

/// The shortest of the times that `work` takes, in seconds.
fn fastest(time: Duration, mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut best = f64::INFINITY;
    while best == f64::INFINITY || begun.elapsed() < time {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

fn numbers(count: usize) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(1);
    (0..count).map(|_| rng.random_range(-1.0..=1.0)).collect()
}
