//! The facts of verse follow from what is written, and from nothing else; their vectors learn.

use burn::{module::Param, prelude::*};
use lstm_lessons::{
    cell::State,
    kernel::Kernel,
    poems::{
        batch::PoemBatch,
        bundle::Bundle,
        model::PoemModel,
        text::{
            corpus::Poem,
            genre::{Genre, Text, Tune},
            vocab::{BOS, Vocab},
        },
        verse::{
            facts::{FactReader, Scan, VerseFacts},
            features::Features,
            output::Output,
            schemes::Schemes,
        },
        write::reader::{Reader, Stream},
    },
};

use crate::{
    kernel::assert_near,
    micro_batches::assert_parts_are_the_whole,
    poems::small,
    support::{devices, numbers},
};

const POEM: &str = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";

fn reader(text: &str, tunes: &[Tune]) -> (Vocab, FactReader) {
    let vocab = Vocab::count([text], 1);
    let reader = FactReader::new(VerseFacts::Couplets, &vocab, tunes, &Schemes::default())
        .expect("it knows facts");
    (vocab, reader)
}

/// The rows after each character of `text`, BOS first.
fn rows(vocab: &Vocab, reader: &FactReader, text: &str) -> Vec<Vec<usize>> {
    let mut scan = Scan::default();
    [vec![BOS], vocab.encode(text)]
        .concat()
        .into_iter()
        .map(|id| reader.step(&mut scan, id).collect())
        .collect()
}

/// A model whose facts say something, as after a training.
fn trained(facts: VerseFacts, kernel: Kernel, device: &Device) -> Bundle {
    let mut bundle = small(device);
    bundle.shape.facts = facts;
    let poem = Poem { title: String::new(), content: POEM.into() };
    bundle.schemes = Schemes::count(Genre::Poem, &vec![poem; 20], &[]);
    let Bundle { shape, vocab, tunes, schemes, .. } = &bundle;
    let mut model =
        PoemModel::for_vocab(shape, vocab, (tunes, schemes), 7, device).with_kernel(kernel);
    if let Some(features) = &mut model.features {
        let [f, e] = features.table.val().dims();
        let table: Vec<f32> = (0..f * e).map(|k| ((k * 37 % 101) as f32 - 50.0) / 100.0).collect();
        features.table = Param::from_data(TensorData::new(table, [f, e]), device);
    }
    if let Some(Output { w, couplets, strength }) = &mut model.output {
        let spread = |n: usize| (0..n).map(|k| ((k * 29 % 83) as f32 - 41.0) / 50.0).collect();
        let learned = |shape: &[usize]| {
            let numbers: Vec<f32> = spread(shape.iter().product());
            TensorData::new(numbers, shape.to_vec())
        };
        *w = Param::from_data(learned(&w.val().dims()), device);
        *couplets = Param::from_data(learned(&couplets.val().dims()), device);
        *strength = Param::from_data(learned(&strength.val().dims()), device);
    }
    bundle.model = model;
    bundle
}

/// With facts at the input alone, and at the output too.
const BOTH: [VerseFacts; 2] = [VerseFacts::Couplets, VerseFacts::Output];

