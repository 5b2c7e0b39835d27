//! The flags.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use lstm_lessons::{
    bugs::Asked,
    kernel::Kernel,
    questions, say,
    shell::{
        cli::Common,
        slides::{self, Slides},
    },
    training::{
        device::DeviceList,
        losses::{self, LossesArgs},
    },
};

use crate::training::Training;

/// Flags of training that `--bug`, which has a loop of its own, does not read.
const BUG_HAS_NO: [&str; 11] = [
    "dashboard",
    "preset",
    "forget_bias",
    "chrono",
    "dropout",
    "label_smoothing",
    "augment",
    "average",
    "schedule",
    "accumulate",
    "devices",
];

#[derive(Clone, Parser)]
#[command(
    name = "lesson_mnist",
    version,
    about = say!(
        "Lesson 4: an LSTM reads handwritten digits row by row. Trains one, tests it and shows how \
         it reads.",
        "第 4 课：LSTM 逐行阅读手写数字。训练、测试，并展示它如何阅读。"
    )
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub training: Training,
    #[arg(long, value_enum, hide_possible_values = true, value_name = "NAME", conflicts_with_all = BUG_HAS_NO, help = say!(
        "Switch on a fault that really happened and see what it does; list names them all",
        "打开一个真实发生过的错误，看它造成什么；list 列出全部"
    ))]
    pub bug: Option<Asked>,

    #[arg(long, global = true, value_name = "DIR", help = say!(
        "Folder with the four MNIST files, gzip or not [default: data/mnist if they are there, \
         else drawn digits]",
        "存放四个 MNIST 文件的文件夹，压缩与否均可 [默认：data/mnist（若存在），否则用自绘数字]"
    ))]
    pub data: Option<PathBuf>,
    #[arg(long, global = true, help = say!(
        "Fetch MNIST (12 MB) into data/mnist, or into --data DIR, first",
        "先把 MNIST（12 MB）下载到 data/mnist 或 --data 指定的文件夹"
    ))]
    pub download: bool,
    #[arg(long, global = true, value_name = "URL", help = say!(
        "With --download: from this copy of the four files instead",
        "与 --download 同用：改从这个地址的副本下载四个文件"
    ))]
    pub mirror: Option<String>,
    #[arg(long, global = true, value_name = "N", default_value_t = 1, help = say!(
        "Same seed (and number of threads), same result",
        "种子（与线程数）相同，结果相同"
    ))]
    pub seed: u64,
    #[arg(long, global = true, value_enum, value_name = "KERNEL", default_value = "fused", help = say!(
        "The equations tensor by tensor, or as one operation",
        "逐张量计算公式，或合成一个运算"
    ))]
    pub kernel: Kernel,
    #[arg(long, global = true, help = say!(
        "Write nothing but JSON to standard output, one object a line",
        "标准输出只写 JSON，每行一个对象"
    ))]
    pub json: bool,
    #[arg(long, global = true, value_name = "FILE", help = say!(
        "Draw the result into an SVG file, too: the confusion table, or the command's own picture",
        "同时把结果画成 SVG 文件：混淆表，或该命令自己的图"
    ))]
    pub svg: Option<PathBuf>,
    #[arg(long, global = true, help = say!(
        "A tiny run of a few seconds, to see that everything works",
        "几秒钟的小规模运行，检查一切正常"
    ))]
    pub quick: bool,
    #[arg(long, global = true, value_name = "DIR", help = say!(
        "Folder for checkpoints and trained models [default: runs/mnist, or where a model is there \
         runs/mnist-2 and so on]; watch, half, units, confusion and slides read the model from there [default: the one \
         that ships]",
        "存放检查点和训练好的模型的文件夹 [默认：runs/mnist；其中已有模型时为 runs/mnist-2，依此类推]；\
         watch、half、units、confusion、slides 从中读取模型 \
         [默认：自带的模型]"
    ))]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

impl Args {
    /// Where `--download` puts MNIST and where it is looked for.
    pub fn mnist_folder(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new("data/mnist"))
    }

    /// The device of the model, which a list of devices decides, too.
    pub fn with_home(mut self) -> Self {
        let devices = match &self.command {
            Some(Command::Resume(asked)) => &asked.devices,
            _ => &self.training().devices,
        };
        if let Some(home) = devices.home() {
            self.common.device = home.into();
        }
        self
    }

    /// The flags of training, those of the command if it has its own.
    pub fn training(&self) -> &Training {
        match &self.command {
            Some(Command::Orders(training) | Command::Cells(training)) => training,
            _ => &self.training,
        }
    }
}

