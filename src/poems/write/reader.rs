//! Reading with a trained model: one character in, the logits of the next out, the state handed on.

use burn::prelude::*;

use crate::poems::{
    bundle::Bundle,
    model::numbers,
    text::vocab::BOS,
    verse::{
        asked::Asked,
        facts::{Scan, Told},
        features::Features,
    },
};
use crate::{
    cell::State,
    kernel::step::{Memory, Stepper},
};

/// A model laid out for reading text character by character.
///
/// ```
/// use burn::prelude::Device;
/// use lstm_lessons::poems::{bundle::Bundle, write::reader::Reader};
///
/// let device = Device::flex();
/// let bundle = Bundle::shipped(&device).unwrap();
/// let reader = Reader::new(&bundle, &device);
/// let mut stream = reader.start(None);
/// bundle.vocab.encode("床前明月").into_iter().for_each(|id| stream.read(id));
/// assert_eq!(stream.logits().len(), bundle.vocab.size());
/// ```
pub struct Reader<'a> {
    /// The model and its characters.
    pub bundle: &'a Bundle,
    device: Device,
    /// Where its cells are LSTM cells and the fused kernels are wanted.
    fused: Option<Fused>,
}

/// The model's numbers in the order in which a step reads them.
struct Fused {
    stepper: Stepper,
    /// The characters' vectors, `[V, E]`.
    embedding: Vec<f32>,
    /// The features' vectors, `[F, E]`; empty without them.
    features: Vec<f32>,
    /// What is told at the output, if anything is.
    output: Option<FusedOutput>,
}

/// The numbers of [`Output`].
struct FusedOutput {
    /// w.
    w: Vec<f32>,
    /// e_k M of every character k, `[V, H]`.
    answers: Vec<f32>,
    /// s.
    strength: Vec<f32>,
}

/// A text that is being read.
#[derive(Clone)]
pub struct Stream<'a> {
    reader: &'a Reader<'a>,
    state: StreamState<'a>,
    /// x_t, `[E]`.
    x: Vec<f32>,
    /// z_t, `[V]`.
    logits: Vec<f32>,
    /// See [`with_parallelism`](Stream::with_parallelism).
    parallelism: f32,
}

/// What is remembered of the text so far.
#[derive(Clone)]
enum StreamState<'a> {
    Fused(&'a Fused, Memory, Box<Scan>),
    Readable(Option<Vec<State>>, Box<Scan>),
}

impl<'a> Reader<'a> {
    /// A reader for a model that is not tracked by autodiff.
    pub fn new(bundle: &'a Bundle, device: &Device) -> Self {
        let model = &bundle.model;
        let features = model.features.as_ref();
        let fused = model.stepper().map(|stepper| Fused {
            stepper,
            embedding: numbers(&model.embedding.weight.val()),
            features: features.map(|features| numbers(&features.table.val())).unwrap_or_default(),
            output: model.output.as_ref().map(|output| FusedOutput {
                w: numbers(&output.w.val()),
                answers: numbers(&model.embedding.weight.val().matmul(output.couplets.val())),
                strength: numbers(&output.strength.val()),
            }),
        });
        Self { bundle, device: device.clone(), fused }
    }

    /// A fresh text under this title, of which the [title](Bundle::title_ids) and BOS have been
    /// read.
    pub fn start(&self, title: Option<&str>) -> Stream<'_> {
        let state = match &self.fused {
            Some(fused) => StreamState::Fused(fused, fused.stepper.start(), Box::default()),
            None => StreamState::Readable(None, Box::default()),
        };
        let mut stream = Stream {
            reader: self,
            state,
            x: Vec::new(),
            logits: vec![0.0; self.bundle.vocab.size()],
            parallelism: 1.0,
        };
        let ids: Vec<usize> = self.bundle.title_ids(title).into_iter().chain([BOS]).collect();
        Stream::read_all(vec![(&mut stream, &ids)]);
        stream
    }
}

impl Fused {
    /// x_t: the vectors of a character and of what follows from the text so far.
    fn embed(&self, features: Option<&Features>, scan: &mut Scan, id: usize, x: &mut Vec<f32>) {
        let d_embed = self.embedding.len() / self.stepper.vocab_size();
        x.clear();
        x.extend_from_slice(&self.embedding[id * d_embed..][..d_embed]);
        for row in features.into_iter().flat_map(|features| features.step(scan, id)) {
            let vector = &self.features[row * d_embed..][..d_embed];
            x.iter_mut().zip(vector).for_each(|(x, p)| *x += p);
        }
    }

