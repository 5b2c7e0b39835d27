//! Which characters stand near each other.

use burn::{module::Param, prelude::*};
use lstm_lessons::poems::{bundle::Bundle, inspect::neighbors::neighbors, text::vocab::is_han};

use crate::{poems::small, support::devices};

/// The small model with an embedding in which 花 points as 春 does, and 秋 the other way.
fn planted(device: &Device) -> Bundle {
    let mut bundle = small(device);
    let [vocab_size, d_embed] = bundle.model.embedding.weight.dims();
    let mut rows = vec![0.0f32; vocab_size * d_embed];
    for (character, value) in [('春', 1.0), ('花', 3.0), ('秋', -4.0)] {
        rows[bundle.vocab.id(character).unwrap() * d_embed] = value;
    }
    rows[bundle.vocab.id('月').unwrap() * d_embed + 1] = 1.0;
    bundle.model.embedding.weight =
        Param::from_tensor(Tensor::from_data(TensorData::new(rows, [vocab_size, d_embed]), device));
    bundle
}

#[test]
fn direction_counts_and_not_length() {
    for device in devices() {
        let bundle = planted(&device);
        let found = neighbors(&bundle, '春', 30, 1000).unwrap();
        let of = |character: char| {
            found.by_embedding.iter().find(|n| n.character == character).unwrap().cosine
        };
        assert_eq!(found.by_embedding[0].character, '花');
        assert!(
            (of('花') - 1.0).abs() < 0.01 && (of('秋') + 1.0).abs() < 0.01 && of('月').abs() < 0.3,
            "{found:?}"
        );
        assert_eq!(found.by_embedding.last().unwrap().character, '秋');
    }
}

#[test]
fn neighbours_are_other_han_characters_of_the_table_and_as_many_as_asked_for() {
    let device = devices().remove(0);
    let bundle = small(&device);
    let found = neighbors(&bundle, '春', 5, 1000).unwrap();
    for list in [&found.by_embedding, &found.by_projection, &found.by_number] {
        assert_eq!(list.len(), 5);
        assert!(list.iter().all(|n| is_han(n.character) && n.character != '春'));
        assert!(list.iter().all(|n| bundle.vocab.id(n.character) == Some(n.id) && n.cosine.abs() <= 1.0 + 1e-6));
    }
    let distances: Vec<usize> = found.by_number.iter().map(|n| n.id.abs_diff(found.id)).collect();
    assert!(distances.is_sorted(), "{distances:?}");
    assert!(found.by_projection.is_sorted_by(|a, b| a.cosine >= b.cosine));
    assert!(neighbors(&bundle, '龍', 5, 1000).is_none(), "not in the table");
    assert!(
        neighbors(&bundle, '春', 5, 3).unwrap().by_embedding.len() <= 3,
        "only among the most frequent"
    );
}

#[test]
fn an_untrained_embedding_reaches_no_more_than_chance() {
    let device = devices().remove(0);
    let characters: String = ('一'..).take(2000).collect();
    let vocab = lstm_lessons::poems::text::vocab::Vocab::count([characters.as_str()], 1);
    let shape = lstm_lessons::poems::shape::PoemShape { d_embed: 64, ..small(&device).shape };
    let model = lstm_lessons::poems::model::PoemModel::new(&shape, vocab.size(), 3, &device);
    let bundle = Bundle {
        model,
        vocab,
        shape,
        tunes: Vec::new(),
        schemes: Default::default(),
        story: String::new(),
    };
    let best: Vec<f64> = ('一'..)
        .take(20)
        .map(|c| neighbors(&bundle, c, 1, 2000).unwrap().by_embedding[0].cosine)
        .collect();
    let (mean, chance) =
        (best.iter().sum::<f64>() / 20.0, neighbors(&bundle, '一', 1, 2000).unwrap().by_chance);
    assert!((mean - chance).abs() < 0.03, "{mean} where chance was said to be {chance}");
}
