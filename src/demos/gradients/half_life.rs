//! How many steps until half of a gradient is gone.

/// The steps after which half is left when a share `kept` (0 to 1) is left after each.
///
/// ```text
/// keptⁿ = ½   ⇒   n = ln ½ / ln kept
/// ```
///
/// In an LSTM ∂c_t/∂c_{t-1} = f_t, so with the forget bias b at its start f is about σ(b), and b
/// sets the half-life.
///
/// ```
/// use lstm_lessons::demos::gradients::half_life;
/// assert!((half_life(0.5) - 1.0).abs() < 1e-12);
/// assert!((half_life(0.993) - 98.7).abs() < 0.1);
/// assert_eq!(half_life(1.0), f64::INFINITY);
/// ```
pub fn half_life(kept: f64) -> f64 {
    match kept >= 1.0 {
        true => f64::INFINITY,
        false => 0.5f64.ln() / kept.ln(),
    }
}

/// σ(b): the share that a forget gate keeps when nothing but its bias speaks.
pub fn sigmoid(b: f64) -> f64 {
    1.0 / (1.0 + (-b).exp())
}

/// The measured share that is left after each step back: from a straight line through ln |gradient|
/// over the steps t, by least squares.
///
/// ```text
/// ln |∂L/∂c_t| = a + s·t   ⇒   kept = e^-s
/// ```
///
/// Zeros (gradients too small for f32) are left out; `None` with fewer than two numbers. Above 1
/// the gradient grows from step to step of the backward pass.
///
/// ```
/// use lstm_lessons::demos::gradients::kept_per_step;
/// let fading: Vec<f64> = (0..20).rev().map(|steps_back| 3.0 * 0.9f64.powi(steps_back)).collect();
/// assert!((kept_per_step(&fading).unwrap() - 0.9).abs() < 1e-12);
/// ```
pub fn kept_per_step(gradients: &[f64]) -> Option<f64> {
    let points: Vec<(f64, f64)> = gradients
        .iter()
        .enumerate()
        .filter(|&(_, &g)| g > 0.0)
        .map(|(t, &g)| (t as f64, g.ln()))
        .collect();
    let n = points.len() as f64;
    let (mean_t, mean_ln) =
        (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let slope = points.iter().map(|(t, ln)| (t - mean_t) * (ln - mean_ln)).sum::<f64>()
        / points.iter().map(|(t, _)| (t - mean_t).powi(2)).sum::<f64>();
    (points.len() > 1).then(|| (-slope).exp())
}
