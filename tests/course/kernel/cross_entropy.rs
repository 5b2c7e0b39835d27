//! The projection with its loss as one operation against matmul, log-softmax and gather.

use std::sync::Arc;

use burn::{prelude::*, tensor::activation::log_softmax};
use lstm_lessons::kernel::{
    Precision,
    operations::{LossOptions, linear_cross_entropy},
    sparse_bias::SparseBias,
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    kernel::{assert_near, cases},
    support::{devices, numbers, random, random_tensor, tensor},
};

/// How the rows count.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weights {
    /// All alike, as one number stretched over the rows.
    Alike,
    /// Each in its own way.
    Unequal,
    /// Some not at all.
    SomeMasked,
    /// None.
    AllMasked,
}

#[derive(Clone, Debug)]
struct Case {
    n: usize,
    d_hidden: usize,
    vocab_size: usize,
    tied: bool,
    weights: Weights,
    /// Something is added to a few logits.
    sparse: bool,
    /// h lies in memory column by column.
    transposed: bool,
    /// What the loss is multiplied by afterwards.
    scale: f32,
    /// Which of h, W and b want a gradient.
    tracked: [bool; 3],
    seed: u64,
}

fn any_case() -> impl Strategy<Value = Case> {
    let n = prop_oneof![1 => Just(1usize), 4 => 1..40usize, 1 => 120..300usize];
    let vocab_size = prop::sample::select(vec![1, 2, 7, 31, 32, 33, 100, 769, 800]);
    let weights = prop::sample::select(vec![
        Weights::Alike,
        Weights::Unequal,
        Weights::SomeMasked,
        Weights::SomeMasked,
        Weights::AllMasked,
    ]);
    let scale = prop::sample::select(vec![1.0, -0.3, 0.0, 70.0]);
    let sizes = (n, 1..=37usize, vocab_size);
    (sizes, any::<(bool, bool, bool)>(), weights, scale, any::<[bool; 3]>(), 0..1000u64).prop_map(
        |((n, d_hidden, vocab_size), (tied, transposed, sparse), weights, scale, tracked, seed)| {
            Case {
                n,
                d_hidden,
                vocab_size,
                tied,
                weights,
                sparse,
                transposed,
                scale,
                tracked,
                seed,
            }
        },
    )
}

/// How many weights a sparse bias has here.
const SPARSE: usize = 6;

/// Up to five entries a row, some of them twice.
fn sparse_bias(n: usize, v: usize, rng: &mut StdRng) -> SparseBias {
    let mut sparse = SparseBias::default();
    for _ in 0..n {
        for _ in 0..rng.random_range(0..=5) {
            sparse.push(rng.random_range(0..v as u32), rng.random_range(0..SPARSE as u32));
        }
        sparse.end_row();
    }
    sparse
}

/// The logits with a sparse bias, as plain operations: `[N, V]`.
fn with_sparse(z: Tensor<2>, sparse_w: Tensor<1>, sparse: &SparseBias) -> Tensor<2> {
    let [n, v] = z.dims();
    let mut named = vec![0.0; n * v * SPARSE]; // how often each weight is added to each logit
    for row in 0..n {
        for &(logit, weight) in sparse.row(row) {
            named[(row * v + logit as usize) * SPARSE + weight as usize] += 1.0;
        }
    }
    let named = tensor(&named, [n * v, SPARSE], &z.device());
    z + named.matmul(sparse_w.unsqueeze_dim(1)).reshape([n, v])
}

/// Σ_n weight_n · -ln softmax(h_n W + b + sparse_n)[y_n], as the model's readable loss computes it.
fn readable(
    h: Tensor<2>,
    w: Tensor<2>,
    b: Tensor<1>,
    y: Tensor<1, Int>,
    weights: Tensor<1>,
    sparse: Option<(Tensor<1>, Arc<SparseBias>)>,
    tied: bool,
) -> Tensor<1> {
    let w = if tied { w.transpose() } else { w };
    let mut z = h.matmul(w) + b.unsqueeze(); // [N, V]
    if let Some((sparse_w, sparse)) = sparse {
        z = with_sparse(z, sparse_w, &sparse);
    }
    let log_p = log_softmax(z, 1); // [N, V]
    (log_p.gather(1, y.unsqueeze_dim(1)).squeeze_dim(1) * weights).sum().neg()
}

