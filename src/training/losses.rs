//! The losses of a training, epoch by epoch, from its run folder.

use std::path::PathBuf;

use serde_json::json;

use super::history::{self, Epoch};
use crate::{
    look::{
        Align::Right,
        Mark, Table,
        chart::{Axis, Chart, Panel},
        chart_svg, marked_curve,
        marks::marks_around,
        shown,
    },
    say,
    shell::{
        cli::out,
        error::{Error, Result},
        write_svg,
    },
};

/// What `--help` says of the command.
pub fn about() -> String {
    say!(
        "the losses of a training, epoch by epoch, from its run folder",
        "一次训练各轮的损失，取自训练文件夹"
    )
}

/// The flags of the command.
#[derive(clap::Args, Clone, Debug)]
pub struct LossesArgs {
    #[arg(value_name = "RUN", help = say!("The folder of the training", "训练所在的文件夹"))]
    run: PathBuf,
    #[arg(long, value_name = "FILE", help = say!(
        "Draw the losses into an SVG file, too",
        "同时把损失画成 SVG 文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("One JSON object an epoch, nothing else", "每轮输出一个 JSON 对象"))]
    json: bool,
}

impl LossesArgs {
    /// Shows the losses; `unit` is what each is a mean of, such as "nats per digit".
    ///
    /// # Errors
    /// A folder without a finished epoch, a damaged history, a file that cannot be written.
    pub fn show(&self, unit: &str) -> Result<()> {
        let rows = history::read(&self.run, usize::MAX)?;
        let Some(best) = history::best(&rows).map(|row| row.epoch.number) else {
            let run = self.run.display();
            return Err(Error::user(say!(
                "no epoch is finished in {run}; choose the folder of a training",
                "{run} 中没有训练完的轮；请选择一次训练的文件夹"
            )));
        };
        let epochs: Vec<Epoch> = rows.into_iter().map(|row| row.epoch).collect();
        if let Some(file) = &self.svg {
            let rows: Vec<_> =
                epochs.iter().map(|e| (e.number, e.train_loss, e.valid_loss)).collect();
            let ring = say!("best: epoch {best}", "最好：第 {best} 轮");
            write_svg(file, &losses_svg(&rows, unit, (best, &ring), &[]), self.json)?;
        }
        if self.json {
            return epochs.iter().try_for_each(|e| {
                out(&json!({
                    "epoch": e.number, "train_loss": e.train_loss, "valid_loss": e.valid_loss, "seconds": e.seconds,
                })
                .to_string())
            });
        }
        let columns = Table::new([6, 16, 18, 10].map(Right));
        let head = [say!("epoch", "轮"), training_set(), validation_set(), say!("seconds", "秒")];
        out(&columns.row(head))?;
        for Epoch { number, train_loss, valid_loss, seconds } in &epochs {
            let mark = if *number == best { "*" } else { "" };
            let losses = [train_loss, valid_loss].map(|loss| format!("{loss:.4}"));
            let [train, valid] = losses;
            out(&columns.row([format!("{mark}{number}"), train, valid, format!("{seconds:.1}")]))?;
        }
        out(&say!(
            "loss, {unit}; * lowest of the validation set, whose curve this is:",
            "损失，{unit}；* 验证损失最低；下面是验证集的曲线："
        ))?;
        let valid: Vec<f64> = epochs.iter().map(|epoch| epoch.valid_loss).collect();
        out(&marked_curve(&valid, &[], shown::columns().saturating_sub(8), 6).join("\n"))
    }
}

fn training_set() -> String {
    say!("training set", "训练集")
}

fn validation_set() -> String {
    say!("validation set", "验证集")
}

/// Epochs with their losses (of the training set, of the validation set) as a slide. The one numbered
/// `best` is ringed; the [`marks_around`] the losses are dashed lines.
pub fn losses_svg(
    losses: &[(usize, f64, f64)],
    unit: &str,
    (best, ring): (usize, &str),
    marks: &[Mark],
) -> String {
    let x = Axis::linear(say!("epoch", "轮"));
    let title = say!("The loss, epoch by epoch", "各轮的损失");
    growth_svg(losses, (&title, unit), x, (best, ring), marks, &[])
}

/// [`losses_svg`] of several trainings one after the other: what `begins` at an epoch is named there.
pub fn growth_svg(
    losses: &[(usize, f64, f64)],
    (title, unit): (&str, &str),
    x: Axis,
    (best, ring): (usize, &str),
    marks: &[Mark],
    begins: &[Mark],
) -> String {
    let line = |of: fn(&(usize, f64, f64)) -> f64| -> Vec<(f64, f64)> {
        losses.iter().map(|row| (row.0 as f64, of(row))).collect()
    };
    let lines = vec![line(|row| row.1), line(|row| row.2)];
    let values = lines.iter().flatten().map(|(_, loss)| *loss).filter(|loss| loss.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), loss| {
        (low.min(loss), high.max(loss))
    });
    let named = |mark: &Mark| Mark { name: format!("{} {:.2}", mark.name, mark.value), ..*mark };
    let panel = Panel {
        x,
        y: Axis::linear(say!("loss, {unit} (lower is better)", "损失，{unit}（越低越好）")),
        ringed: losses.iter().find(|row| row.0 == best).map(|row| (row.0 as f64, row.2)),
        levels: marks_around(marks, low, high).into_iter().map(named).collect(),
        begins: begins.to_vec(),
        lines,
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: title.into(),
        names: vec![training_set(), validation_set()],
        ring: Some(ring.to_string()),
        panels: vec![panel],
    })
}
