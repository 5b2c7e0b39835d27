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
//! | 1 a network with a memory | `lesson_rnn` | [`rnn`] |
//! | 2 why the far past fades | `lesson_gradients` | [`gradients`] |
//! | 3 three gates around a memory | `lesson_lstm` | [`lstm`] |
//! | 4 a digit read row by row | `lesson_mnist` | [`mnist`] |
//! | 5 poems, character by character | `lesson_poems` | [`poems`] |
//! | 6 the same, faster | `lesson_speed` | [`kernel`] |
//!
//! The cell is the same in all of them: [`cell::RnnCell`], [`cell::GruCell`], [`cell::LstmCell`].
//! What can go wrong on the way, and really did, is kept in [`bugs`].
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
//! | word | in Chinese | meaning |
//! |---|---|---|
//! | hidden state h_t | 隐状态 | what a cell shows |
//! | cell state c_t | 记忆元 | what an LSTM keeps |
//! | input, forget, output gate | 输入门、遗忘门、输出门 | i_t, f_t, o_t: 0 lets nothing pass, 1 everything |
//! | candidate g_t | 候选记忆元 | what could be written |
//! | token, vocabulary | 词元、词表 | a character as a number, and the table of them |
//! | PAD, BOS, EOS, UNK | 填充、起始、结束、未知 | the four ids that are no characters |
//! | mask | 掩码 | 1 where a target counts |
//! | perplexity | 困惑度 | e to the mean nats per token |

pub mod bugs;
pub mod cell;
pub mod gradients;
pub mod kernel;
pub mod look;
pub mod lstm;
pub mod mnist;
pub mod poems;
pub mod rnn;
pub mod shell;
pub mod training;

pub use shell::{cli, download, error, files, say};
