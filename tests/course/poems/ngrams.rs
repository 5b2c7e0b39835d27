//! The models that only count.

use std::collections::HashMap;

use lstm_lessons::poems::{
    inspect::score,
    run::settings::Split,
    text::{
        corpus::{Corpus, Poem},
        ngram::{Landmarks, NGram, landmarks},
        vocab::{EOS, UNK, Vocab},
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::poems::shared_corpus;

const V: usize = 12;

/// Poems of random characters 4 to 11.
fn random_poems(count: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count)
        .map(|_| (0..rng.random_range(1..9)).map(|_| rng.random_range(4..V)).collect())
        .collect()
}

fn count(poems: &[Vec<usize>]) -> NGram {
    NGram::count(poems.iter().cloned(), V)
}

#[test]
fn the_probabilities_of_all_next_tokens_sum_to_one() {
    let poems = random_poems(200, 1);
    let counted = count(&poems);
    // After nothing, after one character, after two that are known, and after two that never stood
    // together.
    for context in [&[][..], &[4], &[4, 5], &poems[0], &[0, 1]] {
        let mut sums = Landmarks::<f64>::default();
        for next in 0..V {
            let nats = counted.nats([context, &[next]].concat())[context.len()];
            let p = nats.map(|nats| (-nats).exp());
            sums.uniform += p.uniform;
            sums.unigram += p.unigram;
            sums.bigram += p.bigram;
            sums.trigram += p.trigram;
        }
        for sum in [sums.uniform, sums.unigram, sums.bigram, sums.trigram] {
            assert!((sum - 1.0).abs() < 1e-9, "{context:?}: {sum}");
        }
    }
}

#[test]
fn each_order_sees_just_as_far_back_as_its_name_says() {
    let counted = count(&random_poems(300, 2));
    let at_last = |poem: &[usize]| counted.nats(poem.iter().copied())[poem.len() - 1];
    let [far, near, same] = [[4, 5, 6, 7], [4, 9, 6, 7], [9, 5, 6, 7]].map(|poem| at_last(&poem));
    assert_eq!(far, same, "three characters back is out of sight");
    assert_eq!((far.unigram, far.bigram), (near.unigram, near.bigram));
    assert_ne!(far.trigram, near.trigram);
    assert_ne!(far.bigram, at_last(&[4, 5, 8, 7]).bigram);
    assert_eq!(far.unigram, at_last(&[4, 5, 8, 7]).unigram);
}

#[test]
fn a_second_order_rule_is_found_by_the_trigram_alone() {
    // x_t = x_{t-2} + 1: the character before says nothing, the one before it everything.
    let next = |a: usize| 4 + (a - 3) % 8;
    let poem = |start: (usize, usize)| {
        let (mut poem, (mut a, mut b)) = (vec![start.0, start.1], start);
        while poem.len() < 40 {
            (a, b) = (b, next(a));
            poem.push(b);
        }
        poem
    };
    let poems: Vec<Vec<usize>> = (0..64).map(|k| poem((4 + k % 8, 4 + (k / 8 + k) % 8))).collect();
    let lines = landmarks(poems.iter().cloned(), poems.clone(), V);
    assert!(lines.trigram < 0.35 && lines.bigram > 1.2 && lines.unigram > 1.8, "{lines:?}");
    assert!((lines.uniform - (V as f64).ln()).abs() < 1e-9);
}

#[test]
fn a_corpus_of_noise_is_not_beaten_by_counting() {
    let lines = landmarks(random_poems(400, 3).into_iter(), random_poems(400, 4), V);
    // 8 characters as likely as each other: only that no poem is empty can be learned from the one
    // before. Longer contexts add noise, and the weights must see that.
    assert!(
        (lines.trigram - lines.bigram).abs() < 0.01 && (lines.bigram - lines.unigram).abs() < 0.05,
        "{lines:?}"
    );
    assert!(lines.unigram < lines.uniform);
}

#[test]
fn the_unigram_is_the_share_of_a_character_but_for_a_trace() {
    let poems = vec![vec![4, 4, 4, 5]; 5000];
    let nats = count(&poems).nats([4, 5]);
    let shares = [3.0, 1.0, 1.0].map(|n: f64| n / 5.0); // 4, 5, EOS
    for (nats, share) in nats.iter().zip(shares) {
        assert!((nats.unigram + share.ln()).abs() < 1e-3, "{nats:?} {share}");
    }
}

#[test]
fn nobody_to_learn_from_leaves_every_order_uniform() {
    let nats = count(&[]).nats([4, 5]);
    assert_eq!(nats.len(), 3, "two characters and EOS");
    assert!(
        nats.iter().all(|nats| nats.uniform == nats.trigram && nats.uniform == (V as f64).ln())
    );
    assert_eq!(landmarks(std::iter::empty::<Vec<usize>>(), [], V), Landmarks::default());
    assert!(
        count(&[vec![], vec![]]).nats([])[0].unigram < (V as f64).ln(),
        "empty poems have an EOS each"
    );
    assert_eq!(EOS, 2);
}

fn poem(content: &str) -> Poem {
    Poem { title: String::new(), content: content.into() }
}

#[test]
fn an_unknown_character_costs_the_same_extra_everywhere() {
    let vocab = Vocab::count(["春花秋月春花秋月何何"], 2);
    let poems = [poem("春花□月，")]; // □ and ， are not in the table
    assert_eq!(vocab.encode("□，"), [UNK, UNK]);
    let train: Vec<Poem> = (0..30).map(|_| poem("春花秋月何")).collect();
    let lines = score::landmarks(&train, &poems, &vocab);
    let ln_v = (vocab.size() as f64).ln();
    let extra = score::UNKNOWN_CHARACTERS.ln();
    assert!((lines.uniform.nats_per_token - (ln_v + 2.0 * extra / 6.0)).abs() < 1e-9);
    assert!(
        (lines.uniform.nats_per_han_character - ln_v).abs() < 1e-9,
        "the unknown ones are no Han characters"
    );
    assert_eq!((lines.trigram.tokens, lines.trigram.poems), (6, 1));
    let plain = landmarks(
        vec![vocab.encode("春花秋月何"); 30].into_iter(),
        [vocab.encode("春花□月，")],
        vocab.size(),
    );
    assert!((lines.trigram.nats_per_token - plain.trigram - 2.0 * extra / 6.0).abs() < 1e-9);
}

#[test]
fn across_fifths_no_poem_is_read_by_its_own_counts() {
    // Ten poems of ten characters that occur nowhere else: another poem's counts cannot help.
    let characters: Vec<char> = ('一'..).take(100).collect();
    let poems: Vec<Poem> =
        characters.chunks(10).map(|chunk| poem(&chunk.iter().collect::<String>())).collect();
    let vocab = Vocab::count(poems.iter().map(|poem| poem.content.as_str()), 1);
    let across = score::landmarks_across(&poems, &vocab);
    let cheating = score::landmarks(&poems, &poems, &vocab);
    assert_eq!((across.trigram.poems, across.trigram.tokens), (10, 110));
    assert!(across.trigram.nats_per_token > across.uniform.nats_per_token, "{across:?}");
    assert!(cheating.trigram.nats_per_token < across.trigram.nats_per_token - 1.0, "{cheating:?}");
}

#[test]
fn counts_by_sorting_equal_counts_by_hashing() {
    // A bigram from a table of pairs, mixed with the unigram by one weight: some weight must give
    // the model's own figure.
    let poems = random_poems(300, 5);
    let counted = count(&poems);
    let mut pairs: HashMap<(usize, usize), f64> = HashMap::new();
    let mut after: HashMap<usize, f64> = HashMap::new();
    for pair in poems.iter().flat_map(|poem| poem.windows(2)) {
        *pairs.entry((pair[0], pair[1])).or_default() += 1.0;
        *after.entry(pair[0]).or_default() += 1.0;
    }
    for poem in &poems {
        *after.entry(poem[poem.len() - 1]).or_default() += 1.0; // EOS follows
    }
    // One weight for each power of two of n(v): the same λ must explain every w after the same v.
    for v in 4..V {
        let weights: Vec<f64> = (4..V)
            .filter_map(|w| {
                let nats = counted.nats([v, w])[1];
                let (bigram, unigram) = ((-nats.bigram).exp(), (-nats.unigram).exp());
                let share = pairs.get(&(v, w)).copied().unwrap_or(0.0) / after[&v];
                ((share - unigram).abs() > 0.01).then(|| (bigram - unigram) / (share - unigram))
            })
            .collect();
        assert!(
            weights.iter().all(|weight| (weight - weights[0]).abs() < 1e-6),
            "{v}: {weights:?}"
        );
    }
}

#[test]
fn on_the_shared_corpus_the_lines_stand_where_others_measured_them() {
    let Some(path) = shared_corpus() else { return };
    let split = Split::by_seed(Corpus::read(&path).unwrap().poems, 0.05, 1);
    let vocab = Vocab::count(split.train.iter().map(|poem| poem.content.as_str()), 2);
    let Landmarks { uniform, unigram, bigram, trigram } =
        score::landmarks(&split.train, &split.valid, &vocab);
    // Others: 8.92, 6.54, 5.53, 5.43, on other held-out poems and with another way to mix.
    for (score, low, high) in
        [(uniform, 8.6, 8.95), (unigram, 6.5, 6.58), (bigram, 5.45, 5.6), (trigram, 5.3, 5.45)]
    {
        assert!((low..high).contains(&score.nats_per_token), "{score:?}");
    }
}

#[test]
fn counts_are_never_trusted_so_far_that_something_becomes_impossible() {
    // After (k, 3) always comes k + 100, after 3 alone anything: EM would believe the triples
    // wholly.
    let poem = |k: usize, next: usize| vec![k, 3, next + 100];
    let train: Vec<_> = (0..2000).map(|k| poem(4 + k % 90, 4 + k % 90)).collect();
    let lines = landmarks(train.into_iter(), [poem(4, 5)], 200);
    assert!(
        lines.unigram.is_finite() && lines.bigram.is_finite() && lines.trigram.is_finite(),
        "{lines:?}"
    );
}
