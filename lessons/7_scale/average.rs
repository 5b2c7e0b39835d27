//! Two devices, half a batch each: what their gradients come to.

use burn::prelude::Device;
use lstm_lessons::{
    demos::scale::{Halves, averaged},
    look::{
        Align::{Left, Right},
        Table,
    },
    say,
    shell::{cli::out, error::Result},
};
use serde_json::json;

use crate::{
    args::Args,
    step::{LENGTHS, batch, model},
};

/// Halves of texts of one length, and of long and short ones.
pub fn show(args: &Args, device: &Device) -> Result<()> {
    let (model, rows) = (model(args, device), if args.quick { 4 } else { 16 });
    let halves = [vec![LENGTHS[0]], LENGTHS.to_vec()]
        .map(|lengths| averaged(&model, batch(rows, &lengths, args, device)));
    if args.json {
        return halves.iter().try_for_each(|Halves { counts, weighted, plain }| {
            out(&json!({"part": "average", "counts": counts, "weighted": weighted, "plain": plain})
                .to_string())
        });
    }
    out(&say!(
        "\nHalf of a batch on each of two devices: how far their mean is from the whole batch's \
         gradient\n",
        "\n两个设备各算半个批量：两份梯度的平均与整个批量的梯度相差多少\n"
    ))?;
    let table = Table::new([Left(30), Right(22), Right(22)]);
    let heads = [
        say!("characters in each half", "两半各有多少字"),
        say!("(g₁ + g₂) / 2", "(g₁ + g₂) / 2"),
        say!("weighted by n₁, n₂", "按 n₁、n₂ 加权"),
    ];
    let lines = halves.iter().map(|Halves { counts: [one, two], weighted, plain }| {
        [format!("{one} + {two}"), share(*plain), share(*weighted)]
    });
    table.lines(heads, lines).iter().try_for_each(|line| out(line))?;
    out(&say!(
        "\nLargest difference of two numbers, as a share of the largest; f32 rounds at {}.",
        "\n两数之差的最大值，与最大的数相比；f32 的舍入约为 {}。",
        share(f64::from(f32::EPSILON))
    ))
}

/// A share with two digits, however small.
fn share(share: f64) -> String {
    match share {
        small if small < 1e-3 => format!("{small:.0e}"),
        share => format!("{:.1} %", 100.0 * share),
    }
}
