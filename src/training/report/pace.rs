//! Where a run stands and how long the rest will take.
//!
//! Why not indicatif's own `per_sec` and `eta`: they follow one bar through its last seconds, so a
//! validation between two epochs reads as slow training and none that is still to come is counted,
//! and their clock cannot be set. [`Pace`] owns no clock: each call is given the seconds since the
//! run began, so that its arithmetic can be tested. What indicatif does here is the drawing.

/// The part of an epoch that is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    Training,
    /// Validation, checkpoint and whatever else lies between two stretches of training.
    #[default]
    Between,
}

/// So many (items, pauses) in so many seconds.
#[derive(Debug, Default)]
struct Total {
    count: usize,
    seconds: f64,
}

impl Total {
    fn add(&mut self, count: usize, seconds: f64) {
        self.count += count;
        self.seconds += seconds;
    }
}

/// Progress through a run of several epochs, measured in the loader's items (images or poems).
#[derive(Debug, Default)]
pub(super) struct Pace {
    pub epoch: usize,
    pub epochs: usize,
    pub phase: Phase,
    /// Items of the running split: done, of.
    pub done: usize,
    pub of: usize,
    /// When the running epoch and its running phase began.
    epoch_began: f64,
    phase_began: f64,
    /// Items of the running epoch that an earlier run did.
    replayed: Total,
    /// How long this epoch trained and how much of it was done, once that is over.
    epoch_trained: f64,
    epoch_share: f64,
    items_an_epoch: usize,
    /// All finished stretches of training, in items, and all finished pauses between two of them.
    trained: Total,
    paused: Total,
}

impl Pace {
    /// A run that will train the epochs `first..=epochs`.
    pub fn new(first: usize, epochs: usize) -> Self {
        Self { epoch: first.saturating_sub(1), epochs, ..Self::default() }
    }

    /// The next epoch's training begins.
    pub fn start_training(&mut self, items: usize, now: f64) {
        if self.items_an_epoch > 0 {
            self.paused.add(1, now - self.phase_began);
        }
        self.epoch += 1;
        self.items_an_epoch = items;
        (self.epoch_began, self.epoch_trained) = (now, 0.0);
        self.replayed = Total::default();
        self.start(Phase::Training, items, now);
    }

    /// What is done of this epoch was done by an earlier run, in `seconds`: it counts as done, but
    /// not for the speed of this one.
    pub fn replay(&mut self, seconds: f64, now: f64) {
        (self.epoch_began, self.phase_began) = (now, now);
        self.replayed = Total { count: self.done, seconds };
    }

    /// This epoch's training is over.
    pub fn end_training(&mut self, now: f64) {
        self.epoch_trained = now - self.phase_began;
        self.epoch_share = self.share();
        self.trained.add(self.done - self.replayed.count, self.epoch_trained);
        self.start(Phase::Between, 0, now);
    }

    /// Validation begins: still the pause between two stretches of training, but one whose progress
    /// is known.
    pub fn start_validation(&mut self, items: usize) {
        (self.done, self.of) = (0, items);
    }

    fn start(&mut self, phase: Phase, items: usize, now: f64) {
        (self.phase, self.phase_began) = (phase, now);
        (self.done, self.of) = (0, items);
    }

