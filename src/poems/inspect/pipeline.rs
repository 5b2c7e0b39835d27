//! One poem through every stage, from the line of text to the loss, with the very functions that
//! training uses.

use std::fmt;

use burn::prelude::*;
use serde::Serialize;

use super::xray::{XRay, tile};
use crate::poems::{
    bundle::Bundle,
    model::numbers,
    text::{
        corpus::{Corpus, Poem, Reason},
        genre::Text,
        vocab::UNK,
    },
    write::choose::ln_softmax,
};
use crate::{
    say,
    shell::error::{Error, Result},
};

/// How many numbers of a vector are kept to be shown.
pub const NUMBERS: usize = 6;

/// A line that the corpus rules reject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected(pub Reason);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.0.text();
        f.write_str(&say!(
            "the corpus rules reject this line ({reason}); give one like \
             静夜思:床前明月光，疑是地上霜。",
            "语料规则会剔除这一行（{reason}）；请给出像“静夜思:床前明月光，疑是地上霜。”这样的一行"
        ))
    }
}

impl std::error::Error for Rejected {}

/// What the model makes of one position.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What it has just read.
    pub read: char,
    /// What comes next in truth.
    pub next: char,
    /// x_t, the first numbers of the embedding's row, of E.
    pub embedding: Vec<f32>,
    /// h_t, the first numbers of the hidden state, of H.
    pub hidden: Vec<f32>,
    /// z_t\[y_t\], the logit of the true next character.
    #[serde(rename = "score")]
    pub logit: f64,
    /// p_t = softmax(z_t)\[y_t\].
    pub p: f64,
    /// -ln p_t.
    pub loss: f64,
    /// The character with the highest logit, and its probability.
    pub likeliest: (char, f64),
}

/// A poem on its way from a line of text to one number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pipeline {
    /// As it stands in the file.
    pub line: String,
    /// Before the colon.
    pub title: String,
    /// After it, without spaces.
    pub content: String,
    /// Of the characters, without BOS and EOS.
    pub ids: Vec<usize>,
    /// Characters that the vocabulary does not have.
    pub unknown: usize,
    /// Inputs, targets and mask.
    #[serde(skip)]
    pub batch: XRay,
    /// BOS and each character.
    pub steps: Vec<Step>,
    /// Σ mask · (-ln p) / Σ mask, summed here step by step.
    pub mean: f64,
    /// The same number as training gets it, from
    /// [`PoemModel::loss`](crate::poems::model::PoemModel::loss).
    pub loss: f64,
}

impl Pipeline {
    /// Takes one line `title:content` through all stages.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn of(line: &str, bundle: &Bundle, device: &Device) -> Result<Self> {
        let Poem { title, content } = poem_of(line)?;
        let Bundle { model, vocab, .. } = bundle;
        let ids = vocab.encode(&content);
        let batch = model.batch(&[&Text::poem(ids.clone())], device);
        let x = model.embed_batch(&batch); // [1, T, E]
        let (hidden, _) = model.stack.forward(x.clone(), None); // [1, T, H]
        let logits = model.logits(hidden.clone(), batch.facts.as_ref()); // [1, T, V]
        let ln_p = numbers(&model.log_probabilities(&batch)); // [T]
        let (x, hidden, z) = (rows(x), rows(hidden), rows(logits));
        let xray = XRay::of(&batch);
        let letter = |id: usize| tile(id, vocab).letter();
        let step = |t: usize| {
            let target = xray.targets[0][t];
            let best = (0..z[t].len()).max_by(|&a, &b| z[t][a].total_cmp(&z[t][b])).unwrap_or(0);
            Step {
                read: letter(xray.inputs[0][t]),
                next: letter(target),
                embedding: x[t].iter().copied().take(NUMBERS).collect(),
                hidden: hidden[t].iter().copied().take(NUMBERS).collect(),
                logit: f64::from(z[t][target]),
                p: f64::from(ln_p[t]).exp(),
                loss: -f64::from(ln_p[t]),
                likeliest: (letter(best), ln_softmax(&z[t], best).exp()),
            }
        };
        let steps: Vec<Step> = (0..batch.lengths[0]).map(step).collect();
        // loss = - Σ mask_t · ln p_t / Σ mask_t; one poem alone has no padding, so every mask is 1
        let mean = steps.iter().map(|step| step.loss).sum::<f64>() / batch.tokens() as f64;
        let loss = f64::from(model.loss(&batch).into_scalar::<f32>());
        let unknown = ids.iter().filter(|&&id| id == UNK).count();
        Ok(Self {
            line: line.trim().to_string(),
            title,
            content,
            ids,
            unknown,
            batch: xray,
            steps,
            mean,
            loss,
        })
    }
}

/// The poem of a line that passes the corpus rules.
fn poem_of(line: &str) -> Result<Poem> {
    let mut corpus = Corpus::parse(line);
    let reason = corpus.rejected.keys().next().copied().unwrap_or(Reason::Blank);
    corpus.poems.pop().ok_or_else(|| Error::user(Rejected(reason)))
}

/// The rows of a batch of one: `[1, T, N]` gives T rows of N numbers.
fn rows(tensor: Tensor<3>) -> Vec<Vec<f32>> {
    let [_, _, width] = tensor.dims();
    numbers(&tensor).chunks(width).map(<[f32]>::to_vec).collect()
}
