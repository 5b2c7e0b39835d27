//! The kernels themselves, on slices: gradients by differences, any number of threads, any width of vector registers.

use lstm_lessons::kernel::{Machine, cross_entropy, lstm, vector::Vectors};
use rayon::ThreadPoolBuilder;

use crate::{assert_near, bits, support::random};

/// f32 rounds a loss of order 1 at about 1e-7: this step keeps the rounding near 1e-5, and ε²/6 of the third derivative is no larger.
const STEP: f32 = 1e-2;
const TOLERANCE: f32 = 5e-4;

/// One thread and what every CPU has: what the other machines are compared with.
const PLAIN: Machine = Machine { vectors: Vectors::Plain, threads: 1 };

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

/// ∂loss/∂(every number of every part of `point`) by (L(p + ε) - L(p - ε)) / 2ε, against `gradients`.
fn assert_differences(point: &[Vec<f32>], gradients: &[Vec<f32>], loss: impl Fn(&[Vec<f32>]) -> f64) {
    for (part, gradient) in gradients.iter().enumerate() {
        let differences: Vec<f32> = (0..point[part].len())
            .map(|k| {
                let moved = |by: f32| {
                    let mut point = point.to_vec();
                    point[part][k] += by;
                    loss(&point)
                };
                ((moved(STEP) - moved(-STEP)) / (2.0 * f64::from(STEP))) as f32
            })
            .collect();
        assert_near(&format!("part {part}"), gradient, &differences, TOLERANCE);
    }
}

fn lstm_point(sizes: lstm::Sizes, seed: u64) -> Vec<Vec<f32>> {
    let lstm::Sizes { batch, seq_len, d_input: d, d_hidden: h } = sizes;
    let lengths = [batch * seq_len * d, d * 4 * h, h * 4 * h, 4 * h, batch * h, batch * h];
    lengths.into_iter().zip(seed..).map(|(len, seed)| random(len, 0.8, seed)).collect()
}

fn lstm_inputs(point: &[Vec<f32>]) -> lstm::Inputs<'_> {
    let [x, w_x, w_h, bias, hidden, cell] = [0, 1, 2, 3, 4, 5].map(|part| point[part].as_slice());
    lstm::Inputs { x, w_x, w_h, bias, hidden, cell }
}

/// Outputs, c_T and the six gradients when the loss is Σ outputs · (their scores) + Σ c_T · (its scores).
fn lstm_all(machine: Machine, sizes: lstm::Sizes, point: &[Vec<f32>], scores: &[Vec<f32>; 2]) -> Vec<Vec<f32>> {
    let (outputs, kept) = lstm::forward(machine, sizes, lstm_inputs(point));
    let last = lstm::last_cell(sizes, &kept);
    let incoming = lstm::Incoming { d_outputs: &scores[0], d_cell: Some(scores[1].clone()) };
    let back = lstm::backward(machine, sizes, lstm_inputs(point), &outputs, kept, incoming, true);
    let lstm::Gradients { x, w_x, w_h, bias, hidden, cell } = back;
    vec![outputs, last, x, w_x, w_h, bias, hidden, cell]
}

fn scores(sizes: lstm::Sizes) -> [Vec<f32>; 2] {
    let lstm::Sizes { batch, seq_len, d_hidden: h, .. } = sizes;
    [random(batch * seq_len * h, 1.0, 90), random(batch * h, 1.0, 91)]
}

#[test]
fn the_way_back_through_the_lstm_agrees_with_differences() {
    let sizes = lstm::Sizes { batch: 2, seq_len: 3, d_input: 3, d_hidden: 5 };
    let (point, scores) = (lstm_point(sizes, 1), scores(sizes));
    let gradients = &lstm_all(PLAIN, sizes, &point, &scores)[2..];
    assert_differences(&point, gradients, |point| {
        let (outputs, kept) = lstm::forward(PLAIN, sizes, lstm_inputs(point));
        dot(&outputs, &scores[0]) + dot(&lstm::last_cell(sizes, &kept), &scores[1])
    });
}

/// h, W and b, with a row that does not count and weights that differ.
fn loss_of(
    machine: Machine,
    tied: bool,
    point: &[Vec<f32>],
    gradients: bool,
) -> (f64, Option<cross_entropy::Gradients>) {
    let inputs = cross_entropy::Inputs {
        hidden: &point[0],
        d_hidden: point[0].len() / 4,
        w: &point[1],
        tied,
        bias: &point[2],
        targets: &[0, 3, 6, 2],
        weights: &[0.3, 0.0, 1.5, 0.7],
    };
    cross_entropy::loss(machine, inputs, gradients)
}

