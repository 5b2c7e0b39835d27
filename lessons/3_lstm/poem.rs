//! The gates of the model that writes poems, under a poem that it writes.

use burn::prelude::*;
use lstm_lessons::{
    cell::{Gate, Trace},
    cli::out,
    files,
    look::{Color, Heat, heat, heat_svg},
    poems::{
        bundle::Bundle,
        sample::{Sampler, Taste},
        train::model_in,
        vocab::BOS,
    },
    say,
    trouble::{Result, Trouble},
};
use serde_json::json;

use crate::Args;

/// The sampler's usual taste, as in lesson 5.
const TASTE: Taste = Taste { temperature: 0.8, top_k: 0, top_p: 0.95 };
/// Memory cells that are shown one by one: those that change most in this poem.
const SHOWN: usize = 6;
/// Characters side by side; a couplet of 七言 has sixteen.
const PER_LINE: usize = 16;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let bundle = match &args.run {
        Some(folder) => model_in(folder, device)?,
        None => Bundle::shipped(device)?,
    };
    let n_layers = bundle.config.n_layers;
    let layer = args.layer.unwrap_or(n_layers);
    if layer > n_layers {
        return Err(Trouble::user(say!(
            "this model has {n_layers} layers; choose --layer from 1 to {n_layers}",
            "这个模型有 {n_layers} 层；--layer 请在 1 到 {n_layers} 之间选择"
        )));
    }
    let poem = Sampler::new(&bundle, device).compose(args.begin.trim(), TASTE, args.seed)?;
    let map = under(&poem, &trace(&bundle, &poem, layer, device));
    if let Some(file) = &args.svg {
        files::write_whole(file, heat_svg(&map, PER_LINE).as_bytes())?;
    }
    if args.json {
        let rows: serde_json::Map<String, serde_json::Value> =
            map.rows.iter().map(|(name, values)| (name.clone(), json!(values))).collect();
        return out(&json!({"part": "poem", "text": poem, "layer": layer, "rows": rows}).to_string());
    }
    out(&say!(
        "\nLayer {layer} while it writes: the gates (mean of all units; light is 0, dark is 1),\n\
         then the {SHOWN} memory cells that change most (light is negative, dark positive)\n",
        "\n写诗时的第 {layer} 层：各门（全部单元的平均；浅为 0，深为 1），\n\
         以及变化最大的 {SHOWN} 个记忆元（浅为负，深为正）\n"
    ))?;
    out(&heat(&map, PER_LINE, Color::detect()))
}

/// Every gate of the layer after each character of the poem, `[1, T, H]` each; BOS is read first and left out.
fn trace(bundle: &Bundle, poem: &str, layer: usize, device: &Device) -> Trace {
    let ids: Vec<i32> = std::iter::once(BOS).chain(bundle.vocab.encode(poem)).map(|id| id as i32).collect();
    let shape = [1, ids.len()];
    let x = bundle.model.embedding.forward(Tensor::from_data(TensorData::new(ids, shape), device)); // [1, T + 1, E]
    let (_, _, mut traces) = bundle.model.stack.trace(x, None);
    let after_bos = |values: Tensor<3>| values.narrow(1, 1, shape[1] - 1); // [1, T, H]
    traces.swap_remove(layer - 1).into_iter().map(|(gate, values)| (gate, after_bos(values))).collect()
}

/// The rows under the poem: each gate's mean, then the liveliest memory cells.
fn under(poem: &str, trace: &Trace) -> Heat {
    let mut rows = vec![];
    for (gate, values) in trace {
        let name = match gate {
            Gate::Input => say!("input", "输入门"),
            Gate::Forget => say!("forget", "遗忘门"),
            Gate::Output => say!("output", "输出门"),
            Gate::Reset => say!("reset", "重置门"),
            Gate::Update => say!("update", "更新门"),
            Gate::Candidate | Gate::Cell | Gate::Hidden => continue,
        };
        rows.push((name, values.clone().mean_dim(2).into_data().iter::<f64>().collect()));
    }
    // An LSTM keeps its memory in c; the others have h alone. tanh brings both between -1 and 1.
    let memory = trace.iter().find(|(gate, _)| *gate == Gate::Cell).or(trace.last());
    if let Some((_, memory)) = memory {
        let [_, seq_len, d_hidden] = memory.dims();
        let values: Vec<f64> = memory.clone().tanh().into_data().iter().collect(); // [T · H]
        let of_unit = |k: usize| (0..seq_len).map(|t| values[t * d_hidden + k]).collect::<Vec<f64>>();
        let mut units: Vec<(usize, Vec<f64>)> = (0..d_hidden).map(|k| (k, of_unit(k))).collect();
        units.sort_by(|a, b| spread(&b.1).total_cmp(&spread(&a.1)));
        let between_0_and_1 = |values: Vec<f64>| values.into_iter().map(|v| (1.0 + v) / 2.0).collect();
        rows.extend(units.into_iter().take(SHOWN).map(|(k, values)| (format!("c[{k}]"), between_0_and_1(values))));
    }
    Heat { text: poem.chars().collect(), rows }
}

/// The variance of a unit's memory over the poem.
fn spread(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n
}
