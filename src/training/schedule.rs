//! The learning rate of every step.

use burn::optim::lr_scheduler::{
    LrSchedulerConfig, composed::ComposedLrSchedulerConfig,
    cosine::CosineAnnealingLrSchedulerConfig, linear::LinearLrSchedulerConfig,
    module_lr_scheduler::ModuleLrScheduler, sequential::SequentialLrSchedulerConfig,
};

use super::run::Kind;
use crate::shell::error::{Error, Result};

/// Warm-up, then a straight line down: the learning rate of every optimizer step.
///
/// ```text
/// lr_k = lr · min(1, k / warm_up) · (1 - 0.98 · k / steps)
/// ```
///
/// The first steps of Adam know nothing yet and should be small; the last should be small so that
/// the model settles.
///
/// # Errors
/// [`Kind::LearningRate`].
pub fn schedule(lr: f64, warm_up: usize, steps: usize) -> Result<ModuleLrScheduler> {
    check_lr(lr)?;
    let first = 1.0 / warm_up.max(1) as f64;
    ComposedLrSchedulerConfig::new()
        .linear(LinearLrSchedulerConfig::new(first, 1.0, warm_up.max(1)))
        .linear(LinearLrSchedulerConfig::new(lr, 0.02 * lr, steps.max(1)))
        .init()
        .map_err(Error::ours)
}

/// One cycle: a straight line up to `lr` in `warm_up` steps, then half a cosine down to nothing.
///
/// ```text
/// lr_k = lr · k / warm_up                                              k ≤ warm_up
/// lr_k = lr · (1 + cos(π (k - 1 - warm_up) / (steps - warm_up))) / 2   after that
/// ```
///
/// The way up may be long: large steps keep a model from settling too early, and it has the whole
/// second half to settle.
///
/// Source: Smith and Topin, *Super-Convergence: Very Fast Training of Neural Networks Using Large
/// Learning Rates* (2019).
///
/// # Errors
/// [`Kind::LearningRate`].
pub fn one_cycle(lr: f64, warm_up: usize, steps: usize) -> Result<ModuleLrScheduler> {
    check_lr(lr)?;
    let warm_up = warm_up.max(1);
    let down = steps.saturating_sub(warm_up).max(1);
    let up = LinearLrSchedulerConfig::new(lr / warm_up as f64, lr, (warm_up - 1).max(1));
    let down = CosineAnnealingLrSchedulerConfig::new(lr, down);
    let both = vec![LrSchedulerConfig::Linear(up), LrSchedulerConfig::Cosine(down)];
    SequentialLrSchedulerConfig::new(both, vec![warm_up]).init().map_err(Error::ours)
}

/// Refuses a learning rate that teaches nothing, and NaN.
///
/// # Errors
/// [`Kind::LearningRate`] outside (0, 1].
pub fn check_lr(lr: f64) -> Result<()> {
    match lr > 0.0 && lr <= 1.0 {
        true => Ok(()),
        false => Err(Error::user(Kind::LearningRate(lr))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates of the first `count` steps.
    fn rates(schedule: Result<ModuleLrScheduler>, count: usize) -> Vec<f64> {
        let mut schedule = schedule.expect("a learning rate that can be");
        (0..count).map(|_| schedule.step().base()).collect()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn one_cycle_goes_up_in_a_line_and_down_in_half_a_cosine() {
        let (lr, warm_up, steps) = (0.003, 30, 100);
        let rates = rates(one_cycle(lr, warm_up, steps), steps);
        for (k, &rate) in (1..).zip(&rates) {
            let want = match k <= warm_up {
                true => lr * k as f64 / warm_up as f64,
                false => {
                    let down = (k - 1 - warm_up) as f64 / (steps - warm_up) as f64;
                    lr * (1.0 + (std::f64::consts::PI * down).cos()) / 2.0
                }
            };
            assert!(near(rate, want), "step {k}: {rate} is not {want}");
        }
        assert!(near(rates[0], lr / 30.0) && near(rates[29], lr) && near(rates[30], lr));
        assert!(near(rates[65], lr / 2.0) && rates[99] > 0.0 && rates[99] < lr / 1000.0);
    }

    #[test]
    fn the_shortest_trainings_have_a_rate_too() {
        for (warm_up, steps) in [(0, 0), (0, 1), (1, 1), (0, 3), (2, 3), (5, 3)] {
            let rates = rates(one_cycle(0.5, warm_up, steps), steps.max(1));
            assert!(
                rates.iter().all(|&rate| rate > 0.0 && rate <= 0.5),
                "{warm_up}, {steps}: {rates:?}"
            );
        }
    }

    #[test]
    fn a_rate_that_teaches_nothing_is_refused() {
        for lr in [0.0, -0.1, 1.5, f64::NAN] {
            for schedule in [schedule(lr, 1, 10), one_cycle(lr, 1, 10)] {
                let error = schedule.err().expect("it is refused");
                assert!(matches!(error.kind(), Some(Kind::LearningRate(_))), "{lr}");
            }
        }
    }
}
