//! What a [`Widener`](super::Widener) does by AVX-512: sixteen halves an instruction.
//!
//! Functions compiled for it, as those of F16C are: within a closure handed to `V4::vectorize` each
//! instruction became a call, and a character took thirty times as long.

use std::{
    arch::x86_64::{__m512, _mm512_cvtph_ps, _mm512_fmadd_ps, _mm512_set1_ps},
    array,
};

use pulp::cast;

#[target_feature(enable = "avx512f")]
pub fn widen<'a>(lines: impl Iterator<Item = (&'a [u16; 16], &'a mut [f32; 16])>) {
    for (halves, singles) in lines {
        *singles = cast!(_mm512_cvtph_ps(cast!(*halves)));
    }
}

#[target_feature(enable = "avx512f")]
pub fn add_row<const P: usize>(y: &mut [[f32; 16]; P], x: &[f32], w: &[[u16; 16]]) {
    let mut sums: [__m512; P] = array::from_fn(|p| cast!(y[p]));
    let panels: [&[[u16; 16]]; P] = array::from_fn(|p| &w[p * x.len()..][..x.len()]);
    for (k, &x) in x.iter().enumerate() {
        let x = _mm512_set1_ps(x);
        for p in 0..P {
            let w = _mm512_cvtph_ps(cast!(panels[p][k]));
            sums[p] = _mm512_fmadd_ps(x, w, sums[p]);
        }
    }
    for p in 0..P {
        y[p] = cast!(sums[p]);
    }
}

#[target_feature(enable = "avx512f")]
pub fn add_rows<const R: usize>(y: &mut [[f32; 16]; R], x: &[[f32; R]], w: &[[u16; 16]]) {
    let mut sums: [__m512; R] = array::from_fn(|r| cast!(y[r]));
    for (x, w) in x.iter().zip(w) {
        let w = _mm512_cvtph_ps(cast!(*w));
        for r in 0..R {
            sums[r] = _mm512_fmadd_ps(_mm512_set1_ps(x[r]), w, sums[r]);
        }
    }
    for r in 0..R {
        y[r] = cast!(sums[r]);
    }
}
