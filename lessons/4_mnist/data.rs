//! The training, validation and test set: real digits where they are, drawn ones where not, and
//! never one for the other in silence.

use std::sync::Arc;

use lstm_lessons::{
    look::thousands,
    mnist::{
        Digits,
        digits::Mnist,
        download::download_mnist,
        drawn::draw_set,
        originals::is_mnist,
        source::{looks_like_mnist, read_folder},
    },
    say,
    shell::error::{Error, Result},
};

use crate::{args::Args, training::Source, training::Training};

/// The test set of drawn digits.
const DRAWN_TEST: usize = 2_000;
/// Their validation set.
const DRAWN_VALID: usize = 1_000;
/// Their training set, unless `--train-count` says otherwise.
const DRAWN_TRAIN: usize = 42_000;
/// The validation set of real digits, cut from their training set.
const REAL_VALID: usize = 5_000;
/// With `--quick`: the training set; the validation and the test set.
const QUICK: (usize, usize) = (2_000, 300);

/// Everything a training needs.
pub struct Sets {
    /// Shared with the loaders.
    pub train: Arc<Digits>,
    /// For the figure after each epoch; no part of `train` or `test`.
    pub valid: Arc<Digits>,
    pub test: Digits,
    pub trained_on: Source,
    pub tested_on: Source,
}

/// The real set where it is wanted and there, and whether it is MNIST or only looks like it.
///
/// # Errors
/// A folder named by `--data` that does not hold MNIST, a damaged file, or a download that failed.
pub fn real(args: &Args) -> Result<Option<(Mnist, Source)>> {
    let folder = args.mnist_folder();
    if args.download {
        download_mnist(args.mirror.as_deref(), folder)?;
    } else if args.mirror.is_some() {
        return Err(Error::user(say!(
            "--mirror says where --download fetches MNIST; add --download",
            "--mirror 指定 --download 从哪里下载；请加上 --download"
        )));
    }
    match args.data.is_some() || looks_like_mnist(folder) {
        true => {
            let digits = read_folder(folder)?;
            let source = if is_mnist(&digits) { Source::Real } else { Source::Other };
            Ok(Some((digits, source)))
        }
        false => Ok(None),
    }
}

/// The digits of this run, and a line or two about them.
///
/// # Errors
/// Those of [`real`], and `--train-on real` without MNIST.
pub fn sets(args: &Args, training: &Training) -> Result<(Sets, String)> {
    let real = real(args)?;
    let tested_on = real.as_ref().map_or(Source::Drawn, |(_, source)| *source);
    let trained_on = match training.train_on {
        Some(Source::Real) if real.is_some() => tested_on,
        asked => asked.unwrap_or(tested_on),
    };
    // How many training digits are asked for, of those usual.
    let wanted = |usual: usize| {
        training.train_count.unwrap_or(if args.quick { QUICK.0.min(usual) } else { usual })
    };
    let [train, valid, test] = match (trained_on, real) {
        (Source::Drawn, real) => of_drawn(real.map(|(digits, _)| digits), wanted, args.seed),
        (_, Some((digits, _))) => of_real(digits, wanted),
        (_, None) => {
            return Err(Error::user(say!(
                "MNIST is not there to train on; fetch it with --download or name its folder with \
                 --data DIR",
                "没有可用于训练的 MNIST；请用 --download 下载，或用 --data DIR 指定其文件夹"
            )));
        }
    };
    let quick = |set: Digits| if args.quick { set.split(QUICK.1).0 } else { set };
    let (train, valid, test) = (Arc::new(train), Arc::new(quick(valid)), quick(test));
    let sets = Sets { train, valid, test, trained_on, tested_on };
    let line = about(&sets);
    Ok((sets, line))
}

