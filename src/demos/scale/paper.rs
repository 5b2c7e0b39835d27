//! A training step on many devices, on paper: a few terms and a formula.

/// What a training step costs.
///
/// ```text
/// t(N, B) = a + b B / N + r(N)                            N devices, B rows in all
/// r(N)    = 2 (N - 1) / N · 4 P / W + 2 (N - 1) l         r(1) = 0
/// ```
///
/// `a` is what T dependent steps and their launches take, however few rows go through them; no device
/// more makes it smaller. `r` is the all-reduce after which every device has the mean of all
/// gradients: in a ring each of P numbers of 4 bytes passes every device twice but for its own share,
/// in 2 (N - 1) messages.
///
/// Sources: Patarasuk and Yuan, *Bandwidth optimal all-reduce algorithms for clusters of workstations*
/// (2009); of the part that no device more makes smaller: Amdahl, *Validity of the single processor
/// approach to achieving large scale computing capabilities* (1967).
///
/// ```
/// use lstm_lessons::demos::scale::Terms;
///
/// let terms = Terms { fixed: 1.0, per_row: 0.5, parameters: 1e6, bandwidth: 4e6, latency: 0.0 };
/// assert_eq!(terms.step(1, 10.0), 6.0);              // nobody to talk to
/// assert_eq!(terms.all_reduce(2), 1.0);              // 2 · 1/2 · 4 MB at 4 MB a second
/// assert_eq!(terms.step(2, 10.0), 1.0 + 2.5 + 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// a, seconds.
    pub fixed: f64,
    /// b, seconds a row.
    pub per_row: f64,
    /// P.
    pub parameters: f64,
    /// W, bytes a second from one device to the next.
    pub bandwidth: f64,
    /// l, seconds until a message arrives that says nothing.
    pub latency: f64,
}

impl Terms {
    /// t, seconds of a step of `rows` rows in all.
    pub fn step(&self, devices: usize, rows: f64) -> f64 {
        self.fixed + self.per_row * rows / devices as f64 + self.all_reduce(devices)
    }

    /// r, seconds.
    pub fn all_reduce(&self, devices: usize) -> f64 {
        let (n, others) = (devices as f64, devices as f64 - 1.0);
        2.0 * others / n * 4.0 * self.parameters / self.bandwidth + 2.0 * others * self.latency
    }

    /// A model with `times` as many weights: as many numbers to exchange, as many times the
    /// arithmetic of a row, but no more steps that wait for each other.
    pub fn larger(&self, times: f64) -> Self {
        Self { per_row: times * self.per_row, parameters: times * self.parameters, ..*self }
    }

    /// How many times as many rows a second as one device with `rows` rows: the same batch is dealt
    /// out, or (`each`) every device has that many.
    pub fn gain(&self, devices: usize, rows: f64, each: bool) -> f64 {
        let times = if each { devices as f64 } else { 1.0 };
        times * self.step(1, rows) / self.step(devices, times * rows)
    }
}

/// a and b of the line `t = a + b x` that lies nearest to the points, each weighed by its own size: an
/// error of a tenth counts alike in a short time and in a long one.
///
/// ```text
/// (a, b) = argmin Σ ((a + b x_k) / t_k - 1)²
/// ```
///
/// ```
/// use lstm_lessons::demos::scale::paper::line;
///
/// let (a, b) = line(&[(1.0, 5.0), (10.0, 23.0), (100.0, 203.0)]);
/// assert!((a - 3.0).abs() < 1e-9 && (b - 2.0).abs() < 1e-9);
/// ```
pub fn line(points: &[(f64, f64)]) -> (f64, f64) {
    // With u = 1 / t and v = x / t: the normal equations of a u + b v = 1.
    let sum =
        |of: fn(f64, f64) -> f64| -> f64 { points.iter().map(|&(x, t)| of(1.0 / t, x / t)).sum() };
    let (uu, uv, vv) = (sum(|u, _| u * u), sum(|u, v| u * v), sum(|_, v| v * v));
    let (u, v) = (sum(|u, _| u), sum(|_, v| v));
    let determinant = uu * vv - uv * uv;
    ((u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms =
        Terms { fixed: 2e-3, per_row: 1e-4, parameters: 1e6, bandwidth: 1e10, latency: 1e-5 };

    #[test]
    fn one_device_gains_nothing_and_many_never_more_than_their_number() {
        for (devices, each) in [(1, true), (1, false), (8, true), (8, false), (64, true)] {
            let gain = TERMS.gain(devices, 64.0, each);
            match devices {
                1 => assert_eq!(gain, 1.0),
                _ => assert!(gain < devices as f64, "{devices}: {gain}"),
            }
        }
    }

    /// Of the same batch, no number of devices makes the step shorter than what cannot be dealt out.
    #[test]
    fn the_fixed_part_bounds_the_gain() {
        let free = Terms { bandwidth: f64::INFINITY, latency: 0.0, ..TERMS };
        let most = free.step(1, 64.0) / free.fixed;
        assert!(free.gain(64, 64.0, false) < most && most < 5.0);
        assert!(free.gain(64, 64.0, true) > 60.0, "rows enough keep all busy");
    }

    /// P and the arithmetic grow alike: what the exchange takes of a step tends to a share that only the
    /// rows of each device decide.
    #[test]
    fn a_larger_model_is_limited_by_the_exchange_and_not_by_its_steps() {
        let (large, rows) = (TERMS.larger(1000.0), 64.0);
        assert!(
            large.fixed / large.step(1, rows) < 1e-3 && TERMS.fixed / TERMS.step(1, rows) > 0.2
        );
        let share = |rows: f64| large.all_reduce(8) / large.step(8, 8.0 * rows);
        assert!(share(1.0) > 5.0 * share(64.0), "{} {}", share(1.0), share(64.0));
    }
}
