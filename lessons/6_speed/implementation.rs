//! The ways to do the same work, slowest ideas first.

use lstm_lessons::{kernel::Kernel, say};

use crate::work::Work;

/// One way to do the work. The stages of the lesson differ from their neighbours in one idea each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Implementation {
    /// `burn::nn::Lstm`, beside the stages.
    #[value(help = say!("burn::nn::Lstm, beside the stages", "burn::nn::Lstm，不属于各阶段"))]
    BurnLstm,
    /// Stage 1.
    #[value(help = say!("stage 1: a matmul per gate", "第 1 阶段：每个门一次矩阵乘"))]
    GateByGate,
    /// Stage 2: the readable cells of the course.
    #[value(alias = "four_gates", help = say!("stage 2: four gates in one", "第 2 阶段：四个门合为一次"))]
    Readable,
    /// Stage 3.
    #[value(help = say!("stage 3: inputs hoisted", "第 3 阶段：输入提到循环外"))]
    InputsHoisted,
    /// Stage 4: the whole sequence is one operation, the loss is not yet.
    #[value(help = say!("stage 4: the sequence is one operation", "第 4 阶段：整个序列一个算子"))]
    FusedSequence,
    /// Stage 5: the loss is one operation too.
    #[value(help = say!("stage 5: the loss is one, too", "第 5 阶段：损失也是一个算子"))]
    FusedLoss,
    /// The last stage: Adam is one pass as well; this is what the lessons train with.
    #[value(help = say!("the last stage: Adam in one pass", "最后阶段：Adam 只走一遍"))]
    Fused,
    /// After the last stage: the same from numbers of half the bits.
    #[value(name = "fused_bf16", help = say!(
        "after the last stage: products of bf16 numbers",
        "最后阶段之后：bf16 数的矩阵乘"
    ))]
    FusedBf16,
}

use Implementation::*;

impl Implementation {
    /// The ways to do this work.
    ///
    /// Ten classes make no loss worth fusing, so the classifier goes without that stage; one
    /// character has no sequence to hoist or fuse.
    pub fn of(work: Work) -> &'static [Implementation] {
        match work {
            Work::Poems => &[
                BurnLstm,
                GateByGate,
                Readable,
                InputsHoisted,
                FusedSequence,
                FusedLoss,
                Fused,
                FusedBf16,
            ],
            Work::Mnist => {
                &[BurnLstm, GateByGate, Readable, InputsHoisted, FusedSequence, Fused, FusedBf16]
            }
            Work::Sampling => &[BurnLstm, Readable, Fused],
        }
    }

    /// What computes the cells of a model.
    pub fn kernel(self) -> Kernel {
        match self {
            BurnLstm | GateByGate | Readable | InputsHoisted => Kernel::Readable,
            FusedSequence | FusedLoss | Fused => Kernel::Fused,
            FusedBf16 => Kernel::FusedBf16,
        }
    }

    /// Whether it is what the lessons train and write with.
    pub fn is_ours(self) -> bool {
        matches!(self, Fused | FusedBf16)
    }

    /// The name in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            BurnLstm => "burn_lstm",
            GateByGate => "gate_by_gate",
            Readable => "readable",
            InputsHoisted => "inputs_hoisted",
            FusedSequence => "fused_sequence",
            FusedLoss => "fused_loss",
            Fused => "fused",
            FusedBf16 => "fused_bf16",
        }
    }

    /// What the pictures call it.
    pub fn title(self, work: Work) -> String {
        match (self, work) {
            (BurnLstm, _) => "burn::nn::Lstm".into(),
            (GateByGate, _) => say!("1 a matmul per gate", "1 每个门一次矩阵乘"),
            (Readable, Work::Sampling) => say!("the readable cell", "可读的单元"),
            (Readable, _) => say!("2 four gates in one", "2 四个门合为一次"),
            (InputsHoisted, _) => say!("3 inputs hoisted", "3 输入提到循环外"),
            (FusedSequence, _) => say!("4 sequence: one op", "4 整个序列一个算子"),
            (FusedLoss, _) => say!("5 loss: one op", "5 损失也是一个算子"),
            (Fused, Work::Mnist) => say!("5 Adam: one pass", "5 Adam 只走一遍"),
            (Fused, Work::Poems) => say!("6 Adam: one pass", "6 Adam 只走一遍"),
            (Fused, Work::Sampling) => say!("one fused step", "融合的一步"),
            (FusedBf16, Work::Mnist) => say!("6 products in bf16", "6 bf16 的矩阵乘"),
            (FusedBf16, _) => say!("7 products in bf16", "7 bf16 的矩阵乘"),
        }
    }
}
