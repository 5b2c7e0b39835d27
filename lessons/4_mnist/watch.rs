//! `watch`: a trained classifier reads one digit, row by row.

use burn::prelude::Device;
use lstm_lessons::{
    look::{
        Color,
        belief_svg::{Labels, reading_svg},
    },
    mnist::{
        Digits,
        drawn::draw,
        evaluate::{beliefs_by_row, prediction},
        model::RowClassifier,
        saved::{self, Manifest},
    },
    say,
    shell::{
        self,
        cli::out,
        error::{Error, Result},
        write_svg,
    },
};
use serde_json::json;

use crate::{
    args::{Args, Watch},
    data, show,
    training::Source,
};

/// Shows the shipped classifier, or the one in `--run DIR`, reading.
pub fn watch(args: &Args, asked: &Watch) -> Result<()> {
    let device = args.common.device()?;
    let (model, manifest) = trained(args, &device)?;
    let (pixels, truth, source) = pick(args, asked)?;
    // As it is read: a classifier that learned columns sees the digit lie on its side.
    let digit = Digits::one(&pixels, truth);
    let read = manifest.order.arrange(&digit);
    let pixels = read.image(0);
    let mut beliefs = beliefs_by_row(&model, pixels, &device);
    beliefs.truncate(usize::from(asked.rows)); // an output knows nothing of later rows
    if let (Some(file), Some(last)) = (&args.svg, beliefs.last()) {
        let (digit, rows) = (prediction(last), beliefs.len());
        let title = say!(
            "A {truth}, read as {digit} after {rows} rows: what is believed after each",
            "真值 {truth}，读完 {rows} 行读作 {digit}：每一行之后的判断"
        );
        let labels = Labels {
            digits: say!("probability of each digit after each row", "读完每一行之后各数字的概率"),
            row: say!("row", "行"),
            ends: ["0 %".into(), "100 %".into()],
            changed: say!("changed its mind", "改变了想法"),
        };
        write_svg(file, &reading_svg(pixels, &beliefs, &title, &labels), args.json)?;
    }
    if args.json {
        let read = beliefs.last().map(prediction);
        let data = source.name();
        return out(
            &json!({"truth": truth, "read_as": read, "beliefs": beliefs, "data": data}).to_string()
        );
    }
    let (share, n, on) = (100.0 * manifest.test_accuracy, manifest.test_images, &manifest.data);
    shell::note(say!(
        "This classifier reads {share:.2} % of {n} test digits ({on}) rightly.",
        "这个分类器在 {n} 个测试数字（{on}）上的准确率为 {share:.2} %。"
    ));
    if source == Source::Drawn {
        shell::note(say!(
            "No MNIST here, so it reads a drawn digit; the real ones come with --data DIR.",
            "这里没有 MNIST，所以阅读自绘数字；真实数字可用 --data DIR 指定。"
        ));
    }
    show::reading(pixels, &beliefs, truth, Color::detect())
}

/// The classifier in `--run DIR`, or the one that ships.
pub fn trained(args: &Args, device: &Device) -> Result<(RowClassifier, Manifest)> {
    let (model, manifest) = match &args.run {
        Some(folder) => saved::open(folder, device)?,
        None => saved::shipped(device)?,
    };
    Ok((model.with_kernel(args.kernel), manifest))
}

/// The digit to be read: of the real test set where it is there, else a drawn one.
fn pick(args: &Args, asked: &Watch) -> Result<(Vec<u8>, u8, Source)> {
    let Some((mnist, source)) = data::real(args)? else {
        if asked.image.is_some() {
            return Err(Error::user(say!(
                "--image needs the MNIST test set; name its folder with --data DIR, or use --digit \
                 N for a drawn digit",
                "--image 需要 MNIST 测试集；请用 --data DIR 指定其文件夹，或用 --digit N \
                 看自绘数字"
            )));
        }
        let digit = asked.digit.unwrap_or((args.seed % 10) as u8);
        return Ok((draw(digit, args.seed).to_vec(), digit, Source::Drawn));
    };
    let test: Digits = mnist.test;
    let k = match (asked.image, asked.digit) {
        (Some(k), _) if k < test.len() => k,
        (Some(k), _) => {
            let last = test.len() - 1;
            return Err(Error::user(say!(
                "there is no image {k} in the test set; choose one from 0 to {last}",
                "测试集中没有第 {k} 幅图像；请在 0 到 {last} 之间选择"
            )));
        }
        (None, Some(digit)) => {
            test.labels.iter().position(|&label| label == digit).ok_or_else(|| {
                Error::user(say!(
                    "this test set has no {digit}; choose another with --digit",
                    "这个测试集中没有 {digit}；请用 --digit 换一个"
                ))
            })?
        }
        (None, None) => 0,
    };
    Ok((test.image(k).to_vec(), test.labels[k], source))
}