    /// What is told of the next character of one text: s_place (e_above M) goes to the end of
    /// `answers`, `[H]`.
    fn tell(
        &self,
        features: Option<&Features>,
        scan: &Scan,
        parallelism: f32,
        answers: &mut Vec<f32>,
    ) -> Told {
        let (Some(FusedOutput { answers: rows, strength, .. }), Some(features)) =
            (&self.output, features)
        else {
            return Told::default();
        };
        let told = features.reader.told(scan).with_parallelism(parallelism);
        let d_hidden = rows.len() / self.stepper.vocab_size();
        let row = &rows[told.above[0] as usize * d_hidden..][..d_hidden];
        let s = strength[told.place[0] as usize] * told.parallelism[0];
        answers.extend(row.iter().map(|answer| s * answer));
        told
    }

    /// Adds what is told of the candidates to their logits.
    fn add_told(&self, told: &Told, z: &mut [f32]) {
        if let Some(output) = &self.output {
            told.bias.add(0, &output.w, z);
        }
    }
}

impl Stream<'_> {
    /// From here on the second lines of couplets answer the first with `factor` times the strength that
    /// was learned, see [`Told::with_parallelism`]: 1 is the model as it is.
    pub fn with_parallelism(self, factor: f32) -> Self {
        Self { parallelism: factor, ..self }
    }

    /// Takes one character (or BOS) in.
    ///
    /// ```text
    /// z_t, state_t = model(c_t, state_{t-1})
    /// ```
    pub fn read(&mut self, id: usize) {
        let Self { reader, state, logits, parallelism, .. } = self;
        let StreamState::Readable(state, scan) = state else {
            return Self::read_all(vec![(self, &[id])]);
        };
        let model = &reader.bundle.model;
        let input = Tensor::from_data([[id as i32]], &reader.device); // [1, 1]
        let facts = model.features.as_ref().map(|features| &features.reader);
        let mut facts = facts.map(|facts| facts.read(scan, &[id], &reader.device));
        if let Some(told) = facts.as_mut().and_then(|facts| facts.output.as_mut()) {
            *told = std::mem::take(told).with_parallelism(*parallelism);
        }
        let x = model.embed(input, facts.as_ref()); // [1, 1, E]
        let (z, after) = model.forward(x, facts.as_ref(), state.take()); // [1, 1, V]
        *state = Some(after);
        logits.clear();
        logits.extend(z.into_data().iter::<f32>());
    }

    /// Takes some characters in, one after the other, in each of several texts of one reader.
    ///
    /// Each text comes to the same as alone. They share the reading of the weights, and nobody asks
    /// for the logits before the last character, so only those after it are computed.
    pub fn read_all(mut texts: Vec<(&mut Self, &[usize])>) {
        for (text, ids) in &mut texts {
            if let StreamState::Readable(..) = text.state {
                ids.iter().for_each(|&id| text.read(id));
                *ids = &[];
            }
        }
        // All of them end together, so that the logits of all are one product.
        let longest = texts.iter().map(|(_, ids)| ids.len()).max().unwrap_or(0);
        for left in (0..longest).rev() {
            let (mut xs, mut memories, mut logits) = (Vec::new(), Vec::new(), Vec::new());
            let (mut answers, mut told) = (Vec::new(), Vec::new());
            let mut of = None;
            for (text, ids) in texts.iter_mut().filter(|(_, ids)| ids.len() > left) {
                let Self { reader, state, x, logits: z, parallelism } = &mut **text;
                let StreamState::Fused(fused, memory, scan) = state else { continue };
                let features = reader.bundle.model.features.as_ref();
                fused.embed(features, scan, ids[ids.len() - 1 - left], x);
                xs.extend_from_slice(x);
                memories.push(memory);
                if left == 0 {
                    told.push(fused.tell(features, scan, *parallelism, &mut answers));
                    logits.push(&mut z[..]);
                }
                of = Some(*fused);
            }
            if let Some(fused) = of {
                fused.stepper.step_all(&xs, &mut memories, &answers, &mut logits);
                logits.iter_mut().zip(&told).for_each(|(z, told)| fused.add_told(told, z));
            }
        }
    }

    /// What the tune of a lyric asks of the next character.
    pub fn asked(&self) -> Asked {
        let (StreamState::Fused(_, _, scan) | StreamState::Readable(_, scan)) = &self.state;
        let features = self.reader.bundle.model.features.as_ref();
        features.map(|features| features.reader.asked(scan)).unwrap_or_default()
    }

    /// The logits of what comes next, `[V]`.
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }
}
