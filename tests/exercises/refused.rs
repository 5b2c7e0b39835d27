//! The likeliest mistakes: every check rejects its own, and shows it as a grid with a hint.

use burn::prelude::*;
use lstm_lessons::cell::{LstmCell, LstmGates};

use crate::{cell_checks, learning_checks, reference, wrong::Verdict};

fn rejected(mistake: &str, verdict: Verdict) {
    let wrong = verdict.err().unwrap_or_else(|| panic!("{mistake}: passed")).to_string();
    assert!(wrong.contains('≠') && wrong.lines().count() > 3, "{mistake}:\n{wrong}");
    let widest = wrong
        .lines()
        .take_while(|line| !line.is_empty())
        .map(lstm_lessons::look::visible_width)
        .max();
    assert!(widest <= Some(80), "{mistake}:\n{wrong}");
}

#[test]
fn mistakes_in_a_cell() {
    rejected("the sign of the exponent", cell_checks::sigma(|a| (a.exp() + 1.0).recip()));
    rejected(
        "no bias",
        cell_checks::rnn(|cell, x, s| (x.matmul(cell.u.val()) + s.matmul(cell.w.val())).tanh()),
    );
    rejected("no past", cell_checks::rnn(|cell, x, s| reference::rnn(cell, x, s.zeros_like())));
    let swapped = |gates: LstmGates, c| {
        reference::update(LstmGates { input: gates.forget, forget: gates.input, ..gates }, c)
    };
    rejected("i and f swapped", cell_checks::update(swapped));
    let other_order =
        |gates: LstmGates| LstmGates { candidate: gates.output, output: gates.candidate, ..gates };
    rejected(
        "the order i, f, o, g",
        cell_checks::gates(|cell, x, h| other_order(reference::gates(cell, x, h))),
    );
    rejected(
        "a state that is not handed on",
        cell_checks::sequence(|cell, x, _| reference::sequence(cell, x, None)),
    );
    let one_cell = |cells: &[LstmCell], x, states| {
        reference::stack(&[cells[0].clone(), cells[0].clone()], x, states)
    };
    rejected("one cell twice", cell_checks::stack(one_cell));
    rejected("states dropped", cell_checks::stack(|cells, x, _| reference::stack(cells, x, None)));
}

#[test]
fn mistakes_in_learning_and_writing() {
    rejected("no temperature", learning_checks::choose(|z, _, rng| reference::choose(z, 1.0, rng)));
    rejected(
        "temperature upside down",
        learning_checks::choose(|z, t, rng| reference::choose(z, 1.0 / t, rng)),
    );
    let as_printed = |poem: &[usize]| {
        let targets = poem[1..].iter().chain(poem.last()).copied().collect();
        (poem.to_vec(), targets)
    };
    rejected("the course's shift", learning_checks::shift(as_printed));
    rejected(
        "a fixed width",
        learning_checks::pad(|rows| {
            let (padded, mask) = reference::pad(rows);
            let wider = |row: Vec<usize>| row.into_iter().chain([0; 4]).take(4).collect();
            (padded.into_iter().map(wider).collect(), mask)
        }),
    );
    rejected(
        "padding counted",
        learning_checks::loss(|z, y, mask| reference::loss(z, y, mask.ones_like())),
    );
    let over_all = |z, y, mask: Tensor<2>| {
        let share = mask.clone().mean();
        reference::loss(z, y, mask) * share
    };
    rejected("divided by all", learning_checks::loss(over_all));
    let each_alone = |gradients: Vec<Vec<f64>>, max| {
        gradients.into_iter().flat_map(|g| reference::clip(vec![g], max)).collect()
    };
    rejected("each parameter clipped alone", learning_checks::clip(each_alone));
    rejected("no step", learning_checks::train(|model, _, _, _| model));
    rejected(
        "no clipping",
        learning_checks::train(|model, optimizer, batch, lr| {
            let grads =
                burn::optim::GradientsParams::from_grads(model.loss(batch).backward(), &model);
            optimizer.step(lr, model, grads)
        }),
    );
}
