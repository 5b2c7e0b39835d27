//! What rhymes in a lyric: the 19 parts (部) of 词林正韵, which lyrics of the Song dynasty keep.
//!
//! Each part joins some of the 106 rhymes. In the parts 1 to 14 the three tones stand together, but
//! a tune still asks for a level or for an oblique rhyme, so that two classes are made of each; 15
//! to 19 are those of the entering tone. Where the book of parts divides a rhyme among two
//! (灰, 佳, 元 and those of the other tones that answer them), a character of it counts to both.
//!
//! Source: 戈载《词林正韵》 (1821); the table below is its list of contents by the names of the 106.

use super::{RhymeBook, Rhymes};

/// The rhymes of each part, those of the level tone before the bar.
const PARTS: [&str; 19] = [
    "东冬|董肿送宋",
    "江阳|讲养绛漾",
    "支微齐灰|纸尾荠贿寘未霁泰队",
    "鱼虞|语麌御遇",
    "佳灰|蟹贿泰卦队",
    "真文元|轸吻阮震问愿",
    "寒删先元|旱潸铣阮翰谏霰愿",
    "萧肴豪|筿巧皓啸效号",
    "歌|哿个",
    "佳麻|马卦祃",
    "庚青蒸|梗迥敬径",
    "尤|有宥",
    "侵|寝沁",
    "覃盐咸|感琰豏勘艳陷",
    "|屋沃",
    "|觉药",
    "|质陌锡职缉",
    "|物月曷黠屑叶",
    "|合洽",
];

/// The parts by the places of a book.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Of each rhyme of the book, all that rhyme with it in a lyric.
    together: Vec<Rhymes>,
}

impl Parts {
    /// The parts of this book.
    pub fn of(book: &RhymeBook) -> Self {
        let name = |place: usize| book.name(place).chars().next_back();
        let places = (0..).take_while(|&place| !book.name(place).is_empty());
        let places: Vec<usize> = places.collect();
        let class = |names: &str| {
            let inside =
                places.iter().filter(|&&place| name(place).is_some_and(|c| names.contains(c)));
            inside.fold(Rhymes::NONE, |class, &place| class | Rhymes::one(place))
        };
        let classes: Vec<Rhymes> =
            PARTS.iter().flat_map(|part| part.split('|')).map(class).collect();
        let together = |place: &usize| {
            let mine = classes.iter().filter(|class| !(**class & Rhymes::one(*place)).is_empty());
            mine.fold(Rhymes::one(*place), |all, &class| all | class)
        };
        Self { together: places.iter().map(together).collect() }
    }

    /// Every rhyme that rhymes with one of these in a lyric, these among them.
    ///
    /// ```
    /// use lstm_lessons::poems::verse::rhymes::{RhymeBook, parts::Parts};
    ///
    /// let book = RhymeBook::shipped();
    /// let parts = Parts::of(book);
    /// let rhyme = |a, b| !(parts.widened(book.rhymes(a)) & book.rhymes(b)).is_empty();
    /// assert!(rhyme('东', '钟') && rhyme('江', '阳') && rhyme('元', '山') && rhyme('元', '魂'));
    /// assert!(!rhyme('东', '江') && !rhyme('东', '动'));
    /// ```
    pub fn widened(&self, rhymes: Rhymes) -> Rhymes {
        rhymes.each().fold(Rhymes::NONE, |all, place| {
            all | self.together.get(place).copied().unwrap_or(Rhymes::one(place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rhyme_of_the_book_is_in_a_part_and_every_name_of_a_part_in_the_book() {
        let book = RhymeBook::shipped();
        let names: String =
            (0..106).filter_map(|place| book.name(place).chars().next_back()).collect();
        let listed: String = PARTS.concat().replace('|', "");
        let missing: Vec<char> = names.chars().filter(|&c| !listed.contains(c)).collect();
        let unknown: Vec<char> = listed.chars().filter(|&c| !names.contains(c)).collect();
        assert_eq!((missing, unknown), (vec![], vec![]));
    }
}
