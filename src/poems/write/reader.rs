//! Reading with a trained model: one character in, the logits of the next out, the state handed on.

use burn::prelude::*;

use crate::poems::{
    bundle::Bundle,
    model::numbers,
    text::{genre::Tune, vocab::BOS},
    verse::facts::Scan,
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
        });
        Self { bundle, device: device.clone(), fused }
    }

    /// A fresh text, of which BOS has been read.
    ///
    /// From a model of lyrics it is a lyric to `tune` (or to the tune that it knows best), which
    /// has been read too.
    pub fn start(&self, tune: Option<&Tune>) -> Stream<'_> {
        let Bundle { vocab, tunes, .. } = self.bundle;
        let state = match &self.fused {
            Some(fused) => StreamState::Fused(fused, fused.stepper.start(), Box::default()),
            None => StreamState::Readable(None, Box::default()),
        };
        let mut stream =
            Stream { reader: self, state, x: Vec::new(), logits: vec![0.0; vocab.size()] };
        let title = tune.or(tunes.first()).map_or("", |tune| &tune.name);
        vocab.encode(title).into_iter().chain([BOS]).for_each(|id| stream.read(id));
        stream
    }
}

impl Stream<'_> {
    /// Takes one character (or BOS) in.
    ///
    /// ```text
    /// z_t, state_t = model(c_t, state_{t-1})
    /// ```
    pub fn read(&mut self, id: usize) {
        let Self { reader, state, x, logits } = self;
        let model = &reader.bundle.model;
        match state {
            StreamState::Fused(fused, memory, scan) => {
                let d_embed = fused.embedding.len() / logits.len();
                x.clear();
                x.extend_from_slice(&fused.embedding[id * d_embed..][..d_embed]);
                if let Some(features) = &model.features {
                    for row in features.step(scan, id) {
                        let vector = &fused.features[row * d_embed..][..d_embed];
                        x.iter_mut().zip(vector).for_each(|(x, p)| *x += p);
                    }
                }
                fused.stepper.step(x, memory, logits);
            }
            StreamState::Readable(state, scan) => {
                let input = Tensor::from_data([[id as i32]], &reader.device); // [1, 1]
                let facts = model.features.as_ref().map(|features| &features.reader);
                let facts = facts.map(|facts| facts.read(scan, &[id], &reader.device)); // [1, 1, F]
                let (z, after) = model.forward(model.embed(input, facts), state.take()); // [1, 1, V]
                *state = Some(after);
                logits.clear();
                logits.extend(z.into_data().iter::<f32>());
            }
        }
    }

    /// The logits of what comes next, `[V]`.
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }
}