    /// How much of the running split is done, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.of == 0 { 0.0 } else { (self.done as f64 / self.of as f64).min(1.0) }
    }

    /// How much of this epoch's training is done, 0 to 1.
    pub fn training_share(&self) -> f64 {
        if self.phase == Phase::Training { self.share() } else { self.epoch_share }
    }

    /// How much of this epoch's training this run has done, 0 to 1.
    pub fn share_of_this_run(&self) -> f64 {
        let before = self.replayed.count as f64 / self.items_an_epoch.max(1) as f64;
        (self.training_share() - before).max(0.0)
    }

    /// Seconds this run has trained in this epoch so far, without its validation.
    pub fn epoch_training_seconds(&self, now: f64) -> f64 {
        if self.phase == Phase::Training { now - self.phase_began } else { self.epoch_trained }
    }

    /// Seconds that this epoch has taken, its validation and what an earlier run did of it
    /// included.
    pub fn epoch_seconds(&self, now: f64) -> f64 {
        self.replayed.seconds + now - self.epoch_began
    }

    /// The seconds until the last epoch is over, from the means so far; `None` before the first
    /// step.
    ///
    /// The pause after an epoch (validation, checkpoint) counts as soon as a first one has begun;
    /// before that nobody can know how long it takes, and it is left out.
    pub fn seconds_left(&self, now: f64) -> Option<f64> {
        let training = self.phase == Phase::Training;
        let (items, seconds) = match training {
            true => (
                self.trained.count + self.done - self.replayed.count,
                self.trained.seconds + now - self.phase_began,
            ),
            false => (self.trained.count, self.trained.seconds),
        };
        if items == 0 {
            return None;
        }
        let epochs_after = self.epochs.saturating_sub(self.epoch);
        let unread = if training { self.items_an_epoch.saturating_sub(self.done) } else { 0 };
        let items_left = unread + epochs_after * self.items_an_epoch;

        let in_pause = if training { 0.0 } else { now - self.phase_began };
        let pause = match self.paused.count {
            0 if self.share() > 0.0 => in_pause / self.share(),
            0 => in_pause,
            n => self.paused.seconds / n as f64,
        };
        let this_pause = (pause - in_pause).max(0.0);
        Some(seconds / items as f64 * items_left as f64 + this_pause + pause * epochs_after as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_known_after_the_first_step_and_covers_every_epoch() {
        let mut pace = Pace::new(1, 3);
        assert_eq!(pace.seconds_left(0.0), None);
        pace.start_training(100, 0.0);
        assert_eq!(pace.seconds_left(1.0), None);
        pace.done = 10; // a tenth of the first of three epochs in 2 seconds
        assert_eq!(pace.seconds_left(2.0), Some(58.0));
    }

    #[test]
    fn validation_counts_once_a_first_one_has_begun() {
        let mut pace = Pace::new(1, 2);
        pace.start_training(100, 0.0);
        pace.done = 100;
        assert_eq!(pace.seconds_left(10.0), Some(10.0));
        pace.end_training(10.0);
        pace.start_validation(50);
        pace.done = 25; // half of it in two seconds: two more now, four after the second epoch, and its training
        assert_eq!(pace.seconds_left(12.0), Some(2.0 + 10.0 + 4.0));
        pace.start_training(100, 14.0);
        pace.done = 50;
        assert_eq!(pace.seconds_left(19.0), Some(5.0 + 4.0));
        assert_eq!((pace.epoch_training_seconds(19.0), pace.training_share()), (5.0, 0.5));
    }

    #[test]
    fn a_resumed_run_counts_only_the_epochs_it_will_train() {
        let mut pace = Pace::new(4, 5);
        pace.start_training(10, 0.0);
        assert_eq!(pace.epoch, 4);
        pace.done = 5;
        assert_eq!(pace.seconds_left(5.0), Some(15.0));
    }

    #[test]
    fn the_half_of_an_epoch_that_an_earlier_run_did_is_no_speed_of_this_one() {
        let mut pace = Pace::new(3, 3);
        pace.start_training(100, 0.0);
        pace.done = 50; // reported again, in no time
        pace.replay(20.0, 1.0);
        assert_eq!((pace.seconds_left(1.0), pace.training_share()), (None, 0.5));
        pace.done = 75;
        assert_eq!(pace.seconds_left(6.0), Some(5.0));
        pace.done = 100;
        pace.end_training(11.0);
        assert_eq!(pace.share_of_this_run(), 0.5);
        assert_eq!((pace.epoch_training_seconds(12.0), pace.epoch_seconds(12.0)), (10.0, 31.0));
        assert_eq!(pace.seconds_left(11.0), Some(0.0));
    }

    #[test]
    fn at_the_end_nothing_is_left() {
        let mut pace = Pace::new(1, 1);
        pace.start_training(10, 0.0);
        pace.done = 10;
        pace.end_training(5.0);
        assert_eq!(pace.seconds_left(5.0), Some(0.0));
        assert_eq!(pace.epoch_training_seconds(9.0), 5.0);
        assert_eq!(pace.epoch_seconds(9.0), 9.0);
    }
}