#[test]
fn the_gradient_of_the_cross_entropy_agrees_with_differences() {
    for tied in [false, true] {
        let point = [random(4 * 5, 1.0, 1), random(5 * 7, 1.0, 2), random(7, 1.0, 3)];
        let (_, gradients) = loss_of(PLAIN, tied, &point, true);
        let cross_entropy::Gradients { hidden, w, bias } = gradients.expect("asked for");
        assert!(hidden[5..10].iter().all(|&g| g == 0.0), "a row that does not count has no gradient");
        assert_differences(&point, &[hidden, w, bias], |point| loss_of(PLAIN, tied, point, false).0);
    }
}

/// The pool a computation runs in.
fn in_a_pool_of<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads").install(work)
}

/// Sizes whose batch cannot be parted evenly.
const UNEVEN: lstm::Sizes = lstm::Sizes { batch: 7, seq_len: 5, d_input: 70, d_hidden: 67 };

/// How many threads the rows are parted among changes the shapes of the products, and with them the order of their sums: the numbers
/// agree, their last bits need not. How many threads do the work changes nothing.
#[test]
fn any_number_of_threads_computes_the_same_sequence() {
    let (point, scores) = (lstm_point(UNEVEN, 1), scores(UNEVEN));
    let alone = lstm_all(PLAIN, UNEVEN, &point, &scores);
    for threads in [1, 2, 4, 16] {
        let machine = Machine { threads, ..PLAIN };
        let here = lstm_all(machine, UNEVEN, &point, &scores);
        for (part, (here, alone)) in here.iter().zip(&alone).enumerate() {
            assert_near(&format!("part {part} on {threads} threads"), here, alone, 1e-5);
        }
        for pool in [1, 2, 4] {
            let there = in_a_pool_of(pool, || lstm_all(machine, UNEVEN, &point, &scores));
            for (here, there) in here.iter().zip(&there) {
                assert_eq!(bits(here), bits(there), "{threads} parts in a pool of {pool}");
            }
        }
    }
}

/// The tasks of the loss have fixed sizes, so not a bit depends on the threads.
#[test]
fn any_number_of_threads_computes_the_same_bits_of_the_loss() {
    let (n, h, v) = (300, 21, 1000);
    let (hidden, w, bias) = (random(n * h, 1.0, 1), random(h * v, 1.0, 2), random(v, 1.0, 3));
    let targets: Vec<u32> = (0..n as u32).map(|n| n * 37 % v as u32).collect();
    let weights: Vec<f32> = (0..n).map(|n| (n % 5) as f32).collect();
    let all = |threads| {
        let inputs = cross_entropy::Inputs {
            hidden: &hidden,
            d_hidden: h,
            w: &w,
            tied: false,
            bias: &bias,
            targets: &targets,
            weights: &weights,
        };
        let (loss, gradients) = cross_entropy::loss(Machine { threads, ..PLAIN }, inputs, true);
        let cross_entropy::Gradients { hidden, w, bias } = gradients.expect("asked for");
        (loss.to_bits(), [hidden, w, bias].map(|gradient| bits(&gradient)))
    };
    let alone = in_a_pool_of(1, || all(1));
    for threads in [2, 4] {
        assert!(in_a_pool_of(threads, || all(threads)) == alone, "{threads} threads changed a bit");
    }
}

/// The loops are the same Rust for each width, and no compiler may turn a product and a sum of f32 into one instruction of another
/// rounding: so the width may change the speed and not a bit.
#[test]
fn every_width_of_vector_registers_computes_the_same_bits() {
    let (point, scores) = (lstm_point(UNEVEN, 1), scores(UNEVEN));
    let rows = [random(4 * 33, 1.0, 1), random(33 * 103, 1.0, 2), random(103, 1.0, 3)];
    let all = |vectors| {
        let machine = Machine { vectors, threads: 1 };
        let (loss, gradients) = loss_of(machine, false, &rows, true);
        let cross_entropy::Gradients { hidden, w, bias } = gradients.expect("asked for");
        let sequence = lstm_all(machine, UNEVEN, &point, &scores);
        let all: Vec<Vec<u32>> = sequence.iter().chain(&[hidden, w, bias]).map(|part| bits(part)).collect();
        (loss.to_bits(), all)
    };
    let plain = all(Vectors::Plain);
    for vectors in Vectors::all() {
        assert!(all(vectors) == plain, "{vectors:?} is not what Plain is");
    }
}
