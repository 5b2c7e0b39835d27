//! The kernels themselves, on slices: gradients by differences, any number of threads, any width of
//! vector registers.

use lstm_lessons::{
    cell::CellKind,
    kernel::{
        Machine, Precision, cross_entropy, gru, lstm, rnn,
        sequence::{Incoming, Sizes},
        sparse_bias::SparseBias,
        vector::Vectors,
    },
};
use rayon::ThreadPoolBuilder;

use crate::{
    kernel::{assert_near, bits},
    support::{self, KINDS, random},
};

/// f32 rounds a loss of order 1 at about 1e-7: this step keeps the rounding near 1e-5, and ε²/6 of
/// the third derivative is no larger.
const STEP: f32 = 1e-2;
const TOLERANCE: f32 = 5e-4;

/// One thread and what every CPU has: what the other machines are compared with.
const PLAIN: Machine = Machine { vectors: Vectors::Plain, threads: 1, precision: Precision::F32 };

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

/// ∂loss/∂(every number of every part of `point`) by (L(p + ε) - L(p - ε)) / 2ε, against
/// `gradients`.
fn assert_differences(
    point: &[Vec<f32>],
    gradients: &[Vec<f32>],
    loss: impl Fn(&[Vec<f32>]) -> f64,
) {
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

/// Everything a sequence depends on: x, the weights, the biases, h_0 and, for the LSTM, c_0.
fn point(kind: CellKind, sizes: Sizes, seed: u64) -> Vec<Vec<f32>> {
    let Sizes { batch, seq_len, d_input, d_hidden: h } = sizes;
    let mut lengths = vec![batch * seq_len * d_input];
    lengths.extend(support::sizes(kind, d_input, h));
    lengths.push(batch * h);
    if kind == CellKind::Lstm {
        lengths.push(batch * h);
    }
    lengths.into_iter().zip(seed..).map(|(len, seed)| random(len, 0.8, seed)).collect()
}

fn rnn_inputs(point: &[Vec<f32>]) -> rnn::Inputs<'_> {
    let [x, u, w, bias, hidden] = [0, 1, 2, 3, 4].map(|part| point[part].as_slice());
    rnn::Inputs { x, u, w, bias, hidden }
}

fn gru_inputs(point: &[Vec<f32>]) -> gru::Inputs<'_> {
    let [x, w_x, w_h, bias, bias_hn, hidden] =
        [0, 1, 2, 3, 4, 5].map(|part| point[part].as_slice());
    gru::Inputs { x, w_x, w_h, bias, bias_hn, hidden }
}

fn lstm_inputs(point: &[Vec<f32>]) -> lstm::Inputs<'_> {
    let [x, w_x, w_h, bias, hidden, cell] = [0, 1, 2, 3, 4, 5].map(|part| point[part].as_slice());
    lstm::Inputs { x, w_x, w_h, bias, hidden, cell }
}

/// The outputs and, from the LSTM, c_T.
fn results(kind: CellKind, machine: Machine, sizes: Sizes, point: &[Vec<f32>]) -> Vec<Vec<f32>> {
    match kind {
        CellKind::Rnn => vec![rnn::forward(machine, sizes, rnn_inputs(point))],
        CellKind::Gru => vec![gru::forward(machine, sizes, gru_inputs(point)).0],
        CellKind::Lstm => {
            let (outputs, kept) = lstm::forward(machine, sizes, lstm_inputs(point));
            vec![outputs, lstm::last_cell(sizes, &kept)]
        }
    }
}

/// The gradient of every part of `point` when the loss is Σ result · (its score).
fn gradients(
    kind: CellKind,
    machine: Machine,
    sizes: Sizes,
    point: &[Vec<f32>],
    [d_outputs, d_cell]: &[Vec<f32>; 2],
) -> Vec<Vec<f32>> {
    match kind {
        CellKind::Rnn => {
            let outputs = rnn::forward(machine, sizes, rnn_inputs(point));
            let back = rnn::backward(machine, sizes, rnn_inputs(point), &outputs, d_outputs, true);
            let rnn::Gradients { x, u, w, bias, hidden } = back;
            vec![x, u, w, bias, hidden]
        }
        CellKind::Gru => {
            let (outputs, kept) = gru::forward(machine, sizes, gru_inputs(point));
            let back =
                gru::backward(machine, sizes, gru_inputs(point), &outputs, kept, d_outputs, true);
            let gru::Gradients { x, w_x, w_h, bias, bias_hn, hidden } = back;
            vec![x, w_x, w_h, bias, bias_hn, hidden]
        }
        CellKind::Lstm => {
            let (outputs, kept) = lstm::forward(machine, sizes, lstm_inputs(point));
            let incoming = Incoming { d_outputs, d_cell: Some(d_cell.clone()) };
            let back =
                lstm::backward(machine, sizes, lstm_inputs(point), &outputs, kept, incoming, true);
            let lstm::Gradients { x, w_x, w_h, bias, hidden, cell } = back;
            vec![x, w_x, w_h, bias, hidden, cell]
        }
    }
}

