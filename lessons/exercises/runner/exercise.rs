//! The twelve exercises and the poem, in the order in which they are solved.

use lstm_lessons::say;

/// One exercise: a file with a blank, or the poem that follows from them.
#[derive(Debug, PartialEq, Eq)]
pub struct Exercise {
    /// From 1; the poem has no number.
    pub number: Option<usize>,
    /// The name of the function that is missing.
    pub name: &'static str,
    /// The lesson to which it belongs.
    pub lesson: usize,
    /// How long it takes.
    pub minutes: usize,
    /// The numbers of the exercises whose functions it calls.
    pub needs: &'static [usize],
    /// The file in `lessons/exercises`, and its text as it ships.
    pub blank: Option<(&'static str, &'static str)>,
}

/// The file and its blank. The blank is a copy in `blanks`, because the file itself is the
/// student's: compiled in from there, it would be whatever stood there at the last `cargo run`, and
/// every save would compile this program anew.
macro_rules! blank {
    ($file:literal) => {
        Some((concat!($file, ".rs"), include_str!(concat!("blanks/", $file, ".txt"))))
    };
}

const fn exercise(
    number: usize,
    name: &'static str,
    (lesson, minutes): (usize, usize),
    needs: &'static [usize],
    blank: Option<(&'static str, &'static str)>,
) -> Exercise {
    Exercise { number: Some(number), name, lesson, minutes, needs, blank }
}

/// All of them.
pub static ALL: [Exercise; 13] = [
    exercise(1, "sigma", (3, 5), &[], blank!("01_sigma")),
    exercise(2, "rnn", (1, 5), &[], blank!("02_rnn")),
    exercise(3, "update", (3, 5), &[], blank!("03_update")),
    exercise(4, "gates", (3, 10), &[1], blank!("04_gates")),
    exercise(5, "sequence", (4, 10), &[3, 4], blank!("05_sequence")),
    exercise(6, "stack", (5, 10), &[5], blank!("06_stack")),
    exercise(7, "choose", (5, 10), &[], blank!("07_choose")),
    Exercise {
        number: None,
        name: "poem",
        lesson: 5,
        minutes: 5,
        needs: &[1, 3, 4, 5, 6, 7],
        blank: None,
    },
    exercise(8, "shift", (5, 5), &[], blank!("08_shift")),
    exercise(9, "pad", (5, 5), &[], blank!("09_pad")),
    exercise(10, "loss", (5, 10), &[], blank!("10_loss")),
    exercise(11, "clip", (2, 5), &[], blank!("11_clip")),
    exercise(12, "train", (5, 10), &[], blank!("12_train")),
];

/// The twelve that have a blank.
pub fn blanks() -> impl Iterator<Item = &'static Exercise> {
    ALL.iter().filter(|exercise| exercise.blank.is_some())
}

/// The poem.
pub fn poem() -> &'static Exercise {
    ALL.iter().find(|exercise| exercise.blank.is_none()).expect("it is in the list")
}

impl Exercise {
    /// Whether its answer calls that of `other`.
    pub fn calls(&self, other: &Exercise) -> bool {
        other.number.is_some_and(|number| self.needs.contains(&number))
    }

    /// `3 update`, or `poem`.
    pub fn label(&self) -> String {
        match self.number {
            Some(number) => format!("{number} {}", self.name),
            None => self.name.to_string(),
        }
    }

    /// What is to be written.
    pub fn title(&self) -> String {
        match self.name {
            "sigma" => say!("σ, the curve of every gate", "σ，每个门的曲线"),
            "rnn" => say!("a step of the plain network", "普通循环网络的一步"),
            "update" => {
                say!("the cell state kept, written, shown", "记忆元的保留、写入与显露")
            }
            "gates" => say!("gates and candidate, one product", "一次乘积得到门与候选记忆元"),
            "sequence" => say!("a whole sequence, from a state on", "整个序列，可从某个状态接着读"),
            "stack" => say!("layers on top of each other", "把层叠起来"),
            "choose" => say!("sampling: temperature, a draw", "采样：温度、softmax、随机抽取"),
            "poem" => say!("nothing: your cell writes", "不用写：让你的单元写诗"),
            "shift" => say!("inputs and targets, BOS to EOS", "输入与目标，从 BOS 到 EOS"),
            "pad" => say!("padding and its mask", "填充与掩码"),
            "loss" => say!("cross-entropy without padding", "不计填充的交叉熵"),
            "clip" => say!("gradients clipped by their norm", "按全局范数裁剪梯度"),
            _ => say!("one step of training", "训练的一步"),
        }
    }

    /// What a student has built by solving it.
    pub fn built(&self) -> String {
        match self.name {
            "sigma" => say!(
                "The curve of every gate: whatever number comes in, a share from 0 to 1 comes out.",
                "每个门的曲线：无论输入什么数，得到的都是 0 与 1 之间的一个比例。"
            ),
            "rnn" => say!(
                "A recurrent network: one equation that reads x_t and remembers s_{{t-1}}.",
                "一个循环神经网络：一个公式，既读入 x_t，又记得 s_{{t-1}}。"
            ),
            "update" => say!(
                "The memory of an LSTM: f keeps, i and g write, o shows.",
                "LSTM 的记忆：f 决定保留，i 与 g 决定写入，o 决定显露。"
            ),
            "gates" => say!(
                "All gates from one product; with exercise 3 this is a whole step of an LSTM.",
                "一次乘积得到全部的门；加上练习 3，就是 LSTM 完整的一步。"
            ),
            "sequence" => say!(
                "An LSTM layer: it reads a sequence of any length and goes on where it stopped.",
                "一个 LSTM 层：能读任意长的序列，也能从停下的地方接着读。"
            ),
            "stack" => say!(
                "A deep LSTM, the network inside the model that writes poems.",
                "一个多层 LSTM，也就是写诗模型里的网络。"
            ),
            _ => self.built_of_learning(),
        }
    }

    /// The same for exercises 7 to 12 and the poem.
    fn built_of_learning(&self) -> String {
        match self.name {
            "choose" => say!(
                "A sampler: from logits to the next character, as bold as the temperature says.",
                "一个采样器：从 logits 得到下一个字，大胆还是谨慎由温度决定。"
            ),
            "poem" => say!(
                "A network that writes: your cell, your sampler, the weights that ship.",
                "一个会写诗的网络：你的单元、你的采样器、自带的权重。"
            ),
            "shift" => say!(
                "What a language model learns from: after each character the next, and the end.",
                "语言模型的学习材料：每个字之后是哪个字，以及在哪里结束。"
            ),
            "pad" => say!(
                "A batch: poems of all lengths in one rectangle, and a mask of what counts.",
                "一个批量：长短不一的诗放进一个矩形，再用掩码说明哪些算数。"
            ),
            "loss" => say!(
                "The loss of the poem model: nats per token, whatever the padding.",
                "写诗模型的损失：每词元的纳特数，与填充无关。"
            ),
            "clip" => say!(
                "Gradient clipping: one explosion no longer ends a training.",
                "梯度裁剪：一次梯度爆炸不再毁掉整个训练。"
            ),
            _ => say!(
                "A step of training; repeated, it is the whole training of lesson 5.",
                "训练的一步；反复做，就是第 5 课的整个训练。"
            ),
        }
    }
}
