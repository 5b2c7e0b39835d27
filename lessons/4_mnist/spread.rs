//! `spread`: trainings that differ in nothing but their seed, their mean and how far they lie apart.

use std::path::{Path, PathBuf};

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    mnist::saved::{self, Manifest},
    say,
    shell::{
        cli::out,
        error::{Error, Result},
    },
};
use serde_json::{Value, json};

use crate::{args::Args, settings::Settings};

/// A training that is over.
struct Run<'a> {
    folder: &'a Path,
    manifest: Manifest,
    /// All that decided it but the seed.
    settings: Value,
}

/// Reads what each of the trainings came to on the test set.
pub fn spread(args: &Args, folders: &[PathBuf]) -> Result<()> {
    let runs = folders.iter().map(|folder| read(args, folder)).collect::<Result<Vec<_>>>()?;
    for (k, run) in runs.iter().enumerate() {
        check(&runs[..k], run)?;
    }
    let shares: Vec<f64> = runs.iter().map(|run| run.manifest.test_accuracy).collect();
    let (mean, deviation) = mean_and_deviation(&shares);
    let (n, first) = (runs.len(), &runs[0].manifest);
    if args.json {
        for run in &runs {
            let Manifest { seed, test_accuracy, .. } = run.manifest;
            out(&json!({"run": run.folder, "seed": seed, "test_accuracy": test_accuracy})
                .to_string())?;
        }
        let (images, data) = (first.test_images, &first.data);
        return out(&json!({
            "runs": n, "mean": mean, "standard_deviation": deviation, "test_images": images, "data": data,
        })
        .to_string());
    }
    let columns = Table::new([Right(12), Right(12), Right(12), Left(2), Left(40)]);
    let titles = [say!("seed", "种子"), say!("test", "测试"), say!("misread", "读错")];
    let [seed, test, misread] = titles;
    out(&columns.row([seed, test, misread, String::new(), String::new()]))?;
    for Run { folder, manifest, .. } in &runs {
        let (share, all) = (manifest.test_accuracy, manifest.test_images);
        out(&columns.row([
            manifest.seed.to_string(),
            format!("{:.2} %", 100.0 * share),
            ((1.0 - share) * all as f64).round().to_string(),
            String::new(),
            folder.display().to_string(),
        ]))?;
    }
    let (mean, deviation) = (100.0 * mean, 100.0 * deviation);
    out(&say!(
        "\nMean of {n} seeds: {mean:.2} %, standard deviation {deviation:.2} %.",
        "\n{n} 个种子的均值：{mean:.2} %，标准差 {deviation:.2} %。"
    ))
}

fn read<'a>(args: &Args, folder: &'a Path) -> Result<Run<'a>> {
    let Settings { training, epochs, kernel, quick, .. } = Settings::read(folder)?;
    let (_, manifest) = saved::open(folder, &args.common.device()?)?;
    let settings = json!([training, epochs, kernel, quick, manifest.data, manifest.test_images]);
    Ok(Run { folder, manifest, settings })
}

/// Refuses a training that differs in more than its seed from those before, or not even in that.
fn check(before: &[Run], run: &Run) -> Result<()> {
    let folder = run.folder.display();
    if before.iter().any(|other| other.settings != run.settings) {
        let first = before[0].folder.display();
        return Err(Error::user(say!(
            "{folder} differs from {first} in more than its seed; name trainings with the same \
             flags and digits",
            "{folder} 与 {first} 不只种子不同；请给出参数和数字都相同的训练"
        )));
    }
    match before.iter().find(|other| other.manifest.seed == run.manifest.seed) {
        None => Ok(()),
        Some(other) => {
            let (seed, other) = (run.manifest.seed, other.folder.display());
            Err(Error::user(say!(
                "{folder} and {other} have the same seed, {seed}; train with another --seed",
                "{folder} 与 {other} 的种子相同（{seed}）；请用另一个 --seed 训练"
            )))
        }
    }
}

/// ```text
/// m = Σ x / n        s = √(Σ (x - m)² / (n - 1))
/// ```
fn mean_and_deviation(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let m = x.iter().sum::<f64>() / n;
    (m, (x.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}
