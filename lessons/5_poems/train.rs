//! Training a model of one's own, and going on where it stopped.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use burn::prelude::Device;
use clap::{Args, ValueEnum};
use lstm_lessons::{
    cell::{CellKind, StackConfig},
    cli::{above_zero, check_dashboard, check_shape},
    files,
    kernel::Kernel,
    poems::{
        genre::Genre,
        train::{self, Settings, Trained},
    },
    say,
    training::{check_lr, weights::sha256},
    trouble::{Result, Trouble},
};

/// The corpus that ships with the crate.
pub const STARTER: &str = "data/poems.txt";

/// Flags that belong together.
#[derive(Clone, Copy, ValueEnum)]
pub enum Preset {
    Course,
    Best,
}

/// How a model learns: what a preset decides.
struct Recipe {
    epochs: usize,
    hidden: usize,
    embed: usize,
    layers: usize,
    tied: bool,
    dropout: f64,
    features: bool,
    warm_up: usize,
    batch_size: usize,
    lr: f64,
}

impl Recipe {
    /// Small enough for an evening, without a preset.
    const PLAIN: Self = Self {
        epochs: 20,
        hidden: 128,
        embed: 128,
        layers: 2,
        tied: false,
        dropout: 0.0,
        features: false,
        warm_up: 200,
        batch_size: 64,
        lr: 0.004,
    };
    /// The course's numbers (its padding is masked here, and the learning rate sinks from its height as in every training).
    const COURSE: Self = Self { epochs: 50, warm_up: 0, lr: 0.01, ..Self::PLAIN };
    /// The numbers of the shipped model.
    const BEST: Self = Self {
        epochs: 12,
        hidden: 256,
        embed: 256,
        layers: 2,
        tied: true,
        dropout: 0.1,
        features: true,
        warm_up: 1500,
        batch_size: 32,
        lr: 0.004,
    };

    /// The preset's numbers where the user gave none.
    fn of(args: &Train) -> Self {
        let base = match args.preset {
            None => Self::PLAIN,
            Some(Preset::Course) => Self::COURSE,
            Some(Preset::Best) => Self::BEST,
        };
        Self {
            epochs: args.epochs.unwrap_or(base.epochs),
            hidden: args.hidden.unwrap_or(base.hidden),
            embed: args.embed.unwrap_or(base.embed),
            layers: args.layers.unwrap_or(base.layers),
            tied: args.tied.unwrap_or(base.tied),
            dropout: args.dropout.unwrap_or(base.dropout),
            features: args.features.unwrap_or(base.features),
            warm_up: args.warm_up.unwrap_or(base.warm_up),
            batch_size: args.batch_size.unwrap_or(base.batch_size),
            lr: args.lr.unwrap_or(base.lr),
        }
    }
}

/// What a flag is without the user's word, for its help: `[20; course 50, best 12]`.
fn told<T: Display>(of: fn(&Recipe) -> T) -> String {
    let [plain, course, best] = [Recipe::PLAIN, Recipe::COURSE, Recipe::BEST].map(|recipe| of(&recipe));
    say!("[default: {plain}; course {course}, best {best}]", "[默认：{plain}；course {course}，best {best}]")
}

#[derive(Args)]
pub struct Train {
    #[arg(long, value_enum, default_value = "poem", help = say!(
        "lyric: the titles name the tunes, which the model reads first",
        "lyric 为词：标题是词牌，模型先读词牌再写"))]
    genre: Genre,
    #[arg(long, default_value = STARTER, help = say!("title:content, one poem a line", "每行一首诗，“标题:内容”"))]
    corpus: PathBuf,
    #[arg(long, value_enum, help = say!(
        "all flags of learning at once: course as the course has them, best as the shipped model was trained; other flags come on top",
        "一次设定全部学习参数：course 取课程的数值，best 取自带模型的数值；另给的参数优先"))]
    preset: Option<Preset>,
    #[arg(long, value_parser = above_zero, help = say!("how often to read all poems {}", "把全部诗读几轮 {}", told(|r| r.epochs)))]
    epochs: Option<usize>,
    #[arg(long, help = say!("begin with the weights of this run instead of fresh ones", "从这次训练的权重开始，而不是从零开始"))]
    start: Option<PathBuf>,
    #[arg(long, default_value = "runs/poems", help = say!("the run folder", "训练的文件夹"))]
    run: PathBuf,
    #[arg(long, value_enum, default_value = "lstm", help = say!("which cell", "哪种单元"))]
    cell: CellKind,
    #[arg(long, value_parser = above_zero, help = say!("width of each layer {}", "每层宽度 {}", told(|r| r.hidden)))]
    hidden: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!("width of a character's vector {}", "字向量宽度 {}", told(|r| r.embed)))]
    embed: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!("layers {}", "层数 {}", told(|r| r.layers)))]
    layers: Option<usize>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "one matrix reads and writes the characters (needs --embed equal to --hidden) {}",
        "读字与写字共用一个矩阵（--embed 须等于 --hidden） {}", told(|r| r.tied)))]
    tied: Option<bool>,
    #[arg(long, help = say!("share of units silenced while training {}", "训练时随机关闭的单元比例 {}", told(|r| r.dropout)))]
    dropout: Option<f64>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help = say!(
        "tell the model at each place how far the line is and what it must rhyme with {}",
        "在每一处告诉模型行进到第几字、应押何韵 {}", told(|r| r.features)))]
    features: Option<bool>,
    #[arg(long, help = say!("steps until the learning rate is at its height {}", "学习率升到最高所需的步数 {}", told(|r| r.warm_up)))]
    warm_up: Option<usize>,
    #[arg(long, value_parser = above_zero, help = say!("poems a step {}", "每步几首诗 {}", told(|r| r.batch_size)))]
    batch_size: Option<usize>,
    #[arg(long, help = say!("highest learning rate {}", "最高学习率 {}", told(|r| r.lr)))]
    lr: Option<f64>,
    #[arg(long, default_value_t = 2, value_parser = above_zero, help = say!("characters rarer than this become unknown", "出现次数少于此数的字视为未知"))]
    min_count: usize,
    #[arg(long, default_value_t = 0.02, help = say!("share of poems held back for validation", "留作验证的比例"))]
    valid_share: f64,
    #[arg(long, default_value_t = 1, help = say!("the same seed gives the same weights", "相同的种子得到相同的权重"))]
    seed: u64,
    #[arg(long, help = say!("Burn's own dashboard", "Burn 自带的仪表盘"))]
    dashboard: bool,
}

