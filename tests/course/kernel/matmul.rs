//! The product of matrices, `unsafe` inside: any strides, slices that end with the
//! last number, and nothing beyond.

use lstm_lessons::kernel::matmul::{Matrix, matmul, transpose};

use crate::{kernel::tight, support::random};

/// Single rows and columns, tiles that are full and tiles that are not; 0 is an empty sum.
const SIZES: &[usize] = if cfg!(miri) { &[1, 5] } else { &[0, 1, 3, 17] }; // Miri is slow

fn assert_product([m, n, k]: [usize; 3], add: bool, a_transposed: bool, b_transposed: bool) {
    let a_shape = if a_transposed { [k, m] } else { [m, k] };
    let b_shape = if b_transposed { [n, k] } else { [k, n] };
    let (a_width, b_width, row) = (a_shape[1] + 3, b_shape[1] + 2, n + 1);
    let (a, b, before) =
        (tight(a_shape, a_width, 1), tight(b_shape, b_width, 2), tight([m, n], row, 3));
    let (a_matrix, b_matrix) = (Matrix::new(&a, a_width), Matrix::new(&b, b_width));
    let a_matrix = if a_transposed { a_matrix.t() } else { a_matrix };
    let b_matrix = if b_transposed { b_matrix.t() } else { b_matrix };
    let mut c = before.clone();
    matmul([m, n, k], &mut c, row, add, a_matrix, b_matrix);

    let at = |values: &[f32], width: usize, r: usize, c: usize| f64::from(values[r * width + c]);
    let a_at = |i, l| if a_transposed { at(&a, a_width, l, i) } else { at(&a, a_width, i, l) };
    let b_at = |l, j| if b_transposed { at(&b, b_width, j, l) } else { at(&b, b_width, l, j) };
    for (place, (&got, &old)) in c.iter().zip(&before).enumerate() {
        let (i, j) = (place / row, place % row);
        let want = match j < n {
            true => {
                (0..k).map(|l| a_at(i, l) * b_at(l, j)).sum::<f64>()
                    + if add { f64::from(old) } else { 0.0 }
            }
            false => f64::from(old), // between the rows nothing is written
        };
        let case = format!(
            "[{m}, {n}, {k}] add {add}, A transposed {a_transposed}, B transposed {b_transposed}: ({i}, {j})"
        );
        assert!((f64::from(got) - want).abs() < 1e-5, "{case} is {got}, not {want}");
    }
}

#[test]
fn products_of_any_strides_stay_inside_their_slices() {
    for &m in SIZES {
        for &n in SIZES {
            for &k in SIZES {
                for how in 0..8 {
                    assert_product([m, n, k], how & 1 != 0, how & 2 != 0, how & 4 != 0);
                }
            }
        }
    }
}

/// Every way in which one number too few is there.
#[test]
fn a_matrix_that_does_not_fit_is_refused() {
    let refused = |a: usize, b: usize, c: usize, row: usize| {
        let numbers = [1.0; 6];
        std::panic::catch_unwind(|| {
            let (a, b) = (Matrix::new(&numbers[..a], 3), Matrix::new(&numbers[..b], 2));
            matmul([2, 2, 3], &mut [0.0; 4][..c], row, false, a, b);
        })
        .is_err()
    };
    assert!(!refused(6, 6, 4, 2));
    assert!(refused(5, 6, 4, 2), "A is too short");
    assert!(refused(6, 5, 4, 2), "B is too short");
    assert!(refused(6, 6, 3, 2), "C is too short");
    assert!(refused(6, 6, 4, 3), "C's rows lie too far apart");
    assert!(refused(6, 6, 4, 1), "C's rows overlap");
}

#[test]
fn a_matrix_transposed_twice_is_itself() {
    for (height, width) in [(1, 1), (1, 40), (40, 1), (16, 16), (17, 33), (50, 15)] {
        let matrix = random(height * width, 1.0, 1);
        let (mut transposed, mut back) = (vec![0.0; height * width], vec![0.0; height * width]);
        transpose(&matrix, width, &mut transposed);
        assert_eq!(
            transposed[(width - 1) * height],
            matrix[width - 1],
            "[{height}, {width}]: the first row's last number"
        );
        transpose(&transposed, height, &mut back);
        assert_eq!(back, matrix, "[{height}, {width}]");
    }
}
