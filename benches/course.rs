//! How long the parts of the course take: `cargo bench --bench course`, or a part by its name,
//! `cargo bench --bench course -- data`.
//!
//! Cells and training steps run twice, by the readable operations and by the kernels. Lesson 6
//! measures the same steps stage by stage, and `benches/peers` lays PyTorch beside them.

use std::{hint::black_box, time::Duration};

use burn::{
    nn::LstmConfig,
    optim::{AdamConfig, GradientsParams},
    prelude::*,
};
use burn_train::TrainStep;
use criterion::{Criterion, criterion_group, criterion_main};
use lstm_lessons::{
    cell::{Cell, CellKind, Layer},
    kernel::{
        Kernel,
        matmul::{Matrix, matmul},
    },
    mnist::{drawn::draw_set, model::RowClassifierConfig, rows::RowBatch},
    poems::{
        batch::{PoemBatch, buckets},
        bundle::Bundle,
        model::PoemModel,
        shape::PoemShape,
        text::{
            corpus::Corpus,
            vocab::{FIRST, Vocab},
        },
        write::{
            reader::Reader,
            sample::{Sampler, SamplingConfig},
        },
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const KERNELS: [(&str, Kernel); 2] = [("readable", Kernel::Readable), ("fused", Kernel::Fused)];
const B: usize = 64;
const T: usize = 28;
const D: usize = 28;
const H: usize = 128;

/// Numbers between -1 and 1.
fn random<const N: usize>(shape: [usize; N], device: &Device) -> Tensor<N> {
    let mut rng = StdRng::seed_from_u64(1);
    let values: Vec<f32> =
        (0..shape.iter().product()).map(|_| rng.random_range(-1.0..=1.0)).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// 64 digits read by each cell: what inference pays, and what training pays, the optimizer's step
/// apart.
fn cells(criterion: &mut Criterion) {
    let (plain, tracked) = (Device::flex(), Device::flex().autodiff());
    let layer = |kind, device: &Device| {
        Layer::new(Cell::new(kind, D, H, 1.0, &mut StdRng::seed_from_u64(2), device))
    };
    let mut bench = |name: &str,
                     reader: &dyn Fn(Tensor<3>) -> Tensor<3>,
                     learner: &dyn Fn(Tensor<3>) -> Tensor<3>| {
        let x = random([B, T, D], &plain);
        criterion.bench_function(&format!("cell/forward/{name}"), |bencher| {
            bencher.iter(|| black_box(reader(x.clone())));
        });
        let x = random([B, T, D], &tracked);
        criterion.bench_function(&format!("cell/forward and backward/{name}"), |bencher| {
            bencher.iter(|| black_box(learner(x.clone()).sum().backward()));
        });
    };
    for (name, kind) in [("rnn", CellKind::Rnn), ("gru", CellKind::Gru), ("lstm", CellKind::Lstm)] {
        let (reader, learner) = (layer(kind, &plain), layer(kind, &tracked));
        for (kernel_name, kernel) in KERNELS {
            let (mut reader, mut learner) = (reader.clone(), learner.clone());
            (reader.kernel, learner.kernel) = (kernel, kernel);
            bench(&format!("{name} {kernel_name}"), &|x| reader.forward(x, None).0, &|x| {
                learner.forward(x, None).0
            });
        }
    }
    let config = LstmConfig::new(D, H, true);
    let (reader, learner) = (config.init(&plain), config.init(&tracked));
    bench("burn::nn::Lstm", &|x| reader.forward(x, None).0, &|x| learner.forward(x, None).0);
}

/// The matrix product that everything rests on, by one thread: gates of a step, logits of a chunk,
/// a square.
fn kernels(criterion: &mut Criterion) {
    for [m, k, n] in [[B, H, 4 * H], [128, H, 6110], [512, 512, 512]] {
        let (a, b, mut c) = (vec![0.5; m * k], vec![0.25; k * n], vec![0.0; m * n]);
        criterion.bench_function(&format!("kernel/matmul {m}x{k}x{n}"), |bencher| {
            bencher.iter(|| {
                matmul(
                    [m, n, k],
                    black_box(&mut c),
                    n,
                    false,
                    Matrix::new(&a, k),
                    Matrix::new(&b, n),
                )
            });
        });
    }
}

/// One whole training step: forward, backward, Adam.
fn training(criterion: &mut Criterion) {
    let device = Device::flex().autodiff();
    let poems = poem_batch(&device);
    let digits = RowBatch::new(&draw_set(B, 1), &(0..B).collect::<Vec<_>>(), &device);
    for (name, kernel) in KERNELS {
        let model = poem_model(&device).with_kernel(kernel);
        train(criterion, &format!("training/poems {name}"), model, |model| {
            TrainStep::step(model, poems.clone()).grads
        });
        let model =
            RowClassifierConfig::new(CellKind::Lstm, H, 1).init(1, &device).with_kernel(kernel);
        train(criterion, &format!("training/mnist {name}"), model, |model| {
            TrainStep::step(model, digits.clone()).grads
        });
    }
}

fn train<M: Module>(
    criterion: &mut Criterion,
    name: &str,
    model: M,
    gradients: impl Fn(&M) -> GradientsParams,
) {
    let mut optimizer = AdamConfig::new().init();
    let mut model = Some(model);
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            model = model.take().map(|model| {
                let gradients = gradients(&model);
                optimizer.step(1e-3, model, gradients)
            });
        });
    });
}

