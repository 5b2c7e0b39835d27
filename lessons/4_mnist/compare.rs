//! `orders` and `cells`: three trainings side by side, the same digits, the same budget, the same
//! seed.

use burn::module::Module;
use lstm_lessons::{
    cell::CellKind,
    look::{
        Align::{Left, Right},
        Color, Table,
        bar_chart::{Bar, BarGroup, Ink, bar_chart, percent_ticks},
        bars,
        shown::columns,
        thousands,
    },
    mnist::{
        by_row::read_by_row,
        order::{Order, permutation},
        rows::STEPS,
    },
    say,
    shell::{
        self,
        cli::out,
        error::{Error, Result},
        program, write_svg,
    },
};
use serde::Serialize;

use crate::{
    args::Args,
    data::{self, Sets},
    folder::rooms,
    train::{Trained, check, train_and_test},
    training::Training,
};

/// One of those that are compared.
struct Contestant {
    name: &'static str,
    cell: CellKind,
    order: Order,
}

/// What came of it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    cell: CellKind,
    order: Order,
    parameters: usize,
    test_accuracy: f64,
    misread: usize,
    test_images: usize,
    /// The accuracy if asked after 14 of the 28 steps.
    half_accuracy: f64,
    seconds: f64,
    data: &'static str,
    trained_on: &'static str,
    train_images: usize,
    seed: u64,
}

/// Rows, columns and shuffled rows, all by the cell of `--cell`.
pub fn orders(args: &Args, training: &Training) -> Result<()> {
    if training.order != Order::Rows {
        return Err(Error::user(say!(
            "orders compares all three orders; leave --order out",
            "orders 比较全部三种次序；请去掉 --order"
        )));
    }
    let contestant = |order: Order| Contestant { name: order.name(), cell: training.cell, order };
    let rows =
        compare(args, training, [Order::Rows, Order::Columns, Order::Shuffled].map(contestant))?;
    if args.json || rows.is_empty() {
        return Ok(());
    }
    let pi = permutation().map(|row| (row + 1).to_string()).join(" ");
    out(&say!(
        "\nShuffled, the rows are read in this order, counted from 1:\n{pi}",
        "\n打乱时，按下面的次序读各行（从 1 数起）：\n{pi}"
    ))
}

/// RNN, GRU and LSTM, all in the order of `--order`.
pub fn cells(args: &Args, training: &Training) -> Result<()> {
    if training.cell != CellKind::Lstm {
        return Err(Error::user(say!(
            "cells compares all three cells; leave --cell out",
            "cells 比较全部三种单元；请去掉 --cell"
        )));
    }
    let contestant = |(name, cell)| Contestant { name, cell, order: training.order };
    let kinds = [("rnn", CellKind::Rnn), ("gru", CellKind::Gru), ("lstm", CellKind::Lstm)];
    compare(args, training, kinds.map(contestant)).map(|_| ())
}

impl Row {
    fn new(one: &Contestant, trained: &Trained, sets: &Sets, args: &Args) -> Result<Self> {
        let device = args.common.device()?;
        let by_row = read_by_row(&trained.model, &one.order.arrange(&sets.test), &device);
        let test = &trained.test;
        Ok(Self {
            name: one.name,
            cell: one.cell,
            order: one.order,
            parameters: trained.model.num_params(),
            test_accuracy: test.accuracy(),
            misread: test.count() - test.correct(),
            test_images: test.count(),
            half_accuracy: by_row.accuracy()[STEPS / 2 - 1],
            seconds: trained.spent.as_secs_f64(),
            data: sets.tested_on.name(),
            trained_on: sets.trained_on.name(),
            train_images: sets.train.len(),
            seed: args.seed,
        })
    }
}

/// Trains them one after the other, each in a folder of its own below the run folder, and shows the
/// table.
fn compare(args: &Args, training: &Training, contestants: [Contestant; 3]) -> Result<Vec<Row>> {
    let of = |one: &Contestant| Training { cell: one.cell, order: one.order, ..training.clone() };
    contestants.iter().try_for_each(|one| check(args, &of(one)))?;
    let (sets, about) = data::sets(args, training)?;
    let names = contestants.each_ref().map(|one| one.name);
    let rooms = rooms(args.run.as_deref(), names)?; // when nothing else can be wrong
    shell::note(&about);
    let mut rows = Vec::new();
    for (one, room) in contestants.iter().zip(&rooms) {
        shell::note(format!("\n{}", one.name));
        let trained = train_and_test(args, &of(one), &sets, room)?;
        if trained.interrupted {
            shell::note(say!("The comparison ends here.", "比较到此为止。"));
            break;
        }
        let row = Row::new(one, &trained, &sets, args)?;
        if args.json {
            out(&serde_json::to_string(&row).expect("a row is JSON"))?;
        }
        rows.push(row);
    }
    if let (false, Some((_, last))) = (args.json, rows.last().zip(rooms.last())) {
        table(&rows)?;
        let (folder, mnist) = (last.path.display(), program("lesson_mnist"));
        out(&say!(
            "\nEach is kept; watch one read with:\n{mnist} watch --run {folder}",
            "\n每一个都已保存；看其中一个阅读：\n{mnist} watch --run {folder}"
        ))?;
    }
    // Last, so that a slide that cannot be written costs no result.
    if let Some(file) = &args.svg {
        write_svg(file, &slide(&rows), args.json)?;
    }
    Ok(rows)
}

fn table(rows: &[Row]) -> Result<()> {
    let layout = Table::new([Left(9), Right(11), Right(10), Right(10), Right(10), Right(9)]);
    out("")?;
    out(&layout.row([
        String::new(),
        say!("parameters", "参数"),
        say!("test", "测试"),
        say!("misread", "读错"),
        say!("step 14", "第 14 步"),
        say!("seconds", "秒"),
    ]))?;
    for row in rows {
        out(&layout.row([
            row.name.to_string(),
            thousands(row.parameters as u64),
            format!("{:.2} %", 100.0 * row.test_accuracy),
            row.misread.to_string(),
            format!("{:.1} %", 100.0 * row.half_accuracy),
            format!("{:.1}", row.seconds),
        ]))?;
    }
    out(&say!("\nAfter all 28 steps:", "\n28 步之后："))?;
    let shares: Vec<(&str, f64)> = rows.iter().map(|row| (row.name, row.test_accuracy)).collect();
    out(&bars(&shares, 72.min(columns()), Color::detect()).join("\n"))
}

/// The accuracy after all steps and after half of them.
fn slide(rows: &[Row]) -> String {
    let best = rows.iter().map(|row| row.test_accuracy).fold(0.0, f64::max);
    let group = |title: String, share: fn(&Row) -> f64| BarGroup {
        title,
        unit: say!("of the test set (longer is better)", "占测试集的比例（越长越好）"),
        ticks: percent_ticks(),
        bars: rows
            .iter()
            .map(|row| Bar {
                label: row.name.into(),
                share: share(row),
                note: format!("{:.2} %", 100.0 * share(row)),
                ink: if row.test_accuracy == best { Ink::Strong } else { Ink::Plain },
            })
            .collect(),
    };
    let title = say!("Three trained alike, on the test set", "同样训练的三个，在测试集上");
    let groups = [
        group(say!("Read rightly after 28 steps", "28 步之后读对"), |row| row.test_accuracy),
        group(say!("Read rightly after 14 steps", "14 步之后读对"), |row| row.half_accuracy),
    ];
    bar_chart(&title, &groups)
}
