//! Our own products: against sums in f64, in both precisions, with every width of vector registers,
//! any strides, slices that end with the last number and nothing beyond.

use lstm_lessons::kernel::{
    Machine, Precision,
    matmul::Matrix,
    product::{multiply, pack},
    vector::Vectors,
};

use crate::{
    kernel::{assert_near, bits, tight},
    support::random,
};

/// Single rows and columns, tiles and panels that are full and such that are not, more words along
/// k than are multiplied at a time, more columns than one task packs; 0 is an empty sum.
const SHAPES: &[[usize; 3]] = if cfg!(miri) {
    &[[1, 1, 1], [3, 5, 4], [0, 2, 1], [2, 3, 0]] // Miri is slow
} else {
    &[
        [0, 3, 3],
        [3, 0, 3],
        [3, 3, 0],
        [1, 1, 1],
        [1, 40, 7],
        [7, 1, 16],
        [5, 16, 17],
        [6, 32, 33],
        [13, 31, 15],
        [64, 33, 34],
        [65, 65, 1],
        [130, 17, 257],
        [3, 300, 600],
        [29, 515, 31],
    ]
};

fn machines() -> impl Iterator<Item = Machine> {
    let precisions = [Precision::F32, Precision::Bf16];
    Vectors::all().into_iter().flat_map(move |vectors| {
        precisions.map(|precision| Machine { vectors, threads: 1, precision })
    })
}

/// The nearest number of eight bits of mantissa, of two equally near ones the even, in arithmetic
/// that knows nothing of bits.
fn rounded(x: f32) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let x = f64::from(x);
    let unit = 2f64.powi(x.abs().log2().floor() as i32 - 7);
    (x / unit).round_ties_even() * unit
}

struct Case {
    machine: Machine,
    shape: [usize; 3],
    add: bool,
    a_transposed: bool,
    b_transposed: bool,
}

/// C before and after, and what a row of it is wide.
fn product(case: Case) -> (Vec<f32>, Vec<f32>, usize, impl Fn(usize, usize) -> f64) {
    let Case { machine, shape: [m, n, k], add, a_transposed, b_transposed } = case;
    let a_shape = if a_transposed { [k, m] } else { [m, k] };
    let b_shape = if b_transposed { [n, k] } else { [k, n] };
    let (a_width, b_width, row) = (a_shape[1] + 3, b_shape[1] + 2, n + 1);
    let (a, b, before) =
        (tight(a_shape, a_width, 1), tight(b_shape, b_width, 2), tight([m, n], row, 3));
    let (a_matrix, b_matrix) = (Matrix::new(&a, a_width), Matrix::new(&b, b_width));
    let a_matrix = if a_transposed { a_matrix.t() } else { a_matrix };
    let b_matrix = if b_transposed { b_matrix.t() } else { b_matrix };
    let mut c = before.clone();
    multiply(machine, m, &mut c, row, add, a_matrix, &pack(machine, [k, n], b_matrix));
    let number = move |x: f32| match machine.precision {
        Precision::F32 => f64::from(x),
        Precision::Bf16 => rounded(x),
    };
    let sum = move |i: usize, j: usize| -> f64 {
        let a_at = |l| a[if a_transposed { l * a_width + i } else { i * a_width + l }];
        let b_at = |l| b[if b_transposed { j * b_width + l } else { l * b_width + j }];
        (0..k).map(|l| number(a_at(l)) * number(b_at(l))).sum()
    };
    (before, c, row, sum)
}

#[test]
fn products_are_the_sums_of_the_rounded_numbers() {
    for machine in machines() {
        for &shape in SHAPES {
            for how in 0..8 {
                let [add, a_transposed, b_transposed] = [1, 2, 4].map(|bit| how & bit != 0);
                let case = Case { machine, shape, add, a_transposed, b_transposed };
                let (before, after, row, sum) = product(case);
                let want = before.iter().enumerate().map(|(place, &old)| {
                    let (i, j) = (place / row, place % row);
                    match (j < shape[1], add) {
                        (true, true) => (f64::from(old) + sum(i, j)) as f32,
                        (true, false) => sum(i, j) as f32,
                        (false, _) => old, // between the rows nothing is written
                    }
                });
                let what = format!("{machine:?} {shape:?} how {how}");
                assert_near(&what, &after, &want.collect::<Vec<_>>(), 2e-6);
            }
        }
    }
}

