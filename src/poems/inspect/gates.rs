//! The inside of the model while it reads a poem: every gate and every memory cell, under the
//! characters.

use std::fmt;

use burn::prelude::*;
use serde_json::{Map, Value, json};

use crate::poems::{batch::PoemBatch, bundle::Bundle, text::genre::Text};
use crate::{
    cell::{Signal, Trace},
    look::{Color, Heat, heat, heat_scale, heat_svg},
    say,
    shell::error::{Error, Result},
};

/// Memory cells that are shown one by one: those that change most in this poem.
const SHOWN: usize = 6;
/// Characters side by side; a couplet of 七言 has sixteen.
pub const PER_LINE: usize = 16;

/// Every signal of every layer after each step of a batch, `[B, T, H]` each, the lowest layer
/// first.
pub fn traces(bundle: &Bundle, batch: &PoemBatch) -> Vec<Trace> {
    let (_, _, traces) = bundle.model.stack.trace(bundle.model.embed_batch(batch), None);
    traces
}

/// A layer's signals while a poem is read.
pub struct Signals {
    /// The poem.
    pub poem: String,
    /// Counted from 1.
    pub layer: usize,
    /// Each gate's mean over all units, then the memory cells that change most.
    pub map: Heat,
}

impl Signals {
    /// Reads `poem` with the model and keeps the gates of `layer` (counted from 1; the last if none
    /// is named). BOS is read first and left out of the picture.
    ///
    /// # Errors
    /// A layer that the model does not have.
    pub fn read(
        bundle: &Bundle,
        poem: String,
        layer: Option<usize>,
        device: &Device,
    ) -> Result<Self> {
        let n_layers = bundle.shape.n_layers;
        let layer = layer.unwrap_or(n_layers);
        if layer == 0 || layer > n_layers {
            return Err(Error::user(Kind::Layer { n_layers }));
        }
        let ids = bundle.vocab.encode(&poem);
        let after_bos = |values: Tensor<3>| values.narrow(1, 1, ids.len()); // [1, T, H]
        let batch = bundle.model.batch(&[&Text::poem(ids.clone())], device);
        let trace = traces(bundle, &batch).swap_remove(layer - 1);
        let trace: Trace =
            trace.into_iter().map(|(gate, values)| (gate, after_bos(values))).collect();
        Ok(Self { map: under(&poem, &trace), poem, layer })
    }

    /// For the terminal, with what it means.
    pub fn text(&self, color: Color) -> String {
        let (layer, scale) = (self.layer, heat_scale(color));
        let meaning = say!(
            "\nLayer {layer} while it writes: the gates (mean of all units: 0 {scale} 1),\n\
             then tanh of the {SHOWN} memory cells that change most (-1 {scale} 1)\n",
            "\n写诗时的第 {layer} 层：各门（全部单元的平均：0 {scale} 1），\n\
             以及变化最大的 {SHOWN} 个记忆元的 tanh（-1 {scale} 1）\n"
        );
        format!("{meaning}\n{}", heat(&self.map, PER_LINE, color))
    }

    /// As an SVG document.
    pub fn svg(&self) -> String {
        let layer = self.layer;
        let title = say!(
            "Layer {layer} while it writes: the mean gates, and the memory cells that change most",
            "写诗时的第 {layer} 层：各门的平均，以及变化最大的记忆元"
        );
        let ends = [
            say!("gates: 0 closed; c: -1", "门：0 为关；c：-1"),
            say!("1 open; c: 1", "1 为开；c：1"),
        ];
        heat_svg(std::slice::from_ref(&self.map), PER_LINE, &title, [&ends[0], &ends[1]])
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let rows: Map<String, Value> =
            self.map.rows.iter().map(|(name, row)| (name.clone(), json!(row))).collect();
        json!({ "part": "poem", "text": self.poem, "layer": self.layer, "rows": rows })
    }
}

/// What can be wrong with what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A layer that the model does not have.
    Layer {
        /// How many it has.
        n_layers: usize,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind::Layer { n_layers } = self;
        f.write_str(&say!(
            "this model has {n_layers} layers; choose --layer from 1 to {n_layers}",
            "这个模型有 {n_layers} 层；--layer 请在 1 到 {n_layers} 之间选择"
        ))
    }
}

impl std::error::Error for Kind {}

/// The rows under the poem: each gate's mean, then the memory cells that change most.
fn under(poem: &str, trace: &Trace) -> Heat {
    let mut rows = vec![];
    for (gate, values) in trace {
        let name = match gate {
            Signal::Input => say!("input", "输入门"),
            Signal::Forget => say!("forget", "遗忘门"),
            Signal::Output => say!("output", "输出门"),
            Signal::Reset => say!("reset", "重置门"),
            Signal::Update => say!("update", "更新门"),
            Signal::Candidate | Signal::Cell | Signal::Hidden => continue,
        };
        rows.push((name, values.clone().mean_dim(2).into_data().iter::<f64>().collect()));
    }
    // An LSTM keeps its memory in c; the others have h alone. tanh brings both between -1 and 1.
    let memory = trace.iter().find(|(gate, _)| *gate == Signal::Cell).or(trace.last());
    if let Some((_, memory)) = memory {
        let [_, seq_len, d_hidden] = memory.dims();
        let values: Vec<f64> = memory.clone().tanh().into_data().iter().collect(); // [T · H]
        let of_unit =
            |k: usize| (0..seq_len).map(|t| values[t * d_hidden + k]).collect::<Vec<f64>>();
        let mut units: Vec<(usize, Vec<f64>)> = (0..d_hidden).map(|k| (k, of_unit(k))).collect();
        units.sort_by(|a, b| spread(&b.1).total_cmp(&spread(&a.1)));
        let between_0_and_1 =
            |values: Vec<f64>| values.into_iter().map(|v| (1.0 + v) / 2.0).collect();
        rows.extend(
            units
                .into_iter()
                .take(SHOWN)
                .map(|(k, values)| (format!("c[{k}]"), between_0_and_1(values))),
        );
    }
    Heat { text: poem.chars().collect(), rows }
}

/// The variance of a unit's memory over the poem.
fn spread(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n
}
