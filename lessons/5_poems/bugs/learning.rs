//! Bugs of which weights learn, and of how large the steps are.

use burn::module::Module;
use lstm_lessons::{
    bugs::{
        Figure, Finding,
        learning::{fit_unclipped, loss_with_one_cell},
        small::{LR, Small},
    },
    poems::{batch::PoemBatch, model::PoemModel},
    say,
    training::fit,
};

use super::{SHORT, Setting};

pub fn shared_cell(at: &Setting) -> Vec<Finding> {
    let small = Small::read(usize::MAX, SHORT);
    let tracked = at.device.clone().autodiff();
    let batches: Vec<PoemBatch> =
        small.by_length().iter().map(|picked| small.batch(picked, &tracked)).collect();
    let fresh = || small.fresh(2, at.seed, &tracked);
    let [healthy, faulty] = [PoemModel::loss, loss_with_one_cell].map(|loss| {
        let mut losses = Vec::new();
        let step = |model: &PoemModel, step: usize| loss(model, &batches[step % batches.len()]);
        fit(fresh(), at.steps(), LR, step, |_, loss, _| losses.push(loss));
        [losses[0], losses[losses.len() - 1]].map(Figure::Number)
    });
    let ([first, last], [faulty_first, faulty_last]) = (healthy, faulty);
    let stack = fresh().stack;
    vec![
        Finding::new(
            "weights",
            say!("weights that learn in two layers", "两层中参与训练的权重个数"),
            Figure::Count(stack.num_params()),
            Figure::Count(stack.layers[0].num_params()),
        ),
        Finding::new(
            "first_loss",
            say!("loss of the first step", "第一步的损失"),
            first,
            faulty_first,
        ),
        Finding::new(
            "last_loss",
            say!("loss of the last step: it falls all the same", "最后一步的损失：照样下降"),
            last,
            faulty_last,
        ),
    ]
}

/// A learning rate that moves each weight by more than its own size.
const BOLD: f64 = 1.0;

pub fn bold_steps(at: &Setting) -> Vec<Finding> {
    let small = Small::read(usize::MAX, SHORT);
    let tracked = at.device.clone().autodiff();
    let batches: Vec<PoemBatch> =
        small.by_length().iter().map(|picked| small.batch(picked, &tracked)).collect();
    let loss = |model: &PoemModel, step: usize| model.loss(&batches[step % batches.len()]);
    let fresh = || small.fresh(1, at.seed, &tracked);
    let mut losses = [Vec::new(), Vec::new()];
    let [calm, bold] = &mut losses;
    fit(fresh(), at.steps(), LR, loss, |_, loss, _| calm.push(loss));
    fit_unclipped(fresh(), at.steps(), BOLD, loss, |_, loss, _| bold.push(loss));
    let [highest, faulty_highest] =
        losses.each_ref().map(|losses| Figure::Number(losses.iter().copied().fold(0.0, f64::max)));
    let [last, faulty_last] =
        losses.each_ref().map(|losses| Figure::Number(losses.last().copied().unwrap_or(0.0)));
    let guess = (small.vocab.size() as f64).ln();
    vec![
        Finding::new(
            "learning_rate",
            say!("learning rate", "学习率"),
            Figure::Number(LR),
            Figure::Number(BOLD),
        ),
        Finding::new(
            "highest_loss",
            say!("highest loss (uniform guessing: {guess:.2})", "最高的损失（瞎猜：{guess:.2}）"),
            highest,
            faulty_highest,
        ),
        Finding::new(
            "last_loss",
            say!("loss of the last step", "最后一步的损失"),
            last,
            faulty_last,
        ),
    ]
}