/// Among how many threads the rows are split must not show.
#[test]
fn a_row_comes_to_the_same_bits_alone_and_among_others() {
    let (m, n, k) = (67, 37, 300);
    let (a, b) = (random(m * k, 1.0, 1), random(k * n, 1.0, 2));
    for machine in machines() {
        let b = pack(machine, [k, n], Matrix::new(&b, n));
        let mut together = vec![0.0; m * n];
        multiply(machine, m, &mut together, n, false, Matrix::new(&a, k), &b);
        for (row, a) in a.chunks_exact(k).enumerate() {
            let mut alone = vec![0.0; n];
            multiply(machine, 1, &mut alone, n, false, Matrix::new(a, k), &b);
            assert!(bits(&alone) == bits(&together[row * n..][..n]), "{machine:?}: row {row}");
        }
    }
}

/// Half-way cases to the even number, numbers that round up to the next power of two, infinities and
/// what is no number.
#[test]
fn numbers_are_rounded_to_the_nearest_bf16() {
    let upper = |bits: u32| f32::from_bits(bits << 16);
    let cases = [
        (1.0 + 1.0 / 256.0, 1.0), // half-way between 1 and 1 + 1/128: even is 1
        (1.0 + 3.0 / 256.0, 1.0 + 2.0 / 128.0), // half-way: even is the upper
        (1.0 + 1.01 / 256.0, 1.0 + 1.0 / 128.0),
        (1.999, 2.0),
        (-1.999, -2.0),
        (f32::MAX, f32::INFINITY), // as it is nearer to 2^128 than to the largest bf16
        (upper(0x7f7f), upper(0x7f7f)),
        (f32::INFINITY, f32::INFINITY),
        (f32::NEG_INFINITY, f32::NEG_INFINITY),
    ];
    for machine in machines().filter(|machine| machine.precision == Precision::Bf16) {
        for (x, want) in cases {
            // Alone in its word, as its lower and as its upper half.
            for (a, one) in
                [(vec![x], vec![1.0]), (vec![x, 0.0], vec![1.0; 2]), (vec![0.0, x], vec![1.0; 2])]
            {
                let mut c = [0.0];
                let one = pack(machine, [a.len(), 1], Matrix::new(&one, 1));
                multiply(machine, 1, &mut c, 1, false, Matrix::new(&a, a.len()), &one);
                assert_eq!(c[0], want, "{machine:?}: {x}");
            }
        }
        let one = pack(machine, [1, 1], Matrix::new(&[1.0], 1));
        let mut c = [0.0];
        multiply(machine, 1, &mut c, 1, false, Matrix::new(&[f32::NAN], 1), &one);
        assert!(c[0].is_nan(), "{machine:?}");
    }
}

/// Every way in which one number too few is there, and a matrix that was packed for other registers.
#[test]
fn a_matrix_that_does_not_fit_is_refused() {
    let refused = |a: usize, b: usize, c: usize, row: usize| {
        let numbers = [1.0; 6];
        std::panic::catch_unwind(|| {
            let machine = Machine::whole(Precision::F32);
            let b = pack(machine, [3, 2], Matrix::new(&numbers[..b], 2));
            multiply(machine, 2, &mut [0.0; 4][..c], row, false, Matrix::new(&numbers[..a], 3), &b);
        })
        .is_err()
    };
    assert!(!refused(6, 6, 4, 2));
    assert!(refused(5, 6, 4, 2), "A is too short");
    assert!(refused(6, 5, 4, 2), "B is too short");
    assert!(refused(6, 6, 3, 2), "C is too short");
    assert!(refused(6, 6, 4, 3), "C's rows lie too far apart");
    assert!(refused(6, 6, 4, 1), "C's rows overlap");

    let (single, half) = (Machine::whole(Precision::F32), Machine::whole(Precision::Bf16));
    let packed = pack(half, [1, 1], Matrix::new(&[1.0], 1));
    let mixed = std::panic::catch_unwind(|| {
        multiply(single, 1, &mut [0.0], 1, false, Matrix::new(&[1.0], 1), &packed)
    });
    assert!(mixed.is_err(), "packed in half precision, multiplied in single");
}
