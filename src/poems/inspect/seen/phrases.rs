//! Whether lyrics repeat a phrase where their tune asks for it: 如梦令 has one of two characters
//! twice (知否，知否), 忆秦娥 takes up the end of the line before (秦楼月，秦楼月).

use std::collections::{HashMap, HashSet};

use super::sheet::Sheet;

/// Whether a tune repeats is not known from fewer lyrics than this.
const FEWEST: usize = 10;
/// So many of the real lyrics to a tune must repeat a phrase for the tune to ask for it.
const NEARLY_ALL: f64 = 0.8;

/// Whether a line is the same as the end of the line before.
pub fn repeats_a_phrase(lyric: &Sheet) -> bool {
    lyric.lines.windows(2).any(|pair| pair[0].ends_with(&pair[1]))
}

/// The tunes that ask for a phrase to be repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases {
    tunes: HashSet<String>,
    /// The one with the most lyrics.
    commonest: Option<String>,
}

impl Phrases {
    /// Counts in real lyrics which tunes these are.
    pub fn count(lyrics: &[Sheet]) -> Self {
        let mut counts = HashMap::<&str, [usize; 2]>::new();
        for lyric in lyrics {
            let Some(tune) = &lyric.tune else { continue };
            let [all, repeating] = counts.entry(tune).or_default();
            *all += 1;
            *repeating += usize::from(repeats_a_phrase(lyric));
        }
        counts.retain(|_, [all, repeating]| {
            *all >= FEWEST && *repeating as f64 >= NEARLY_ALL * *all as f64
        });
        let most = counts.iter().max_by(|a, b| a.1[0].cmp(&b.1[0]).then(b.0.cmp(a.0)));
        Self {
            commonest: most.map(|(tune, _)| tune.to_string()),
            tunes: counts.into_keys().map(str::to_string).collect(),
        }
    }

    /// The tune that asks for it and has the most lyrics.
    pub fn commonest(&self) -> Option<&str> {
        self.commonest.as_deref()
    }

    /// How many of the lyrics to such tunes repeat a phrase, and how many these are; nothing if
    /// there are none.
    pub fn kept<'a>(&self, lyrics: impl IntoIterator<Item = &'a Sheet>) -> Option<[usize; 2]> {
        let asked =
            |lyric: &&Sheet| lyric.tune.as_ref().is_some_and(|tune| self.tunes.contains(tune));
        let kept: Vec<bool> = lyrics.into_iter().filter(asked).map(repeats_a_phrase).collect();
        let repeating = kept.iter().filter(|&&kept| kept).count();
        (!kept.is_empty()).then_some([repeating, kept.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tune_asks_for_a_phrase_where_nearly_all_lyrics_repeat_one() {
        let lyric = |tune: &str, text: &str| Sheet::new(Some(tune), text);
        let mut real = vec![lyric("如梦令", "知否，知否，应是绿肥红瘦。"); 16];
        real.extend(vec![lyric("如梦令", "知否，谁知，应是绿肥红瘦。"); 4]);
        real.extend(vec![
            lyric("忆秦娥", "秦娥梦断秦楼月。秦楼月，年年柳色。");
            10
        ]);
        real.extend(vec![lyric("调笑令", "团扇，团扇，"); FEWEST - 1]);
        real.extend(vec![
            lyric("浣溪沙", "一曲新词酒一杯。去年天气旧亭台。");
            30
        ]);
        let phrases = Phrases::count(&real);
        assert_eq!(phrases.commonest(), Some("如梦令"));
        assert_eq!(phrases.kept(&real), Some([26, 30]));
        assert_eq!(phrases.kept(&real[39..]), None);
        real.push(lyric("如梦令", "知否，谁知，应是绿肥红瘦。")); // 16 of 21
        assert_eq!(Phrases::count(&real).commonest(), Some("忆秦娥"));
    }
}