#[derive(Clone, Subcommand)]
pub enum Command {
    #[command(about = say!(
        "Show a trained classifier reading one digit row by row, without training",
        "不训练，直接展示训练好的分类器逐行阅读一个数字"
    ))]
    Watch(Watch),
    #[command(about = say!(
        "How much of an image is needed: the accuracy after each row, and where the answer settles",
        "需要看到图像的多少：读完每一行时的准确率，以及答案在哪一行定下来"
    ))]
    Half,
    #[command(about = say!(
        "What the hidden units watch: the mean of the most telling ones, digit by digit and row by \
         row",
        "隐藏单元在看什么：最能分辨数字的单元，按数字、按行取平均"
    ))]
    Units(Units),
    #[command(about = say!(
        "Train three side by side: rows, columns, and rows in a shuffled order",
        "并列训练三个：按行、按列、按打乱的行"
    ))]
    Orders(Training),
    #[command(about = say!(
        "Train three side by side: rnn, gru and lstm",
        "并列训练三个：rnn、gru、lstm"
    ))]
    Cells(Training),
    #[command(about = say!(
        "The mean of several trainings that differ in their seed, and how far they lie apart",
        "几次只有种子不同的训练：均值与标准差"
    ))]
    Spread(Spread),
    #[command(about = say!(
        "Go on with a training that was stopped, to the end it would have had",
        "继续一个中断的训练，结果与从未中断相同"
    ))]
    Resume(Resume),
    #[command(about = say!(
        "Which digits a trained classifier takes for which",
        "训练好的分类器把哪些数字认成了哪些"
    ))]
    Confusion,
    #[command(about = losses::about())]
    Losses(LossesArgs),
    #[command(about = questions::quiz::about())]
    Quiz(questions::Quiz),
    #[command(about = slides::about())]
    Slides(Slides),
}

#[derive(Clone, clap::Args)]
pub struct Resume {
    #[arg(
        value_name = "RUN",
        conflicts_with_all = ["seed", "kernel", "quick", "run", "download", "mirror"],
        help = say!("The folder that it was trained in", "训练所在的文件夹")
    )]
    pub folder: PathBuf,
    #[arg(long, conflicts_with = "json", help = say!(
        "Burn's own dashboard instead of the compact display",
        "用 Burn 自带的仪表盘代替简洁显示"
    ))]
    pub dashboard: bool,
    #[command(flatten)]
    pub devices: DeviceList,
}

#[derive(Clone, clap::Args)]
pub struct Spread {
    #[arg(
        value_name = "RUN",
        num_args = 2..,
        required = true,
        conflicts_with_all = ["seed", "kernel", "quick", "run", "data", "download", "mirror", "svg"],
        help = say!("The folders that they were trained in, two or more", "训练所在的文件夹，至少两个")
    )]
    pub folders: Vec<PathBuf>,
}

#[derive(Clone, clap::Args)]
pub struct Watch {
    #[arg(long, value_name = "0..9", value_parser = clap::value_parser!(u8).range(0..=9), help = say!(
        "A digit that shows this number",
        "显示这个数的数字"
    ))]
    pub digit: Option<u8>,
    #[arg(long, value_name = "K", conflicts_with = "digit", help = say!(
        "Image K of the test set, counted from 0",
        "测试集的第 K 幅图像，从 0 数起"
    ))]
    pub image: Option<usize>,
    #[arg(long, value_name = "K", default_value_t = 28, value_parser = clap::value_parser!(u8).range(1..=28), help = say!(
        "Read the first K rows only: 14 is half an image",
        "只读前 K 行：14 就是半幅图像"
    ))]
    pub rows: u8,
}

#[derive(Clone, clap::Args)]
pub struct Units {
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(1..=28), help = say!(
        "The units that tell most after row K [default: each at its best row]",
        "读完第 K 行之后最能分辨数字的单元 [默认：各取其最好的一行]"
    ))]
    pub row: Option<u8>,
}
