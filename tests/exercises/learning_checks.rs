//! Exercises 7 to 12: sampling and training. The expected numbers were worked out on paper.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::{ModuleOptimizer, SgdConfig},
    prelude::*,
};
use lstm_lessons::{
    poems::{
        batch::PoemBatch,
        model::PoemModel,
        shape::PoemShape,
        text::vocab::{BOS, EOS, PAD},
    },
    say,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::wrong::{Grid, Verdict, compare};

fn ids(name: &str, row: &[usize]) -> (String, Vec<f64>) {
    (name.to_string(), row.iter().map(|&id| id as f64).collect())
}

pub fn choose(answer: impl Fn(&[f32], f32, &mut StdRng) -> usize) -> Verdict {
    // Probabilities 0.1, 0.2 and 0.7, as logits so large that e^z would be infinite.
    let z = [0.1f32, 0.2, 0.7].map(|p| 300.0 + p.ln());
    // At temperature ½ they are squared: 1, 4 and 49 of 54.
    let cases = [(1.0f32, [0.1f32, 0.3]), (0.5, [1.0 / 54.0, 5.0 / 54.0])];
    let (mut got, mut want): (Grid, Grid) = (vec![], vec![]);
    for (temperature, bounds) in cases {
        let name = format!("T = {temperature}");
        let generators = || (0..12).map(StdRng::seed_from_u64);
        let by_table = |mut rng: StdRng| {
            let u: f32 = rng.random_range(0.0..1.0);
            bounds.iter().filter(|&&bound| bound <= u).count()
        };
        got.push(ids(
            &name,
            &generators().map(|mut rng| answer(&z, temperature, &mut rng)).collect::<Vec<_>>(),
        ));
        want.push(ids(&name, &generators().map(by_table).collect::<Vec<_>>()));
    }
    compare(
        got,
        want,
        say!(
            "twelve draws, three characters of probability 0.1, 0.2, 0.7. At T = 1, u = 0.25 is \
             above 0.1 and below 0.1 + 0.2: choose 1.",
            "抽十二次，三个字的概率是 0.1、0.2、0.7。T = 1 时，u = 0.25 超过 0.1 而不到 0.1 + \
             0.2：选 1。"
        ),
    )
}

pub fn shift(answer: impl Fn(&[usize]) -> (Vec<usize>, Vec<usize>)) -> Verdict {
    let (mut got, mut want) = (vec![], vec![]);
    for (poem, inputs, targets) in [
        (&[6, 2, 4, 6, 9][..], &[BOS, 6, 2, 4, 6, 9][..], &[6, 2, 4, 6, 9, EOS][..]),
        (&[7], &[BOS, 7], &[7, EOS]),
    ] {
        let (x, y) = answer(poem);
        got.extend([ids("inputs", &x), ids("targets", &y)]);
        want.extend([ids("inputs", inputs), ids("targets", targets)]);
    }
    compare(
        got,
        want,
        say!(
            "BOS is 1 and EOS is 2. Both rows are one longer than the poem, and below each input \
             stands what comes next.",
            "BOS 是 1，EOS 是 2。两行都比诗长一个，每个输入的下面就是接下来的那个。"
        ),
    )
}

pub fn pad(answer: impl Fn(&[Vec<usize>]) -> (Vec<Vec<usize>>, Vec<Vec<f32>>)) -> Verdict {
    let (mut got, mut want): (Grid, Grid) = (vec![], vec![]);
    for (batch, padded, mask) in [
        (
            vec![vec![4, 5, 7, EOS], vec![9, EOS]],
            [vec![4, 5, 7, EOS], vec![9, EOS, PAD, PAD]],
            [[1.0; 4].to_vec(), vec![1.0, 1.0, 0.0, 0.0]],
        ),
        (
            vec![vec![8, EOS], vec![6, EOS]],
            [vec![8, EOS], vec![6, EOS]],
            [vec![1.0; 2], vec![1.0; 2]],
        ),
    ] {
        let (rows, marks) = answer(&batch);
        got.extend(rows.iter().map(|row| ids("padded", row)));
        got.extend(
            marks
                .iter()
                .map(|row| ("mask".to_string(), row.iter().map(|&m| f64::from(m)).collect())),
        );
        want.extend(padded.iter().map(|row| ids("padded", row)));
        want.extend(mask.map(|row: Vec<f64>| ("mask".to_string(), row)));
    }
    compare(
        got,
        want,
        say!(
            "two batches. PAD is 0. The width is that of the longest row of this batch, and EOS \
             counts: its mask is 1.",
            "共两批。PAD 是 0。宽度是本批最长一行的长度；EOS 算数，它的掩码是 1。"
        ),
    )
}

pub fn loss(answer: impl Fn(Tensor<3>, Tensor<2, Int>, Tensor<2>) -> Tensor<1>) -> Verdict {
    let device = Device::flex();
    // Probabilities as logits, plus 3: that changes no softmax.
    let z = |p: [f32; 3]| p.map(|p| p.ln() + 3.0);
    let logits = [
        [z([0.5, 0.25, 0.25]), z([0.25, 0.5, 0.25])],
        [z([0.25, 0.25, 0.5]), [0.0, 0.0, 50.0]], // the last stands over padding
    ];
    let targets = || Tensor::<2, Int>::from_data([[0, 2], [0, 0]], &device);
    let mask = Tensor::<2>::from_data([[1.0, 1.0], [1.0, 0.0]], &device);
    let read = |loss: Tensor<1>| loss.into_data().iter::<f64>().collect::<Vec<_>>();
    let masked = read(answer(Tensor::from_data(logits, &device), targets(), mask.clone()));
    let uniform = read(answer(Tensor::zeros([2, 2, 3], &device), targets(), mask));
    let got = vec![("masked".to_string(), masked), ("uniform".to_string(), uniform)];
    // (ln 2 + ln 4 + ln 4) / 3, and ln 3
    let want =
        vec![("masked".to_string(), vec![1.155_245]), ("uniform".to_string(), vec![1.098_612])];
    compare(
        got,
        want,
        say!(
            "three targets count, with p = ½, ¼, ¼; the fourth is padding. Divide by how many \
             count, not by how many there are.",
            "有三个目标算数，p = ½、¼、¼；第四个是填充。要除以算数的个数，而不是总个数。"
        ),
    )
}

pub fn clip(answer: impl Fn(Vec<Vec<f64>>, f64) -> Vec<Vec<f64>>) -> Verdict {
    let name = |case: &str, grid: Vec<Vec<f64>>| -> Grid {
        grid.into_iter().map(|g| (case.to_string(), g)).collect()
    };
    let long = name("long", answer(vec![vec![3.0], vec![0.0, -4.0]], 1.0));
    let short = name("short", answer(vec![vec![0.3], vec![0.0, -0.4]], 1.0));
    let want = [
        name("long", vec![vec![0.6], vec![0.0, -0.8]]),
        name("short", vec![vec![0.3], vec![0.0, -0.4]]), // left alone
    ];
    compare(
        [long, short].concat(),
        want.concat(),
        say!(
            "3 and -4 together have the norm 5, so both are divided by 5; 0.3 and -0.4 have the \
             norm ½, which is not above 1.",
            "3 与 -4 合起来范数是 5，所以都除以 5；0.3 与 -0.4 的范数是 ½，没有超过 1，不变。"
        ),
    )
}

/// All parameters of a model in one row.
fn parameters(model: &PoemModel) -> Vec<f64> {
    struct Read(Vec<f64>);
    impl ModuleVisitor for Read {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.extend(param.val().into_data().iter::<f64>());
        }
    }
    let mut read = Read(vec![]);
    model.visit(&mut read);
    read.0
}

