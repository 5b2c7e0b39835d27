//! What a [`Widener`](super::Widener) does by F16C: eight halves an instruction.

use std::{
    arch::x86_64::{__m128i, __m256, _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_set1_ps},
    array,
};

use pulp::cast;

#[target_feature(enable = "avx2,f16c")]
pub fn widen<'a>(lines: impl Iterator<Item = (&'a [u16; 16], &'a mut [f32; 16])>) {
    for (halves, singles) in lines {
        let [low, high]: [__m128i; 2] = cast!(*halves);
        *singles = cast!([_mm256_cvtph_ps(low), _mm256_cvtph_ps(high)]);
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
pub fn add_row<const P: usize>(y: &mut [[f32; 16]; P], x: &[f32], w: &[[u16; 16]]) {
    let mut sums: [[__m256; 2]; P] = array::from_fn(|p| cast!(y[p]));
    let panels: [&[[u16; 16]]; P] = array::from_fn(|p| &w[p * x.len()..][..x.len()]);
    for (k, &x) in x.iter().enumerate() {
        let x = _mm256_set1_ps(x);
        for p in 0..P {
            let halves: [__m128i; 2] = cast!(panels[p][k]);
            for half in 0..2 {
                let w = _mm256_cvtph_ps(halves[half]);
                sums[p][half] = _mm256_fmadd_ps(x, w, sums[p][half]);
            }
        }
    }
    for p in 0..P {
        y[p] = cast!(sums[p]);
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
pub fn add_rows<const R: usize>(y: &mut [[f32; 16]; R], x: &[[f32; R]], w: &[[u16; 16]]) {
    let mut sums: [[__m256; 2]; R] = array::from_fn(|r| cast!(y[r]));
    for (x, w) in x.iter().zip(w) {
        let [low, high]: [__m128i; 2] = cast!(*w);
        let w = [_mm256_cvtph_ps(low), _mm256_cvtph_ps(high)];
        for r in 0..R {
            let x = _mm256_set1_ps(x[r]);
            for half in 0..2 {
                sums[r][half] = _mm256_fmadd_ps(x, w[half], sums[r][half]);
            }
        }
    }
    for r in 0..R {
        y[r] = cast!(sums[r]);
    }
}
