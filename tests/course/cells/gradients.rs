//! Autodiff through time against differences of the loss: (L(p + ε) - L(p - ε)) / 2ε for every
//! single number.

use burn::prelude::*;
use lstm_lessons::cell::{CellKind, Layer, State};

use crate::support::{
    KINDS, assert_close, build, devices, gradients, names, numbers, of, random, random_values,
    tensor,
};

const B: usize = 2;
const T: usize = 4;
const D: usize = 3;
const H: usize = 4;
/// f32 rounds the loss at about 1e-7, so a step of 1e-2 keeps the rounding near 1e-5, and ε²/6 of
/// the third derivative is no larger.
const STEP: f32 = 1e-2;
const TOLERANCE: f32 = 3e-4;

/// Everything the loss depends on, as plain numbers: the cell's parameters, then x, h_0 and, for
/// the LSTM, c_0.
type Point = Vec<Vec<f32>>;

struct Loss {
    kind: CellKind,
    k: Vec<f32>,
    device: Device,
}

impl Loss {
    fn n_parameters(&self) -> usize {
        names(self.kind).len()
    }

    fn state(&self, point: &Point) -> State {
        let read = |k: usize| tensor(&point[self.n_parameters() + k], [B, H], &self.device);
        match self.kind {
            CellKind::Lstm => State::with_cell(read(1), read(2)),
            CellKind::Rnn | CellKind::Gru => State::hidden_only(read(1)),
        }
    }

    fn x(&self, point: &Point) -> Tensor<3> {
        tensor(&point[self.n_parameters()], [B, T, D], &self.device)
    }

    fn layer(&self, point: &Point) -> Layer {
        Layer::new(build(self.kind, D, H, &point[..self.n_parameters()], &self.device))
    }

    /// L, summed in f64 on the host so that the differences lose nothing to the sum.
    fn value(&self, point: &Point) -> f64 {
        let (outputs, after) = self.layer(point).forward(self.x(point), Some(self.state(point)));
        let weighted: f64 =
            numbers(&outputs).iter().zip(&self.k).map(|(&o, &k)| f64::from(o) * f64::from(k)).sum();
        let kept: f64 = after.cell.map_or(0.0, |c| numbers(&c).iter().map(|&c| f64::from(c)).sum());
        weighted + kept
    }

    /// dL/d(everything), by autodiff.
    fn gradient(&self, point: &Point) -> Point {
        let tracked =
            Self { kind: self.kind, k: self.k.clone(), device: self.device.clone().autodiff() };
        let layer = tracked.layer(point);
        let x = tracked.x(point).require_grad();
        let state = tracked.state(point);
        let (h0, c0) = (state.hidden.require_grad(), state.cell.map(|c| c.require_grad()));
        let (outputs, after) =
            layer.forward(x.clone(), Some(State { hidden: h0.clone(), cell: c0.clone() }));
        let mut loss = (outputs * tensor(&self.k, [B, T, H], &tracked.device)).sum();
        if let Some(cell) = after.cell {
            loss = loss + cell.sum();
        }
        let grads = loss.backward();
        let mut all = gradients(&layer.cell, &grads);
        all.push(of(&x, &grads));
        all.push(of(&h0, &grads));
        all.extend(c0.map(|c0| of(&c0, &grads)));
        all
    }
}

#[test]
fn gradients_match_finite_differences() {
    for device in devices() {
        for kind in KINDS {
            let mut point = random_values(kind, D, H, 0.7, 11);
            point.extend([random(B * T * D, 1.0, 12), random(B * H, 0.8, 13)]);
            let mut what: Vec<&str> = names(kind).to_vec();
            what.extend(["x", "h_0"]);
            if kind == CellKind::Lstm {
                point.push(random(B * H, 0.8, 14));
                what.push("c_0");
            }
            let loss = Loss { kind, k: random(B * T * H, 1.0, 15), device: device.clone() };

            let by_autodiff = loss.gradient(&point);
            assert_eq!(by_autodiff.len(), point.len());
            for (which, name) in what.iter().enumerate() {
                let by_difference: Vec<f32> = (0..point[which].len())
                    .map(|entry| {
                        let at = |step: f32| {
                            let mut moved = point.clone();
                            moved[which][entry] += step;
                            loss.value(&moved)
                        };
                        ((at(STEP) - at(-STEP)) / f64::from(2.0 * STEP)) as f32
                    })
                    .collect();
                assert_close(
                    &format!("{kind:?}: dL/d{name}"),
                    &by_autodiff[which],
                    &by_difference,
                    TOLERANCE,
                );
                // Only gradients far above the tolerance make the comparison worth something.
                assert!(
                    by_difference.iter().any(|g| g.abs() > 100.0 * TOLERANCE),
                    "{kind:?}: dL/d{name} is too small"
                );
            }
        }
    }
}
