//! Whether a poem is about its title: how often a model that reads titles finds a poem's own title
//! among others.
//!
//! ```text
//! found = the share of poems with p(poem | own title) above p(poem | each of n - 1 other titles)
//! ```
//!
//! By chance it would be 1/n.

use burn::prelude::*;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::score;
use crate::poems::{
    bundle::Bundle,
    text::{corpus::Poem, theme::theme_of},
};

/// Titles among which the own one is to be found.
pub const AMONG: usize = 20;

/// The share of the first `count` titled poems, in an order drawn by `seed`, whose own title is
/// found among [`AMONG`]; `None` if the model reads no titles or there are too few.
pub fn found(
    bundle: &Bundle,
    poems: &[Poem],
    (count, seed): (usize, u64),
    device: &Device,
) -> Option<f64> {
    if !bundle.shape.titles {
        return None;
    }
    let mut titled: Vec<&Poem> =
        poems.iter().filter(|poem| !theme_of(&poem.title).is_empty()).collect();
    titled.shuffle(&mut StdRng::seed_from_u64(seed));
    titled.dedup_by(|a, b| theme_of(&a.title) == theme_of(&b.title));
    if titled.len() < AMONG {
        return None;
    }
    let measured = count.min(titled.len());
    let finds = |k: &usize| {
        // Its own title first, then those of the poems that follow in a circle.
        let titles = (0..AMONG).map(|j| titled[(k + j) % titled.len()].title.clone());
        let content = &titled[*k].content;
        let asked: Vec<Poem> =
            titles.map(|title| Poem { title, content: content.clone() }).collect();
        let nats: Vec<f64> =
            score::nats(bundle, &asked, device).iter().map(|n| n.iter().sum()).collect();
        nats[1..].iter().all(|&other| nats[0] < other)
    };
    Some((0..measured).filter(finds).count() as f64 / measured.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poems::{
        model::PoemModel, shape::PoemShape, text::vocab::Vocab, verse::schemes::Schemes,
    };

    /// An untrained model finds about as many as chance does; one that reads no titles says nothing.
    #[test]
    fn an_untrained_model_finds_no_more_titles_than_chance() {
        let characters: Vec<char> =
            ('一'..).filter(|&c| crate::poems::text::vocab::is_han(c)).take(400).collect();
        let text = |from: usize, n: usize| -> String {
            (0..n).map(|k| characters[(from * 7 + k * 13) % characters.len()]).collect()
        };
        let poems: Vec<Poem> =
            (0..60).map(|k| Poem { title: text(k, 4), content: text(k + 100, 8) }).collect();
        let all: String = characters.iter().collect();
        let device = Device::flex();
        let bundle = |titles: bool| {
            let shape =
                PoemShape { d_embed: 8, d_hidden: 8, n_layers: 1, titles, ..PoemShape::default() };
            let vocab = Vocab::count([all.as_str()], 1);
            let model = PoemModel::new(&shape, vocab.size(), 1, &device);
            let (schemes, story) = (Schemes::default(), String::new());
            Bundle { model, vocab, shape, tunes: Vec::new(), schemes, story }
        };
        assert_eq!(found(&bundle(false), &poems, (50, 1), &device), None);
        assert_eq!(found(&bundle(true), &poems[..10], (50, 1), &device), None, "too few");
        let share = found(&bundle(true), &poems, (50, 1), &device).expect("it reads titles");
        assert!(share < 0.3, "{share} of {AMONG}");
    }
}