/// The poem model of lesson 6: two layers of 128 and 6,110 characters.
fn poem_model(device: &Device) -> PoemModel {
    let shape = PoemShape { d_embed: H, d_hidden: H, ..PoemShape::default() };
    PoemModel::new(&shape, 6110, 1, device)
}

/// 64 poems of 59 random characters.
fn poem_batch(device: &Device) -> PoemBatch {
    let mut rng = StdRng::seed_from_u64(1);
    let poems: Vec<Vec<usize>> =
        (0..B).map(|_| (0..59).map(|_| rng.random_range(FIRST..6110)).collect()).collect();
    PoemBatch::new(&poems.iter().map(Vec::as_slice).collect::<Vec<_>>(), device)
}

/// One poem by the model that ships, with the same seed again and again.
fn sampling(criterion: &mut Criterion) {
    let device = Device::flex();
    let sampling = SamplingConfig { temperature: 0.8, ..SamplingConfig::PLAIN };
    for (name, kernel) in KERNELS {
        let mut bundle = Bundle::shipped(&device).expect("the shipped model is whole");
        bundle.model = bundle.model.with_kernel(kernel);
        let reader = Reader::new(&bundle, &device);
        let sampler = Sampler::new(&reader, sampling);
        criterion.bench_function(&format!("sampling/a poem {name}"), |bencher| {
            bencher.iter(|| black_box(sampler.compose("月", 7)));
        });
    }
}

/// From lines of text to batches.
fn data(criterion: &mut Criterion) {
    let device = Device::flex();
    let text = include_str!("../data/poems.txt");
    criterion.bench_function("data/corpus of 328 lines", |bencher| {
        bencher.iter(|| black_box(Corpus::parse(text)))
    });

    let corpus = Corpus::parse(text);
    let contents = || corpus.poems.iter().map(|poem| poem.content.as_str());
    criterion.bench_function("data/vocabulary", |bencher| {
        bencher.iter(|| black_box(Vocab::count(contents(), 1)))
    });

    let vocab = Vocab::count(contents(), 1);
    let poems: Vec<Vec<usize>> = contents().map(|content| vocab.encode(content)).collect();
    let lengths: Vec<usize> = poems.iter().map(Vec::len).collect();
    criterion.bench_function("data/order of an epoch", |bencher| {
        bencher.iter(|| black_box(buckets(&lengths, B, Some(1))));
    });
    let first: Vec<&[usize]> = poems.iter().take(B).map(Vec::as_slice).collect();
    criterion.bench_function("data/batch of poems", |bencher| {
        bencher.iter(|| black_box(PoemBatch::new(&first, &device)));
    });

    criterion.bench_function("data/64 digits drawn", |bencher| {
        bencher.iter(|| black_box(draw_set(B, 1)))
    });
    let (digits, picked) = (draw_set(B, 1), (0..B).collect::<Vec<_>>());
    criterion.bench_function("data/batch of digits", |bencher| {
        bencher.iter(|| black_box(RowBatch::new(&digits, &picked, &device)));
    });
}

fn short() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

criterion_group! { name = benches; config = short(); targets = cells, kernels, training, sampling, data }
criterion_main!(benches);
