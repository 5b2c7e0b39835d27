//! Writing on: from a beginning, as many characters as one wants.

use std::fmt;

use burn::prelude::Device;
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    poems::{
        bundle::Bundle,
        text::vocab::FIRST,
        write::{
            choose::{Chooser, SamplingConfig},
            reader::{Reader, Stream},
        },
    },
    say,
    shell::error::{Error, Result},
};

/// A beginning has characters that the model has never read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// They, each once.
    pub characters: String,
    /// The most frequent ones that it has.
    pub known: String,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (characters, known) = (self.characters.escape_debug(), self.known.escape_debug());
        f.write_str(&say!(
            "the model has never read \"{characters}\"; begin with characters of its text, such as \
             \"{known}\"",
            "模型从未读过“{characters}”；请用其文本中的字符开头，例如“{known}”"
        ))
    }
}

impl std::error::Error for Unknown {}

/// How many known characters the message names.
const NAMED: usize = 20;

/// Writes `length` characters after `begin`; each is handed to `show` as soon as it is there, the
/// beginning first. Only what the vocabulary holds is written; a model of plain text knows no end,
/// and a text of any length no repetition penalty.
///
/// ```text
/// c_{t+1} ~ softmax(z_t / temperature)        z_t, h_t = model(c_t, h_{t-1})
/// ```
///
/// # Errors
/// [`Unknown`].
pub fn write(
    bundle: &Bundle,
    begin: &str,
    length: usize,
    sampling: SamplingConfig,
    seed: u64,
    device: &Device,
    show: &mut dyn FnMut(&str),
) -> Result<String> {
    let vocab = &bundle.vocab;
    let mut unknown: Vec<char> = begin.chars().filter(|&c| vocab.id(c).is_none()).collect();
    if !unknown.is_empty() {
        unknown.sort_unstable();
        unknown.dedup();
        let known = (FIRST..vocab.size()).take(NAMED).filter_map(|id| vocab.char(id)).collect();
        return Err(Error::user(Unknown { characters: unknown.into_iter().collect(), known }));
    }
    let reader = Reader::new(bundle, device);
    let mut stream = reader.start(None);
    let (mut chooser, mut rng) = (Chooser::default(), StdRng::seed_from_u64(seed));
    let mut text = begin.to_string();
    show(begin);
    Stream::read_all(vec![(&mut stream, &vocab.encode(begin))]);
    for _ in 0..length {
        let known = |id| id >= FIRST;
        let Some(id) = chooser.pick(stream.logits(), known, sampling, &mut rng) else { break };
        let Some(c) = vocab.char(id) else { break };
        text.push(c);
        show(c.encode_utf8(&mut [0; 4]));
        stream.read(id);
    }
    Ok(text)
}
