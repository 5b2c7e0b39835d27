//! `confusion`: which digits a trained classifier takes for which.

use lstm_lessons::{
    look::{
        self, Color,
        confusion_svg::{Labels, confusion_svg},
        thousands,
    },
    mnist::evaluate::{Evaluation, evaluate},
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::{args::Args, data, watch::trained};

/// Reads the whole test set and shows the table.
pub fn confusion(args: &Args) -> Result<()> {
    let device = args.common.device()?;
    let (model, manifest) = trained(args, &device)?;
    let (test, source) = data::test(args)?;
    let read = evaluate(&model, &manifest.order.arrange(&test), &device);
    if let Some(file) = &args.svg {
        write_svg(file, &slide(&read), args.json)?;
    }
    if args.json {
        return out(&json!({
            "test_accuracy": read.accuracy(), "test_images": read.count(), "data": source.name(),
            "confusion": read.confusion,
        })
        .to_string());
    }
    out(&look::confusion(&read.confusion, Color::detect()))?;
    let (share, count, digits) =
        (100.0 * read.accuracy(), thousands(read.count() as u64), data::name(source));
    out(&say!(
        "\n{share:.2} % of {count} {digits} read rightly",
        "\n{count} 个{digits}，读对 {share:.2} %"
    ))
}

/// The table for a slide.
pub fn slide(test: &Evaluation) -> String {
    let (share, count) = (100.0 * test.accuracy(), thousands(test.count() as u64));
    let title =
        say!("{share:.2} % of {count} digits read rightly", "{count} 个数字，读对 {share:.2} %");
    let labels = Labels {
        truth: say!("truth ↓", "真值 ↓"),
        read_as: say!("read as →", "读作 →"),
        right: say!("read rightly (images)", "读对（图像数）"),
        wrong: say!("misread; deepest from 5 % of a line on", "读错；占一行的 5 % 起颜色最深"),
    };
    confusion_svg(&test.confusion, &title, &labels)
}
