//! `--bug NAME`: a classifier with a bug, trained and tested beside a right one.

use burn::{nn::loss::CrossEntropyLossConfig, prelude::*};
use lstm_lessons::{
    bugs::{Asked, Figure, Finding, Lesson, axes::forward_swapped, list, report},
    mnist::{
        Digits,
        evaluate::evaluate_by,
        model::{RowClassifier, RowClassifierConfig},
        rows::RowBatch,
    },
    say,
    shell::{
        self,
        cli::{check_shape, out},
        error::Result,
    },
    training::{check_lr, fit},
};

use crate::{args::Args, data};

/// Digits of the training set, unless `--train-count` says otherwise: seconds of training.
const TRAIN: usize = 4_000;
/// Epochs, unless `--epochs` says otherwise.
const EPOCHS: usize = 4;

/// From rows `[B, T, D]` to logits `[B, 10]`, right or with the bug.
type Forward = fn(&RowClassifier, Tensor<3>) -> Tensor<2>;

pub fn run(asked: Asked, mut args: Args) -> Result<()> {
    let bug = match asked {
        Asked::List => return out(&list(Lesson::Mnist, args.json)),
        Asked::One(bug) => bug.shown_by(Lesson::Mnist)?,
    };
    args.training.train_count = args.training.train_count.or((!args.quick).then_some(TRAIN));
    let config =
        RowClassifierConfig::new(args.training.cell, args.training.hidden, args.training.layers);
    check_shape(&config.stack)?;
    check_lr(args.training.lr)?;
    let device = args.common.device()?;
    let (sets, _) = data::sets(&args, &args.training)?;
    let (count, kind) = (sets.train.len(), sets.trained_on.name());
    shell::note(say!(
        "training on {count} digits ({kind}), twice",
        "用 {count} 个数字（{kind}）训练两次"
    ));
    let forwards: [Forward; 2] = [|model, rows| model.forward(rows, None), forward_swapped];
    let [healthy, faulty] = forwards.map(|forward| {
        let (model, loss) = trained(forward, &config, &sets.train, &args, &device);
        let test = evaluate_by(|rows| forward(&model, rows), &sets.test, &device);
        (test.accuracy(), loss)
    });
    let tested = sets.test.len();
    let findings = [
        Finding::new(
            "test_accuracy",
            say!("accuracy on {tested} test digits", "{tested} 个测试数字上的准确率"),
            Figure::Share(healthy.0),
            Figure::Share(faulty.0),
        ),
        Finding::new(
            "last_loss",
            say!(
                "loss of the last step (guessing: {:.2})",
                "最后一步的损失（瞎猜：{:.2}）",
                10f64.ln()
            ),
            Figure::Number(healthy.1),
            Figure::Number(faulty.1),
        ),
    ];
    out(&report(bug, &findings, args.json))
}

/// A classifier trained with `forward`, and the loss of its last step.
fn trained(
    forward: Forward,
    config: &RowClassifierConfig,
    digits: &Digits,
    args: &Args,
    device: &Device,
) -> (RowClassifier, f64) {
    let tracked = device.clone().autodiff();
    let order: Vec<usize> = (0..digits.len()).collect();
    let batches: Vec<&[usize]> = order.chunks(args.training.batch_size).collect();
    let loss = |model: &RowClassifier, step: usize| {
        let RowBatch { rows, labels } =
            RowBatch::new(digits, batches[step % batches.len()], &tracked);
        CrossEntropyLossConfig::new().init(&tracked).forward(forward(model, rows), labels)
    };
    let model = config.init(args.seed, &tracked).with_kernel(args.kernel);
    let (steps, mut last) = (args.training.epochs.unwrap_or(EPOCHS) * batches.len(), 0.0);
    let model = fit(model, steps, args.training.lr, loss, |_, loss, _| last = loss);
    (model.valid(), last)
}
