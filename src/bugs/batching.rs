//! Faults of which poems are read, and of what stands beside them.

use burn::prelude::*;

use super::{Card, Place};
use crate::say;

/// `read-at-pad`: the scores after a text are read in the last column: `[B, T, V] -> [B, V]`.
///
/// That is the end of the longest text alone. After every shorter one there stands padding, and the
/// model has read it too.
pub fn last_column(scores: Tensor<3>, _lengths: &[usize]) -> Tensor<2> {
    let [_, width, _] = scores.dims();
    scores.narrow(1, width - 1, 1).squeeze_dim(1) // [B, V]
}

/// What belongs in its place: the scores after the last character of each text:
/// `[B, T, V] -> [B, V]`.
pub fn at_each_end(scores: Tensor<3>, lengths: &[usize]) -> Tensor<2> {
    let row =
        |k: usize| scores.clone().slice([k..k + 1, lengths[k] - 1..lengths[k]]).squeeze_dim(1); // [1, V]
    Tensor::cat((0..lengths.len()).map(row).collect(), 0) // [B, V]
}

/// What is known of `read-at-pad`.
pub(super) fn read_at_pad() -> Card {
    Card {
        symptom: say!(
            "the answer changes with the company a text keeps",
            "同一段文字，换了同批的邻居，答案就变"
        ),
        cause: say!(
            "outputs[:, -1] is the last column of the rectangle. For every text but the longest \
             there stands padding.",
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

/// `constant-key`: [`buckets`](crate::poems::batch::buckets) whose key forgets its argument and
/// asks the last poem read, always the same.
///
/// The sort is stable and leaves everything where it was: short poems stand beside long ones,
/// filled up.
pub fn buckets_unsorted(poems: &[Vec<usize>], batch_size: usize) -> Vec<Vec<usize>> {
    let last_read = poems.last().map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..poems.len()).collect();
    order.sort_by_key(|_| last_read);
    order.chunks(batch_size).map(<[usize]>::to_vec).collect()
}

/// What is known of `constant-key`.
pub(super) fn constant_key() -> Card {
    Card {
        symptom: say!(
            "sorting changes nothing: batches full of padding",
            "排序毫无作用，一批里大片都是填充"
        ),
        cause: say!(
            "The key's argument is l, but it measures line, left over from the loop above: one \
             and the same number for every poem.",
            "排序键的参数是 l，量的却是上面循环留下的 line：对每首诗都是同一个数。"
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

/// `dropped-tail`: whole batches only; what is left over is never read.
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

/// What is known of `dropped-tail`.
pub(super) fn dropped_tail() -> Card {
    Card {
        symptom: say!("some poems are never read, in no epoch", "有些诗从头到尾一轮也没读到"),
        cause: say!(
            "A division without remainder counts the batches. Without shuffling it is always \
             the same poems that are left over.",
            "批数用整除来算，余数丢掉了。又不打乱顺序，丢掉的总是同样几首。"
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
