//! Matrices that lie in slices, and their product, which is `unsafe` inside.

use rayon::prelude::*;

use super::tile::Words;

/// A matrix that is read: element (r, c) lies at `values[r * row + c * col]`.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    values: &'a [f32],
    row: usize,
    col: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `width` numbers, one after the other.
    pub fn new(values: &'a [f32], width: usize) -> Self {
        Self { values, row: width, col: 1 }
    }

    /// The same numbers with rows and columns exchanged; nothing moves.
    pub fn t(self) -> Self {
        Self { row: self.col, col: self.row, ..self }
    }

    /// Without the columns before `first`.
    pub fn from_col(self, first: usize) -> Self {
        Self { values: &self.values[(first * self.col).min(self.values.len())..], ..self }
    }

    /// Whether the numbers of a row lie side by side; else those of a column do.
    pub(super) fn lies_by_rows(self) -> bool {
        self.col == 1
    }

    /// Row `at`, or column `at` if the numbers of a column lie side by side, and all that lies
    /// behind it.
    pub(super) fn line(self, at: usize) -> &'a [f32] {
        &self.values[at * self.row.max(self.col)..]
    }

    /// The words of single precision from row `row`, column `col` on.
    pub(super) fn words_from(self, row: usize, col: usize) -> Words<'a> {
        let values = &self.values[row * self.row + col * self.col..];
        Words { values, row: self.row, col: self.col }
    }

    /// Whether `rows` rows of `cols` numbers lie inside the slice.
    pub(super) fn holds(&self, rows: usize, cols: usize) -> bool {
        rows == 0 || cols == 0 || (rows - 1) * self.row + (cols - 1) * self.col < self.values.len()
    }
}

/// C ← A B (or C ← C + A B with `add`): A is `[m, k]`, B `[k, n]`, C has rows of `n` numbers at a
/// distance of `row`.
///
/// One thread: the kernels split the batch among the threads, not the product.
///
/// ```
/// use lstm_lessons::kernel::matmul::{Matrix, matmul};
///
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 1.0, 1.0]);
/// let mut c = [0.0; 4];
/// matmul([2, 2, 2], &mut c, 2, false, Matrix::new(&a, 2), Matrix::new(&b, 2));
/// assert_eq!(c, [3.0, 2.0, 7.0, 4.0]);
/// matmul([2, 2, 2], &mut c, 2, true, Matrix::new(&a, 2).t(), Matrix::new(&b, 2));
/// assert_eq!(c, [7.0, 5.0, 13.0, 8.0]);
/// ```
///
/// # Panics
/// If a matrix does not lie inside its slice.
#[allow(unsafe_code)]
pub fn matmul([m, n, k]: [usize; 3], c: &mut [f32], row: usize, add: bool, a: Matrix, b: Matrix) {
    if m == 0 || n == 0 {
        return;
    }
    assert!(n <= row && (m - 1) * row + n <= c.len(), "C [{m}, {n}] does not fit");
    assert!(a.holds(m, k) && b.holds(k, n), "A [{m}, {k}] or B [{k}, {n}] does not fit");
    // SAFETY: the asserts bound every address that is read or written for these sizes and strides;
    // `c` is borrowed exclusively, so neither `a` nor `b` overlaps it; with k = 0 nothing of A and
    // B is read. All strides fit isize, as slices are no longer.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            1,
            row as isize,
            add,
            a.values.as_ptr(),
            a.col as isize,
            a.row as isize,
            b.values.as_ptr(),
            b.col as isize,
            b.row as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Writes the transpose of the matrix with rows of `width` numbers into `transposed`.
///
/// It goes in squares of 16 by 16, so that whole cache lines are read and written.
///
/// ```
/// let mut transposed = [0.0; 6];
/// lstm_lessons::kernel::matmul::transpose(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, &mut transposed);
/// assert_eq!(transposed, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
/// ```
pub fn transpose(matrix: &[f32], width: usize, transposed: &mut [f32]) {
    transpose_into(matrix, width, transposed, matrix.len() / width.max(1), 0);
}

/// [`transpose`] into some columns, from `first` on, of a matrix with rows of `row` numbers.
pub(super) fn transpose_into(
    matrix: &[f32],
    width: usize,
    transposed: &mut [f32],
    row: usize,
    first: usize,
) {
    const SIDE: usize = 16;
    if matrix.is_empty() {
        return;
    }
    let height = matrix.len() / width;
    transposed.par_chunks_mut(SIDE * row).take(width.div_ceil(SIDE)).enumerate().for_each(
        |(block, transposed)| {
            let cols = SIDE.min(width - block * SIDE);
            for top in (0..height).step_by(SIDE) {
                let rows = SIDE.min(height - top);
                let mut square = [[0.0; SIDE]; SIDE];
                for r in 0..rows {
                    square[r][..cols]
                        .copy_from_slice(&matrix[(top + r) * width + block * SIDE..][..cols]);
                }
                for c in 0..cols {
                    let transposed = &mut transposed[c * row + first + top..][..rows];
                    for r in 0..rows {
                        transposed[r] = square[r][c];
                    }
                }
            }
        },
    );
}
