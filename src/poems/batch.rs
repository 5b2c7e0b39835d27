//! From texts of many lengths to rectangles of numbers (course section 3-4).

use std::ops::Range;

use burn::prelude::*;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::{
    text::{
        genre::Text,
        vocab::{BOS, EOS, PAD},
    },
    verse::facts::{FactReader, Facts},
};
use crate::training::{
    Divide,
    micro_batches::{numbers_to, shares},
};

/// The inputs and the targets of one poem: the target at each step is the next input, and the last
/// character's target is EOS.
///
/// The course copies the row and shifts it left: `[6,2,4,6,9]` becomes `[2,4,6,9,9]`, so that the
/// last character is taught to follow itself. Here the end is said:
///
/// ```
/// use lstm_lessons::poems::{batch::shift, text::vocab::{BOS, EOS}};
///
/// let (inputs, targets) = shift(&[6, 2, 4, 6, 9]);
/// assert_eq!(inputs, [BOS, 6, 2, 4, 6, 9]);
/// assert_eq!(targets, [6, 2, 4, 6, 9, EOS]);
/// ```
pub fn shift(content: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let inputs = [&[BOS], content].concat();
    let targets = [content, &[EOS]].concat();
    (inputs, targets)
}

/// Texts side by side, as wide as the longest of them.
#[derive(Clone, Debug)]
pub struct PoemBatch {
    /// The title (a lyric's tune, a poem's theme), BOS and the characters, then PAD, `[B, T]`.
    pub inputs: Tensor<2, Int>,
    /// PAD for each character of the title, the characters and EOS, then PAD, `[B, T]`.
    pub targets: Tensor<2, Int>,
    /// 1 where a target counts, 0 at PAD, `[B, T]`.
    pub mask: Tensor<2>,
    /// How many targets of each text count (its characters and EOS), `[B]`.
    pub lengths: Vec<usize>,
    /// The facts of verse after each input, for a model that knows them.
    pub facts: Option<Facts>,
}

impl PoemBatch {
    /// Poems for a model that reads characters alone.
    pub fn new(poems: &[&[usize]], device: &Device) -> Self {
        let texts: Vec<Text> = poems.iter().map(|poem| Text::poem(poem.to_vec())).collect();
        Self::of(&texts.iter().collect::<Vec<_>>(), None, device)
    }

    /// Texts, and the facts of verse that `facts` reads off them. Pads to the longest text of this
    /// batch, not of the corpus.
    ///
    /// A title is read and not to be predicted, so its targets are padding:
    ///
    /// ```text
    /// inputs    浣 溪 沙 ▶  一 曲 新 词 …
    /// targets   ·  ·  ·  一 曲 新 词 酒 …
    /// mask      ·  ·  ·  1  1  1  1  1  …
    /// ```
    pub fn of(texts: &[&Text], facts: Option<&FactReader>, device: &Device) -> Self {
        let width = texts.iter().map(|text| text.steps()).max().unwrap_or(0);
        let (mut inputs, mut targets) = (Vec::new(), Vec::new()); // B rows of T ids
        for Text { title, content } in texts {
            let (x, y) = shift(content);
            let mut x = [&title[..], &x].concat();
            let mut y = [vec![PAD; title.len()], y].concat();
            x.resize(width, PAD);
            y.resize(width, PAD);
            inputs.push(x);
            targets.push(y);
        }
        let shape = [texts.len(), width];
        let ids = |rows: &[Vec<usize>]| {
            let ids: Vec<i32> = rows.iter().flatten().map(|&id| id as i32).collect();
            Tensor::from_data(TensorData::new(ids, shape), device)
        };
        let counts = |&id: &usize| if id == PAD { 0.0f32 } else { 1.0 };
        let mask: Vec<f32> = targets.iter().flatten().map(counts).collect();
        Self {
            facts: facts.map(|facts| facts.read_all(&inputs, device)),
            inputs: ids(&inputs),   // [B, T]
            targets: ids(&targets), // [B, T]
            mask: Tensor::from_data(TensorData::new(mask, shape), device), // [B, T]
            lengths: texts.iter().map(|text| text.content.len() + 1).collect(),
        }
    }

    /// How many targets count in the whole batch.
    pub fn tokens(&self) -> usize {
        self.lengths.iter().sum()
    }
}

impl Divide for PoemBatch {
    fn divide(self, parts: usize) -> Vec<Self> {
        let part = |share: Range<usize>| Self {
            inputs: self.inputs.clone().slice([share.clone()]), // [B_k, T]
            targets: self.targets.clone().slice([share.clone()]), // [B_k, T]
            mask: self.mask.clone().slice([share.clone()]),     // [B_k, T]
            lengths: self.lengths[share.clone()].to_vec(),
            facts: self.facts.as_ref().map(|facts| facts.of_texts(share)),
        };
        shares(self.lengths.len(), parts).map(part).collect()
    }

    fn to_device(self, device: &Device) -> Self {
        Self {
            inputs: numbers_to(self.inputs, device),
            targets: numbers_to(self.targets, device),
            mask: self.mask.to_device(device),
            facts: self
                .facts
                .map(|facts| Facts { input: numbers_to(facts.input, device), ..facts }),
            ..self
        }
    }
}

/// The order of an epoch: which texts go together, and which batch comes when; `lengths` are those
/// of the texts.
///
/// The texts are shuffled, then really sorted by length (the course's sort has a key that never
/// changes), cut into batches, and the batches shuffled: texts of one length go together, so that
/// almost nothing is padding, and none is left out at the end. With `shuffle`, a seed, both
/// shuffles are drawn anew; with `None` there are none.
pub fn buckets(lengths: &[usize], batch_size: usize, shuffle: Option<u64>) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    let mut rng = shuffle.map(StdRng::seed_from_u64);
    if let Some(rng) = &mut rng {
        order.shuffle(rng);
    }
    order.sort_by_key(|&k| lengths[k]); // stable: texts of one length stay shuffled
    let mut batches: Vec<Vec<usize>> = order.chunks(batch_size).map(<[usize]>::to_vec).collect();
    if let Some(rng) = &mut rng {
        batches.shuffle(rng);
    }
    batches
}
