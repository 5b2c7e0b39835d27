//! Faults of what learns, and of how boldly it steps.

use burn::{
    module::Module,
    optim::{AdamConfig, GradientsParams},
    prelude::*,
    tensor::activation::log_softmax,
};

use super::{Card, Place};
use crate::{
    cell::Stack,
    poems::{batch::PoemBatch, model::PoemModel},
    say,
};

/// `shared-cell`: a stack whose layers are all the first one: `[B, T, D] -> [B, T, H]`, with D = H.
///
/// ```text
/// h¹ = layer₁(x)        h² = layer₁(h¹)        instead of        h² = layer₂(h¹)
/// ```
pub fn one_cell_for_all(stack: &Stack, x: Tensor<3>) -> Tensor<3> {
    stack.layers.iter().fold(x, |x, _| stack.layers[0].forward(x, None).0)
}

/// The loss of a model with such a stack; its projection is its own (not tied). The equation is that of [`PoemModel::loss`].
///
/// # Panics
/// If the model is tied.
pub fn loss_with_one_cell(model: &PoemModel, batch: &PoemBatch) -> Tensor<1> {
    let hidden = one_cell_for_all(&model.stack, model.embedding.forward(batch.inputs.clone())); // [B, T, H]
    let w = model.projection.as_ref().expect("a model with a projection").val(); // [H, V]
    let z = hidden.matmul(w.unsqueeze()) + model.bias.val().unsqueeze(); // [B, T, V]
    let ln_p = log_softmax(z, 2).gather(2, batch.targets.clone().unsqueeze_dim(2)).squeeze_dim::<2>(2); // [B, T]
    (ln_p * batch.mask.clone()).sum().div_scalar(batch.tokens() as f64).neg() // [1]
}

/// What is known of `shared-cell`.
pub(super) fn shared_cell() -> Card {
    Card {
        symptom: say!("two layers on paper, the weights of one", "纸面上两层，权重却只有一层"),
        cause: say!(
            "[cell] * 2 is a list that holds one cell twice. It trains, and its loss sinks: \
             only the number of weights tells.",
            "[cell] * 2 是同一个单元在列表里出现两次。照样能训练，损失照样下降：只有权重的个数露了馅。"
        ),
        happened: &[
            Place::Course("3-5", "cell = tf.contrib.rnn.MultiRNNCell([cell] * num_layers, state_is_tuple=True)"),
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

/// `bold-steps`: [`fit`](fn@crate::training::fit) without the clip; it is called with a learning rate far too high.
pub fn fit_unclipped<M: Module>(
    mut model: M,
    steps: usize,
    lr: f64,
    mut loss: impl FnMut(&M, usize) -> Tensor<1>,
    mut seen: impl FnMut(usize, f64, &M),
) -> M {
    let mut adam = AdamConfig::new().init();
    for step in 0..steps {
        let loss = loss(&model, step);
        let value = loss.clone().into_scalar::<f64>();
        let grads = GradientsParams::from_grads(loss.backward(), &model);
        model = adam.step(lr, model, grads);
        seen(step, value, &model);
    }
    model
}

/// What is known of `bold-steps`.
pub(super) fn bold_steps() -> Card {
    Card {
        symptom: say!("the loss jumps above that of blind guessing", "损失跳得比瞎猜还高"),
        cause: say!(
            "Adam moves every weight by about the learning rate. Steps as long as the weights themselves \
             throw away what was learned, and no clip shortens a gradient that grows.",
            "Adam 每一步让每个权重移动大约一个学习率。步子和权重本身一样大，学到的就被甩掉了；又没有裁剪来缩短变长的梯度。"
        ),
        happened: &[
            Place::Course("3-5", "train_op = tf.train.AdamOptimizer(learning_rate).minimize(total_loss)"),
            Place::Thread("https://github.com/karpathy/char-rnn/issues/169", "Loss is exploding, aborting"),
            Place::Thread(
                "https://github.com/pytorch/examples/pull/223",
                "[BUG] potential typo in default learning rate",
            ),
        ],
    }
}
