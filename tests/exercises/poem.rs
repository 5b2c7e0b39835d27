//! The end of the exercises: the student's own cell writes a poem from the weights that ship.

use burn::prelude::*;
use lstm_lessons::{
    cell::{Cell, LstmCell, State},
    poems::{
        bundle::Bundle,
        text::{
            punctuation::in_lines,
            vocab::{BOS, EOS},
        },
        verse::facts::Scan,
        write::{
            reader::Reader,
            sample::{LONGEST, Sampler, SamplingConfig},
        },
    },
    say,
};
use rand::{SeedableRng, rngs::StdRng};

const BEGIN: &str = "月";
const TEMPERATURE: f32 = 0.8;
/// With so few, no rounding error in the last digit changes which character is drawn.
const TOP_K: usize = 40;
const SEED: u64 = 7;

/// The shipped model with `stack` for its layers and `choose` for its sampler; what may follow is
/// the crate's own rule.
fn write(
    bundle: &Bundle,
    stack: impl Fn(&[LstmCell], Tensor<3>, Option<Vec<State>>) -> (Tensor<3>, Vec<State>),
    choose: impl Fn(&[f32], f32, &mut StdRng) -> usize,
    may_follow: impl Fn(&[usize], usize) -> bool,
) -> String {
    let (model, vocab, device) = (&bundle.model, &bundle.vocab, Device::flex());
    let cells: Vec<LstmCell> = model
        .stack
        .layers
        .iter()
        .map(|layer| match &layer.cell {
            Cell::Lstm(cell) => cell.clone(),
            _ => panic!("the shipped model has LSTM cells"),
        })
        .collect();
    let mut rng = StdRng::seed_from_u64(SEED);
    let (mut states, mut scan, mut poem) = (None, Scan::default(), vocab.encode(BEGIN));
    let mut to_read = [&[BOS][..], &poem].concat();
    while poem.len() < LONGEST {
        let ids: Vec<i32> = to_read.iter().map(|&id| id as i32).collect();
        let ids = Tensor::<1, Int>::from_data(&ids[..], &device).unsqueeze(); // [1, T]
        let reader = model.features.as_ref().map(|features| &features.reader);
        let facts = reader.map(|reader| reader.read(&mut scan, &to_read, &device));
        let x = model.embed(ids, facts.as_ref()); // [1, T, E]
        let (outputs, after) = stack(&cells, x, states.take()); // [1, T, H]
        states = Some(after);
        let z = model.logits(outputs, facts.as_ref()); // [1, T, V]
        let [_, seq_len, _] = z.dims();
        let z: Vec<f32> = z.narrow(1, seq_len - 1, 1).into_data().iter::<f32>().collect(); // [V]
        let mut likely: Vec<usize> = (0..z.len()).filter(|&id| may_follow(&poem, id)).collect();
        likely.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
        likely.truncate(TOP_K);
        let of_these: Vec<f32> = likely.iter().map(|&id| z[id]).collect();
        match likely[choose(&of_these, TEMPERATURE, &mut rng)] {
            EOS => break,
            next => {
                poem.push(next);
                to_read = vec![next];
            }
        }
    }
    vocab.decode(&poem)
}

/// The poem must be the one that the crate writes with the same seed.
pub fn poem(
    stack: impl Fn(&[LstmCell], Tensor<3>, Option<Vec<State>>) -> (Tensor<3>, Vec<State>),
    choose: impl Fn(&[f32], f32, &mut StdRng) -> usize,
) -> Result<String, String> {
    let bundle = Bundle::shipped(&Device::flex()).map_err(|e| e.to_string())?;
    let sampling = SamplingConfig {
        temperature: f64::from(TEMPERATURE),
        top_k: TOP_K,
        punctuation_temperature: None, // `choose` knows no punctuation
        ..SamplingConfig::PLAIN
    };
    let reader = Reader::new(&bundle, &Device::flex());
    let sampler = Sampler::new(&reader, sampling);
    let want = sampler.compose(BEGIN, SEED).map_err(|e| e.to_string())?;
    let got = write(&bundle, stack, choose, |written, id| sampler.follows(written)(id));
    let got = in_lines(&got);
    let want = in_lines(&want);
    if got != want {
        return Err(say!(
            "got\n{got}\n\nwant\n{want}\n\nHint: `cargo test --test exercises -- --ignored \
             exercise::` says which of exercises 1 and 3 to 7 is not right yet.",
            "得到\n{got}\n\n应得\n{want}\n\n提示：`cargo test --test exercises -- --ignored \
             exercise::` 会说明练习 1、3 至 7 中哪个还不对。"
        ));
    }
    Ok(got)
}
