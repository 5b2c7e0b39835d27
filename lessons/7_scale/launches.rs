//! What one operation costs: getting it under way, and doing it.

use burn::{prelude::*, tensor::Distribution};
use lstm_lessons::{
    demos::measure::Stopwatch,
    look::{
        Align::{Left, Right},
        Table,
        chart::{Axis, Chart, Panel},
        chart_svg, thousands,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::args::{Args, Part};

/// H of the products.
const D_HIDDEN: usize = 128;

/// So many operations follow each other before one number is read back: a device that works while the
/// program goes on is waited for once.
const CHAIN: usize = 32;

/// An operation of a size.
struct Timed {
    /// Numbers of a sum, rows of a product.
    size: usize,
    /// Seconds.
    seconds: f64,
    /// Bytes that pass the memory, or floating-point operations.
    work: f64,
}

/// Sums of two vectors and products with a matrix, from the smallest size up.
pub fn show(args: &Args, device: &Device) -> Result<()> {
    let (sums, products) = measure(args, device);
    if args.json {
        for (what, all) in [("sum", &sums), ("product", &products)] {
            for Timed { size, seconds, work } in all {
                out(&json!({
                    "part": "launches", "operation": what, "size": size,
                    "microseconds": 1e6 * seconds, "giga_a_second": work / seconds / 1e9,
                })
                .to_string())?;
            }
        }
    } else {
        out(&say!(
            "\nOne operation: what it costs to get it under way, and to do it\n",
            "\n一次运算：启动要多久，计算要多久\n"
        ))?;
        let heads = [say!("a + b, numbers", "a + b，元素数"), "μs".into(), "GB/s".into()];
        table(heads, &sums)?;
        let rows = say!(
            "\n[B, {D_HIDDEN}] x [{D_HIDDEN}, {}], B",
            "\n[B, {D_HIDDEN}] x [{D_HIDDEN}, {}]，B",
            4 * D_HIDDEN
        );
        table([rows, "μs".into(), "GFLOP/s".into()], &products)?;
        let fastest = sums.iter().map(|sum| sum.size as f64 / sum.seconds).fold(0.0, f64::max);
        let numbers = thousands((fastest * sums[0].seconds) as u64);
        out(&say!(
            "\nIn the time that the sum of one number takes, {numbers} could be added.",
            "\n一个数的加法所花的时间，足够加 {numbers} 个数。"
        ))?;
    }
    match args.svg_of(Part::Launches) {
        Some(file) => write_svg(file, &picture(&sums, &products), args.json),
        None => Ok(()),
    }
}

fn table(heads: [String; 3], all: &[Timed]) -> Result<()> {
    let table = Table::new([Left(32), Right(12), Right(14)]);
    let rows = all.iter().map(|Timed { size, seconds, work }| {
        [
            thousands(*size as u64),
            format!("{:.2}", 1e6 * seconds),
            format!("{:.2}", work / seconds / 1e9),
        ]
    });
    table.lines(heads, rows).iter().try_for_each(|line| out(line))
}

fn measure(args: &Args, device: &Device) -> (Vec<Timed>, Vec<Timed>) {
    let sizes: &[usize] = if args.quick {
        &[1, 1_000, 100_000]
    } else {
        &[1, 100, 10_000, 100_000, 1_000_000, 10_000_000]
    };
    let sums = sizes.iter().map(|&size| {
        let seconds = sum_of(size, args, device);
        Timed { size, seconds, work: 3.0 * 4.0 * size as f64 } // two are read, one is written
    });
    let rows: &[usize] = if args.quick { &[1, 16] } else { &[1, 4, 16, 64, 256, 1024] };
    let products = rows.iter().map(|&size| {
        let x = Tensor::<2>::random([size, D_HIDDEN], Distribution::Default, device);
        let w = Tensor::<2>::random([D_HIDDEN, 4 * D_HIDDEN], Distribution::Default, device);
        let product = || {
            let mut last = x.clone().matmul(w.clone()); // [B, 4H]
            for _ in 1..CHAIN {
                last = x.clone().matmul(w.clone());
            }
            last.narrow(0, 0, 1).narrow(1, 0, 1).into_data()
        };
        let work = (2 * size * D_HIDDEN * 4 * D_HIDDEN) as f64;
        Timed { size, seconds: seconds(args, product), work }
    });
    (sums.collect(), products.collect())
}

/// Seconds of one sum of two vectors of `size` numbers.
pub fn sum_of(size: usize, args: &Args, device: &Device) -> f64 {
    let (a, b) = (Tensor::<1>::ones([size], device), Tensor::<1>::ones([size], device));
    seconds(args, || {
        let mut sum = a.clone() + b.clone();
        for _ in 1..CHAIN {
            sum = a.clone() + b.clone();
        }
        sum.narrow(0, 0, 1).into_data()
    })
}

/// Seconds of one operation of a chain.
fn seconds<T>(args: &Args, chain: impl Fn() -> T) -> f64 {
    let mut watch = Stopwatch::new(args.budget());
    while !watch.is_done() {
        watch.time(&chain);
    }
    watch.result().1 / 1e3 / CHAIN as f64
}

/// Time over size; where it is flat, the size costs nothing.
fn picture(sums: &[Timed], products: &[Timed]) -> String {
    let panel = |title: String, label: String, all: &[Timed]| Panel {
        title,
        x: Axis::logarithmic(label).with_ticks(
            all.iter().map(|one| (one.size as f64, thousands(one.size as u64))).collect(),
        ),
        y: Axis::logarithmic(say!("μs an operation (less is better)", "每次运算微秒（越少越好）")),
        lines: vec![all.iter().map(|one| (one.size as f64, 1e6 * one.seconds)).collect()],
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: say!("What one operation costs", "一次运算的代价"),
        names: vec![say!("measured", "实测")],
        panels: vec![
            panel(say!("a + b", "a + b"), say!("numbers", "元素数"), sums),
            panel(
                format!("[B, {D_HIDDEN}] x [{D_HIDDEN}, {}]", 4 * D_HIDDEN),
                say!("rows B", "行数 B"),
                products,
            ),
        ],
        ..Chart::default()
    })
}
