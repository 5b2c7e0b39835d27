//! Bugs of which poems are read, and of what stands beside them in a batch.

use burn::prelude::*;

use super::{Card, Place};
use crate::say;

/// `read-at-pad`: the logits after a text are taken from the last column: `[B, T, V] -> [B, V]`.
///
/// That is the end of the longest text only. Every shorter one is followed by padding, and the
/// logits there come after it.
pub fn last_column(logits: Tensor<3>, _lengths: &[usize]) -> Tensor<2> {
    let [_, width, _] = logits.dims();
    logits.narrow(1, width - 1, 1).squeeze_dim(1) // [B, V]
}

/// The right one: the logits after the last character of each text, `[B, T, V] -> [B, V]`.
pub fn at_each_end(logits: Tensor<3>, lengths: &[usize]) -> Tensor<2> {
    let row = |(k, &length): (usize, &usize)| {
        logits.clone().slice([k..k + 1, length - 1..length]).squeeze_dim(1) // [1, V]
    };
    Tensor::cat(lengths.iter().enumerate().map(row).collect(), 0) // [B, V]
}

/// The card of `read-at-pad`.
pub(super) fn read_at_pad() -> Card {
    Card {
        symptom: say!(
            "the answer depends on the other texts of the batch",
            "同一段文字，同批的其他文字一换，答案就变"
        ),
        cause: say!(
            "outputs[:, -1] is the last column of the rectangle, which is padding for every text \
             but the longest.",
            "outputs[:, -1] 是矩形的最后一列。除了最长的那一段，其余各段在那里都是填充。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/thtrieu/qclass_dl/issues/1",
                "\"just use output = outputs[-1], I get terrible result\"",
            ),
            Place::Thread(
                "https://github.com/huggingface/transformers/issues/26569",
                "text-generation results inconsistent depending on padding side",
            ),
        ],
    }
}

/// `constant-key`: [`buckets`](crate::poems::batch::buckets) with a sort key that ignores its
/// argument and is the length of the last poem read, the same for all.
///
/// The sort is stable and leaves every poem where it was: short poems share a batch with long ones
/// and are padded.
pub fn buckets_unsorted(poems: &[Vec<usize>], batch_size: usize) -> Vec<Vec<usize>> {
    let last_read = poems.last().map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..poems.len()).collect();
    order.sort_by_key(|_| last_read);
    order.chunks(batch_size).map(<[usize]>::to_vec).collect()
}

/// The card of `constant-key`.
pub(super) fn constant_key() -> Card {
    Card {
        symptom: say!(
            "sorting changes nothing: batches full of padding",
            "排序毫无作用，一批里大片都是填充"
        ),
        cause: say!(
            "The key's argument is l, but the key measures line, a variable left over from the \
             loop above: the same number for every poem.",
            "排序键的参数是 l，量的却是上面循环遗留的变量 line：对每首诗都是同一个数。"
        ),
        happened: &[
            Place::Course("3-3", "poems = sorted(poems, key=lambda l: len(line))"),
            Place::Thread(
                "https://github.com/ruotianluo/self-critical.pytorch/issues/257",
                "\"why use the lambda x:0 instead of lambda x: len(x[1]) as the key for sort?\"",
            ),
        ],
    }
}

/// `dropped-tail`: whole batches only; the poems left over are never read.
///
/// ```
/// use lstm_lessons::bugs::batching::whole_batches;
///
/// assert_eq!(whole_batches(&[0, 1, 2, 3, 4], 2), [[0, 1], [2, 3]]); // and 4?
/// ```
pub fn whole_batches(order: &[usize], batch_size: usize) -> Vec<Vec<usize>> {
    let n_chunk = order.len() / batch_size;
    (0..n_chunk).map(|k| order[k * batch_size..][..batch_size].to_vec()).collect()
}

/// The card of `dropped-tail`.
pub(super) fn dropped_tail() -> Card {
    Card {
        symptom: say!("some poems are never read, in any epoch", "有些诗哪一轮都没有读到"),
        cause: say!(
            "The number of batches comes from an integer division, which drops the remainder. \
             Without shuffling, the poems left over are always the same.",
            "批数用整除来算，余数就丢掉了。次序又不打乱，丢掉的总是同样几首。"
        ),
        happened: &[
            Place::Course("3-4", "n_chunk = len(poems_vec) // batch_size"),
            Place::Thread(
                "https://github.com/thinking-machines-lab/tinker-cookbook/pull/392",
                "fix: use math.ceil for batch count to not ignore remainder",
            ),
        ],
    }
}
