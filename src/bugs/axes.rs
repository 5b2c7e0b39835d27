//! Bugs of what is batch and what is time.

use burn::prelude::*;

use super::{Card, Place};
use crate::{mnist::model::RowClassifier, say};

/// `swapped-axes`: [`RowClassifier::forward`] with batch and time swapped: `[B, T, D] -> [B, 10]`.
///
/// The layer takes the axis of the images for time. Every shape fits, so nothing complains. But the
/// state goes from image to image, and the last output of an image depends on one row of it only:
/// the last, which is blank paper.
pub fn forward_swapped(model: &RowClassifier, rows: Tensor<3>) -> Tensor<2> {
    let swapped = rows.swap_dims(0, 1); // [T, B, D], read as [B, T, D]
    let (outputs, _) = model.stack.forward(swapped, None); // [T, B, H]
    let outputs = outputs.swap_dims(0, 1); // [B, T, H]
    let [_, seq_len, _] = outputs.dims();
    model.head.forward(outputs.narrow(1, seq_len - 1, 1).squeeze_dim(1)) // [B, 10]
}

/// The card of `swapped-axes`.
pub(super) fn swapped_axes() -> Card {
    Card {
        symptom: say!(
            "the digits are guessed: about one in ten is right",
            "数字全靠猜：大约十个里对一个"
        ),
        cause: say!(
            "The layer runs over the batch and not over the rows. All shapes fit, nothing \
             complains. Each image is classified by its last row, and by the last rows of other \
             images.",
            "循环层沿着批量走，而不是沿着行走。形状全都吻合，没有任何报错。\
             每幅图只凭自己的最后一行和别的图的最后一行来分类。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/yunjey/pytorch-tutorial/issues/89",
                "\"I just delete batch_first=True\": MNIST falls to 11 %",
            ),
            Place::Thread(
                "https://github.com/closeheat/pytorch-lstm-text-generation-tutorial/issues/3",
                "\"the network is confusing the sequence length for the batch size\"",
            ),
        ],
    }
}
