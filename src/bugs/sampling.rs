//! Bugs of sampling.

use burn::prelude::*;

use super::{Card, Place};
use crate::{
    poems::{
        model::PoemModel,
        write::{
            beginning::Beginning,
            sample::{Sampler, SamplingConfig},
        },
    },
    say,
};

/// `lost-state`: every character is read as if it were the first: `[B, T] -> [B, T, V]`.
///
/// The state after a step is dropped and the next step starts from `None`, as if each character
/// were a sequence of its own.
pub fn forward_without_memory(model: &PoemModel, inputs: Tensor<2, Int>) -> Tensor<3> {
    let [batch, seq_len] = inputs.dims();
    let alone = inputs.reshape([batch * seq_len, 1]); // [B·T, 1]
    let ids: Vec<Vec<usize>> = alone.to_data().iter::<i64>().map(|id| vec![id as usize]).collect();
    let reader = model.features.as_ref().map(|features| &features.reader);
    let facts = reader.map(|reader| reader.read_all(&ids, &alone.device()));
    let (logits, _) = model.forward(model.embed(alone, facts.as_ref()), facts.as_ref(), None); // [B·T, 1, V]
    let [_, _, vocab_size] = logits.dims();
    logits.reshape([batch, seq_len, vocab_size])
}

/// The card of `lost-state`.
pub(super) fn lost_state() -> Card {
    Card {
        symptom: say!(
            "a heap of characters: no lines, no form, no end",
            "字堆成一团：没有句子，没有格式，没有结尾"
        ),
        cause: say!(
            "Training reads whole poems. Sampling reads one character at a time and forgets to \
             hand on the state, so the next character depends on the last one alone.",
            "训练时输入整首诗；写诗时一次输入一个字，却忘了把状态传下去，\
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

/// `upside-down-temperature`: the logits are multiplied by the temperature.
///
/// ```text
/// p_k = exp(z_k · temperature) / Σ_j exp(z_j · temperature)
/// instead of
/// p_k = exp(z_k / temperature) / Σ_j exp(z_j / temperature)
/// ```
pub fn upside_down(sampling: SamplingConfig) -> SamplingConfig {
    SamplingConfig { temperature: 1.0 / sampling.temperature, ..sampling }
}

/// The card of `upside-down-temperature`.
pub(super) fn upside_down_temperature() -> Card {
    Card {
        symptom: say!(
            "the higher the temperature, the duller the poems",
            "温度越高，诗越呆板；温度越低，诗越狂野"
        ),
        cause: say!(
            "The logits must be divided by the temperature; here they are multiplied by it. At 1 \
             both agree, so a test at 1 shows nothing.",
            "logits 应当除以温度，这里却乘上了温度。温度为 1 时两者相同，只试 1 就看不出来。"
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

/// `argmax-loop`: the likeliest of the allowed ids, every time.
///
/// ```
/// use lstm_lessons::bugs::sampling::likeliest;
///
/// assert_eq!(likeliest(&[0.1, 3.0, 2.0], |_| true), Some(1)); // and 1 again, whatever the seed
/// ```
pub fn likeliest(z: &[f32], allowed: impl Fn(usize) -> bool) -> Option<usize> {
    (0..z.len()).filter(|&k| allowed(k)).max_by(|&a, &b| z[a].total_cmp(&z[b]))
}

/// The card of `argmax-loop`.
pub(super) fn argmax_loop() -> Card {
    Card {
        symptom: say!(
            "one poem for each beginning, and it repeats itself",
            "每个开头只有一首诗，而且翻来覆去地重复"
        ),
        cause: say!(
            "The likeliest character is chosen every time. Nothing is random, so every seed writes \
             the same poem, and what was likeliest once is likeliest again.",
            "每次都取概率最大的字。没有了随机性，每个种子都写出同一首；刚才概率最大的，\
             过一会儿概率又最大。"
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
/// [`parse`](Beginning::parse)d; every character outside the vocabulary is UNK.
///
/// With the course's dictionary the program ended in an error. Here it goes on, but it has not read
/// what the user typed.
pub fn write_unchecked(sampler: &Sampler, typed: &str, seed: u64) -> String {
    let ids = sampler.vocab().encode(typed);
    let begin = Beginning { text: typed.to_string(), ids, ..Beginning::default() };
    sampler.write(&begin, None, seed, &mut |_| ()).text
}

/// The card of `unknown-first`.
pub(super) fn unknown_first() -> Card {
    Card {
        symptom: say!(
            "every unknown character begins the same poem",
            "无论用哪个未知的字开头，写出的都是同一首诗"
        ),
        cause: say!(
            "The user may type any first character. One that is not in the vocabulary ends the \
             program (a dictionary), or becomes UNK without a message.",
            "用户输入的首字什么都有可能。词表里没有的字，要么让程序崩溃（字典），\
             要么变成 UNK，却没有任何提示。"
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
