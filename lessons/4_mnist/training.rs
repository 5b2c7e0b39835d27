//! The flags of everything that trains: what a training is made of.

use burn::{optim::lr_scheduler::module_lr_scheduler::ModuleLrScheduler, prelude::Device};
use clap::{ValueEnum, builder::ArgPredicate};
use lstm_lessons::{
    cell::CellKind,
    kernel::{Kernel, Precision},
    mnist::{
        Digits,
        model::{RowClassifier, RowClassifierConfig},
        order::Order,
    },
    say,
    shell::{
        cli::{MAX_EPOCHS, above_zero, share, up_to},
        error,
    },
    training::{device::DeviceList, one_cycle, schedule},
};
use serde::{Deserialize, Serialize};

/// The flags of everything that trains.
#[derive(Clone, clap::Args, Serialize, Deserialize)]
pub struct Training {
    #[arg(long, value_enum, value_name = "NAME", default_value = "course", hide_possible_values = true, help = say!(
        "Where the flags below begin: course, the lesson's, or best, which reads most digits rightly \
         and takes far longer",
        "下列参数的起点：course 为本课所用；best 读对的数字最多，用时也长得多"
    ))]
    #[serde(skip)] // the settings have what it stands for
    pub preset: Preset,
    #[arg(long, value_enum, value_name = "WHICH", help = say!(
        "Learn from drawn or real digits [default: real where MNIST is there]; tested on the real \
         ones where they are there",
        "用自绘的（drawn）还是真实的（real）数字训练 [默认：有 MNIST 时用真实的]；\
         有真实数字时总用它们测试"
    ))]
    pub train_on: Option<Source>,
    #[arg(long, value_name = "N", value_parser = above_zero, help = say!(
        "Learn from so many digits only [default: all real ones but 5,000, or 42,000 drawn ones]",
        "只用这么多个数字训练 [默认：除 5000 个外的全部真实数字，或 42000 个自绘的]"
    ))]
    pub train_count: Option<usize>,
    #[arg(long, value_enum, value_name = "KIND", default_value = "lstm", help = say!(
        "The cell: rnn, gru or lstm",
        "单元：rnn、gru 或 lstm"
    ))]
    pub cell: CellKind,
    #[arg(long, value_enum, value_name = "ORDER", default_value = "rows", help = say!(
        "What is read at step t: row t, column t, or the rows shuffled by one fixed permutation \
         (rows, columns, shuffled); or one pixel, in order or permuted (pixels, permuted)",
        "第 t 步读什么：第 t 行（rows）、第 t 列（columns），或按一个固定排列打乱的行（shuffled）；\
         或一个像素，按次序（pixels）或打乱（permuted）"
    ))]
    pub order: Order,
    #[arg(long, value_name = "BIAS", allow_negative_numbers = true, value_parser = bias, default_value = "1", help = say!(
        "Where the LSTM's forget bias starts: it remembers 1 + e^BIAS steps at first",
        "LSTM 遗忘门偏置的初值：开始时约记住 1 + e^BIAS 步"
    ))]
    #[serde(default = "forget_bias")] // older settings do not have it
    pub forget_bias: f32,
    #[arg(long, conflicts_with = "forget_bias", help = say!(
        "Chrono initialisation: the LSTM's units begin with memories of all lengths, from 2 steps to \
         the whole image",
        "chrono 初始化：LSTM 各单元的初始记忆长短不一，从 2 步到整幅图像"
    ))]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    // older settings do not have it
    pub chrono: bool,
    #[arg(long, value_name = "N", value_parser = above_zero, default_value = "128", default_value_if("preset", best(), "256"), help = say!(
        "Width of each layer [best: 256]",
        "每层宽度 [best：256]"
    ))]
    pub hidden: usize,
    #[arg(long, value_name = "N", value_parser = above_zero, default_value = "1", default_value_if("preset", best(), "2"), help = say!(
        "Number of layers [best: 2]",
        "层数 [best：2]"
    ))]
    pub layers: usize,
    #[arg(long, value_name = "N", value_parser = up_to(MAX_EPOCHS), help = say!(
        "Passes over the training digits [default: 5 real, 4 drawn; best: 30]",
        "训练轮数 [默认：真实数字 5，自绘数字 4；best：30]"
    ))]
    #[serde(skip)] // the settings have what it stands for
    pub epochs: Option<usize>,
    #[arg(long, value_name = "N", value_parser = above_zero, default_value = "64", default_value_if("preset", best(), "128"), help = say!(
        "Digits a step (the course's picture shows 5) [best: 128]",
        "每步的数字个数（课程图中为 5）[best：128]"
    ))]
    pub batch_size: usize,
    #[arg(long, value_name = "N", value_parser = above_zero, default_value = "1", help = say!(
        "Take each batch in N parts and add up their gradients: the same step, with less memory",
        "梯度累积：把每个批量分成 N 份，梯度相加；步骤不变，内存更省"
    ))]
    #[serde(default = "one", skip_serializing_if = "is_one")] // older settings do not have it
    pub accumulate: usize,
    #[command(flatten)]
    #[serde(skip)] // another one may go on with it
    pub devices: DeviceList,
    #[arg(long, value_name = "RATE", default_value = "0.004", default_value_if("preset", best(), "0.003"), help = say!(
        "The highest learning rate, after the warm-up [best: 0.003]",
        "最高学习率（预热之后）[best：0.003]"
    ))]
    pub lr: f64,
    #[arg(long, value_enum, value_name = "NAME", default_value = "linear", default_value_if("preset", best(), "one-cycle"), hide_possible_values = true, help = say!(
        "How the learning rate goes: linear (a short warm-up, then a straight line down) or \
         one-cycle (up for three tenths of the steps, then half a cosine down) [best: one-cycle]",
        "学习率的变化：linear（短暂预热后直线下降）或 one-cycle（前十分之三的步数上升，\
         之后沿半个余弦下降）[best：one-cycle]"
    ))]
    #[serde(default)] // older settings do not have it, nor the four below
    pub schedule: Schedule,
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0", default_value_if("preset", best(), "0.2"), help = say!(
        "Share of units silenced after each layer while training [best: 0.2]",
        "训练时每层之后置零的单元比例 [best：0.2]"
    ))]
    #[serde(default)]
    pub dropout: f64,
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0", default_value_if("preset", best(), "0.02"), help = say!(
        "Share of certainty that training takes from each label [best: 0.02]",
        "标签平滑：训练时从每个标签拿走的确定性 [best：0.02]"
    ))]
    #[serde(default)]
    pub label_smoothing: f64,
    #[arg(long, value_name = "SHARE", value_parser = at_most_one, default_value = "0", default_value_if("preset", best(), "1"), help = say!(
        "Turn, resize, slant and shift each training image at random: 1 by up to 12 degrees, 12 %, \
         0.15 and 2.5 pixels, 0.5 by half of that [best: 1]",
        "数据增强：随机旋转、缩放、倾斜、平移每幅训练图像；1 表示至多 12 度、12 %、0.15 和 2.5 像素，\
         0.5 为其一半 [best：1]"
    ))]
    #[serde(default)]
    pub augment: f64,
    #[arg(long, value_name = "DECAY", value_parser = share, default_value = "0", default_value_if("preset", best(), "0.999"), help = say!(
        "Keep the moving average of the weights with this decay, instead of the last weights \
         [best: 0.999]",
        "保存权重的指数移动平均（此为衰减率），而不是最后的权重 [best：0.999]"
    ))]
    #[serde(default)]
    pub average: f64,
    #[arg(long, value_enum, value_name = "F32|BF16", hide_possible_values = true, default_value = "f32", help = say!(
        "Of the numbers that matrices are multiplied from: bf16 has 8 bits of mantissa, and is \
         faster on AMD since Zen 4 (AVX512-BF16)",
        "矩阵乘法输入的精度：bf16 的尾数只有 8 位，在 AMD Zen 4 及以后的 CPU（AVX512-BF16）上更快"
    ))]
    #[serde(skip)] // the settings' kernel has it
    pub precision: Precision,
    #[arg(long, conflicts_with = "json", help = say!(
        "Burn's own dashboard instead of the compact display",
        "用 Burn 自带的仪表盘代替简洁显示"
    ))]
    #[serde(skip)]
    pub dashboard: bool,
}

