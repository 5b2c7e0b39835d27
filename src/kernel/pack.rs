//! How the matrices of a [`product`](super::product) are laid out: B panel by panel, once; A in blocks,
//! where it does not lie well already.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    machine::{Machine, Precision},
    matmul::Matrix,
    scratch::Scratch,
    tile::Words,
    vector::Vectors,
};

/// Columns that one task packs, a multiple of every panel's width.
const PACKED_COLS: usize = 256;
/// Rows along k that are packed at a time.
const PACKED_ROWS: usize = 16;
/// The columns of the widest panel: two registers of 512 bits.
pub(super) const WIDEST: usize = 32;
/// Rows of A that go along all panels before the next ones do: they fit the second cache.
pub(super) const BLOCK: usize = 64;

/// B `[K, N]`, ready to be multiplied with: panel by panel, each as wide as two registers,
/// `[N / width][K, width]`, filled up with zeros.
#[derive(Clone, Debug)]
pub struct Packed {
    pub(super) panels: Scratch,
    pub(super) k: usize,
    pub(super) n: usize,
    pub(super) width: usize,
    pub(super) precision: Precision,
}

/// Lays B, `[k, n]`, out to be multiplied with.
///
/// # Panics
/// If B does not lie inside its slice.
pub fn pack(machine: Machine, [k, n]: [usize; 2], b: Matrix) -> Packed {
    assert!(b.holds(k, n), "B [{k}, {n}] does not fit");
    let (precision, width) = (machine.precision, panel_width(machine.vectors));
    let depth = precision.words(k);
    let mut panels = Scratch::take(n.div_ceil(width) * width * depth);
    panels.par_chunks_mut((PACKED_COLS * depth).max(1)).enumerate().for_each(|(task, panels)| {
        let firsts = (task * PACKED_COLS..).step_by(width);
        for (panel, first) in panels.chunks_exact_mut(width * depth).zip(firsts) {
            pack_panel(precision, panel, width, k, b.from_col(first), width.min(n - first));
        }
    });
    Packed { panels, k, n, width, precision }
}

/// `panel [K, width]` from the first `cols` columns of B.
fn pack_panel(
    precision: Precision,
    panel: &mut [f32],
    width: usize,
    k: usize,
    b: Matrix,
    cols: usize,
) {
    let step = precision.words(PACKED_ROWS) * width;
    for (words, first) in panel.chunks_mut(step).zip((0..).step_by(PACKED_ROWS)) {
        let rows = PACKED_ROWS.min(k - first);
        let mut block = [[0.0; WIDEST]; PACKED_ROWS];
        if b.lies_by_rows() {
            for (r, to) in block[..rows].iter_mut().enumerate() {
                to[..cols].copy_from_slice(&b.line(first + r)[..cols]);
            }
        } else {
            for c in 0..cols {
                let column = &b.line(c)[first..][..rows];
                for (line, number) in block.iter_mut().zip(column) {
                    line[c] = *number;
                }
            }
        }
        let block = block.chunks(precision.numbers_a_word());
        for (words, lines) in words.chunks_exact_mut(width).zip(block) {
            match lines {
                [even, odd] => (0..width).for_each(|c| words[c] = pair(odd[c], even[c])),
                lines => words.copy_from_slice(&lines[0][..width]),
            }
        }
    }
}

/// The columns of a panel: two registers.
pub(super) fn panel_width(vectors: Vectors) -> usize {
    match vectors {
        Vectors::Plain => 8,
        #[cfg(target_arch = "x86_64")]
        Vectors::Avx2(_) => 16,
        #[cfg(target_arch = "x86_64")]
        Vectors::Avx512(_) => 32,
    }
}

/// `rows` rows of A, the words `words` of them: where they lie, if that can be multiplied with, else
/// a copy in `packed`.
#[inline(always)]
pub(super) fn block<'a>(
    precision: Precision,
    a: Matrix<'a>,
    [first_row, rows]: [usize; 2],
    words: &Range<usize>,
    k: usize,
    packed: &'a mut [f32],
) -> Words<'a> {
    let depth = words.len();
    match (precision, a.lies_by_rows()) {
        (Precision::F32, true) => a.words_from(first_row, words.start),
        (Precision::F32, false) => {
            for (to, k) in packed.chunks_exact_mut(rows).zip(words.clone()) {
                to.copy_from_slice(&a.line(k)[first_row..][..rows]);
            }
            Words { values: packed, row: 1, col: rows }
        }
        (Precision::Bf16, true) => {
            let numbers = 2 * words.start..k.min(2 * words.end);
            for (r, to) in packed.chunks_exact_mut(depth).take(rows).enumerate() {
                let (pairs, last) = a.line(first_row + r)[numbers.clone()].as_chunks::<2>();
                for (to, &[lower, upper]) in to.iter_mut().zip(pairs) {
                    *to = pair(upper, lower);
                }
                if let [lower] = last {
                    to[depth - 1] = pair(0.0, *lower);
                }
            }
            Words { values: packed, row: depth, col: 1 }
        }
        (Precision::Bf16, false) => {
            let zeros = [0.0; BLOCK];
            let line = |k_0: usize| match k_0 < k {
                true => &a.line(k_0)[first_row..][..rows],
                false => &zeros[..rows],
            };
            for (to, word) in packed.chunks_exact_mut(rows).zip(words.clone()) {
                let (lower, upper) = (line(2 * word), line(2 * word + 1));
                (0..rows).for_each(|r| to[r] = pair(upper[r], lower[r]));
            }
            Words { values: packed, row: 1, col: rows }
        }
    }
}

/// Two bf16 in one word, whose bits are moved as an f32 and never computed with.
#[inline(always)]
fn pair(upper: f32, lower: f32) -> f32 {
    f32::from_bits((bf16_bits(upper) & 0xffff_0000) | (bf16_bits(lower) >> 16))
}

/// The bits of an f32 whose upper half is `x` rounded to bf16, to the nearest and half-way to the
/// even one; NaN stays NaN.
#[inline(always)]
fn bf16_bits(x: f32) -> u32 {
    let bits = x.to_bits();
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1));
    if x.is_nan() { 0x7fc0_0000 } else { rounded }
}
