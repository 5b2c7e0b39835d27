//! Bugs of which weights learn, and of how large the steps are.

use burn::{module::Module, prelude::*};

use super::{Card, Place};
use crate::{
    cell::Stack,
    poems::{batch::PoemBatch, model::PoemModel},
    say,
    training::fit_within,
};

/// `shared-cell`: a stack whose layers are all the first one: `[B, T, D] -> [B, T, H]`, with D = H.
///
/// ```text
/// h¹ = layer₁(x)        h² = layer₁(h¹)        instead of        h² = layer₂(h¹)
/// ```
pub fn one_cell_for_all(stack: &Stack, x: Tensor<3>) -> Tensor<3> {
    sharing(stack).forward(x, None).0
}

/// The loss of a model whose stack is [one cell for all](one_cell_for_all) layers.
pub fn loss_with_one_cell(model: &PoemModel, batch: &PoemBatch) -> Tensor<1> {
    PoemModel { stack: sharing(&model.stack), ..model.clone() }.loss(batch)
}

/// The course's `[cell] * num_layers`: a clone of a layer shares its parameters.
fn sharing(stack: &Stack) -> Stack {
    Stack { layers: vec![stack.layers[0].clone(); stack.layers.len()], ..stack.clone() }
}

/// The card of `shared-cell`.
pub(super) fn shared_cell() -> Card {
    Card {
        symptom: say!("two layers, but the weights of one", "名义上两层，权重却只有一层"),
        cause: say!(
            "[cell] * 2 is a list that holds one cell twice. It trains, and its loss falls: only \
             the number of weights shows the bug.",
            "[cell] * 2 是同一个单元在列表里出现两次。照样能训练，损失照样下降：\
             只有权重的个数显出异常。"
        ),
        happened: &[
            Place::Course(
                "3-5",
                "cell = tf.contrib.rnn.MultiRNNCell([cell] * num_layers, state_is_tuple=True)",
            ),
            Place::Thread(
                "https://github.com/martin-gorner/tensorflow-rnn-shakespeare/issues/27",
                "Incorrect use of MultiRNNCell",
            ),
            Place::Thread(
                "https://github.com/Songweiping/GRU4Rec_TensorFlow/issues/14",
                "MultiRNNCell build: \"multiple cells are actually sharing weights\"",
            ),
        ],
    }
}

/// `bold-steps`: [`fit`](fn@crate::training::fit) without gradient clipping, for a learning rate
/// that is far too high. `report` is called as by `fit`, after every step.
pub fn fit_unclipped<M: Module>(
    model: M,
    steps: usize,
    lr: f64,
    loss: impl FnMut(&M, usize) -> Tensor<1>,
    report: impl FnMut(usize, f64, &M),
) -> M {
    fit_within(f64::INFINITY, model, steps, lr, loss, report)
}

/// The card of `bold-steps`.
pub(super) fn bold_steps() -> Card {
    Card {
        symptom: say!("the loss jumps above that of uniform guessing", "损失跳得比瞎猜还高"),
        cause: say!(
            "Adam moves every weight by about the learning rate. Steps as large as the weights \
             themselves destroy what was learned, and nothing clips a gradient that grows.",
            "Adam 每一步让每个权重移动大约一个学习率。步长和权重本身一样大，学到的就全毁了；\
             梯度变大时又没有裁剪。"
        ),
        happened: &[
            Place::Course(
                "3-5",
                "train_op = tf.train.AdamOptimizer(learning_rate).minimize(total_loss)",
            ),
            Place::Thread(
                "https://github.com/karpathy/char-rnn/issues/169",
                "Loss is exploding, aborting",
            ),
            Place::Thread(
                "https://github.com/pytorch/examples/pull/223",
                "[BUG] potential typo in default learning rate",
            ),
        ],
    }
}