/// Training, validation and test set: the last 5,000 training images (a tenth of a smaller set) are
/// kept for validation, the test set stays whole.
fn of_real(mnist: Mnist, wanted: impl Fn(usize) -> usize) -> [Digits; 3] {
    let kept = REAL_VALID.min(mnist.train.len() / 10);
    let usual = mnist.train.len() - kept;
    let (train, valid) = mnist.train.split(usual);
    // A set too small to be cut is its own validation set.
    let valid = if valid.is_empty() { train.clone() } else { valid };
    let (train, _) = train.split(wanted(usual));
    [train, valid, mnist.test]
}

/// Training, validation and test set: one drawn set cut into three, so that no digit is in two of
/// them. A real test set takes the place of the drawn one.
fn of_drawn(real: Option<Mnist>, wanted: impl Fn(usize) -> usize, seed: u64) -> [Digits; 3] {
    let all = draw_set(DRAWN_TEST + DRAWN_VALID + wanted(DRAWN_TRAIN), seed);
    let (test, rest) = all.split(DRAWN_TEST);
    let (valid, train) = rest.split(DRAWN_VALID);
    [train, valid, real.map_or(test, |mnist| mnist.test)]
}

/// The test set for a trained classifier: the real one where it is there, else a drawn one, whose
/// digits are in no training set.
///
/// # Errors
/// Those of [`real`].
pub fn test(args: &Args) -> Result<(Digits, Source)> {
    let (test, source) = match real(args)? {
        Some((digits, source)) => (digits.test, source),
        None => (draw_set(DRAWN_TEST, args.seed), Source::Drawn),
    };
    Ok((if args.quick { test.split(QUICK.1).0 } else { test }, source))
}

/// What a sentence calls them.
pub fn name(source: Source) -> String {
    match source {
        Source::Real => say!("real digits (MNIST)", "真实数字（MNIST）"),
        Source::Other => say!("28x28 images in MNIST's format", "MNIST 格式的 28x28 图像"),
        Source::Drawn => say!("drawn digits", "自绘数字"),
    }
}

fn about(sets: &Sets) -> String {
    let n = |digits: &Digits| thousands(digits.len() as u64);
    let (train, valid, test) = (n(&sets.train), n(&sets.valid), n(&sets.test));
    match (sets.trained_on, sets.tested_on) {
        (Source::Real, _) => say!(
            "MNIST: {train} images to learn from, {valid} to check each epoch, {test} to test.",
            "MNIST：{train} 幅图像训练，{valid} 幅检验每一轮，{test} 幅测试。"
        ),
        (Source::Other, _) => say!(
            "28x28 images in MNIST's format (not MNIST itself): {train} to learn from,\n\
             {valid} to check each epoch, {test} to test.",
            "MNIST 格式的 28x28 图像（并非 MNIST 原集）：{train} 幅训练，\n\
             {valid} 幅检验每一轮，{test} 幅测试。"
        ),
        (Source::Drawn, Source::Other) => say!(
            "Drawn digits: {train} to learn from, {valid} to check each epoch;\n\
             {test} images in MNIST's format (not MNIST itself) to be tested on.",
            "自绘数字：{train} 个训练，{valid} 个检验每一轮；用 {test} \
             幅 MNIST 格式的图像（并非 MNIST 原集）测试。"
        ),
        (Source::Drawn, Source::Real) => say!(
            "Drawn digits: {train} to learn from, {valid} to check each epoch;\n\
             {test} real ones (MNIST) to be tested on.",
            "自绘数字：{train} 个训练，{valid} 个检验每一轮；用 {test} \
             个真实数字（MNIST）测试。"
        ),
        (Source::Drawn, Source::Drawn) => say!(
            "Drawn digits: {train} to learn from, {valid} to check each epoch, {test} to test.\n\
             Real ones (MNIST, 12 MB) come with --download, or from a folder with --data DIR.",
            "自绘数字：{train} 个训练，{valid} 个检验每一轮，{test} 个测试。\n\
             真实数字（MNIST，12 MB）可用 --download 下载，或用 --data DIR 指定文件夹。"
        ),
    }
}