/// The loss and the gradients of h, W and b, those that are wanted.
fn computed(case: &Case, fused: bool, device: &Device) -> Vec<Option<Vec<f32>>> {
    let Case { n, d_hidden, vocab_size: v, tied, scale, seed, .. } = *case;
    let device = device.clone().autodiff();
    let mut rng = StdRng::seed_from_u64(seed);
    fn leaf<const D: usize>(values: Tensor<D>, tracked: bool) -> Tensor<D> {
        if tracked { values.require_grad() } else { values }
    }
    let h_shape = if case.transposed { [d_hidden, n] } else { [n, d_hidden] };
    let h = leaf(random_tensor(h_shape, 2.0, seed + 1, &device), case.tracked[0]);
    let w_shape = if tied { [v, d_hidden] } else { [d_hidden, v] };
    let w = leaf(random_tensor(w_shape, 1.0, seed + 2, &device), case.tracked[1]);
    let b = leaf(random_tensor([v], 1.0, seed + 3, &device), case.tracked[2]);
    let y: Vec<i32> = (0..n).map(|_| rng.random_range(0..v as i32)).collect();
    let y = Tensor::<1, Int>::from_data(TensorData::new(y, [n]), &device);
    let weights = match case.weights {
        Weights::Alike => tensor(&[0.5], [1], &device).expand([n]),
        Weights::Unequal => tensor(&random(n, 1.0, seed + 4), [n], &device).abs() + 0.01,
        Weights::AllMasked => Tensor::zeros([n], &device),
        Weights::SomeMasked => {
            let some: Vec<f32> =
                (0..n).map(|_| if rng.random_bool(0.5) { 1.0 / n as f32 } else { 0.0 }).collect();
            tensor(&some, [n], &device)
        }
    };
    let rows = if case.transposed { h.clone().transpose() } else { h.clone() }; // [N, H]
    let sparse_w = random_tensor([SPARSE], 1.0, seed + 5, &device).require_grad();
    let sparse = case.sparse.then(|| Arc::new(sparse_bias(n, v, &mut rng)));
    let (w_of, b_of) = (w.clone(), b.clone());
    let loss = match fused {
        true => {
            let sparse_w = sparse.is_some().then(|| sparse_w.clone());
            let options = LossOptions { tied, precision: Precision::F32, sparse };
            linear_cross_entropy(rows, w_of, b_of, y, weights, sparse_w, options)
        }
        false => {
            let sparse = sparse.map(|sparse| (sparse_w.clone(), sparse));
            readable(rows, w_of, b_of, y, weights, sparse, tied)
        }
    };
    let value = numbers(&loss);
    if case.tracked == [false; 3] && !case.sparse {
        return vec![Some(value)];
    }
    let grads = (loss * scale).backward();
    vec![
        Some(value),
        h.grad(&grads).as_ref().map(numbers),
        w.grad(&grads).as_ref().map(numbers),
        b.grad(&grads).as_ref().map(numbers),
        sparse_w.grad(&grads).as_ref().map(numbers),
    ]
}

fn assert_fused_equals_readable(case: &Case) {
    // Always the readable loss of the CPU: the readable sparse bias is a product over N·V numbers, and
    // Burn 0.22.1 sums a product that long wrongly on a GPU.
    let readable = computed(case, false, &Device::flex());
    for device in devices() {
        let fused = computed(case, true, &device);
        for (name, (fused, readable)) in
            ["loss", "h", "W", "b", "w of the sparse bias"].iter().zip(fused.iter().zip(&readable))
        {
            match (fused, readable) {
                (Some(fused), Some(readable)) => assert_near(name, fused, readable, 2e-5),
                (fused, readable) => {
                    assert_eq!(fused, readable, "{name}: only one of the two exists")
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn fused_equals_readable(case in any_case()) {
        assert_fused_equals_readable(&case);
    }
}

/// More rows than go through at one time, more characters than one task's gradient has, nothing
/// divisible, everything asked for.
#[test]
fn fused_equals_readable_where_the_work_is_cut() {
    for tied in [false, true] {
        for weights in [Weights::Unequal, Weights::SomeMasked, Weights::AllMasked] {
            let case = Case {
                n: 391,
                d_hidden: 29,
                vocab_size: 1601,
                tied,
                weights,
                sparse: !tied,
                transposed: false,
                scale: 3.0,
                tracked: [true; 3],
                seed: 5,
            };
            assert_fused_equals_readable(&case);
        }
    }
}

#[test]
fn logits_far_apart_overflow_nothing() {
    for device in devices() {
        let h = tensor(&[300.0, -300.0], [2, 1], &device);
        let w = tensor(&[1.0, -1.0, 0.5], [1, 3], &device);
        let y = Tensor::<1, Int>::from_data([0, 0], &device);
        let loss = linear_cross_entropy(
            h,
            w,
            Tensor::zeros([3], &device),
            y,
            Tensor::ones([2], &device),
            None,
            LossOptions { tied: false, precision: Precision::F32, sparse: None },
        );
        assert_eq!(numbers(&loss), [600.0]); // the first row is sure and right, the second sure and wrong
    }
}
