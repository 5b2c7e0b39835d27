//! Products in tiles, in single or half precision: what all kernels spend their time in.
//!
//! A library's product gets two matrices as they lie and has to lay them out anew at every call. The
//! weights of a layer are multiplied with at every step of the sequence: here they are laid out once
//! ([`pack`]) and multiplied with as often as needed ([`multiply`]).
//!
//! In half precision ([`Precision::Bf16`]) the numbers of A and B are rounded to bfloat16 on the way
//! in. That is the upper half of an f32: the whole range of its exponent, eight bits of mantissa
//! instead of 24. A product of two such numbers is exact in f32, and every sum is one of f32: what
//! is lost is lost once for each number, and not again at each addition.

use std::cell::RefCell;

use pulp::Simd;

#[cfg(target_arch = "x86_64")]
use super::tile::NativePairs;
use super::{
    machine::{Machine, Precision},
    matmul::Matrix,
    pack::{BLOCK, WIDEST, block, panel_width},
    tile::{Fused, MultiplyAdd, Pairs, Separate, Target, Words, tile},
    vector::Vectors,
};

pub use super::pack::{Packed, pack};

/// Words along k that are multiplied before C is written: a panel of so many fits the first cache.
const DEPTH: usize = 256;
/// C ← A B (or C ← C + A B with `add`): A is `[m, k]`, B `[k, n]`, C has rows of `n` numbers at a
/// distance of `row`.
///
/// One thread: the kernels split the batch among the threads, not the product. A number of C is the
/// same to the last bit whatever m is, so it does not depend on how the rows are split.
///
/// ```
/// use lstm_lessons::kernel::{Machine, Precision, matmul::Matrix, product::{multiply, pack}};
///
/// let machine = Machine::whole(Precision::F32);
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 1.0, 1.0]);
/// let b = pack(machine, [2, 2], Matrix::new(&b, 2));
/// let mut c = [0.0; 4];
/// multiply(machine, 2, &mut c, 2, false, Matrix::new(&a, 2), &b);
/// assert_eq!(c, [3.0, 2.0, 7.0, 4.0]);
/// multiply(machine, 2, &mut c, 2, true, Matrix::new(&a, 2).t(), &b);
/// assert_eq!(c, [7.0, 5.0, 13.0, 8.0]);
/// ```
///
/// # Panics
/// If a matrix does not lie inside its slice, or B was packed for another machine.
pub fn multiply(
    machine: Machine,
    m: usize,
    c: &mut [f32],
    row: usize,
    add: bool,
    a: Matrix,
    b: &Packed,
) {
    let Packed { k, n, width, precision, .. } = *b;
    if m == 0 || n == 0 {
        return;
    }
    assert!(n <= row && (m - 1) * row + n <= c.len(), "C [{m}, {n}] does not fit");
    assert!(a.holds(m, k), "A [{m}, {k}] does not fit");
    let same = width == panel_width(machine.vectors) && precision == machine.precision;
    assert!(same, "B was packed for another machine");
    if k == 0 && !add {
        c.chunks_mut(row).take(m).for_each(|c| c[..n].fill(0.0));
    }
    PACKED_BLOCK.with_borrow_mut(|packed| {
        packed.resize(BLOCK * DEPTH, 0.0);
        Product { m, c, row, add, a, b, packed }.run(machine.vectors)
    });
}

thread_local! {
    /// The block of A that this thread packed last.
    static PACKED_BLOCK: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// What [`multiply`] was asked for.
struct Product<'a> {
    m: usize,
    c: &'a mut [f32],
    row: usize,
    add: bool,
    a: Matrix<'a>,
    b: &'a Packed,
    /// Room for a block of A.
    packed: &'a mut [f32],
}

