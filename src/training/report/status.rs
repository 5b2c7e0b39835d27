//! Where a run stands, as a block that is redrawn or as a plain line.

use super::format::{clock, figure, rate};
use crate::{
    look::{
        Color, Mark,
        bars::bar,
        color::{BLUE, Line, Style},
        marked_curve,
        shown::columns,
        thousands, visible_width,
    },
    say,
    shell::Standing,
};

/// Columns left free beside a curve without marks.
const BESIDE: usize = 12;
const CURVE_HEIGHT: usize = 6;

/// Where a run stands.
pub(super) struct Status<'a> {
    pub epoch: usize,
    pub epochs: usize,
    /// How much of the epoch's training is done, 0 to 1.
    pub trained: f64,
    /// Training is over and so much of the validation is done.
    pub validated: Option<f64>,
    /// `None` before the first batch.
    pub loss: Option<f64>,
    /// The loss of every batch so far.
    pub losses: &'a [f64],
    /// Levels drawn into the curve of the losses.
    pub marks: &'a [Mark],
    pub units_per_second: f64,
    pub unit: &'a str,
    /// Seconds since the run began, and until it ends.
    pub elapsed: f64,
    pub left: Option<f64>,
}

impl Status<'_> {
    /// The same as numbers.
    pub fn standing(&self) -> Standing {
        let Self { epoch, epochs, trained, loss, units_per_second, left, .. } = *self;
        let validating = self.validated.is_some();
        Standing { epoch, epochs, trained, validating, loss, units_per_second, left }
    }

    /// Two lines and, once there is something to draw, the loss curve.
    pub fn block(&self, color: Color) -> String {
        let (head, tail) =
            (self.head(), format!("{:>3.0} %  {}", 100.0 * self.trained, self.times()));
        let room = (columns() - 1).saturating_sub(visible_width(&head) + visible_width(&tail) + 4);
        let bar = Line::new(color).put(&bar(self.trained, room), Style::ink(BLUE)).finish();
        let mut block = format!("{head}  {bar}  {tail}\n{}", self.figures());
        if self.losses.len() > 1 {
            block = format!("{block}\n{}", self.curve());
        }
        block
    }

    /// The same without bar and curve.
    pub fn line(&self) -> String {
        let (head, loss, rate) = (self.head(), self.loss(), rate(self.units_per_second, self.unit));
        let share = 100.0 * self.trained;
        match self.validated.map(|share| 100.0 * share) {
            None => {
                let figures = say!("train loss {loss}  {rate}", "训练损失 {loss}  {rate}");
                format!("{head}  {share:>3.0} %  {figures}  {}", self.left())
            }
            Some(percent) => {
                let figures = say!(
                    "validating {percent:.0} %  train loss {loss}",
                    "验证中 {percent:.0} %  训练损失 {loss}"
                );
                format!("{head}  {figures}  {}", self.left())
            }
        }
    }

    /// The loss curve of the whole run with its heading; empty before the second batch.
    pub fn curve_of_the_run(&self) -> Option<String> {
        let steps = thousands(self.losses.len() as u64);
        let heading = say!("training loss over {steps} batches:", "{steps} 个批量的训练损失：");
        (self.losses.len() > 1).then(|| format!("{heading}\n{}", self.curve()))
    }

    fn curve(&self) -> String {
        let beside = if self.marks.is_empty() { BESIDE } else { 1 };
        let width = columns().saturating_sub(beside);
        marked_curve(self.losses, self.marks, width, CURVE_HEIGHT).join("\n")
    }

    /// The last line of a run that ends in the middle of an epoch.
    pub fn stopped(&self) -> String {
        let (epoch, epochs, percent, loss) =
            (self.epoch, self.epochs, 100.0 * self.trained, self.loss());
        say!(
            "stopped in epoch {epoch}/{epochs} after {percent:.0} % of it, train loss {loss}, not \
             validated",
            "在第 {epoch}/{epochs} 轮的 {percent:.0} % 处停止，训练损失 {loss}，未做验证"
        )
    }

    fn head(&self) -> String {
        let (epoch, epochs) = (self.epoch, self.epochs);
        say!("epoch {epoch}/{epochs}", "第 {epoch}/{epochs} 轮")
    }

    fn loss(&self) -> String {
        self.loss.map_or("–".to_string(), |loss| figure(loss, None))
    }

    fn figures(&self) -> String {
        let (loss, rate) = (self.loss(), rate(self.units_per_second, self.unit));
        let figures = say!("train loss {loss}  {rate}", "训练损失 {loss}  {rate}");
        match self.validated.map(|share| 100.0 * share) {
            None => figures,
            Some(percent) => {
                figures + "  " + &say!("validating {percent:.0} %", "验证中 {percent:.0} %")
            }
        }
    }

    /// The time that is left; before it is known, the time that has passed.
    fn left(&self) -> String {
        match self.left.map(clock) {
            None => self.times(),
            Some(left) => say!("{left} left", "还剩 {left}"),
        }
    }

    fn times(&self) -> String {
        let elapsed = clock(self.elapsed);
        match self.left.map(clock) {
            None => say!("{elapsed} elapsed", "已用 {elapsed}"),
            Some(left) => say!("{elapsed} elapsed, {left} left", "已用 {elapsed}，还剩 {left}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::format::LINE, *};

    fn status(losses: &[f64]) -> Status<'_> {
        Status {
            epoch: 2,
            epochs: 5,
            trained: 0.48,
            validated: None,
            loss: losses.last().copied(),
            losses,
            marks: &[],
            units_per_second: 12_345.0,
            unit: "characters",
            elapsed: 34.0,
            left: Some(3725.0),
        }
    }

    #[test]
    fn the_block_is_never_wider_than_a_line() {
        let losses: Vec<f64> = (0..500).map(|k| 8.0 - f64::from(k) / 100.0).collect();
        for n in [0, 1, 2, 500] {
            for elapsed in [0.0, 1e4, 1e6] {
                for color in [Color::True, Color::None] {
                    let status = Status { elapsed, validated: Some(0.34), ..status(&losses[..n]) };
                    let block = status.block(color);
                    assert!(block.lines().all(|line| visible_width(line) <= LINE), "{block}");
                    assert_eq!(block.lines().count(), if n < 2 { 2 } else { 2 + CURVE_HEIGHT });
                }
            }
        }
    }

    #[test]
    fn the_levels_of_the_loss_stand_beside_its_curve() {
        let losses: Vec<f64> = (0..500).map(|k| 8.0 - f64::from(k) / 250.0).collect();
        let marks = [("uniform", 8.7), ("unigram", 6.6), ("bigram", 5.9), ("trigram", 5.7)];
        let marks = marks.map(|(name, value)| Mark { name: name.into(), value });
        let block = Status { marks: &marks, ..status(&losses) }.block(Color::None);
        assert!(block.lines().all(|line| visible_width(line) <= LINE), "{block}");
        for (name, shown) in
            [("uniform", true), ("unigram", true), ("bigram", true), ("trigram", false)]
        {
            assert_eq!(
                block.contains(name),
                shown,
                "the next level below is a goal, the one after it not yet: {block}"
            );
        }
    }

    #[test]
    fn a_plain_line_says_how_far_how_well_how_fast_and_how_long() {
        let line = status(&[2.5, 0.312]).line();
        assert_eq!(line, "epoch 2/5   48 %  train loss 0.312  12,345 characters/s  1:02:05 left");
        assert!(!line.contains('\u{1b}'));
    }

    #[test]
    fn a_plain_line_is_never_wider_than_a_terminal() {
        let far = |validated, left: Option<f64>| Status {
            epoch: 10_000,
            epochs: 10_000,
            validated,
            left,
            elapsed: 1e5,
            units_per_second: left.map_or(f64::NAN, |_| 1_234_567.0),
            ..status(&[12.345])
        };
        for validated in [None, Some(1.0)] {
            for left in [None, Some(1e5)] {
                let line = far(validated, left).line();
                assert!(visible_width(&line) <= 80, "{} columns: {line}", visible_width(&line));
            }
        }
    }

    #[test]
    fn before_the_first_batch_nothing_is_invented() {
        let line =
            Status { left: None, units_per_second: f64::NAN, trained: 0.0, ..status(&[]) }.line();
        assert_eq!(line, "epoch 2/5    0 %  train loss –  – characters/s  0:34 elapsed");
        assert!(status(&[1.0]).curve_of_the_run().is_none());
    }
}
