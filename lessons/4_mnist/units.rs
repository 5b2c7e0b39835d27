//! `units`: what the hidden units of a trained classifier watch.

use lstm_lessons::{
    cli::out,
    files,
    look::{
        Color,
        units::{UnitHeat, unit_heats, unit_heats_svg},
    },
    mnist::units::{Unit, watch_units},
    say,
    training::{device::device, report::thousands},
    trouble::Result,
};
use serde_json::json;

use crate::{args::Args, data, watch::trained};

/// Units that are shown: those that tell most.
const SHOWN: usize = 6;

/// The most telling units, digit by digit and row by row.
pub fn units(args: &Args) -> Result<()> {
    let device = device(&args.device)?;
    let (model, manifest) = trained(args, &device)?;
    let (test, source) = data::test(args)?;
    let units = watch_units(&model, &manifest.order.arrange(&test), &device);
    let shown = &units[..SHOWN.min(units.len())];

    let heats: Vec<UnitHeat> = shown.iter().map(heat).collect();
    let (count, digits) = (thousands(test.len() as u64), data::name(source));
    if let Some(file) = &args.svg {
        let title = say!(
            "What the hidden units watch: mean h_t of {count} {digits}",
            "隐藏单元在看什么：{count} 个{digits}的平均 h_t"
        );
        files::write_whole(file, unit_heats_svg(&heats, &title).as_bytes())?;
    }
    if args.json {
        return shown.iter().try_for_each(|unit| {
            out(&json!({
                "unit": unit.number, "best_row": unit.best_row(), "told": unit.told, "votes": unit.votes,
                "mean": unit.mean, "images": test.len(), "data": source.name(), "order": manifest.order,
            })
            .to_string())
        });
    }
    let (n, all) = (shown.len(), units.len());
    out(&say!(
        "The {n} most telling of {all} hidden units: the mean of h_t after each row,\n\
         a line a digit ({count} {digits}; light is -1, dark is 1)\n",
        "{all} 个隐藏单元中最能分辨数字的 {n} 个：每读一行之后 h_t 的平均值，\n\
         每个数字一行（{count} 个{digits}；浅为 -1，深为 1）\n"
    ))?;
    out(&unit_heats(&heats, Color::detect()))?;
    out(&say!(
        "\nη²: the share of a unit's variance that the digit explains, at its best row.\n\
         For, against: the logits that the head raises and lowers most where h_28 = 1.",
        "\nη²：单元的方差中由“是哪个数字”解释的比例，取它最好的一行。\n\
         赞成、反对：h_28 = 1 时，输出层抬得最高和压得最低的那个数字。"
    ))
}

fn heat(unit: &Unit) -> UnitHeat {
    let by_vote = |a: &usize, b: &usize| unit.votes[*a].total_cmp(&unit.votes[*b]);
    let (pro, con) = ((0..10).max_by(by_vote).unwrap_or(0), (0..10).min_by(by_vote).unwrap_or(0));
    let (number, told, row) = (unit.number, unit.best(), unit.best_row());
    UnitHeat {
        caption: say!(
            "h[{number}]  η² {told:.2} at row {row}; for {pro}, against {con}",
            "h[{number}]  第 {row} 行 η² {told:.2}；赞成 {pro}，反对 {con}"
        ),
        mean: unit.mean.iter().map(|rows| rows.to_vec()).collect(),
    }
}
