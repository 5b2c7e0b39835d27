//! Half precision: 16 bits a weight in memory, 32 in the register.
//!
//! ```text
//! f32   1 sign   8 exponent (bias 127)   23 mantissa
//! f16   1 sign   5 exponent (bias  15)   10 mantissa
//! ```
//!
//! Every half-precision number is a single-precision one, so widening loses nothing; only numbers
//! that lose nothing by it are narrowed.

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod f16c;

#[cfg(target_arch = "x86_64")]
use pulp::x86::V4;

use super::super::vector::Vectors;

/// Between the two biases, in the exponent's place of an f32.
const BIAS: u32 = (127 - 15) << 23;
/// The exponent of ∞ and NaN in an f16.
const INFINITE: u32 = 0x7c00;

/// `x` in 16 bits, if it is a half-precision number.
pub fn narrow(x: f32) -> Option<u16> {
    let magnitude = x.abs();
    let half = if magnitude < f32::from_bits(BIAS + (1 << 23)) {
        (magnitude * (1 << 24) as f32) as u32 // a subnormal: so many times 2^-24
    } else {
        (magnitude.to_bits() - BIAS) >> 13
    };
    let half = (half < INFINITE).then_some(half as u16 | (x.to_bits() >> 16) as u16 & 0x8000)?;
    (widen(half).to_bits() == x.to_bits()).then_some(half)
}

/// A finite half-precision number in 32 bits, by integer arithmetic and without a branch.
#[inline(always)]
pub fn widen(half: u16) -> f32 {
    let bits = (u32::from(half) & 0x7fff) << 13;
    let normal = f32::from_bits(bits + BIAS);
    // A subnormal has no leading one: with the exponent of the smallest normal number it gets one,
    // which is taken away again.
    let smallest = BIAS + (1 << 23);
    let subnormal = f32::from_bits(bits + smallest) - f32::from_bits(smallest);
    let magnitude = if bits < 1 << 23 { subnormal } else { normal };
    f32::from_bits(magnitude.to_bits() | (u32::from(half) & 0x8000) << 16)
}

/// What widens halves.
#[derive(Clone, Copy, Debug)]
pub enum Widener {
    /// Integer arithmetic, on these registers.
    Portable(Vectors),
    /// An instruction for eight of them. Only [`of`](Self::of) makes it, where the CPU has F16C.
    #[cfg(target_arch = "x86_64")]
    F16c,
    /// An instruction for sixteen of them.
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
}

impl Widener {
    /// The fastest for these registers on the CPU at hand.
    pub fn of(vectors: Vectors) -> Self {
        match vectors {
            #[cfg(target_arch = "x86_64")]
            Vectors::Avx2(_) if is_x86_feature_detected!("f16c") => Self::F16c,
            #[cfg(target_arch = "x86_64")]
            Vectors::Avx512(simd) => Self::Avx512(simd),
            vectors => Self::Portable(vectors),
        }
    }

    /// Whether a weight that is used once is used sooner if it is read as a half: integer
    /// arithmetic takes longer than the reading that it saves.
    pub fn pays(self) -> bool {
        !matches!(self, Self::Portable(_))
    }

    /// Widens some lines of sixteen.
    #[allow(unsafe_code)]
    pub fn widen(self, halves: &[[u16; 16]], singles: &mut [[f32; 16]]) {
        let lines = halves.iter().zip(singles);
        match self {
            Self::Portable(vectors) => vectors.run(
                #[inline(always)]
                || lines.for_each(|(halves, singles)| *singles = halves.map(widen)),
            ),
            // SAFETY: there is a `Widener::F16c` only where the CPU has F16C, AVX2 and FMA.
            #[cfg(target_arch = "x86_64")]
            Self::F16c => unsafe { f16c::widen(lines) },
            // SAFETY: that a `V4` exists proves AVX-512.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => unsafe { avx512::widen(lines) },
        }
    }

    /// y ← y + x W for one row x and P panels of W, one after the other in `w`, which widen in the
    /// register. Where no register does that, nothing is done, and the answer is `false`.
    #[allow(unsafe_code)]
    pub fn add_row<const P: usize>(
        self,
        y: &mut [[f32; 16]; P],
        x: &[f32],
        w: &[[u16; 16]],
    ) -> bool {
        match self {
            Self::Portable(_) => return false,
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::F16c => unsafe { f16c::add_row(y, x, w) },
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => unsafe { avx512::add_row(y, x, w) }, // SAFETY: as above
        }
        true
    }

    /// Y ← Y + X W for R rows, `x [D, R]`, and one panel of W, which widens in the register.
    ///
    /// # Panics
    /// Where no register does that: where it does not [pay](Self::pays).
    #[allow(unsafe_code)]
    pub fn add_rows<const R: usize>(self, y: &mut [[f32; 16]; R], x: &[[f32; R]], w: &[[u16; 16]]) {
        match self {
            Self::Portable(_) => unreachable!("halves that do not pay are widened before"),
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::F16c => unsafe { f16c::add_rows(y, x, w) },
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => unsafe { avx512::add_rows(y, x, w) }, // SAFETY: as above
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the standard has it: (-1)^s · 2^(e-15) · (1 + m / 1024), and for e = 0
    /// (-1)^s · 2^-14 · m / 1024.
    fn by_definition(half: u16) -> f64 {
        let (e, m) = (i32::from(half >> 10 & 31), f64::from(half & 1023));
        let magnitude = match e {
            0 => 2f64.powi(-14) * m / 1024.0,
            _ => 2f64.powi(e - 15) * (1.0 + m / 1024.0),
        };
        if half >> 15 == 1 { -magnitude } else { magnitude }
    }

    fn finite() -> impl Iterator<Item = u16> {
        (0..=u16::MAX).filter(|half| u32::from(half & 0x7fff) < INFINITE)
    }

    #[test]
    fn every_finite_half_widens_to_its_number_and_comes_back() {
        for half in finite() {
            let (wide, expected) = (widen(half), by_definition(half));
            assert_eq!(f64::from(wide).to_bits(), expected.to_bits(), "{half:#x}");
            assert_eq!(narrow(wide), Some(half), "{half:#x}");
        }
    }

    #[test]
    fn every_widener_widens_alike() {
        let mut halves: Vec<u16> = finite().collect();
        halves.truncate(halves.len() / 16 * 16);
        for vectors in Vectors::all() {
            let lines = halves.as_chunks::<16>().0;
            let mut singles = vec![[0.0; 16]; lines.len()];
            Widener::of(vectors).widen(lines, &mut singles);
            for (half, single) in halves.iter().zip(singles.as_flattened()) {
                assert_eq!(single.to_bits(), widen(*half).to_bits(), "{half:#x}, {vectors:?}");
            }
        }
    }

    #[test]
    fn what_is_no_half_is_left_alone() {
        let next = |x: f32| f32::from_bits(x.to_bits() + 1);
        let numbers = [0.1, 65520.0, 65536.0, 1e30, f32::INFINITY, f32::NAN, f32::MIN_POSITIVE];
        for x in numbers.into_iter().chain(finite().map(widen).map(next)) {
            assert_eq!(narrow(x), None, "{x:e}");
            assert_eq!(narrow(-x), None, "{x:e}");
        }
    }
}