/// Results and gradients.
fn everything(kind: CellKind, machine: Machine, sizes: Sizes) -> Vec<Vec<f32>> {
    let point = point(kind, sizes, 1);
    let mut all = results(kind, machine, sizes, &point);
    all.extend(gradients(kind, machine, sizes, &point, &scores(sizes)));
    all
}

fn scores(sizes: Sizes) -> [Vec<f32>; 2] {
    let Sizes { batch, seq_len, d_hidden: h, .. } = sizes;
    [random(batch * seq_len * h, 1.0, 90), random(batch * h, 1.0, 91)]
}

#[test]
fn the_backward_pass_of_a_sequence_agrees_with_differences() {
    let sizes = Sizes { batch: 2, seq_len: 3, d_input: 3, d_hidden: 5 };
    for kind in KINDS {
        let (point, scores) = (point(kind, sizes, 1), scores(sizes));
        assert_differences(&point, &gradients(kind, PLAIN, sizes, &point, &scores), |point| {
            results(kind, PLAIN, sizes, point)
                .iter()
                .zip(&scores)
                .map(|(result, score)| dot(result, score))
                .sum()
        });
    }
}

/// Two entries in every row of `v` logits.
fn every_seventh(n: usize, v: usize, weights: usize) -> SparseBias {
    let mut sparse = SparseBias::default();
    for row in 0..n {
        for k in [row * 7, row * 7 + 3] {
            sparse.push((k % v) as u32, (k % weights) as u32);
        }
        sparse.end_row();
    }
    sparse
}

/// h, W, b and w of a sparse bias, with a row that does not count and weights that differ.
fn loss_of(
    machine: Machine,
    tied: bool,
    point: &[Vec<f32>],
    gradients: bool,
) -> (f64, Option<cross_entropy::Gradients>) {
    let sparse = every_seventh(4, 7, 3);
    let inputs = cross_entropy::Inputs {
        hidden: &point[0],
        d_hidden: point[0].len() / 4,
        w: &point[1],
        tied,
        bias: &point[2],
        targets: &[0, 3, 6, 2],
        weights: &[0.3, 0.0, 1.5, 0.7],
        sparse: Some((&sparse, &point[3])),
    };
    cross_entropy::loss(machine, inputs, gradients)
}

#[test]
fn the_gradient_of_the_cross_entropy_agrees_with_differences() {
    for tied in [false, true] {
        let point = [(20, 1), (35, 2), (7, 3), (3, 4)].map(|(n, seed)| random(n, 1.0, seed));
        let (_, gradients) = loss_of(PLAIN, tied, &point, true);
        let cross_entropy::Gradients { hidden, w, bias, sparse } = gradients.expect("asked for");
        assert!(
            hidden[5..10].iter().all(|&g| g == 0.0),
            "a row that does not count has no gradient"
        );
        assert_differences(&point, &[hidden, w, bias, sparse], |point| {
            loss_of(PLAIN, tied, point, false).0
        });
    }
}

/// The pool a computation runs in.
fn in_a_pool_of<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads").install(work)
}

/// Sizes whose batch cannot be split evenly.
const UNEVEN: Sizes = Sizes { batch: 7, seq_len: 5, d_input: 70, d_hidden: 67 };

