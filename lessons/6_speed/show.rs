//! The measurements as bars: in the terminal, as JSON, as a picture.

use lstm_lessons::{
    kernel::Precision,
    look::{
        Align::{Left, Right},
        Color, Table,
        bar_chart::{Bar, BarGroup, Ink, bar_chart, percent_ticks},
        bars::bar,
        color::{BLUE, Line, ORANGE, Style},
        thousands,
    },
    say,
    shell::{
        self,
        cli::out,
        error::{Error, Result},
        write_svg,
    },
};

use crate::{
    args::Args,
    peak::Peak,
    row::Row,
    work::{Task, Work},
};

/// Cells for a title and for a bar; the numbers between them take the rest of 80.
const TITLE: usize = 22;
const BAR: usize = 18;

/// Says on standard error what was just measured.
pub fn progress(row: &Row) {
    let (work, name, ms) = (row.task.work.name(), row.implementation.name(), row.timed.ms_per_step);
    shell::note(format!("{work} {name}: {ms:.3} ms"));
}

/// Prints all that was measured, and writes the picture if one was asked for.
///
/// # Errors
/// A picture or output that cannot be written.
pub fn report(rows: &[Row], peak: Peak, args: &Args) -> Result<()> {
    if args.json {
        for row in rows {
            out(&row.json(peak).map_err(|e| Error::ours(e.to_string()))?)?;
        }
    } else {
        bars(rows, peak, args.quick)?;
    }
    if let Some(path) = &args.svg {
        let groups: Vec<BarGroup> =
            each_work(rows).map(|(task, rows)| group(task, rows, peak)).collect();
        let title = say!("How fast, beside the limit of this machine", "有多快：与本机的极限相比");
        write_svg(path, &bar_chart(&title, &groups), args.json)?;
    }
    Ok(())
}

/// The bars of every work, and what the machine can do.
fn bars(rows: &[Row], peak: Peak, quick: bool) -> Result<()> {
    for (task, rows) in each_work(rows) {
        out(&table(task, rows, peak, Color::detect()))?;
    }
    let threads = rayon::current_num_threads();
    let Peak { gflops, gigabytes, .. } = peak;
    out(&say!(
        "Measured in this run, {threads} threads: this machine multiplies matrices at\n{gflops:.0} \
         GFLOP/s and reads weights at {gigabytes:.0} GB/s.",
        "本次运行实测，{threads} 个线程：本机矩阵乘的速度为 {gflops:.0} GFLOP/s，\
         \n读取权重的速度为 {gigabytes:.0} GB/s。"
    ))?;
    if quick {
        out(&say!(
            "Two steps a stage, with short poems: enough to see it work, too little to quote.",
            "每个阶段只测了两步，诗也短：足以看到流程，不足以引用。"
        ))?;
    }
    Ok(())
}

/// The rows of one work after the other.
fn each_work(rows: &[Row]) -> impl Iterator<Item = (Task, &[Row])> {
    rows.chunk_by(|a, b| a.task == b.task).map(|rows| (rows[0].task, rows))
}

/// The heading of a work: what a step is.
fn heading(task: Task) -> String {
    let (items, giga, mega) =
        (thousands(task.items() as u64), task.flops() / 1e9, task.flops() / 1e6);
    match task.work {
        Work::Poems => say!(
            "A training step of the poem model: {items} characters, {giga:.1} GFLOP",
            "写诗模型的一个训练步：{items} 个字，{giga:.1} GFLOP"
        ),
        Work::Mnist => say!(
            "A training step of the classifier: {items} digits, {giga:.2} GFLOP",
            "分类器的一个训练步：{items} 个数字，{giga:.2} GFLOP"
        ),
        Work::Sampling => {
            let megabytes = Work::weight_bytes() as f64 / 1e6;
            say!(
                "One character written: {mega:.1} MFLOP, {megabytes:.1} MB of weights to read",
                "写一个字：{mega:.1} MFLOP，要读 {megabytes:.1} MB 权重"
            )
        }
    }
}

/// The least time a step can take here, in milliseconds: all arithmetic at the speed of the matmul,
/// or, for one character, where no weight is used twice, all weights at the speed of reading.
fn limit_ms(task: Task, peak: Peak, precision: Precision) -> f64 {
    match task.work {
        Work::Poems | Work::Mnist => task.flops() / peak.gflops_in(precision) / 1e6,
        Work::Sampling => Work::weight_bytes() as f64 / peak.gigabytes / 1e6,
    }
}

