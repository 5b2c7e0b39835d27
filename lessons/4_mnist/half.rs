//! `half`: how much of an image is needed, over the whole test set in one pass.

use lstm_lessons::{
    look::{
        Color,
        by_row::{Shares, by_row, by_row_svg},
        thousands,
    },
    mnist::{by_row::read_by_row, rows::STEPS},
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::{args::Args, data, training::Source, watch::trained};

/// The accuracy after each row, and where the last answer settled.
pub fn half(args: &Args) -> Result<()> {
    let device = args.common.device()?;
    let (model, manifest) = trained(args, &device)?;
    let (test, source) = data::test(args)?;
    let read = read_by_row(&model, &manifest.order.arrange(&test), &device);
    let (accuracy, settled) = (read.accuracy(), read.settled());
    let (half, changes, half_settled) =
        (accuracy[STEPS / 2 - 1], read.changes(), read.half_settled());

    let (count, digits) = (thousands(test.len() as u64), data::name(source));
    let right = Shares {
        name: say!("read rightly so far", "读到此行时认对"),
        shares: accuracy.to_vec(),
    };
    let stands = Shares {
        name: say!("the answer stands from here on", "从此行起答案不再改变"),
        shares: settled.to_vec(),
    };
    if let Some(file) = &args.svg {
        let title = say!(
            "How much of a digit is needed? {count} {digits}",
            "需要看到多少？{count} 个{digits}"
        );
        let rows =
            say!("rows read (share of all digits upwards)", "读过的行数（纵轴：占全部数字的比例）");
        write_svg(file, &by_row_svg(&right, &stands, &title, &rows), args.json)?;
    }
    if args.json {
        return out(&json!({
            "images": test.len(), "data": source.name(), "order": manifest.order,
            "accuracy": accuracy, "settled": settled, "half_settled_by": half_settled, "changes_of_mind": changes,
        })
        .to_string());
    }
    out(&say!(
        "{count} {digits}, read once, and asked after every row:\n",
        "{count} 个{digits}，只读一遍，每读一行问一次：\n"
    ))?;
    out(&by_row(&right, &stands, Color::detect()))?;
    let (half, whole) = (100.0 * half, 100.0 * accuracy[STEPS - 1]);
    out(&say!(
        "\nHalf an image (14 rows): {half:.1} % read rightly. A whole one: {whole:.1} %.",
        "\n半幅图像（14 行）：读对 {half:.1} %。整幅：{whole:.1} %。"
    ))?;
    out(&say!(
        "It changes its mind {changes:.1} times a digit; half of the digits are settled by row \
         {half_settled}.",
        "平均每个数字改变想法 {changes:.1} 次；一半的数字到第 {half_settled} 行就定了下来。"
    ))?;
    match (&args.run, source) {
        (None, Source::Drawn) => out(&say!(
            "The classifier that ships was trained on real digits, and these are drawn:\n\
             of real ones it reads more rightly, --download fetches them.",
            "自带的分类器是用真实数字训练的，这些是自绘的：\n换成真实数字，它认对的更多，可用 --download 下载。"
        )),
        _ => Ok(()),
    }
}
