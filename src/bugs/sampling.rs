//! Faults of writing.

use burn::prelude::*;

use super::{Card, Place};
use crate::{
    poems::{
        beginning::Beginning,
        model::PoemModel,
        sample::{Sampler, SamplingConfig},
    },
    say,
};

/// `lost-state`: every character is read as if it were the first of all: `[B, T] -> [B, T, V]`.
///
/// The state that comes out of a step is dropped and `None` goes into the next, as if each
/// character were a sequence of its own.
pub fn forward_without_memory(model: &PoemModel, inputs: Tensor<2, Int>) -> Tensor<3> {
    let [batch, seq_len] = inputs.dims();
    let (scores, _) = model.forward(inputs.reshape([batch * seq_len, 1]), None); // [B·T, 1, V]
    let [_, _, vocab_size] = scores.dims();
    scores.reshape([batch, seq_len, vocab_size])
}

/// What is known of `lost-state`.
pub(super) fn lost_state() -> Card {
    Card {
        symptom: say!(
            "a heap of characters: no line, no form, no end",
            "字堆成一团：没有句子，没有格式，没有结尾"
        ),
        cause: say!(
            "Training fed whole poems. Writing feeds one character and forgets to hand on the \
             state, so the next character is chosen by the last one alone.",
            "训练时喂进整首诗；写诗时一次喂一个字，却忘了把状态传下去，\
             于是下一个字只由上一个字决定。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/ageron/handson-mlp/pull/4",
                "Fix stateful RNN text generation to preserve hidden states",
            ),
            Place::Thread(
                "https://github.com/keras-team/keras/issues/1128",
                "RNN does not keep but reset its hidden state: \"I got meaningless text\"",
            ),
        ],
    }
}

/// `upside-down-temperature`: the scores are multiplied by the temperature.
///
/// ```text
/// p_k = exp(z_k · temperature) / Σ_j exp(z_j · temperature)        instead of        exp(z_k / temperature)
/// ```
pub fn upside_down(sampling: SamplingConfig) -> SamplingConfig {
    SamplingConfig { temperature: 1.0 / sampling.temperature, ..sampling }
}

/// What is known of `upside-down-temperature`.
pub(super) fn upside_down_temperature() -> Card {
    Card {
        symptom: say!(
            "the warmer, the duller; the colder, the wilder",
            "温度越高越呆板，越低越狂野"
        ),
        cause: say!(
            "Scores must be divided by the temperature; here they are multiplied by it. At 1 the \
             two agree, so whoever tries only 1 sees nothing.",
            "分数应当除以温度，这里却乘上了温度。温度为 1 时两者相同，只试 1 的人看不出来。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/bowang-lab/BLEEP/issues/5",
                "\"logits are divided by it, targets are multiplied\": \"this should be a \
                 mistake\"",
            ),
            Place::Thread(
                "https://github.com/karpathy/char-rnn/issues/124",
                "\"Incorrect description of sampling temperature in Docs\": read upside down",
            ),
        ],
    }
}

/// `argmax-loop`: the likeliest id, always.
///
/// ```
/// assert_eq!(lstm_lessons::bugs::sampling::likeliest(&[0.1, 3.0, 2.0], |_| true), Some(1)); // and 1 again, whatever the seed
/// ```
pub fn likeliest(z: &[f32], allowed: impl Fn(usize) -> bool) -> Option<usize> {
    (0..z.len()).filter(|&k| allowed(k)).max_by(|&a, &b| z[a].total_cmp(&z[b]))
}

/// What is known of `argmax-loop`.
pub(super) fn argmax_loop() -> Card {
    Card {
        symptom: say!(
            "one poem for each beginning, and it goes in circles",
            "每个开头只有一首诗，而且原地打转"
        ),
        cause: say!(
            "The likeliest character is chosen every time. No chance is left, so every seed writes \
             the same, and what was likely once is likely again.",
            "每次都取概率最大的字。没有了偶然，每个种子都写出同一首；刚才最可能的，\
             过一会儿又是最可能的。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/hit-computer/char-rnn/issues/3",
                "训练了600次了 可生成的文本都是重复的: \"本程序用的是argmax策略\"",
            ),
            Place::Thread(
                "https://github.com/adepierre/caffe-char-rnn/issues/4",
                "\"it always reverts back to the same sentence it repeats\"",
            ),
        ],
    }
}

/// `unknown-first`: [`Sampler::write`] after a [`Beginning`] that was not
/// [`parse`](Beginning::parse)d; a character that is not in the vocabulary is UNK, whichever it is.
///
/// Where the course's table raised an error instead, the program ended. Here it goes on, and has
/// not read what it was given.
pub fn write_unchecked(sampler: &Sampler, typed: &str, seed: u64) -> String {
    let ids = sampler.vocab().encode(typed);
    let begin = Beginning { text: typed.to_string(), ids, ..Beginning::default() };
    sampler.write(&begin, None, seed, &mut |_| ()).text
}

/// What is known of `unknown-first`.
pub(super) fn unknown_first() -> Card {
    Card {
        symptom: say!(
            "every unknown character begins the same poem",
            "凡是没见过的字，开头都写出同一首诗"
        ),
        cause: say!(
            "Whoever types the first character may type any. One that is not in the table ends the \
             program (a dictionary), or becomes \"unknown\" without a word.",
            "用户输入的首字什么都有可能。词表里没有的字，要么让程序崩溃（字典），\
             要么一声不响地变成“未知”。"
        ),
        happened: &[
            Place::Course("3-3", "word_int_map.get(word, len(words))"),
            Place::Thread(
                "https://github.com/lucasjinreal/tensorflow_poems/issues/30",
                "python3 compose_poem.py运行报错: x[0, 0] = word_int_map[word], KeyError",
            ),
            Place::Thread(
                "https://github.com/sherjilozair/char-rnn-tensorflow/issues/127",
                "KeyError in Sample.py",
            ),
        ],
    }
}
