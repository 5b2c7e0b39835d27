//! A stopwatch for steps that repeat.

use std::time::{Duration, Instant};

/// How long to repeat a step.
///
/// ```
/// use std::time::Duration;
/// use lstm_lessons::demos::measure::{Budget, Stopwatch};
///
/// let mut watch = Stopwatch::new(Budget { warm_up: 1, at_least: 3, time: Duration::ZERO });
/// while !watch.is_done() {
///     watch.time(|| (1..20u64).product::<u64>());
/// }
/// let (steps, milliseconds) = watch.result();
/// assert!(steps == 3 && milliseconds >= 0.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Steps that are not counted: they fill the caches and the allocator.
    pub warm_up: usize,
    /// Steps that are counted at least.
    pub at_least: usize,
    /// No further step begins after this time.
    pub time: Duration,
}

/// Times one step after the other until the budget is used.
pub struct Stopwatch {
    budget: Budget,
    begun: Instant,
    times: Vec<f64>,
}

impl Stopwatch {
    /// Nothing timed yet; the time of the budget begins after the warm-up, in which a GPU compiles
    /// its kernels.
    pub fn new(budget: Budget) -> Self {
        Self { budget, begun: Instant::now(), times: Vec::new() }
    }

    /// Whether there was time enough.
    pub fn is_done(&self) -> bool {
        self.times.len() >= self.budget.warm_up + self.budget.at_least
            && self.begun.elapsed() >= self.budget.time
    }

    /// Runs `step` and notes how long it took.
    pub fn time<T>(&mut self, step: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let out = step();
        self.times.push(begun.elapsed().as_secs_f64() * 1e3);
        if self.times.len() == self.budget.warm_up {
            self.begun = Instant::now();
        }
        out
    }

    /// The counted steps, and the median of their times in milliseconds: one slow step, for
    /// whatever reason, does not move it.
    pub fn result(self) -> (usize, f64) {
        let mut counted = self.times[self.budget.warm_up.min(self.times.len())..].to_vec();
        counted.sort_by(f64::total_cmp);
        let middle = counted.len() / 2;
        let median = match counted.len() {
            0 => f64::NAN,
            n if n % 2 == 0 => (counted[middle - 1] + counted[middle]) / 2.0,
            _ => counted[middle],
        };
        (counted.len(), median)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { warm_up: 2, at_least: 3, time: Duration::ZERO };

    #[test]
    fn the_warm_up_is_not_counted_and_one_slow_step_does_not_move_the_median() {
        let watch = Stopwatch {
            budget: BUDGET,
            begun: Instant::now(),
            times: vec![900.0, 500.0, 10.0, 700.0, 12.0, 11.0],
        };
        assert_eq!(watch.result(), (4, 11.5));
    }

    #[test]
    fn it_goes_on_until_there_are_steps_enough() {
        let mut watch = Stopwatch::new(BUDGET);
        while !watch.is_done() {
            watch.time(|| ());
        }
        assert_eq!(watch.result().0, 3);
    }
}
