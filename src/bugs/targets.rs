//! Bugs of the targets: each turns a right batch into a wrong one.

use burn::prelude::*;

use super::{Card, Place};
use crate::{
    poems::{batch::PoemBatch, text::vocab::EOS},
    say,
};

/// `counted-padding`: every place of the rectangle is a target, padding included.
///
/// ```text
/// loss = - Σ_bt ln p_bt[y_bt] / (B · T)
/// instead of
/// loss = - Σ_bt mask_bt · ln p_bt[y_bt] / Σ_bt mask_bt
/// ```
pub fn count_padding(batch: PoemBatch) -> PoemBatch {
    let [batch_size, width] = batch.inputs.dims();
    PoemBatch { mask: batch.mask.ones_like(), lengths: vec![width; batch_size], ..batch }
}

/// The card of `counted-padding`.
pub(super) fn counted_padding() -> Card {
    Card {
        symptom: say!("a flattering loss, and spaces in the poems", "损失好看，诗里却有空格"),
        cause: say!(
            "Padding is a target like any other. The model learns to predict it, which is easy, \
             and the mean loss falls without any poem being predicted better.",
            "填充也成了目标。预测填充很容易，模型就学着预测它；平均损失降下去了，\
             诗却没有学得更好。"
        ),
        happened: &[
            Place::Course(
                "3-4",
                "x_data = np.full((batch_size, length), word_to_int[' '], np.int32)",
            ),
            Place::Course("3-8", "当预测过程中可能出现空格,这个问题还是比较头疼的"),
            Place::Thread(
                "https://github.com/EleutherAI/aria/pull/40",
                "Ignore padding loss while training",
            ),
            Place::Thread(
                "https://github.com/huggingface/transformers/issues/32832",
                "\"Those pad tokens should be neglected for loss computation\"",
            ),
        ],
    }
}

/// `self-target`: the row is copied and shifted left, and its last place keeps what it was:
/// `[6,2,4,6,9]` has the targets `[2,4,6,9,9]`.
pub fn keep_last(batch: PoemBatch) -> PoemBatch {
    let [batch_size, width] = batch.inputs.dims();
    let inputs: Vec<i32> = batch.inputs.to_data().iter().collect();
    let mut targets: Vec<i32> = batch.targets.to_data().iter().collect();
    for (row, length) in batch.lengths.iter().enumerate() {
        let last = row * width + length - 1;
        targets[last] = inputs[last];
    }
    let targets = TensorData::new(targets, [batch_size, width]);
    let targets = Tensor::from_data(targets, &batch.inputs.device()); // [B, T]
    PoemBatch { targets, ..batch }
}

/// The card of `self-target`.
pub(super) fn self_target() -> Card {
    Card {
        symptom: say!(
            "the last punctuation mark is repeated: 。。。。",
            "最后一个标点写个不停：。。。。"
        ),
        cause: say!(
            "y is a copy of x, shifted left, and its last place is left as it was: the last \
             character is its own target.",
            "y 是 x 的副本再左移一格，最后一格没有改：最后一个字的目标成了它自己。"
        ),
        happened: &[
            Place::Course(
                "3-4",
                "y_data[:, :-1] = x_data[:, 1:]        [6,2,4,6,9] -> [2,4,6,9,9]",
            ),
            Place::Thread(
                "https://github.com/sherjilozair/char-rnn-tensorflow/issues/26",
                "Why we need ydata[-1] = xdata[0]?",
            ),
        ],
    }
}

/// `no-end`: the end of the poem is masked, as if it were padding.
pub fn mask_end(batch: PoemBatch) -> PoemBatch {
    let is_end = batch.targets.clone().equal_elem(EOS as i32).float(); // [B, T]
    let lengths = batch.lengths.iter().map(|length| length - 1).collect();
    PoemBatch { mask: batch.mask - is_end, lengths, ..batch }
}

/// The card of `no-end`.
pub(super) fn no_end() -> Card {
    Card {
        symptom: say!("poems run on until they are cut off", "诗停不下来，只能被截断"),
        cause: say!(
            "The end of a poem is left out of the loss (often because one id serves as end and as \
             padding, and padding is masked). What is never a target is never predicted.",
            "诗的结尾没有计入损失（常见原因：结束与填充共用一个编号，而填充被掩掉）。\
             从未当过目标的，模型不会预测。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/lucasjinreal/tensorflow_poems/issues/8",
                "No outputs: \"fall into a endless loop cannot predict the end token\"",
            ),
            Place::Thread(
                "https://github.com/mlabonne/llm-course/issues/33",
                "Issue with pad_token == eos_token : model not \"learning when to stop\"",
            ),
        ],
    }
}