/// Among how many threads the rows are split changes the shapes of the products, and with them the
/// order of their sums: the numbers agree, their last bits need not. How many threads there are to
/// do the parts changes nothing.
#[test]
fn any_number_of_threads_computes_the_same_sequence() {
    for kind in KINDS {
        let alone = everything(kind, PLAIN, UNEVEN);
        for threads in [1, 2, 4, 16] {
            let machine = Machine { threads, ..PLAIN };
            let here = everything(kind, machine, UNEVEN);
            for (part, (here, alone)) in here.iter().zip(&alone).enumerate() {
                assert_near(
                    &format!("{kind:?}, part {part} on {threads} threads"),
                    here,
                    alone,
                    1e-5,
                );
            }
            for pool in [1, 2, 4] {
                let there = in_a_pool_of(pool, || everything(kind, machine, UNEVEN));
                for (here, there) in here.iter().zip(&there) {
                    assert!(
                        bits(here) == bits(there),
                        "{kind:?}: {threads} parts in a pool of {pool}"
                    );
                }
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
    let (sparse, sparse_w) = (every_seventh(n, v, 9), random(9, 1.0, 4));
    let all = |threads| {
        let inputs = cross_entropy::Inputs {
            hidden: &hidden,
            d_hidden: h,
            w: &w,
            tied: false,
            bias: &bias,
            targets: &targets,
            weights: &weights,
            sparse: Some((&sparse, &sparse_w)),
        };
        let (loss, gradients) = cross_entropy::loss(Machine { threads, ..PLAIN }, inputs, true);
        let cross_entropy::Gradients { hidden, w, bias, sparse } = gradients.expect("asked for");
        (loss.to_bits(), [hidden, w, bias, sparse].map(|gradient| bits(&gradient)))
    };
    let alone = in_a_pool_of(1, || all(1));
    for threads in [2, 4] {
        assert!(in_a_pool_of(threads, || all(threads)) == alone, "{threads} threads changed a bit");
    }
}

/// The loops are the same Rust for each width, and a sum of products has one order; so the width may
/// change the speed and not a bit. Only the plain registers of x86-64 have no instruction that rounds
/// a product and a sum once together.
#[test]
fn every_width_of_vector_registers_computes_the_same() {
    let rows = [(4 * 33, 1), (33 * 103, 2), (103, 3), (3, 4)].map(|(n, seed)| random(n, 1.0, seed));
    for precision in [Precision::F32, Precision::Bf16] {
        let all = |vectors| -> Vec<Vec<f32>> {
            let machine = Machine { vectors, threads: 1, precision };
            let (loss, gradients) = loss_of(machine, false, &rows, true);
            let cross_entropy::Gradients { hidden, w, bias, sparse } =
                gradients.expect("asked for");
            let sequences = KINDS.into_iter().flat_map(|kind| everything(kind, machine, UNEVEN));
            sequences.chain([hidden, w, bias, sparse, vec![loss as f32]]).collect()
        };
        let (plain, others) = (all(Vectors::Plain), Vectors::all().split_off(1));
        let others: Vec<_> = others.into_iter().map(|vectors| (vectors, all(vectors))).collect();
        for (vectors, other) in &others {
            for (part, (here, there)) in other.iter().zip(&plain).enumerate() {
                let what = format!("{precision:?} {vectors:?}, part {part} beside the plain one");
                assert_near(&what, here, there, 1e-5);
            }
            // (A CPU's own instruction for bf16 may round otherwise in the last bit.)
            let same = |(a, b): (&Vec<f32>, &Vec<f32>)| bits(a) == bits(b);
            let first = &others[0].1;
            assert!(
                precision == Precision::Bf16 || other.iter().zip(first).all(same),
                "{vectors:?} is not what {:?} is",
                others[0].0
            );
        }
    }
}

/// What half precision loses is lost at the inputs of the products: eight bits of mantissa each, so
/// over a few steps everything stays within some hundredths of single precision, gradients too.
#[test]
fn half_precision_stays_near_single_precision() {
    let sizes = Sizes { batch: 5, seq_len: 3, d_input: 7, d_hidden: 9 };
    let rows = [(4 * 33, 1), (33 * 103, 2), (103, 3), (3, 4)].map(|(n, seed)| random(n, 1.0, seed));
    let all = |precision| -> Vec<Vec<f32>> {
        let machine = Machine { threads: 2, ..Machine::whole(precision) };
        let mut all = Vec::new();
        for tied in [false, true] {
            let (loss, gradients) = loss_of(machine, tied, &rows, true);
            let cross_entropy::Gradients { hidden, w, bias, sparse } =
                gradients.expect("asked for");
            all.extend([hidden, w, bias, sparse, vec![loss as f32]]);
        }
        all.extend(KINDS.into_iter().flat_map(|kind| everything(kind, machine, sizes)));
        all
    };
    let (single, half) = (all(Precision::F32), all(Precision::Bf16));
    for (part, (half, single)) in half.iter().zip(&single).enumerate() {
        assert_near(&format!("part {part}"), half, single, 0.03);
    }
    assert!(half != single, "half precision rounds nothing");
}