impl Product<'_> {
    /// By the instructions of these registers.
    fn run(self, vectors: Vectors) {
        match vectors {
            Vectors::Plain => self.plain(),
            #[cfg(target_arch = "x86_64")]
            Vectors::Avx2(simd) => simd.vectorize(
                #[inline(always)]
                || match self.b.precision {
                    Precision::F32 => self.compute(simd, Fused),
                    Precision::Bf16 => self.compute(simd, Pairs(Fused)),
                },
            ),
            #[cfg(target_arch = "x86_64")]
            Vectors::Avx512(simd) => match (self.b.precision, NativePairs::try_new()) {
                (Precision::Bf16, Some(native)) => native.run(
                    simd,
                    #[inline(always)]
                    || self.compute(simd, native),
                ),
                _ => simd.vectorize(
                    #[inline(always)]
                    || match self.b.precision {
                        Precision::F32 => self.compute(simd, Fused),
                        Precision::Bf16 => self.compute(simd, Pairs(Fused)),
                    },
                ),
            },
        }
    }

    /// By those that every CPU of this kind has.
    fn plain(self) {
        #[cfg(target_arch = "aarch64")]
        if let Some(simd) = pulp::aarch64::Neon::try_new() {
            return simd.vectorize(
                #[inline(always)]
                || match self.b.precision {
                    Precision::F32 => self.compute(simd, Fused),
                    Precision::Bf16 => self.compute(simd, Pairs(Fused)),
                },
            );
        }
        match self.b.precision {
            Precision::F32 => self.compute(pulp::Scalar128b, Separate),
            Precision::Bf16 => self.compute(pulp::Scalar128b, Pairs(Separate)),
        }
    }

    /// Some rows of A after the other, for each [`DEPTH`] words along k.
    #[inline(always)]
    fn compute<S: Simd, U: MultiplyAdd<S>>(self, simd: S, unit: U) {
        let Product { m, c, row, add, a, b, packed } = self;
        let depth = b.precision.words(b.k);
        let mut edge = [0.0; BLOCK * WIDEST];
        for first_row in (0..m).step_by(BLOCK) {
            let rows = BLOCK.min(m - first_row);
            for first in (0..depth).step_by(DEPTH) {
                let words = first..depth.min(first + DEPTH);
                let block = block(b.precision, a, [first_row, rows], &words, b.k, packed);
                let c = &mut c[first_row * row..];
                let add = add || first > 0;
                for (p, panel) in b.panels.chunks_exact(depth * b.width).enumerate() {
                    let panel = &panel[words.start * b.width..words.end * b.width];
                    let (c, cols) = (&mut c[p * b.width..], b.n - p * b.width);
                    if cols >= b.width {
                        tiles(simd, unit, rows, block, panel, Target { values: c, row }, add);
                        continue;
                    }
                    // The last columns are no whole panel.
                    let edge = &mut edge[..rows * b.width];
                    let target = Target { values: &mut *edge, row: b.width };
                    tiles(simd, unit, rows, block, panel, target, false);
                    for (c, edge) in c.chunks_mut(row).zip(edge.chunks_exact(b.width)) {
                        let pairs = c.iter_mut().zip(&edge[..cols]);
                        pairs.for_each(|(c, e)| *c = if add { *c + e } else { *e });
                    }
                }
            }
        }
    }
}

/// One panel of B and all rows of a block: in tiles of nearly equal height, as high as the registers
/// allow.
#[inline(always)]
fn tiles<S: Simd, U: MultiplyAdd<S>>(
    simd: S,
    unit: U,
    rows: usize,
    a: Words,
    panel: &[f32],
    c: Target,
    add: bool,
) {
    // Two sums a row, two registers of B and one of A.
    let highest = if const { S::REGISTER_COUNT < 32 } { 6 } else { 12 };
    let count = rows.div_ceil(highest);
    let mut first = 0;
    for t in 0..count {
        let height = rows / count + usize::from(t < rows % count);
        let a = Words { values: &a.values[first * a.row..], ..a };
        let c = Target { values: &mut c.values[first * c.row..], ..c };
        macro_rules! of_height {
            ($($r:literal)*) => { match height {
                $($r => tile::<S, U, $r>(simd, unit, a, panel, c, add),)*
                _ => unreachable!("no tile is so high"),
            } };
        }
        if const { S::REGISTER_COUNT < 32 } {
            of_height!(1 2 3 4 5 6)
        } else {
            of_height!(1 2 3 4 5 6 7 8 9 10 11 12)
        }
        first += height;
    }
}
