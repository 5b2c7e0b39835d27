//! Bugs of characters, ids and bytes.

use super::{Card, Place};
use crate::{
    poems::text::{
        corpus::{LONGEST, Poem, SHORTEST},
        vocab::{Vocab, frequencies},
    },
    say,
};

/// `rebuilt-vocab`: the characters of `vocab`, numbered anew by their frequency in `corpus`.
///
/// The size stays, so the weights fit, but a weight now belongs to another character.
pub fn recounted(vocab: &Vocab, corpus: &[Poem]) -> Vocab {
    let counted = frequencies(corpus.iter().map(|poem| poem.content.as_str()));
    let found = counted.iter().map(|&(c, _)| c).filter(|&c| vocab.id(c).is_some());
    let all = String::from(vocab.clone());
    let missing = all.chars().filter(|&c| counted.iter().all(|&(counted, _)| counted != c));
    Vocab::from(found.chain(missing).collect::<String>())
}

/// The card of `rebuilt-vocab`.
pub(super) fn rebuilt_vocab() -> Card {
    Card {
        symptom: say!(
            "the weights load, and the poems are nonsense",
            "权重照常载入，写出来的诗却语无伦次"
        ),
        cause: say!(
            "The program that writes counts the characters again instead of loading the \
             vocabulary that was saved. With another corpus, or ties in another order, id 17 is \
             another character.",
            "写诗的程序重新数了一遍字，而没有读训练时保存的词表。\
             语料不同，或频率相同的字次序不同，17 号就成了另一个字。"
        ),
        happened: &[
            Place::Thread(
                "https://github.com/lucasjinreal/tensorflow_poems/issues/27",
                "compose_poem.py calls process_poems, and counts the corpus anew",
            ),
            Place::Thread(
                "https://github.com/karpathy/minGPT/pull/21",
                "Sort characters to always return same mapping",
            ),
        ],
    }
}

/// `byte-length`: the course's rule, 5 to 79, applied to bytes; a Han character has three.
///
/// ```
/// use lstm_lessons::bugs::corpus::fits_in_bytes;
///
/// assert!(!fits_in_bytes("床前明月光，疑是地上霜。举头望明月，低头思故乡。床前明月"));
/// assert_eq!("月".len(), 3);
/// ```
pub fn fits_in_bytes(content: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&content.len())
}

/// The card of `byte-length`.
pub(super) fn byte_length() -> Card {
    Card {
        symptom: say!("every poem over 26 characters is rejected", "超过 26 字的诗全被剔除"),
        cause: say!(
            "Python's len counts characters, Rust's str::len counts bytes. The rule was copied \
             word for word, and 79 became 26 characters.",
            "Python 的 len 数的是字符，Rust 的 str::len 数的是字节。规则照搬过来，\
             79 就成了 26 个字。"
        ),
        happened: &[
            Place::Course("3-3", "if len(content) < 5 or len(content) > 79:"),
            Place::Thread(
                "https://github.com/greyblake/nutype/issues/23",
                "String len validation: bytes VS chars",
            ),
            Place::Thread(
                "https://github.com/oxidecomputer/typify/issues/775",
                "Issue on minLength and maxLength validation on strings",
            ),
        ],
    }
}
