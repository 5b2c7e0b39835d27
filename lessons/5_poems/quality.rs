//! How good the poems are that a model writes, beside real poems and random lines.

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::{
        bundle::Bundle,
        inspect::measures::{Measures, lines_of, measure, random_lines},
        text::{corpus::Poem, genre::Genre},
        verse::{rhymes::RhymeBook, tunes::TuneLengths},
        write::sample::Written,
    },
    say,
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::Serialize;

/// The figures of as many sampled poems, real ones and random ones.
#[derive(Serialize)]
pub struct Quality {
    #[serde(flatten)]
    model: Measures,
    /// The share of poems that the model ended by EOS; the others were cut at the longest length.
    ended: f64,
    real: Measures,
    random: Measures,
    /// Of lyrics: how well they keep to their tunes, the sampled and the real ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    tune_lengths: Option<[f64; 2]>,
}

impl Quality {
    /// Measures poems that the model wrote, as many of the real poems `test` (or all, if they are
    /// fewer) and of their lines at random. Different pairs grow rarer with every poem, so only
    /// equal numbers compare.
    ///
    /// A line counts as copied if it is one of `train`'s.
    pub fn of(
        bundle: &Bundle,
        test: &[Poem],
        train: &[Poem],
        written: &[Written],
        seed: u64,
    ) -> Self {
        let (known, book, count) = (lines_of(train), RhymeBook::shipped(), written.len());
        let mut real: Vec<&Poem> = test.iter().collect();
        real.shuffle(&mut StdRng::seed_from_u64(seed));
        let random = random_lines(test, count, seed);
        let tune_lengths = (bundle.genre() == Genre::Lyric)
            .then(|| tune_lengths(bundle, &TuneLengths::of(train), written, &real));
        Self {
            model: measure(written.iter().map(|poem| poem.text.as_str()), &known, book),
            ended: written.iter().filter(|poem| poem.ended).count() as f64 / count.max(1) as f64,
            real: measure(real.iter().take(count).map(|poem| poem.content.as_str()), &known, book),
            random: measure(random.iter().map(String::as_str), &known, book),
            tune_lengths,
        }
    }

    /// One line a figure, one column for each of the three.
    pub fn table(&self) -> String {
        let Self { model, ended, real, random, tune_lengths } = self;
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let of = |figure: fn(&Measures) -> f64| {
            [model, real, random].map(|measures| percent(figure(measures)))
        };
        let heads = [
            say!("this model", "本模型"),
            say!("real poems", "真诗"),
            say!("random lines", "随机拼句"),
        ];
        let mut rows = vec![
            (String::new(), heads),
            (
                say!("poems", "首数"),
                [model, real, random].map(|measures| measures.measured.to_string()),
            ),
        ];
        rows.extend(match tune_lengths {
            // The rules of regulated verse are none for lyrics: a tune has its own.
            Some(shares) => {
                let [model, real] = shares.map(percent);
                vec![(say!("lengths of the tune", "句式合词牌"), [model, real, "–".into()])]
            }
            None => vec![
                (say!("regular form", "合体裁"), of(|m| m.regular_form)),
                (say!("even lines rhyme", "偶数句押韵"), of(|m| m.rhyme)),
                (say!("strict tone", "平仄全合"), of(|m| m.strict_tone)),
            ],
        });
        rows.extend([
            (say!("copied lines", "照抄的诗句"), of(|m| m.copied_lines)),
            (say!("distinct pairs", "不重复的二字组"), of(|m| m.distinct_2)),
            (say!("ended by itself", "自行结束"), [percent(*ended), "–".into(), "–".into()]),
        ]);
        let columns = Table::new([Left(20), Right(16), Right(16), Right(16)]);
        let line = |(name, [model, real, random]): (String, [String; 3])| {
            columns.row([name, model, real, random])
        };
        rows.into_iter().map(line).collect::<Vec<String>>().join("\n")
    }
}

/// How many of the lyrics that the model wrote keep to their tunes, and how many of as many real
/// ones to tunes that it knows.
fn tune_lengths(
    bundle: &Bundle,
    tunes: &TuneLengths,
    written: &[Written],
    real: &[&Poem],
) -> [f64; 2] {
    let sampled =
        written.iter().filter_map(|lyric| Some((lyric.title.as_deref()?, lyric.text.as_str())));
    let known = |lyric: &&&Poem| bundle.tunes.iter().any(|tune| tune.name == lyric.title);
    let real = real.iter().filter(known).take(written.len());
    let real = real.map(|lyric| (lyric.title.as_str(), lyric.content.as_str()));
    [tunes.share(sampled), tunes.share(real)]
}