/// Steps of plain gradient descent, w ← w - lr g: where the norm of g is above 1, that of a clipped
/// step is exactly lr.
pub fn train(
    answer: impl Fn(PoemModel, &mut ModuleOptimizer, &PoemBatch, f64) -> PoemModel,
) -> Verdict {
    let device = Device::flex().autodiff();
    let shape = PoemShape { d_embed: 4, d_hidden: 4, n_layers: 1, ..PoemShape::default() };
    let mut model = PoemModel::new(&shape, 9, 1, &device);
    // A large bias for a character that never comes: ∂L/∂b there is nearly 1, and the other entries
    // add up to nearly -1.
    let sure = [0.0f32, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 12.0];
    model.bias = Param::from_tensor(Tensor::<1>::from_data(sure, &device).require_grad());
    let batch = PoemBatch::new(&[&[4, 5, 6, 7], &[5, 6]], &device);
    let mut sgd = SgdConfig::new().init();
    let (mut got, mut want): (Grid, Grid) = (vec![], vec![]);
    for lr in [0.5, 0.25] {
        let (before, loss_before) = (parameters(&model), model.loss(&batch).into_scalar::<f64>());
        model = answer(model, &mut sgd, &batch, lr);
        let moved: f64 = before.iter().zip(parameters(&model)).map(|(a, b)| (a - b).powi(2)).sum();
        let fell = model.loss(&batch).into_scalar::<f64>() < loss_before;
        got.push((say!("length of the step", "步长"), vec![moved.sqrt()]));
        got.push((
            say!("the loss fell (1 = yes)", "损失下降（1 为是）"),
            vec![f64::from(u8::from(fell))],
        ));
        want.push((say!("length of the step", "步长"), vec![lr]));
        want.push((say!("the loss fell (1 = yes)", "损失下降（1 为是）"), vec![1.0]));
    }
    compare(
        got,
        want,
        say!(
            "two steps, lr = 0.5 and 0.25, with gradient norms above 1. A step that is too long \
             was not clipped, one of length 0 not taken.",
            "两步，lr = 0.5 和 0.25，梯度范数都超过 1。步长太大是没有裁剪，步长为 0 是没有更新。"
        ),
    )
}
