//! `units`: what the hidden units of a trained classifier respond to.

use lstm_lessons::{
    look::{
        Color, thousands,
        units::{UnitHeat, unit_heats, unit_heats_svg},
    },
    mnist::units::{Unit, unit_responses},
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::{
    args::{Args, Units},
    data,
    watch::trained,
};

/// Units that are shown: those with the largest η².
const SHOWN: usize = 6;

/// The units that tell the digits apart best, digit by digit and row by row.
pub fn units(args: &Args, asked: &Units) -> Result<()> {
    let device = args.common.device()?;
    let (model, manifest) = trained(args, &device)?;
    let (test, source) = data::test(args)?;
    let mut units = unit_responses(&model, &manifest.order.arrange(&test), &device);
    if let Some(row) = asked.row {
        let eta_squared = |unit: &Unit| unit.eta_squared[usize::from(row) - 1];
        units.sort_by(|a, b| eta_squared(b).total_cmp(&eta_squared(a)));
    }
    let shown = &units[..SHOWN.min(units.len())];

    let heats: Vec<UnitHeat> = shown.iter().map(|unit| heat(unit, asked.row)).collect();
    let (count, digits) = (thousands(test.len() as u64), data::name(source));
    if let Some(file) = &args.svg {
        let title = say!(
            "What the hidden units watch: mean h_t of {count} {digits}",
            "隐藏单元在看什么：{count} 个{digits}的平均 h_t"
        );
        let labels = [
            say!("row", "行"),
            say!("digit", "数字"),
            say!("mean h_t: -1", "平均 h_t：-1"),
            "1".into(),
        ];
        let labels = labels.each_ref().map(String::as_str);
        write_svg(file, &unit_heats_svg(&heats, &title, labels), args.json)?;
    }
    if args.json {
        return shown.iter().try_for_each(|unit| {
            out(&json!({
                "unit": unit.number, "best_row": unit.best_row(), "told": unit.eta_squared, "votes": unit.votes,
                "mean": unit.mean, "images": test.len(), "data": source.name(), "order": manifest.order,
            })
            .to_string())
        });
    }
    let (n, all) = (shown.len(), units.len());
    out(&say!(
        "The {n} most telling of {all} hidden units: the mean of h_t after each row,\n\
         a line a digit, a column a row ({count} {digits};\n\
         orange or ▒█ above 0, blue or -= below)\n",
        "{all} 个隐藏单元中最能分辨数字的 {n} 个：每读一行之后 h_t 的平均值，\n\
         每个数字占一行，图像的每一行占一列（{count} 个{digits}；\n\
         橙色或 ▒█ 大于 0，蓝色或 -= 小于 0）\n"
    ))?;
    out(&unit_heats(&heats, Color::detect()))?;
    out(&say!(
        "\nη²: the share of a unit's variance that the digit explains after that row.\n\
         +8 -4: by h_28 = 1 the head raises the logit of 8 most and lowers that of 4.",
        "\nη²：读完该行之后，单元的方差中由“是哪个数字”解释的比例。\n\
         +8 -4：h_28 = 1 时，输出层把 8 的得分抬得最高，把 4 的压得最低。"
    ))
}

/// With its η² after the row asked for, or after its best.
fn heat(unit: &Unit, row: Option<u8>) -> UnitHeat {
    let by_vote = |a: &usize, b: &usize| unit.votes[*a].total_cmp(&unit.votes[*b]);
    let (pro, con) = ((0..10).max_by(by_vote).unwrap_or(0), (0..10).min_by(by_vote).unwrap_or(0));
    let row = row.map_or(unit.best_row(), usize::from);
    let (number, share) = (unit.number, unit.eta_squared[row - 1]);
    UnitHeat {
        caption: say!(
            "h[{number}]: η² {share:.2} after row {row}, +{pro} -{con}",
            "h[{number}]：第 {row} 行后 η² {share:.2}，+{pro} -{con}"
        ),
        mean: unit.mean.iter().map(|rows| rows.to_vec()).collect(),
    }
}
