//! Lesson 3: one unit by hand, and gates held open or shut.

use burn::{
    module::Param,
    nn::{GateController, Linear, LstmConfig},
    prelude::*,
};
use lstm_lessons::{
    cell::{Cell, Layer, State},
    demos::lstm::{
        Held,
        by_hand::{EXAMPLE, INPUTS, as_cell, step},
        run,
    },
};

use crate::support::devices;

/// (h_t, c_t) from PyTorch 2:
///
/// ```python
/// lstm = torch.nn.LSTM(1, 1)
/// with torch.no_grad():
///     lstm.weight_ih_l0.copy_(torch.tensor([[0.5], [0.4], [1.0], [0.3]]))
///     lstm.weight_hh_l0.copy_(torch.tensor([[0.1], [0.2], [-0.5], [0.4]]))
///     lstm.bias_ih_l0.copy_(torch.tensor([0.0, 1.0, 0.0, 0.0]))
///     lstm.bias_hh_l0.zero_()
/// h = c = torch.zeros(1, 1, 1)
/// for x_t in torch.tensor([1.0, 0.5, -1.0]):
///     _, (h, c) = lstm(x_t.view(1, 1, 1), (h, c))
///     print(h.item(), c.item())
/// ```
const PYTORCH: [(f64, f64); 3] = [
    (0.2536020278930664, 0.47406142950057983),
    (0.290461927652359, 0.5713474750518799),
    (0.02843705751001835, 0.06269455701112747),
];

fn inputs(device: &Device) -> Tensor<3> {
    Tensor::from_data(
        TensorData::new(INPUTS.map(|x| x as f32).to_vec(), [1, INPUTS.len(), 1]),
        device,
    )
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

#[test]
fn the_unit_by_hand_is_pytorchs() {
    let (mut h, mut c) = (0.0, 0.0);
    for (x, (want_h, want_c)) in INPUTS.into_iter().zip(PYTORCH) {
        let now = step(&EXAMPLE, x, h, c);
        (h, c) = (now.h, now.c);
        assert!(
            (h - want_h).abs() < 1e-6 && (c - want_c).abs() < 1e-6,
            "({h}, {c}) is not ({want_h}, {want_c})"
        );
    }
}

#[test]
fn the_unit_by_hand_is_the_cell_of_the_other_lessons_and_burns() {
    for device in devices() {
        let ours = as_cell(&EXAMPLE, &device);
        let mut theirs = LstmConfig::new(1, 1, true).init(&device);
        let gate = |k: usize| GateController {
            input_transform: Linear {
                weight: Param::from_tensor(ours.w_x.val().narrow(1, k, 1)),
                bias: Some(Param::from_tensor(ours.bias.val().narrow(0, k, 1))),
            },
            hidden_transform: Linear {
                weight: Param::from_tensor(ours.w_h.val().narrow(1, k, 1)),
                bias: Some(Param::from_tensor(Tensor::zeros([1], &device))),
            },
        };
        theirs.input_gate = gate(0);
        theirs.forget_gate = Some(gate(1));
        theirs.cell_gate = gate(2);
        theirs.output_gate = gate(3);
        let by_burn = numbers(theirs.forward(inputs(&device), None).0);
        let by_cell = numbers(Layer::new(Cell::Lstm(ours)).forward(inputs(&device), None).0);
        for (t, (want, _)) in PYTORCH.into_iter().enumerate() {
            assert!((by_burn[t] - want).abs() < 1e-6, "Burn, t = {t}: {}", by_burn[t]);
            assert!((by_cell[t] - want).abs() < 1e-6, "our cell, t = {t}: {}", by_cell[t]);
        }
    }
}

#[test]
fn a_held_gate_does_what_its_number_says() {
    for device in devices() {
        let cell = as_cell(&EXAMPLE, &device);
        let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
        let states = |input, forget, output| {
            let held = Held { input, forget, output };
            let states =
                run(&cell, inputs(&device), State::with_cell(number(0.3), number(0.8)), held);
            let c: Vec<f64> =
                states.iter().flat_map(|s| numbers(s.cell.clone().unwrap())).collect();
            let h: Vec<f64> = states.iter().flat_map(|s| numbers(s.hidden.clone())).collect();
            (c, h)
        };
        let (shut, open, free) = (Some(0.0), Some(1.0), None);
        assert!(states(shut, open, free).0.iter().all(|c| (c - 0.8).abs() < 1e-6), "kept");
        assert_eq!(states(shut, shut, free).0, [0.0; 3], "erased");
        assert!(
            states(free, shut, free).0.iter().all(|c| c.abs() < 1.0),
            "no past, so never beyond i g"
        );
        let (c, h) = states(free, free, shut);
        assert!(h == [0.0; 3] && c.iter().all(|c| c.abs() > 1e-3), "hidden, but there");
        let (c, h) = states(free, free, open);
        assert!(c.iter().zip(h).all(|(c, h)| (c.tanh() - h).abs() < 1e-6), "shown whole");
        // All free: the cell itself.
        let layer = Layer::new(Cell::Lstm(cell.clone()));
        let (outputs, _) =
            layer.forward(inputs(&device), Some(State::with_cell(number(0.3), number(0.8))));
        assert!(
            numbers(outputs)
                .iter()
                .zip(states(free, free, free).1)
                .all(|(a, b)| (a - b).abs() < 1e-6)
        );
    }
}