#[test]
fn the_line_is_counted_down_once_the_first_is_known() {
    let (vocab, reader) = reader(POEM, &[]);
    let rows = rows(&vocab, &reader, POEM);
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
    let (vocab, reader) = reader(POEM, &[]);
    let rhyme = |text: &str| rows(&vocab, &reader, text).pop().expect("BOS at least")[4];
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
fn in_the_second_line_of_a_couplet_the_character_above_is_a_fact() {
    let (vocab, reader) = reader(POEM, &[]);
    let above: Vec<usize> = rows(&vocab, &reader, POEM).iter().map(|row| row[6]).collect();
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
fn a_model_without_couplets_reads_as_before_when_it_is_widened() {
    let (vocab, schemes) = (Vocab::count([POEM], 1), Schemes::default());
    let device = Device::flex().autodiff(); // as a training is begun with the weights of another
    assert!(Features::new(VerseFacts::None, &vocab, (&[], &schemes), 4, &device).is_none());
    let [mut plain, wide] = [VerseFacts::Places, VerseFacts::Couplets].map(|facts| {
        Features::new(facts, &vocab, (&[], &schemes), 4, &device).expect("it knows facts")
    });
    let [before, after] = [&plain, &wide].map(|features| rows(&vocab, &features.reader, POEM));
    assert!(before.iter().zip(&after).all(|(before, after)| before[..] == after[..6]));
    let table = Tensor::<2>::ones(plain.table.val().dims(), &device);
    plain.table = Param::from_tensor(table);
    let widened = plain.widened(&wide);
    let sum = |features: &Features| -> f32 { features.table.val().sum().into_scalar() };
    assert_eq!(widened.table.val().dims(), wide.table.val().dims());
    assert_eq!(
        sum(&widened),
        (widened.table.val().dims()[0] - vocab.size()) as f32 * 4.0,
        "what is new is zero"
    );
}

#[test]
fn the_future_changes_nothing() {
    for (device, facts) in
        devices().into_iter().flat_map(|device| BOTH.map(|f| (device.clone(), f)))
    {
        let bundle = trained(facts, Kernel::Readable, &device);
        let ln_p = |text: &str| -> Vec<f32> {
            let text = Text::poem(bundle.vocab.encode(text));
            let batch = bundle.model.batch(&[&text], &device);
            bundle.model.log_probabilities(&batch).into_data().iter().collect()
        };
        let (one, other) = (ln_p("春花秋，月何时了"), ln_p("春花秋，月了，，前"));
        assert_eq!(one[..5], other[..5]);
        assert_ne!(one[6..], other[6..]);
    }
}

#[test]
fn step_by_step_is_the_same_as_all_at_once() {
    let text = "春花秋月，何时了。往事知多，少月明光。";
    for (device, facts) in
        devices().into_iter().flat_map(|device| BOTH.map(|f| (device.clone(), f)))
    {
        let bundle = trained(facts, Kernel::Readable, &device);
        let ids = [vec![BOS], bundle.vocab.encode(text)].concat();
        let reader = &bundle.model.features.as_ref().expect("on").reader;
        let read = |scan: &mut Scan, ids: &[usize], state: Option<Vec<State>>| {
            let facts = reader.read(scan, ids, &device);
            let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
            let ids = Tensor::<1, Int>::from_data(&ids[..], &device).unsqueeze(); // [1, T]
            let x = bundle.model.embed(ids, Some(&facts)); // [1, T, E]
            bundle.model.forward(x, Some(&facts), state)
        };
        let mut scan = Scan::default();
        let (whole, _) = read(&mut Scan::default(), &ids, None);
        let (_, state) = read(&mut scan, &ids[..7], None);
        let (rest, _) = read(&mut scan, &ids[7..], Some(state));
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
    for facts in BOTH {
        let [fused, readable] =
            [Kernel::Fused, Kernel::Readable].map(|kernel| trained(facts, kernel, &device));
        let (fused, readable) = (Reader::new(&fused, &device), Reader::new(&readable, &device));
        let (mut a, mut b) = (fused.start(None), readable.start(None));
        let ids = fused.bundle.vocab.encode("春花秋月，何时了。往事知多，少月明光。");
        for &id in &ids {
            a.read(id);
            b.read(id);
            let apart =
                a.logits().iter().zip(b.logits()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 2e-5, "{facts:?}: {apart}");
        }
        // Several texts at once come to the same as one after the other.
        let (mut c, mut d) = (fused.start(None), fused.start(None));
        Stream::read_all(vec![(&mut c, &ids), (&mut d, &ids[..4])]);
        assert_eq!(c.logits(), a.logits());
    }
}

#[test]
fn parallelism_counts_within_the_second_line_alone_and_in_both_streams() {
    let device = Device::flex();
    for kernel in [Kernel::Fused, Kernel::Readable] {
        let bundle = trained(VerseFacts::Output, kernel, &device);
        let reader = Reader::new(&bundle, &device);
        let after = |text: &str, parallelism: f32| {
            let mut stream = reader.start(None).with_parallelism(parallelism);
            bundle.vocab.encode(text).into_iter().for_each(|id| stream.read(id));
            stream.logits().to_vec()
        };
        for (text, counts) in [
            ("春花秋", false),
            ("春花秋月，", true),
            ("春花秋月，何", true),
            ("春花秋月，何时了", false), // the last character: a matter of rhyme
            ("春花秋月，何时了往。事", false),
        ] {
            // z is linear in it: from 1 to 2 as far as from 0 to 1.
            let [none, learned, twice] = [0.0, 1.0, 2.0].map(|factor| after(text, factor));
            let moved = |from: &[f32], to: &[f32]| -> Vec<f32> {
                to.iter().zip(from).map(|(to, from)| to - from).collect()
            };
            let (first, second) = (moved(&none, &learned), moved(&learned, &twice));
            assert_near(text, &first, &second, 1e-4);
            assert_eq!(first.iter().any(|z| z.abs() > 1e-6), counts, "{kernel:?} {text}");
        }
    }
}

#[test]
fn the_fused_loss_is_the_readable_one_with_facts_at_the_output() {
    let texts = ["春花秋月，何时了。往事知多，少月明光。", "春花春月，花花了。"];
    for device in devices() {
        let [fused, readable] = [Kernel::Fused, Kernel::Readable]
            .map(|kernel| trained(VerseFacts::Output, kernel, &device.clone().autodiff()));
        let computed = |bundle: &Bundle| {
            let texts = texts.map(|text| Text::poem(bundle.vocab.encode(text)));
            let batch = bundle.model.batch(&texts.each_ref(), &device.clone().autodiff());
            let loss = bundle.model.loss(&batch);
            let grads = loss.backward();
            let Output { w, couplets, strength } = bundle.model.output.as_ref().expect("on");
            let all = [numbers(&loss), numbers(&w.grad(&grads).expect("it learns"))];
            let more = [
                numbers(&couplets.grad(&grads).expect("it learns")),
                numbers(&strength.grad(&grads).expect("it learns")),
            ];
            [all, more].concat()
        };
        let (fused, readable) = (computed(&fused), computed(&readable));
        for (name, (a, b)) in ["loss", "w", "M", "s"].iter().zip(fused.iter().zip(&readable)) {
            assert_near(name, a, b, 2e-5);
            assert!(b.iter().any(|&x| x != 0.0), "{name} is nothing but zeros");
        }
    }
}

/// Whatever is told of a text stands in the part that the text is in.
#[test]
fn a_batch_with_facts_in_parts_has_the_gradient_of_the_whole() {
    let device = Device::flex().autodiff();
    let Bundle { model, vocab, .. } = trained(VerseFacts::Output, Kernel::Fused, &device);
    let texts = ["春花秋月，何时了。往事知多，少月明光。", "春花春月，花花了。", "月。"];
    let texts = texts.map(|text| Text::poem(vocab.encode(text)));
    assert_parts_are_the_whole(&model, model.batch(&texts.each_ref(), &device));
}

#[test]
fn the_features_learn() {
    let device = Device::flex().autodiff();
    let bundle = trained(VerseFacts::Couplets, Kernel::Fused, &device);
    let ids = bundle.vocab.encode("春花秋月，何时了。");
    let batch = bundle.model.batch(&[&Text::poem(ids.clone())], &device);
    let grads = bundle.model.loss(&batch).backward();
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

#[test]
#[should_panic(expected = "facts of verse")]
fn a_batch_without_facts_is_no_input_for_a_model_that_knows_some() {
    let device = Device::flex();
    let bundle = trained(VerseFacts::Couplets, Kernel::Fused, &device);
    bundle.model.loss(&PoemBatch::new(&[&[4, 5, 6]], &device));
}