impl Training {
    /// The decay of the weights' average, if they are averaged.
    pub fn average(&self) -> Option<f64> {
        (self.average > 0.0).then_some(self.average)
    }

    /// The learning rate of each of so many steps.
    ///
    /// # Errors
    /// A learning rate out of range.
    pub fn learning_rates(&self, steps: usize) -> error::Result<ModuleLrScheduler> {
        match self.schedule {
            Schedule::Linear => schedule(self.lr, (steps / 20).clamp(1, 200), steps),
            Schedule::OneCycle => one_cycle(self.lr, steps * 3 / 10, steps),
        }
    }

    /// The classifier before its first step.
    pub fn fresh(&self, seed: u64, kernel: Kernel, device: &Device) -> RowClassifier {
        let mut model = self.config().init(seed, device).with_kernel(kernel);
        if self.chrono {
            let steps = Digits::PIXELS / self.order.width();
            model.stack = model.stack.with_memories_up_to(steps);
        }
        (model.dropout, model.smoothing) = (self.dropout, self.label_smoothing as f32);
        model
    }

    /// The shape of the classifier.
    pub fn config(&self) -> RowClassifierConfig {
        let mut config = RowClassifierConfig::new(self.cell, self.hidden, self.layers);
        (config.stack.d_input, config.stack.forget_bias) = (self.order.width(), self.forget_bias);
        config
    }
}

/// Where the flags of training begin.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// As in the lesson.
    #[default]
    Course,
    /// Reads most digits rightly.
    Best,
}

/// The condition of the defaults of `--preset best`.
fn best() -> ArgPredicate {
    ArgPredicate::Equals("best".into())
}

/// Each batch in one part.
fn one() -> usize {
    1
}

fn is_one(parts: &usize) -> bool {
    *parts == 1
}

/// The forget bias without a flag.
fn forget_bias() -> f32 {
    1.0
}

/// A number from -20 to 20, beyond which a gate neither opens nor shuts any further.
fn bias(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(bias) if (-20.0..=20.0).contains(&bias) => Ok(bias),
        _ => Err(say!("a number from -20 to 20 is needed", "需要 -20 到 20 之间的数")),
    }
}

/// A number from 0 to 1.
fn at_most_one(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err(say!("a number from 0 to 1 is needed", "需要 0 到 1 之间的数")),
    }
}

/// How the learning rate goes.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    #[default]
    Linear,
    OneCycle,
}

/// Where digits come from.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    Drawn,
    Real,
    /// Files of MNIST's format that are not MNIST: a part of it, Fashion-MNIST, EMNIST.
    #[value(skip)]
    Other,
}

impl Source {
    /// The name in JSON and in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Source::Drawn => "drawn",
            Source::Real => "mnist",
            Source::Other => "mnist-format",
        }
    }
}