pub fn run(args: &Train, kernel: Kernel, device: &Device) -> Result<()> {
    let folder = &args.run;
    if folder.join("checkpoint").exists() || folder.join(train::SETTINGS).exists() {
        let folder = folder.display();
        return Err(Trouble::user(say!(
            "{folder} holds a training already; go on with `lesson_poems resume {folder}`, or choose another --run",
            "{folder} 中已有训练；可用 `lesson_poems resume {folder}` 继续，或另选 --run"
        )));
    }
    if !(0.0..1.0).contains(&args.valid_share) {
        return Err(Trouble::user(say!(
            "--valid-share must be at least 0 and below 1",
            "--valid-share 须不小于 0 且小于 1"
        )));
    }
    let recipe = Recipe::of(args);
    if recipe.tied && recipe.embed != recipe.hidden {
        return Err(Trouble::user(say!(
            "--tied needs --embed and --hidden to be equal",
            "--tied 要求 --embed 与 --hidden 相等"
        )));
    }
    if !(0.0..1.0).contains(&recipe.dropout) {
        return Err(Trouble::user(say!("--dropout must be at least 0 and below 1", "--dropout 须不小于 0 且小于 1")));
    }
    let settings = Settings {
        corpus: args.corpus.clone(),
        genre: args.genre,
        corpus_sha256: sha256(&files::read_whole(&args.corpus)?),
        start: args.start.clone(),
        epochs: recipe.epochs,
        batch_size: recipe.batch_size,
        lr: recipe.lr,
        seed: args.seed,
        cell: args.cell,
        d_embed: recipe.embed,
        d_hidden: recipe.hidden,
        n_layers: recipe.layers,
        tied: recipe.tied,
        dropout: recipe.dropout,
        features: recipe.features,
        warm_up: recipe.warm_up,
        kernel,
        min_count: args.min_count,
        valid_share: args.valid_share,
    };
    learn(&settings, folder, None, args.dashboard, device)
}

/// Goes on after the last whole epoch.
pub fn resume(folder: &Path, dashboard: bool, device: &Device) -> Result<()> {
    let (settings, done) = train::read_run(folder)?;
    if done == settings.epochs {
        let folder = folder.display();
        return Err(Trouble::user(say!(
            "{folder} has done all its {done} epochs; train anew with more --epochs and another --run",
            "{folder} 的 {done} 轮已全部完成；如需更多，请用更大的 --epochs 和另一个 --run 重新训练"
        )));
    }
    learn(&settings, folder, (done > 0).then_some(done), dashboard, device)
}

fn learn(settings: &Settings, folder: &Path, from: Option<usize>, dashboard: bool, device: &Device) -> Result<()> {
    let Settings { cell, d_embed: d_input, d_hidden, n_layers, .. } = *settings;
    check_shape(&StackConfig { cell, d_input, d_hidden, n_layers, forget_bias: 1.0 })?;
    check_lr(settings.lr)?;
    check_dashboard(dashboard)?;
    let Trained { best_epoch, interrupted } = train::train(settings, folder, from, dashboard, device)?;
    let folder = folder.display();
    if interrupted {
        return Err(Trouble::user(say!(
            "stopped; whole epochs are kept, go on with: lesson_poems resume {folder}",
            "已停止；完整的轮次已保存，继续请用：lesson_poems resume {folder}"
        )));
    }
    let best = best_epoch.unwrap_or(settings.epochs);
    eprintln!(
        "{}",
        say!(
            "epoch {best} judged best and saved; write with it: lesson_poems --run {folder} --begin 月",
            "第 {best} 轮最好，已保存；用它写诗：lesson_poems --run {folder} --begin 月"
        )
    );
    Ok(())
}
