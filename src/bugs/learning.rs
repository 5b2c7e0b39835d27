//! Faults of what learns, and of how boldly it steps.

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

/// The loss of a model with such a stack.
pub fn loss_with_one_cell(model: &PoemModel, batch: &PoemBatch) -> Tensor<1> {
    PoemModel { stack: sharing(&model.stack), ..model.clone() }.loss(batch)
}

/// The course's `[cell] * num_layers`: a clone of a layer holds the same parameters, not copies of
/// them.
fn sharing(stack: &Stack) -> Stack {
    Stack { layers: vec![stack.layers[0].clone(); stack.layers.len()], ..stack.clone() }
}

/// What is known of `shared-cell`.
pub(super) fn shared_cell() -> Card {
    Card {
        symptom: say!("two layers on paper, the weights of one", "纸面上两层，权重却只有一层"),
        cause: say!(
            "[cell] * 2 is a list that holds one cell twice. It trains, and its loss sinks: \
             only the number of weights tells.",
            "[cell] * 2 是同一个单元在列表里出现两次。照样能训练，损失照样下降：\
             只有权重的个数露了馅。"
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

/// `bold-steps`: [`fit`](fn@crate::training::fit) without the clip; it is called with a learning
/// rate far too high.
pub fn fit_unclipped<M: Module>(
    model: M,
    steps: usize,
    lr: f64,
    loss: impl FnMut(&M, usize) -> Tensor<1>,
    seen: impl FnMut(usize, f64, &M),
) -> M {
    fit_within(f64::INFINITY, model, steps, lr, loss, seen)
}

/// What is known of `bold-steps`.
pub(super) fn bold_steps() -> Card {
    Card {
        symptom: say!("the loss jumps above that of blind guessing", "损失跳得比瞎猜还高"),
        cause: say!(
            "Adam moves every weight by about the learning rate. Steps as long as the weights themselves \
             throw away what was learned, and no clip shortens a gradient that grows.",
            "Adam 每一步让每个权重移动大约一个学习率。步子和权重本身一样大，学到的就被甩掉了；\
             又没有裁剪来缩短变长的梯度。"
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
