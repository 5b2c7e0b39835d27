//! A hands-on course on recurrent networks.
//!
//! What an RNN is, why its gradient fades, what the gates of an LSTM do; then a classifier that
//! reads each 28x28 digit as 28 rows, one a step, and decides from the last output; then a
//! two-layer LSTM that learns Tang poems character by character and writes new ones, with the very
//! same [`cell`].
//!
//! # The syllabus
//!
//! | lesson | binary | code |
//! |---|---|---|
//! | 1 a network with a memory | `lesson_rnn` | [`rnn`](demos::rnn) |
//! | 2 why the far past fades | `lesson_gradients` | [`gradients`](demos::gradients) |
//! | 3 three gates around a memory | `lesson_lstm` | [`lstm`](demos::lstm) |
//! | 4 a digit read row by row | `lesson_mnist` | [`mnist`] |
//! | 5 poems, character by character | `lesson_poems` | [`poems`] |
//! | 6 the same, faster | `lesson_speed` | [`kernel`] |
//! | 7 past one processor | `lesson_scale` | [`scale`](demos::scale), [`training::micro_batches`] |
//!
//! The cell is the same in all of them: [`cell::RnnCell`], [`cell::GruCell`], [`cell::LstmCell`].
//! What can go wrong on the way, and really did, is kept in [`bugs`]; whether it was understood,
//! [`questions`] ask.
//!
//! # As a library
//!
//! ```
//! use lstm_lessons::{burn::prelude::*, cell::{LstmCell, Recurrent}, rand::{SeedableRng, rngs::StdRng}};
//!
//! let device = Device::flex();
//! let cell = LstmCell::new(28, 128, 1.0, &mut StdRng::seed_from_u64(1), &device);
//!
//! let x = Tensor::zeros([5, 40, 28], &device);                  // [B, T, D]
//! let (outputs, state) = cell.sequence(x, None);
//! assert_eq!(outputs.dims(), [5, 40, 128]);                     // [B, T, H]
//!
//! let state = cell.step(Tensor::zeros([5, 28], &device), state); // one step more
//! assert_eq!(state.hidden.dims(), [5, 128]);                    // [B, H]
//! ```
//!
//! The folder `examples` has the cell in a loop, a classifier of your own sequences and a character
//! model of your own text.
//!
//! # The shape alphabet
//!
//! Shapes stand at the line's end: `// [B, T, H]`.
//!
//! | letter | in code | meaning |
//! |---|---|---|
//! | B | `batch` | examples side by side |
//! | T | `seq_len` | steps; t counts them |
//! | D | `d_input` | width of an input step |
//! | E | `d_embed` | width of a character's vector |
//! | H | `d_hidden` | width of a layer |
//! | L | `n_layers` | layers |
//! | V | `vocab_size` | entries of the vocabulary |
//!
//! # The glossary
//!
//! One word an idea, the one that the literature has.
//!
//! The cell:
//!
//! | word | in Chinese | meaning |
//! |---|---|---|
//! | hidden state h_t | 隐状态 | what a cell shows at step t |
//! | cell state c_t | 记忆元 | what an LSTM keeps |
//! | input, forget, output gate | 输入门、遗忘门、输出门 | i_t, f_t, o_t: 0 lets nothing pass, 1 everything |
//! | candidate g_t | 候选记忆元 | what could be written into the cell state |
//! | layer, stack | 层、多层 | a cell run over time; layers on top of each other |
//!
//! Data:
//!
//! | word | in Chinese | meaning |
//! |---|---|---|
//! | token, vocabulary | 词元、词表 | a character as a number, and the table of them |
//! | PAD, BOS, EOS, UNK | 填充、起始、结束、未知 | the four ids that are no characters |
//! | rejected | 剔除 | of a line of a corpus: left out by a rule, and counted by its reason |
//! | batch | 批量 | examples side by side in one rectangle |
//! | inputs, targets | 输入、目标 | what is read at each step, and what should be predicted there |
//! | mask | 掩码 | 1 where a target counts, 0 on padding |
//! | training set, validation set, test set | 训练集、验证集、测试集 | what a model learns from; what measures it during training; what measures it afterwards |
//! | split | 划分 | into a training set and a validation set |
//! | transposed | 转置 | with rows and columns exchanged |
//!
//! Learning:
//!
//! | word | in Chinese | meaning |
//! |---|---|---|
//! | logits z | logits（未规范化的预测） | one number for each possible answer, before the softmax |
//! | loss, nats per token | 损失、每词元的纳特数 | the mean of -ln p over the targets that count |
//! | perplexity | 困惑度 | e to the mean nats per token |
//! | backward pass | 反向传播 | from the loss to the gradient of every parameter |
//! | backpropagation through time | 通过时间反向传播 | the same through all steps of a sequence |
//! | truncated backpropagation through time | 截断的通过时间反向传播 | back through the steps of one piece of a long text; the state goes on to the next |
//! | gradient norm | 梯度范数 | the length of a gradient: the root of its sum of squares |
//! | gradient clipping | 梯度裁剪 | all gradients scaled down together where their norm is too large |
//! | hyperparameters | 超参数 | what is set before a training: sizes, learning rate, epochs |
//! | epoch, step | 轮、步 | once through the training set; one batch and one update |
//! | micro-batch | 微批量 | a part of a batch whose gradient is computed by itself |
//! | gradient accumulation | 梯度累积 | the micro-batches of a batch one after the other, then one update |
//! | data parallelism | 数据并行 | the micro-batches of a batch on several devices at once |
//! | all-reduce | 全归约 | after it every device has the sum of what all of them had |
//! | launch | 启动 | an operation that a device is told to do |
//! | checkpoint, resume | 检查点、续训 | all that a training needs to go on, in files; to go on from there |
//!
//! Writing:
//!
//! | word | in Chinese | meaning |
//! |---|---|---|
//! | parallelism | 对仗 | the lines of a couplet answer each other, word by word |
//! | sampling | 采样 | drawing the next character by its probability |
//! | temperature, top-k, top-p | 温度、top-k、top-p | how the probabilities are changed before the draw |
//! | punctuation | 标点 | ，。？！ and the like, with a temperature of their own |
//! | constraints | 约束 | what a composed poem must keep: form, rhyme, tones, given characters |
//! | candidate (of composing) | 候选格律 | a pattern of tones with the rhymes that a poem can still have; not the g_t of an LSTM |
//! | features of verse | 诗的特征 | what follows from the characters so far, in the input beside each |
//!
//! Teaching:
//!
//! | word | in Chinese | meaning |
//! |---|---|---|
//! | question, answer | 题目、答案 | of the bank that `quiz` asks: four answers, one of them right |
//! | misconception | 误解 | the idea that leads to a wrong answer |

// So that whoever builds on the cells has the very versions that they are made of.
pub use burn;
pub use rand;

pub mod bugs;
pub mod cell;
pub mod demos;
pub mod kernel;
pub mod look;
pub mod mnist;
pub mod poems;
pub mod questions;
pub mod shell;
pub mod training;
