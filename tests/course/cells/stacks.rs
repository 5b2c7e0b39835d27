//! Layers on top of each other, none of which shares a weight.

use burn::prelude::*;
use lstm_lessons::cell::{Cell, CellKind, Signal, Stack, StackConfig};
use rand::{SeedableRng, rngs::StdRng};

use crate::support::{KINDS, devices, gradients, names, numbers, parameters, random_tensor, sizes};

const B: usize = 2;
const T: usize = 5;

fn config(cell: CellKind, d_input: usize, d_hidden: usize, n_layers: usize) -> StackConfig {
    StackConfig { cell, d_input, d_hidden, n_layers, forget_bias: 1.0 }
}

fn fresh(config: &StackConfig, device: &Device) -> Stack {
    Stack::new(config, &mut StdRng::seed_from_u64(1), device)
}

#[test]
fn two_layers_own_two_cells() {
    for device in devices() {
        for kind in KINDS {
            // D = H, so that the two cells could be one and nobody would see it from the shapes.
            let config = config(kind, 6, 6, 2);
            let mut stack = fresh(&config, &device);
            let (below, above) =
                (parameters(&stack.layers[0].cell), parameters(&stack.layers[1].cell));
            assert_ne!(
                below[0], above[0],
                "{kind:?}: both layers read their input with the same weights"
            );
            assert_ne!(
                below[1], above[1],
                "{kind:?}: both layers read their memory with the same weights"
            );

            let x = random_tensor([B, T, 6], 1.0, 2, &device);
            let hidden_of = |stack: &Stack, layer: usize| {
                let (_, _, traces) = stack.trace(x.clone(), None);
                let found = traces[layer].iter().find(|(signal, _)| *signal == Signal::Hidden);
                numbers(&found.expect("every cell has a hidden state").1)
            };
            let before = [hidden_of(&stack, 0), hidden_of(&stack, 1)];
            stack.layers[1].cell =
                Cell::new(kind, 6, 6, 1.0, &mut StdRng::seed_from_u64(77), &device);
            assert_eq!(
                hidden_of(&stack, 0),
                before[0],
                "{kind:?}: new weights above changed the layer below"
            );
            assert_ne!(hidden_of(&stack, 1), before[1], "{kind:?}: new weights changed nothing");
        }
    }
}

#[test]
fn every_layer_learns_with_weights_of_its_own() {
    for device in devices() {
        for kind in KINDS {
            let device = device.clone().autodiff();
            let stack = fresh(&config(kind, 6, 6, 3), &device);
            let (outputs, _) = stack.forward(random_tensor([B, T, 6], 1.0, 3, &device), None);
            let grads = outputs.sum().backward();
            let all: Vec<_> =
                stack.layers.iter().map(|layer| gradients(&layer.cell, &grads)).collect();
            for (which, name) in names(kind).iter().enumerate() {
                for layer in &all {
                    assert!(
                        layer[which].iter().any(|&g| g != 0.0),
                        "{kind:?}: a layer's {name} learns nothing"
                    );
                }
                assert_ne!(
                    all[0][which], all[1][which],
                    "{kind:?}: layers 0 and 1 share their gradient of {name}"
                );
                assert_ne!(
                    all[1][which], all[2][which],
                    "{kind:?}: layers 1 and 2 share their gradient of {name}"
                );
            }
        }
    }
}

#[test]
fn the_number_of_parameters_is_the_formulas() {
    let (d, h) = (5, 7);
    for device in devices() {
        for n_layers in 1..=3 {
            // Σ over the layers of D_l · 4H + H · 4H + 4H, where D_0 = D and D_l = H above
            let want: usize = (0..n_layers)
                .map(|l| if l == 0 { d } else { h })
                .map(|d| (d + h + 1) * 4 * h)
                .sum();
            assert_eq!(fresh(&config(CellKind::Lstm, d, h, n_layers), &device).num_params(), want);
        }
        for kind in KINDS {
            let want: usize = sizes(kind, d, h).iter().chain(&sizes(kind, h, h)).sum();
            assert_eq!(fresh(&config(kind, d, h, 2), &device).num_params(), want, "{kind:?}");
        }
    }
}

#[test]
fn the_top_layer_is_what_a_stack_puts_out() {
    for device in devices() {
        for kind in KINDS {
            let stack = fresh(&config(kind, 5, 6, 2), &device);
            let x = random_tensor([B, T, 5], 1.0, 4, &device);
            let (between, below) = stack.layers[0].forward(x.clone(), None);
            let (want, above) = stack.layers[1].forward(between, None);
            let (got, states) = stack.forward(x, None);
            assert_eq!(got.dims(), [B, T, 6]);
            assert_eq!(numbers(&got), numbers(&want), "{kind:?}");
            assert_eq!(numbers(&states[0].hidden), numbers(&below.hidden), "{kind:?}");
            assert_eq!(numbers(&states[1].hidden), numbers(&above.hidden), "{kind:?}");
        }
    }
}
