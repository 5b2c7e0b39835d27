//! What the features tell the model follows from what is written, and from nothing else.

use burn::{module::Param, prelude::*};
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        batch::PoemBatch,
        bundle::Bundle,
        features::{Features, Scan},
        genre::Tune,
        model::PoemModel,
        reader::Reader,
        vocab::{BOS, Vocab},
    },
};

use crate::{poems::small, support::devices};

const POEM: &str = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";

fn features(text: &str, tunes: &[Tune]) -> (Vocab, Features) {
    let vocab = Vocab::count([text], 1);
    let features = Features::new(&vocab, tunes, true, 4, &Device::flex());
    (vocab, features)
}

/// The rows after each character of `text`, BOS first.
fn rows(vocab: &Vocab, features: &Features, text: &str) -> Vec<Vec<usize>> {
    let mut scan = Scan::default();
    [vec![BOS], vocab.encode(text)]
        .concat()
        .into_iter()
        .map(|id| features.step(&mut scan, id).collect())
        .collect()
}

/// A model whose features say something, as after a training.
fn taught(kernel: Kernel, device: &Device) -> Bundle {
    let mut bundle = small(device);
    bundle.config.features = true;
    bundle.config.couplets = true;
    let Bundle { config, vocab, tunes, .. } = &bundle;
    let mut model = PoemModel::for_vocab(config, vocab, tunes, 7, device).with_kernel(kernel);
    if let Some(features) = &mut model.features {
        let [f, e] = features.table.val().dims();
        let table: Vec<f32> = (0..f * e).map(|k| ((k * 37 % 101) as f32 - 50.0) / 100.0).collect();
        features.table = Param::from_data(TensorData::new(table, [f, e]), device);
    }
    bundle.model = model;
    bundle
}

#[test]
fn the_line_is_counted_down_once_the_first_is_known() {
    let (vocab, features) = features(POEM, &[]);
    let rows = rows(&vocab, &features, POEM);
    let column = |fact: usize| rows.iter().map(|row| row[fact]).collect::<Vec<_>>();
    let places = column(0);
    assert_eq!(places[..14], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1]);
    let left = column(1);
    assert!(
        left[..6].iter().all(|&row| row == left[0]),
        "nobody knows the length of the first line yet"
    );
    assert_eq!(
        left[6..13].iter().map(|row| row - left[0]).collect::<Vec<_>>(),
        [6, 5, 4, 3, 2, 1, 6]
    );
    let line = column(2);
    assert_eq!([0, 5, 6, 12, 18, 24].map(|t: usize| line[t] - line[0]), [0, 0, 1, 2, 3, 4]);
}

#[test]
fn the_rhyme_is_that_of_the_couplets() {
    let (vocab, features) = features(POEM, &[]);
    let rhyme = |text: &str| rows(&vocab, &features, text).pop().expect("BOS at least")[4];
    let (none, first_couplet) = (rhyme(""), rhyme("白日依山尽，黄河入海流。"));
    assert_ne!(first_couplet, none);
    assert_eq!(
        rhyme("白日依山尽，黄河入海流。欲穷千里目，"),
        first_couplet,
        "odd lines need not rhyme"
    );
    assert_eq!(rhyme(POEM), first_couplet, "流 and 楼 rhyme");
    assert_ne!(
        rhyme("白日依山尽，黄河入海流。欲穷千里目，更上一层山。"),
        first_couplet,
        "流 and 山 do not"
    );
}

#[test]
fn the_second_line_of_a_couplet_is_told_which_character_stands_above() {
    let (vocab, features) = features(POEM, &[]);
    let above: Vec<usize> = rows(&vocab, &features, POEM).iter().map(|row| row[6]).collect();
    let of =
        |text: &str| vocab.encode(text).into_iter().map(|id| above[0] + id).collect::<Vec<_>>();
    assert!(above[..6].iter().all(|&row| row == above[0]), "there is no line above the first");
    assert_eq!(above[6..11], of("白日依山尽"), "before each character of 黄河入海流");
    assert!(
        above[11..18].iter().all(|&row| row == above[0]),
        "at the mark, and in the first line of a couplet, nothing"
    );
    assert_eq!(above[18..23], of("欲穷千里目"));
}

