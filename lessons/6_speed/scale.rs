//! How a training step of the poem model grows: one size after the other is raised, the others stay.

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Color, Table,
        chart::{self, Chart, Panel},
        chart_svg,
        color::{Line, Style},
        decimal, thousands,
    },
    say,
    shell::{
        self,
        cli::out,
        error::{Error, Result},
        write_svg,
    },
};
use serde::Serialize;

use crate::{
    args::Args,
    implementation::Implementation,
    memory::{Child, of_a_child},
    work::{Size, Task, Work},
};

/// What grows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Axis {
    Hidden,
    Length,
    Vocabulary,
    Threads,
}

/// One step of one size, measured.
#[derive(Serialize)]
struct Measured {
    axis: Axis,
    value: usize,
    ms_per_step: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_mb: Option<f64>,
    /// The useful arithmetic of the step, divided by the threads that share it.
    gflop: f64,
}

impl Axis {
    const ALL: [Axis; 4] = [Axis::Hidden, Axis::Length, Axis::Vocabulary, Axis::Threads];

    fn title(self) -> String {
        match self {
            Axis::Hidden => say!("hidden size H", "隐藏层宽度 H"),
            Axis::Length => say!("length T of a text", "文本长度 T"),
            Axis::Vocabulary => say!("vocabulary V", "词表大小 V"),
            Axis::Threads => say!("threads", "线程数"),
        }
    }

    /// What is measured, the least first; two of each where it must be quick.
    fn values(self, quick: bool) -> Vec<usize> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = |&n: &usize| n <= cores;
        match (self, quick) {
            (Axis::Hidden, false) => vec![128, 256, 512, 1024, 2048],
            (Axis::Length, false) => vec![28, 60, 200, 600, 2000],
            (Axis::Vocabulary, false) => vec![1000, 2000, 6110, 20_000],
            (Axis::Hidden, true) => vec![16, 32],
            (Axis::Length, true) => vec![6, 12],
            (Axis::Vocabulary, true) => vec![500, 1000],
            (Axis::Threads, _) => [1, 2, 4, 8, 16, 32, 64].into_iter().filter(threads).collect(),
        }
    }

    /// The size of the step, and its number of threads if that is what grows.
    fn size(self, value: usize, quick: bool) -> (Size, Option<usize>) {
        let size = Task::new(Work::Poems, quick).size;
        match self {
            Axis::Hidden => (Size { d_hidden: value, ..size }, None),
            Axis::Length => (Size { seq_len: value, ..size }, None),
            Axis::Vocabulary => (Size { vocab_size: value, ..size }, None),
            Axis::Threads => (size, Some(value)),
        }
    }
}

/// Measures all of them, each in a process of its own, and shows them.
///
/// # Errors
/// A process that came to no end (memory, most likely), a picture or output that cannot be written.
pub fn run(args: &Args) -> Result<()> {
    let mut all = Vec::new();
    for axis in Axis::ALL {
        for value in axis.values(args.quick) {
            let measured = measure(axis, value, args)?;
            let (title, ms) = (axis.title(), measured.ms_per_step);
            shell::note(format!("{title} {value}: {ms:.1} ms"));
            all.push(measured);
        }
    }
    if args.json {
        for measured in &all {
            let json = serde_json::to_string(measured).map_err(|e| Error::ours(e.to_string()))?;
            out(&json)?;
        }
    } else {
        for part in all.chunk_by(|a, b| a.axis == b.axis) {
            out(&table(part, Color::detect()))?;
        }
        out(&say!(
            "time and memory: measured, and how many times those of the first line;\narithmetic: \
             how many times its operations (for threads, those of each)",
            "时间与内存：实测值，以及是首行的几倍；\n运算量：是首行的几倍（多线程时按每个线程计）"
        ))?;
    }
    if let Some(path) = &args.svg {
        write_svg(path, &picture(&all), args.json)?;
    }
    Ok(())
}

fn measure(axis: Axis, value: usize, args: &Args) -> Result<Measured> {
    let (size, threads) = axis.size(value, args.quick);
    let seconds = if args.quick { 1e-3 } else { args.seconds };
    let (implementation, shared_by) = (Implementation::Fused, threads.unwrap_or(1));
    let child = of_a_child(size, implementation, threads.or(args.threads), seconds, args);
    let Some(Child { timed, peak_memory_mb }) = child else {
        let what = axis.title();
        return Err(Error::user(say!(
            "the step with {what} = {value} came to no end; most likely it needs more memory than \
             there is",
            "{what} = {value} 的训练步没能完成；很可能是内存不足"
        )));
    };
    let gflop = Task { work: Work::Poems, size }.flops() / 1e9 / shared_by as f64;
    Ok(Measured { axis, value, ms_per_step: timed.ms_per_step, peak_memory_mb, gflop })
}

/// One size and what became of the step, 80 cells wide at most.
fn table(part: &[Measured], color: Color) -> String {
    let table = Table::new([Left(20), Right(10), Right(10), Right(14), Right(10), Right(10)]);
    let first = &part[0];
    let times = |now: f64, first: f64| format!("x {:.2}", now / first);
    let head =
        ["ms".into(), String::new(), say!("arithmetic", "运算量"), "MB".into(), String::new()];
    let title = Line::new(color).put(&first.axis.title(), Style::default().bold()).finish();
    let mut lines = vec![table.row([vec![title], head.to_vec()].concat())];
    for m in part {
        let mb = m.peak_memory_mb.zip(first.peak_memory_mb);
        lines.push(table.row([
            thousands(m.value as u64),
            decimal(m.ms_per_step, 1),
            times(m.ms_per_step, first.ms_per_step),
            times(m.gflop, first.gflop),
            mb.map_or(String::new(), |(mb, _)| decimal(mb, 0)),
            mb.map_or(String::new(), |(mb, first)| times(mb, first)),
        ]));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Time beside arithmetic, a panel for each size; where growth is by a fixed power, both are straight.
fn picture(all: &[Measured]) -> String {
    let panel = |part: &[Measured]| {
        let first = &part[0];
        let line = |ms: &dyn Fn(&Measured) -> f64| -> Vec<(f64, f64)> {
            part.iter().map(|m| (m.value as f64, ms(m))).collect()
        };
        let sizes = part.iter().map(|m| (m.value as f64, thousands(m.value as u64)));
        Panel {
            x: chart::Axis::logarithmic(first.axis.title()).with_ticks(sizes.collect()),
            y: chart::Axis::logarithmic(say!("ms a step (less is better)", "每步毫秒（越少越好）")),
            first_is_wide: true,
            lines: vec![
                line(&|m| first.ms_per_step * m.gflop / first.gflop),
                line(&|m| m.ms_per_step),
            ],
            ..Panel::default()
        }
    };
    chart_svg(&Chart {
        title: say!("A training step of the poem model", "写诗模型的一个训练步"),
        names: vec![say!("as its arithmetic grows", "按运算量增长"), say!("measured", "实测")],
        panels: all.chunk_by(|a, b| a.axis == b.axis).map(panel).collect(),
        ..Chart::default()
    })
}
