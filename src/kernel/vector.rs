//! One loop, compiled once for every width of vector registers, chosen when the program runs.
//!
//! The loops of the kernels are plain Rust over slices of known length, which the compiler turns
//! into vector instructions of the width it may use. A program that must start on any x86-64 may
//! only use 128 bits; so each loop is compiled three times, and the CPU at hand decides which one
//! runs.

use std::{f32::consts::LOG2_E, sync::OnceLock};

#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

/// The vector registers to use.
#[derive(Clone, Copy, Debug)]
pub enum Vectors {
    /// What every CPU of this kind has (128 bits on x86-64 and on ARM).
    Plain,
    /// 256 bits: AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    /// 512 bits: AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
}

/// The name of some [`Vectors`], on this CPU or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Width {
    /// [`Vectors::Plain`].
    #[value(help = None::<&str>)] // the flag says it in both languages
    Plain,
    /// `Vectors::Avx2`.
    #[value(help = None::<&str>)]
    Avx2,
    /// `Vectors::Avx512`.
    #[value(help = None::<&str>)]
    Avx512,
}

/// What this process uses, once it is known.
static WIDEST: OnceLock<Vectors> = OnceLock::new();

impl Vectors {
    /// The widest that the CPU at hand has, or those that [`limit`](Self::limit) left.
    pub fn widest() -> Self {
        *WIDEST.get_or_init(|| Self::all().pop().unwrap_or(Self::Plain))
    }

    /// Lets this process use these registers and no wider ones, if it is said before anything is
    /// computed; whether that is so and the CPU at hand has them.
    pub fn limit(width: Width) -> bool {
        let here = Self::all().into_iter().find(|vectors| vectors.width() == width);
        here.is_some_and(|vectors| WIDEST.get_or_init(|| vectors).width() == width)
    }

    /// Their name.
    pub fn width(self) -> Width {
        match self {
            Self::Plain => Width::Plain,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => Width::Avx2,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => Width::Avx512,
        }
    }

    /// Whether they add a product by one instruction, which rounds once.
    pub fn has_fma(self) -> bool {
        match self {
            Self::Plain => cfg!(target_arch = "aarch64"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) | Self::Avx512(_) => true,
        }
    }

    /// All that the CPU at hand has, the narrowest first.
    pub fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let wider =
            [V3::try_new().map(Self::Avx2), V4::try_new().map(Self::Avx512)].into_iter().flatten();
        #[cfg(not(target_arch = "x86_64"))]
        let wider = [];
        std::iter::once(Self::Plain).chain(wider).collect()
    }

    /// Runs `work` compiled for these registers; what it calls must be `#[inline(always)]`, or it
    /// stays as narrow as everywhere.
    #[inline(always)]
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::Plain => work(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.vectorize(work),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => simd.vectorize(work),
        }
    }
}

/// e^x, to 2 units in the last place wherever the result is a normal number; 0 and ∞ beyond, NaN
/// stays NaN.
///
/// ```text
/// e^x = 2^k · e^r        k = round(x / ln 2),  r = x - k ln 2,  |r| ≤ ½ ln 2
/// ```
///
/// e^r is a polynomial of degree 7 and 2^k a matter of writing k into the exponent bits. There is
/// no branch and no table, so a loop of it fills the vector registers; the `exp` of the standard
/// library is a call for each number.
///
/// ```
/// use lstm_lessons::kernel::vector::exp;
/// assert!((exp(1.0) - std::f32::consts::E).abs() < 1e-6);
/// assert_eq!((exp(f32::NEG_INFINITY), exp(f32::INFINITY)), (0.0, f32::INFINITY));
/// ```
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Comparisons written so that NaN goes through: beyond these two the result is 0 and ∞ anyway.
    let x = if x < -104.0 { -104.0 } else { x };
    let x = if x > 89.0 { 89.0 } else { x };
    let (e_r, k) = reduced_exp(x);
    // 2^k in two halves: k = 128 and k < -126 have no exponent of their own.
    let half = k >> 1;
    e_r * two_to(half) * two_to(k.wrapping_sub(half))
}

/// [`exp`] for σ and tanh, which do not care whether it ends at e^-87 or at 0, nor whether it
/// reaches ∞ at 88.4 or at 88.7: so 2^k is one factor.
#[inline(always)]
fn gate_exp(x: f32) -> f32 {
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 89.0 { 89.0 } else { x };
    let (e_r, k) = reduced_exp(x);
    e_r * two_to(k) // 2^128 is ∞
}

/// (e^r, k) with x = k ln 2 + r.
#[inline(always)]
fn reduced_exp(x: f32) -> (f32, i32) {
    // Adding 1.5 · 2^23 leaves no bits after the point: the lowest bits of the sum are k, and no
    // slow conversion is needed.
    const ROUND: f32 = 12_582_912.0;
    let rounded = x * LOG2_E + ROUND;
    let k = rounded - ROUND;
    // ln 2 in two parts, the first short enough for k times it to be exact.
    let r = x - k * 0.693_359_4 - k * -2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 0.166_666_66;
    let p = p * r + 0.5;
    (p * r * r + r + 1.0, (rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32))
}

/// 2^k for -126 ≤ k ≤ 127, and ∞ for 128.
#[inline(always)]
fn two_to(k: i32) -> f32 {
    f32::from_bits((k.wrapping_add(127) as u32) << 23)
}

/// σ(x) = 1 / (1 + e^-x), to 1e-6; 0 and 1 at the infinities, NaN stays NaN.
///
/// ```
/// assert_eq!(lstm_lessons::kernel::vector::sigmoid(0.0), 0.5);
/// ```
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + gate_exp(-x))
}

/// tanh x = 1 - 2 / (1 + e^2x), to 1e-6; -1 and 1 at the infinities, NaN stays NaN.
///
/// ```
/// assert!((lstm_lessons::kernel::vector::tanh(0.5) - 0.5f32.tanh()).abs() < 1e-6);
/// ```
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + gate_exp(2.0 * x))
}

/// a ← a + b.
#[inline(always)]
pub fn add(a: &mut [f32], b: &[f32]) {
    for (a, b) in a.iter_mut().zip(b) {
        *a += *b;
    }
}