fn limit_title(work: Work, precision: Precision) -> String {
    match (work, precision) {
        (Work::Sampling, _) => say!("reading the weights", "只读权重"),
        (_, Precision::F32) => say!("the arithmetic alone", "纯计算下限"),
        (_, Precision::Bf16) => say!("the same in bf16", "bf16 的纯计算下限"),
    }
}

/// The limit of each precision that the rows have, in milliseconds.
fn limits(task: Task, rows: &[Row], peak: Peak) -> Vec<(Precision, f64)> {
    [Precision::F32, Precision::Bf16]
        .into_iter()
        .filter(|&precision| rows.iter().any(|row| row.precision() == precision))
        .map(|precision| (precision, limit_ms(task, peak, precision)))
        .collect()
}

/// The least of them: a bar as long as can be.
fn shortest(limits: &[(Precision, f64)]) -> f64 {
    limits.iter().fold(f64::INFINITY, |shortest, (_, ms)| shortest.min(*ms))
}

fn items_heading(work: Work) -> String {
    match work {
        Work::Poems | Work::Sampling => say!("chars/s", "字/秒"),
        Work::Mnist => say!("digits/s", "个/秒"),
    }
}

/// All implementations of one work and the machine's limits below them, 80 cells wide.
fn table(task: Task, rows: &[Row], peak: Peak, color: Color) -> String {
    let limits = limits(task, rows, peak);
    let shortest = shortest(&limits);
    let memory = rows.iter().any(|row| row.peak_memory_mb.is_some());
    let mb_width = if memory { 7 } else { 0 };
    let columns =
        [Left(TITLE), Right(8), Right(9), Right(8), Right(6), Right(mb_width), Left(2 + BAR)];
    let table = Table::new(columns);
    let mb_head = if memory { "MB" } else { "" };
    let mut lines = vec![Line::new(color).put(&heading(task), Style::default().bold()).finish()];
    lines.push(table.row([
        "",
        "ms",
        &items_heading(task.work),
        "GFLOP/s",
        &say!("limit", "极限"),
        mb_head,
        "",
    ]));
    for row in rows {
        let (ms, limit) = (row.timed.ms_per_step, limit_ms(task, peak, row.precision()));
        let mb = row.peak_memory_mb.map_or(String::new(), |mb| format!("{mb:.0}"));
        let ink = if row.implementation.is_ours() { ORANGE } else { BLUE };
        lines.push(
            table.row([
                row.implementation.title(task.work),
                milliseconds(ms),
                thousands(row.items_per_second().round() as u64),
                format!("{:.1}", row.gflops()),
                format!("{:.0} %", 100.0 * limit / ms),
                mb,
                Line::new(color)
                    .plain("  ")
                    .put(bar(shortest / ms, BAR).trim_end(), Style::ink(ink))
                    .finish(),
            ]),
        );
    }
    for (precision, limit) in limits {
        lines.push(table.row([
            limit_title(task.work, precision),
            milliseconds(limit),
            thousands((task.items() as f64 / limit * 1e3).round() as u64),
            format!("{:.1}", task.flops() / limit / 1e6),
            "100 %".to_string(),
            String::new(),
            format!("  {}", bar(shortest / limit, BAR).trim_end()),
        ]));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The same as a group of the picture.
fn group(task: Task, rows: &[Row], peak: Peak) -> BarGroup {
    let limits = limits(task, rows, peak);
    let shortest = shortest(&limits);
    let bar_of = |label: String, ms: f64, precision: Precision, ink: Ink| {
        let (ms_text, items, unit) =
            (milliseconds(ms), task.items() as f64 / ms * 1e3, items_heading(task.work));
        let percent = 100.0 * limit_ms(task, peak, precision) / ms;
        let items = thousands(items.round() as u64);
        let note = format!("{ms_text} ms, {items} {unit}, {percent:.0} %");
        Bar { label, share: shortest / ms, note, ink }
    };
    let of_row = |row: &Row| {
        let ink = if row.implementation.is_ours() { Ink::Strong } else { Ink::Plain };
        let title = row.implementation.title(task.work);
        bar_of(title, row.timed.ms_per_step, row.precision(), ink)
    };
    let of_limit = |&(precision, limit): &(Precision, f64)| {
        bar_of(limit_title(task.work, precision), limit, precision, Ink::Limit)
    };
    let bars = rows.iter().map(of_row).chain(limits.iter().map(of_limit)).collect();
    BarGroup {
        title: heading(task),
        unit: say!("of the limit's speed (longer is faster)", "占极限速度的比例（越长越快）"),
        ticks: percent_ticks(),
        bars,
    }
}

/// Three digits that count.
fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 1.0 => format!("{ms:.3}"),
        ms if ms < 10.0 => format!("{ms:.2}"),
        _ => format!("{ms:.1}"),
    }
}
