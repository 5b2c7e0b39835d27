//! From characters to ids, and what counting characters alone can predict.

pub mod corpus;
pub mod download;
pub mod genre;
pub mod ngram;
pub mod normalize;
pub(crate) mod packed;
pub mod pinyin;
pub mod punctuation;
pub mod simplify;
pub mod theme;
pub mod tune;
pub mod variants;
pub mod vocab;
