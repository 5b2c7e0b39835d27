//! What this machine can do at best, measured in the same run: the yardstick of every other figure.

use std::{hint::black_box, time::Duration};

use lstm_lessons::kernel::{
    Machine, Precision,
    matmul::{Matrix, matmul},
    product::{multiply as multiply_packed, pack},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rayon::prelude::*;

use crate::work::Work;
use lstm_lessons::demos::measure::{Budget, Stopwatch};

/// Products `[M, K] x [K, N]` that each thread makes of its own, square and oblong; which of them
/// suits a machine best differs.
const SHAPES: [[usize; 3]; 4] =
    [[256, 256, 256], [512, 512, 512], [1024, 256, 512], [1024, 1024, 1024]];

/// The best so far.
#[derive(Clone, Copy, Debug)]
pub struct Peak {
    /// Whether the library's product may be measured, too: it takes whatever registers there are.
    any_registers: bool,
    /// Matrix products with all threads, ours or the library's: floating-point operations a second,
    /// in thousands of millions.
    pub gflops: f64,
    /// The same of numbers in half precision; ours, as the library has none.
    pub bf16_gflops: f64,
    /// Reading as many bytes as the weights of the poem model's step have, again and again: 10^9
    /// bytes a second.
    pub gigabytes: f64,
}

impl Peak {
    /// Nothing measured yet.
    pub fn of(any_registers: bool) -> Self {
        Self { any_registers, gflops: 0.0, bf16_gflops: 0.0, gigabytes: 0.0 }
    }

    /// Multiplies for `time`, reads for a quarter of it, and keeps the better speed, of now or of
    /// before.
    ///
    /// A speed is the median of many rounds, as the time of a step is. Other programs on the
    /// machine can only make it look slower, so this runs between the stages too and the best
    /// counts: no stage is flattered by a machine that looked slow just once.
    pub fn look_again(&mut self, time: Duration) {
        let time_each = time / (3 * SHAPES.len() as u32);
        for shape in SHAPES {
            let ours = |precision| multiply(shape, time_each, ours(precision, shape));
            self.gflops = self.gflops.max(ours(Precision::F32));
            self.bf16_gflops = self.bf16_gflops.max(ours(Precision::Bf16));
            if self.any_registers {
                self.gflops = self.gflops.max(multiply(shape, time_each, library(shape)));
            }
        }
        self.gigabytes = self.gigabytes.max(read(Work::weight_bytes(), time / 4));
    }

    /// The speed of products of this precision.
    pub fn gflops_in(self, precision: Precision) -> f64 {
        match precision {
            Precision::F32 => self.gflops,
            Precision::Bf16 => self.bf16_gflops,
        }
    }
}

/// Our product of one shape, packing included: C ← A B.
fn ours(precision: Precision, [m, k, n]: [usize; 3]) -> impl Fn(&mut [f32], &[f32], &[f32]) + Sync {
    let machine = Machine::whole(precision);
    move |c, a, b| {
        let b = pack(machine, [k, n], Matrix::new(b, n));
        multiply_packed(machine, m, c, n, false, Matrix::new(a, k), &b);
    }
}

/// The library's.
fn library([m, k, n]: [usize; 3]) -> impl Fn(&mut [f32], &[f32], &[f32]) + Sync {
    move |c, a, b| matmul([m, n, k], c, n, false, Matrix::new(a, k), Matrix::new(b, n))
}

/// GFLOP/s of rounds in which every thread makes one product.
fn multiply(
    [m, k, n]: [usize; 3],
    time: Duration,
    product: impl Fn(&mut [f32], &[f32], &[f32]) + Sync,
) -> f64 {
    let (a, b) = (numbers(m * k), numbers(k * n)); // [M, K], [K, N]
    let threads = rayon::current_num_threads();
    let mut products: Vec<Vec<f32>> = vec![vec![0.0; m * n]; threads]; // each [M, N]
    let flops = (threads * 2 * m * k * n) as f64;
    flops
        / 1e9
        / median(time, || {
            products.par_iter_mut().for_each(|c| product(c, &a, &b));
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
