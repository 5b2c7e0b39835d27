//! The innermost loop of every product: a tile of C that stays in the registers while A and B go by.
//!
//! ```text
//! C[r, j] += A[r, k] · B[k, j]        r < R, j < two registers of columns, k = 0 … K - 1
//! ```
//!
//! For each k two registers of B are loaded and each row's number of A is copied into all lanes of
//! another; R times two sums grow side by side, so that none has to wait for the one before. A sum
//! runs over k from the first to the last, whatever R is: into how many tiles C is cut changes no
//! bit of it.
//!
//! Source: Goto and van de Geijn, *Anatomy of High-Performance Matrix Multiplication* (2008).
#![allow(unsafe_code)]

use pulp::Simd;
#[cfg(target_arch = "x86_64")]
use pulp::f32x16;

/// What becomes of a sum when a word of A meets a word of B.
///
/// A *word* is 32 bits: one f32, or two bf16 that are neighbours along k.
pub(super) trait MultiplyAdd<S: Simd>: Copy {
    /// sum + a · b in every lane.
    fn multiply_add(self, simd: S, a: S::f32s, b: S::f32s, sum: S::f32s) -> S::f32s;
}

/// One f32 a word; the product is rounded, then the sum.
#[derive(Clone, Copy)]
pub(super) struct Separate;

/// One f32 a word; only the sum is rounded.
#[derive(Clone, Copy)]
pub(super) struct Fused;

/// Two bf16 a word, widened to f32, in which their product is exact: so either of the two above comes
/// to the same bits.
#[derive(Clone, Copy)]
pub(super) struct Pairs<U>(pub(super) U);

impl<S: Simd> MultiplyAdd<S> for Separate {
    #[inline(always)]
    fn multiply_add(self, simd: S, a: S::f32s, b: S::f32s, sum: S::f32s) -> S::f32s {
        simd.add_f32s(sum, simd.mul_f32s(a, b))
    }
}

impl<S: Simd> MultiplyAdd<S> for Fused {
    #[inline(always)]
    fn multiply_add(self, simd: S, a: S::f32s, b: S::f32s, sum: S::f32s) -> S::f32s {
        simd.mul_add_f32s(a, b, sum)
    }
}

impl<S: Simd, U: MultiplyAdd<S>> MultiplyAdd<S> for Pairs<U> {
    #[inline(always)]
    fn multiply_add(self, simd: S, a: S::f32s, b: S::f32s, sum: S::f32s) -> S::f32s {
        // A bf16 is the upper half of an f32.
        let upper = |word: S::f32s| simd.and_f32s(word, simd.splat_f32s(f32::from_bits(!0xffff)));
        let lower = |word: S::f32s| {
            let bits = simd.transmute_u32s_f32s(word);
            simd.transmute_f32s_u32s(simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(16)))
        };
        // The upper first, as `vdpbf16ps` does.
        let sum = self.0.multiply_add(simd, upper(a), upper(b), sum);
        self.0.multiply_add(simd, lower(a), lower(b), sum)
    }
}

/// [`Pairs`] by one instruction, `vdpbf16ps`, on a CPU that has AVX512-BF16.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(super) struct NativePairs(());

#[cfg(target_arch = "x86_64")]
impl NativePairs {
    /// If the CPU at hand has the instruction.
    pub(super) fn try_new() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx512bf16").then_some(Self(()))
    }

    /// Runs `work` compiled for AVX-512 with this instruction.
    pub(super) fn run<R>(self, _: pulp::x86::V4, work: impl FnOnce() -> R) -> R {
        #[target_feature(
            enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16,avx2,fma,bmi1,bmi2"
        )]
        fn compiled<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        // SAFETY: that a `V4` exists proves AVX-512 with the features of its level, that a
        // `NativePairs` exists proves avx512bf16.
        unsafe { compiled(work) }
    }
}

#[cfg(target_arch = "x86_64")]
impl MultiplyAdd<pulp::x86::V4> for NativePairs {
    #[inline(always)]
    fn multiply_add(self, _: pulp::x86::V4, a: f32x16, b: f32x16, sum: f32x16) -> f32x16 {
        use std::{
            arch::x86_64::{__m512, __m512bh, _mm512_dpbf16_ps},
            mem::transmute,
        };
        // SAFETY: `self` proves that the CPU has the instruction. Sixteen words of 32 bits are 512
        // bits, whatever they are called, and every pattern of bits is a value of each type.
        unsafe {
            let (a, b) = (transmute::<f32x16, __m512bh>(a), transmute::<f32x16, __m512bh>(b));
            let sum = _mm512_dpbf16_ps(transmute::<f32x16, __m512>(sum), a, b);
            transmute::<__m512, f32x16>(sum)
        }
    }
}

/// A's words: row r, word k lies at `start + r * row + k * col` of the slice.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) values: &'a [f32],
    pub(super) row: usize,
    pub(super) col: usize,
}

/// Rows of a panel's width at a distance of `row` numbers: where a tile of C lies.
pub(super) struct Target<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) row: usize,
}

/// C ← A B, or C ← C + A B with `add`, for R rows of A and one panel of B, `[K, 2 registers]`.
#[inline(always)]
pub(super) fn tile<S: Simd, U: MultiplyAdd<S>, const R: usize>(
    simd: S,
    unit: U,
    a: Words,
    panel: &[f32],
    c: Target,
    add: bool,
) {
    let panel = S::as_simd_f32s(panel).0.as_chunks::<2>().0;
    let mut sums = [[simd.splat_f32s(0.0); 2]; R];
    let last = (R - 1) * a.row + panel.len().saturating_sub(1) * a.col;
    assert!(last < a.values.len(), "{R} rows of A do not fit");
    let first = a.values.as_ptr();
    for (k, b) in panel.iter().enumerate() {
        for (r, sums) in sums.iter_mut().enumerate() {
            // SAFETY: r < R and k < K, so the index is at most `last`, which the assert checked.
            let a_rk = unsafe { *first.add(r * a.row + k * a.col) };
            let a_rk = simd.splat_f32s(a_rk);
            sums[0] = unit.multiply_add(simd, a_rk, b[0], sums[0]);
            sums[1] = unit.multiply_add(simd, a_rk, b[1], sums[1]);
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let c = S::as_mut_simd_f32s(&mut c.values[r * c.row..][..2 * S::F32_LANES]).0;
        for (c, sum) in c.iter_mut().zip(sums) {
            *c = if add { simd.add_f32s(*c, *sum) } else { *sum };
        }
    }
}
