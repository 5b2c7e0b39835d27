//! Lesson 6: where the time of a training step goes, and how it is won back stage by stage.
//!
//! `cargo run --release --bin lesson_speed` measures all stages of three works; nothing it prints
//! is known beforehand.

mod args;
mod burn_lstm;
mod digits;
mod implementation;
mod measure;
mod memory;
mod peak;
mod poems;
mod row;
mod scale;
mod show;
mod stages;
mod training;
mod work;
mod writing;

use std::{process::ExitCode, time::Duration};

use args::Args;
use burn::prelude::*;
use lstm_lessons::{
    kernel::{Kernel, in_memory, vector::Vectors},
    questions::{Command, Lesson},
    say,
    shell::{
        cli,
        error::{Error, Result},
        note,
        slides::Picture,
    },
};

use crate::{
    implementation::Implementation,
    measure::time,
    peak::Peak,
    row::Row,
    work::{Task, Work},
};
use lstm_lessons::demos::measure::Budget;

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        match &args.command {
            Some(Command::Quiz(quiz)) => return quiz.run(Lesson::Speed),
            Some(Command::Slides(slides)) => {
                let title = say!("Lesson 6: where the time goes", "第 6 课：时间花在哪里");
                return slides.run("lesson_speed", &title, pictures(), &args.common.device);
            }
            None => {}
        }
        let device = args.common.device()?;
        if let Some(threads) = args.threads {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
            pool.map_err(|e| Error::ours(e.to_string()))?;
        }
        if args.vectors.is_some_and(|vectors| !Vectors::limit(vectors)) {
            return Err(Error::user(say!(
                "this CPU has no such vector registers; leave --vectors out to use the widest it has",
                "本机 CPU 没有这种向量寄存器；去掉 --vectors 则使用它最宽的"
            )));
        }
        if args.peak_memory {
            return memory::run_as_child(&args, &device);
        }
        if args.scale {
            return scale::run(&args);
        }
        let asked = asked(&args, &device)?;
        let (rows, peak) = measure(&asked, &args, &device);
        show::report(&rows, peak, &args)
    })
}

/// A picture of each work, measured for a moment: `--scale`, which takes minutes, is not among them.
fn pictures() -> Vec<Picture> {
    let bars = |name, work: &str| {
        Picture::new(name, &format!("--work {work} --seconds 0.3")).or_quick("--quick")
    };
    vec![bars("poems", "poems"), bars("mnist", "mnist"), bars("sampling", "sampling")]
}

/// What is to be measured, in the order of the lesson.
fn asked(args: &Args, device: &Device) -> Result<Vec<(Task, Implementation)>> {
    let here = in_memory(device);
    if !here {
        note(say!(
            "On a GPU, the fused step of writing and bf16 are left out, as they are for the CPU; \
             the limit is that of the CPU, too.",
            "在 GPU 上略去融合的写作步与 bf16，它们只用于 CPU；“上限”也是 CPU 的。"
        ));
    }
    let works =
        Work::ALL.into_iter().filter(|work| args.work.is_empty() || args.work.contains(work));
    let pairs = works.flat_map(|work| Implementation::of(work).iter().map(move |&how| (work, how)));
    let wanted = |how: Implementation| {
        (args.implementation.is_empty() || args.implementation.contains(&how))
            && (here || how.kernel() != Kernel::FusedBf16)
    };
    let sized = |(work, how)| (Task::new(work, args.quick), how);
    let runs = |work| here || work != Work::Sampling;
    let asked: Vec<_> = pairs.filter(|&(work, how)| runs(work) && wanted(how)).map(sized).collect();
    if asked.is_empty() {
        return Err(Error::user(say!(
            "no such implementation of this work; leave --implementation out to see all there are",
            "这项工作没有所选的实现；去掉 --implementation 可看到全部实现"
        )));
    }
    Ok(asked)
}

/// Measures one after the other, and the machine itself before each and after the last.
fn measure(asked: &[(Task, Implementation)], args: &Args, device: &Device) -> (Vec<Row>, Peak) {
    let (budget, look) = match args.quick {
        true => {
            (Budget { warm_up: 1, at_least: 1, time: Duration::ZERO }, Duration::from_millis(20))
        }
        false => (
            Budget { warm_up: 3, at_least: 5, time: Duration::from_secs_f64(args.seconds) },
            Duration::from_millis(400),
        ),
    };
    let mut peak = Peak::of(args.vectors.is_none());
    let mut rows = Vec::new();
    for &(task, implementation) in asked {
        peak.look_again(look);
        let child = match task.work {
            Work::Poems => memory::of_a_child(task.size, implementation, args.threads, 1e-3, args),
            Work::Mnist | Work::Sampling => None,
        };
        let timed = match &child {
            Some(child) if args.quick => child.timed, // its two steps will do
            _ => time(task, implementation, budget, device),
        };
        let peak_memory_mb = child.and_then(|child| child.peak_memory_mb);
        let row = Row { task, implementation, timed, peak_memory_mb };
        show::progress(&row);
        rows.push(row);
    }
    peak.look_again(look);
    (rows, peak)
}
