//! Noise that makes a model rely on no single unit.

use burn::{prelude::*, tensor::Distribution};

/// Silences each unit of each example with probability `p`, the same units at every step, and
/// strengthens the others by 1 / (1 - p).
///
/// ```text
/// m ~ Bernoulli(1 - p), one for each example and unit        y_t = x_t ⊙ m / (1 - p)
/// ```
///
/// A unit that flickers from step to step would disturb what the cell remembers; one that is silent
/// for the whole sequence does not. It works only while training (on a device with autodiff), so
/// that the same call writes poems undisturbed. The noise comes from the device's generator:
/// `device.seed` decides it.
///
/// Source: Gal and Ghahramani, *A Theoretically Grounded Application of Dropout in Recurrent Neural
/// Networks* (2016).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::drop_units;
///
/// let x = Tensor::<3>::ones([2, 5, 8], &Device::flex());
/// assert_eq!(drop_units(x.clone(), 0.5).into_data(), x.into_data()); // not training: nothing happens
/// ```
pub fn drop_units(x: Tensor<3>, p: f64) -> Tensor<3> {
    let device = x.device();
    if p == 0.0 || !device.is_autodiff() {
        return x;
    }
    let [batch, _, width] = x.dims();
    let kept =
        Tensor::<3>::random([batch, 1, width], Distribution::Bernoulli(1.0 - p), &device.inner()); // [B, 1, D]
    x * Tensor::from_inner(kept.div_scalar(1.0 - p)) // [B, T, D]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_training_a_unit_is_silent_in_every_step_or_in_none_and_the_mean_stays() {
        const B: usize = 4;
        const T: usize = 3;
        const D: usize = 1000;
        let x = Tensor::<3>::ones([B, T, D], &Device::flex().autodiff());
        let y: Vec<f32> = drop_units(x, 0.25).into_data().iter().collect();
        assert!(y.iter().all(|&y| y == 0.0 || (y - 4.0 / 3.0).abs() < 1e-6));
        let mean = y.iter().sum::<f32>() / y.len() as f32;
        assert!((mean - 1.0).abs() < 0.06, "{mean}");
        let examples: Vec<&[f32]> = y.chunks(T * D).collect();
        assert_ne!(examples[0], examples[1]);
        for steps in examples.iter().map(|example| example.chunks(D).collect::<Vec<_>>()) {
            assert!(steps.iter().all(|step| *step == steps[0]));
        }
    }
}