#[test]
fn a_model_that_was_not_told_of_couplets_reads_as_before() {
    let vocab = Vocab::count([POEM], 1);
    let device = Device::flex().autodiff(); // as a training is begun with the weights of another
    let [mut plain, told] =
        [false, true].map(|couplets| Features::new(&vocab, &[], couplets, 4, &device));
    let [before, after] = [&plain, &told].map(|features| rows(&vocab, features, POEM));
    assert!(before.iter().zip(&after).all(|(before, after)| before[..] == after[..6]));
    let table = Tensor::<2>::ones(plain.table.val().dims(), &device);
    plain.table = Param::from_tensor(table);
    let widened = plain.widened(&told);
    let sum = |features: &Features| -> f32 { features.table.val().sum().into_scalar() };
    assert_eq!(widened.table.val().dims(), told.table.val().dims());
    assert_eq!(
        sum(&widened),
        (widened.table.val().dims()[0] - vocab.size()) as f32 * 4.0,
        "what is new is zero"
    );
}

#[test]
fn the_future_changes_nothing() {
    for device in devices() {
        let bundle = taught(Kernel::Readable, &device);
        let ln_p = |text: &str| -> Vec<f32> {
            let ids = bundle.vocab.encode(text);
            bundle
                .model
                .log_probabilities(&PoemBatch::new(&[&ids], &device))
                .into_data()
                .iter()
                .collect()
        };
        let (one, other) = (ln_p("春花秋，月何时了"), ln_p("春花秋，月了，，前"));
        assert_eq!(one[..5], other[..5]);
        assert_ne!(one[6..], other[6..]);
    }
}

#[test]
fn step_by_step_is_the_same_as_all_at_once() {
    let text = "春花秋月，何时了。往事知多，少月明光。";
    for device in devices() {
        let bundle = taught(Kernel::Readable, &device);
        let ids = [vec![BOS], bundle.vocab.encode(text)].concat();
        let input = |ids: &[usize]| {
            let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
            Tensor::<2, Int>::from_data(TensorData::new(ids.clone(), [1, ids.len()]), &device)
        };
        let (whole, _) = bundle.model.forward(input(&ids), None);
        let (_, state) = bundle.model.forward(input(&ids[..7]), None);
        let (rest, _) = bundle.model.forward(input(&ids[7..]), Some(state));
        let last = |z: Tensor<3>| -> Vec<f32> {
            let [_, t, v] = z.dims();
            z.slice([0..1, t - 1..t, 0..v]).into_data().iter().collect()
        };
        for (a, b) in last(whole).iter().zip(last(rest)) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }
}

#[test]
fn the_fused_stream_reads_the_same_features() {
    let device = Device::flex();
    let (fused, readable) = (taught(Kernel::Fused, &device), taught(Kernel::Readable, &device));
    let (fused, readable) = (Reader::new(&fused, &device), Reader::new(&readable, &device));
    let (mut a, mut b) = (fused.start(None), readable.start(None));
    for id in fused.bundle.vocab.encode("春花秋月，何时了。往事知多，") {
        a.read(id);
        b.read(id);
        let apart =
            a.logits().iter().zip(b.logits()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-5, "{apart}");
    }
}

#[test]
fn the_features_learn() {
    let device = Device::flex().autodiff();
    let bundle = taught(Kernel::Fused, &device);
    let ids = bundle.vocab.encode("春花秋月，何时了。");
    let grads = bundle.model.loss(&PoemBatch::new(&[&ids], &device)).backward();
    let table = &bundle.model.features.as_ref().expect("on").table;
    let grad: Vec<f32> =
        table.grad(&grads).expect("reached by the loss").into_data().iter().collect();
    let [_, e] = table.val().dims();
    let moved: Vec<usize> =
        (0..grad.len() / e).filter(|row| grad[row * e..][..e].iter().any(|g| *g != 0.0)).collect();
    let mut scan = Scan::default();
    let features = bundle.model.features.as_ref().expect("on");
    let mut read: Vec<usize> =
        [vec![BOS], ids].concat().into_iter().flat_map(|id| features.step(&mut scan, id)).collect();
    read.sort_unstable();
    read.dedup();
    assert_eq!(moved, read);
}
