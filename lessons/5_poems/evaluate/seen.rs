//! What a reader sees, of the texts that a model writes and of real ones beside them.

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::{
        inspect::seen::{
            Seen, Standard,
            classifier::told_apart,
            seen,
            sheet::{Sheet, beside},
        },
        text::{corpus::Poem, genre::Genre},
        write::{
            beginning::Beginning,
            sample::{Sampler, Written},
        },
    },
    say,
    shell::error::Result,
};
use serde::Serialize;

/// Lyrics that are written to the tune that repeats a phrase; few are among those written freely.
const TO_ONE_TUNE: u64 = 16;

/// The figures of the written texts and of two sets of real ones of the same forms.
#[derive(Serialize)]
pub struct ReaderSees {
    model: Seen,
    real: Seen,
    /// AUC of a classifier: the written texts against the first set of real ones, and the second
    /// set against the first.
    told_apart: [Option<f64>; 2],
}

impl ReaderSees {
    /// Measures `written` by what is counted in `train`, or else in the rest of `test`, beside texts
    /// of `test`.
    ///
    /// # Errors
    /// A model that knows no Han character.
    pub fn of(
        sampler: &Sampler<'_>,
        written: &[Written],
        (test, train): (&[Poem], Option<&[Poem]>),
        seed: u64,
    ) -> Result<Self> {
        let genre = sampler.reader.bundle.genre();
        let written: Vec<Sheet> = written.iter().map(Sheet::from).collect();
        let ([first, second], rest) = beside(&written, Sheet::all(test, genre), seed);
        let standard = match train {
            Some(train) => Standard::of_corpus(train, genre),
            None => Standard::of(&rest),
        };
        let mut model = seen(&written, &standard);
        let more = to_the_repeating_tune(sampler, &standard, seed)?;
        model.phrases = standard.phrases.kept(written.iter().chain(&more));
        Ok(Self {
            model,
            told_apart: [told_apart(&written, &first), told_apart(&second, &first)],
            real: seen(&[first, second].concat(), &standard),
        })
    }

    /// One line a figure, the model's and the real texts'.
    pub fn table(&self, genre: Genre) -> String {
        let Self { model, real, told_apart: [auc, control] } = self;
        let percent =
            |share: Option<f64>| shown(share.map(|share| format!("{:.1} %", 100.0 * share)));
        let row = |name: String, figure: fn(&Seen) -> Option<f64>| {
            [name, percent(figure(model)), percent(figure(real))]
        };
        let mut rows =
            vec![[say!("texts", "首数"), model.texts.to_string(), real.texts.to_string()]];
        rows.extend(match genre {
            Genre::Poem | Genre::Text => {
                of_poems().map(|(name, figure)| row(name, figure)).to_vec()
            }
            Genre::Lyric => {
                let kept = |of: Option<[usize; 2]>| {
                    shown(of.map(|[kept, of]| say!("{kept} of {of}", "{of} 首中 {kept} 首")))
                };
                let phrases = say!("repeats the phrase that the tune asks for", "词牌要求的叠句");
                let mut rows = of_lyrics().map(|(name, figure)| row(name, figure)).to_vec();
                rows.push([phrases, kept(model.phrases), kept(real.phrases)]);
                rows
            }
        });
        rows.extend(of_both().map(|(name, figure)| row(name, figure)));
        let coherence = |of: &Seen| shown(of.coherence.map(|figure| format!("{figure:.0}")));
        rows.push([
            say!("first and last couplet cohere, x 1000", "首尾两联的连贯（×1000）"),
            coherence(model),
            coherence(real),
        ]);
        let area = |auc: &Option<f64>| shown(auc.map(|auc| format!("{auc:.2}")));
        rows.push([
            say!("told from real ones by a classifier (AUC)", "分类器与真作的区分度（AUC）"),
            area(auc),
            area(control),
        ]);
        let heads = [
            say!("what a reader sees", "读者所见"),
            say!("this model", "本模型"),
            say!("real, same forms", "同体真作"),
        ];
        Table::new([Left(44), Right(14), Right(20)]).lines(heads, rows).join("\n")
    }
}

/// A figure, or that there was nothing to measure.
fn shown(figure: Option<String>) -> String {
    figure.unwrap_or_else(|| "–".into())
}

type Figure = (String, fn(&Seen) -> Option<f64>);

fn of_poems() -> [Figure; 3] {
    [
        (say!("the same character rhymes twice", "重韵"), |of| of.same_rhyme),
        (
            say!("律诗: a middle couplet repeats a character", "律诗：中间两联上下句有同字"),
            |of| of.middle_repeats,
        ),
        (
            say!("律诗: words of position answered (对仗)", "律诗：方位词对以方位词（对仗）"),
            |of| of.positions_answered,
        ),
    ]
}

fn of_lyrics() -> [Figure; 2] {
    [
        (say!("lines rhyme where the tune does", "词牌押韵处押韵"), |of| of.tune_rhymes),
        (say!("the same character ends two sentences", "两句以同一字结尾"), |of| {
            of.same_end
        }),
    ]
}

fn of_both() -> [Figure; 5] {
    [
        (say!("a character comes again (叠字 aside)", "有重复的字（叠字不计）"), |of| of.repeating),
        (say!("a character three times or more", "同一字出现三次或更多"), |of| {
            of.three_times
        }),
        (say!("春 and 秋 in one text", "一首之中既有春又有秋"), |of| {
            of.spring_and_autumn
        }),
        (say!("the 100 commonest characters' share", "最常用一百字所占的比例"), |of| {
            of.common
        }),
        (
            say!("characters beyond GB 2312 (疎, 鴈)", "含 GB 2312 以外的字（疎、鴈）"),
            |of| of.mixed_script,
        ),
    ]
}

/// Lyrics to the commonest tune that repeats a phrase, if the model knows it.
fn to_the_repeating_tune(
    sampler: &Sampler<'_>,
    standard: &Standard,
    seed: u64,
) -> Result<Vec<Sheet>> {
    let known = &sampler.reader.bundle.tunes;
    let asked = standard.phrases.commonest();
    let Some(tune) = known.iter().find(|tune| Some(tune.name.as_str()) == asked) else {
        return Ok(Vec::new());
    };
    let write = |k: u64| {
        let seed = seed.wrapping_add(k);
        let begin: Beginning = sampler.first_character(Some(&tune.name), seed)?;
        Ok(Sheet::from(&sampler.write(&begin, Some(&tune.name), seed, &mut |_| ())))
    };
    (0..TO_ONE_TUNE).map(write).collect()
}
