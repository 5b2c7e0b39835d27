//! What this machine can do at best, measured in the same run: the yardstick of every other figure.

use std::{hint::black_box, time::Duration};

use lstm_lessons::kernel::matmul::{Matrix, matmul};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rayon::prelude::*;

use crate::{
    watch::{Budget, Stopwatch},
    work::Work,
};

/// Products `[M, K] x [K, N]` that each thread makes of its own, square and oblong; which of them
/// suits a machine best differs.
const SHAPES: [[usize; 3]; 4] =
    [[256, 256, 256], [512, 512, 512], [1024, 256, 512], [1024, 1024, 1024]];

/// The best so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// Matrix products with all threads: floating-point operations a second, in thousands of
    /// millions.
    pub gflops: f64,
    /// Reading as many bytes as the weights of the poem model's step have, again and again: 10^9
    /// bytes a second.
    pub gigabytes: f64,
}

impl Peak {
    /// Multiplies for `time`, reads for a quarter of it, and keeps the better speed, of now or of
    /// before.
    ///
    /// A speed is the median of many rounds, as the time of a step is. Other programs on the
    /// machine can only make it look slower, so this runs between the stages too and the best
    /// counts: no stage is flattered by a machine that looked slow just once.
    pub fn look_again(&mut self, time: Duration) {
        for shape in SHAPES {
            self.gflops = self.gflops.max(multiply(shape, time / SHAPES.len() as u32));
        }
        self.gigabytes = self.gigabytes.max(read(Work::weight_bytes(), time / 4));
    }
}

/// GFLOP/s of rounds in which every thread makes one product.
fn multiply([m, k, n]: [usize; 3], time: Duration) -> f64 {
    let (a, b) = (numbers(m * k), numbers(k * n)); // [M, K], [K, N]
    let threads = rayon::current_num_threads();
    let mut products: Vec<Vec<f32>> = vec![vec![0.0; m * n]; threads]; // each [M, N]
    let flops = (threads * 2 * m * k * n) as f64;
    flops
        / 1e9
        / median(time, || {
            products.par_iter_mut().for_each(|c| {
                matmul([m, n, k], c, n, false, Matrix::new(&a, k), Matrix::new(&b, n))
            });
        })
}

/// GB/s of reading the same bytes again and again, by one thread or by all, whichever is faster.
fn read(bytes: usize, time: Duration) -> f64 {
    let values: Vec<u32> = numbers(bytes / 4).into_iter().map(f32::to_bits).collect();
    let sum = |part: &[u32]| part.iter().fold(0u32, |sum, &value| sum.wrapping_add(value));
    let share = values.len().div_ceil(rayon::current_num_threads());
    let alone = median(time / 2, || {
        black_box(sum(black_box(&values)));
    });
    let together = median(time / 2, || {
        black_box(black_box(&values).par_chunks(share).map(sum).reduce(|| 0, u32::wrapping_add));
    });
    bytes as f64 / 1e9 / alone.min(together)
}

/// The median of the times that `work` takes, in seconds.
fn median(time: Duration, mut work: impl FnMut()) -> f64 {
    let mut watch = Stopwatch::new(Budget { warm_up: 1, at_least: 1, time });
    while !watch.is_done() {
        watch.time(&mut work);
    }
    let (_, ms) = watch.result();
    ms / 1e3
}

fn numbers(count: usize) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(1);
    (0..count).map(|_| rng.random_range(-1.0..=1.0)).collect()
}
