//! The flags of sampling, wherever something is written.

use clap::Args;
use lstm_lessons::{
    poems::{
        text::genre::Genre,
        write::choose::{
            LYRIC_PENALTY, POEM_PARALLELISM, POEM_PENALTY, PUNCTUATION_TEMPERATURE, SamplingConfig,
        },
    },
    say,
    shell::error::{Error, Result},
};

/// How a model is sampled.
#[derive(Args)]
pub struct Sampling {
    #[arg(long, default_value_t = SamplingConfig::default().temperature, allow_negative_numbers = true, help = say!(
        "below 1 plainer, above 1 wilder, 0 always the likeliest",
        "小于 1 更平稳，大于 1 更大胆，0 总取最可能的字"
    ))]
    temperature: f64,
    #[arg(long, alias = "sign-temperature", default_value_t = PUNCTUATION_TEMPERATURE, allow_negative_numbers = true, help = say!(
        "the same for the punctuation and the end of a free poem, so that a line keeps its length, and for the rhymes of a tune",
        "自由写作时标点与结尾的温度，使每句长短合式；词牌的押韵也用它"
    ))]
    punctuation_temperature: f64,
    #[arg(long, default_value_t = SamplingConfig::default().top_k, help = say!(
        "choose among the k likeliest, 0 for all",
        "只在最可能的 k 个字中选，0 表示全部"
    ))]
    top_k: usize,
    #[arg(long, default_value_t = SamplingConfig::default().top_p, allow_negative_numbers = true, help = say!(
        "choose among the likeliest that together have this probability",
        "只在累计概率达到此值的字中选"
    ))]
    top_p: f64,
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, help = say!(
        "divide a character's probability by this for each time it is in the poem already (at the \
         end of a line three times), unless it doubles the last one [default: {POEM_PENALTY} for poems, {LYRIC_PENALTY} for lyrics]",
        "某字在诗中每出现过一次，其概率就除以此数，在句末出现则除三次；与前一字相同的叠字除外 [默认：诗 {POEM_PENALTY}，词 {LYRIC_PENALTY}]"
    ))]
    pub repeat_penalty: Option<f64>,
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, help = say!(
        "how strongly the second line of a couplet answers the first: 1 as the model learned it, 0 \
         not at all [default: {POEM_PARALLELISM} for poems, 1 for lyrics]",
        "对句与上句对仗的力度：1 为模型所学，0 为不讲对仗 [默认：诗 {POEM_PARALLELISM}，词 1]"
    ))]
    pub parallelism: Option<f64>,
}

impl Sampling {
    /// What was asked for, for texts of this genre.
    ///
    /// # Errors
    /// A number that is out of range.
    pub fn config(&self, genre: Genre) -> Result<SamplingConfig> {
        let Self { temperature, punctuation_temperature, top_k, top_p, .. } = *self;
        let usual = SamplingConfig::of(genre);
        let repetition_penalty = self.repeat_penalty.unwrap_or(usual.repetition_penalty);
        let parallelism = self.parallelism.unwrap_or(usual.parallelism);
        if [temperature, punctuation_temperature].iter().any(|t| *t < 0.0 || !t.is_finite())
            || !(top_p > 0.0 && top_p <= 1.0)
        {
            return Err(Error::user(say!(
                "--temperature and --punctuation-temperature must be 0 or more and --top-p above \
                 0 and at most 1",
                "--temperature 与 --punctuation-temperature 须不小于 0，--top-p 须大于 0 且不超过 1"
            )));
        }
        if !(repetition_penalty > 0.0 && repetition_penalty.is_finite()) {
            return Err(Error::user(say!(
                "--repeat-penalty must be above 0; 1 is none, e.g. 1.5",
                "--repeat-penalty 须大于 0；1 表示不惩罚，例如 1.5"
            )));
        }
        if !(0.0..=10.0).contains(&parallelism) {
            return Err(Error::user(say!(
                "--parallelism must be from 0 to 10, e.g. 1.2",
                "--parallelism 须在 0 到 10 之间，例如 1.2"
            )));
        }
        Ok(SamplingConfig {
            temperature,
            top_k,
            top_p,
            repetition_penalty,
            punctuation_temperature: Some(punctuation_temperature),
            parallelism,
        })
    }
}
