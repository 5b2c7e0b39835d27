//! The nineteen parts (部) by which lyrics rhyme (词林正韵).
//!
//! Poems keep to one of the 106 rhymes; lyrics rhyme more freely. 戈载 read which rhymes the lyrics
//! of the Song dynasty join and wrote it down in 《词林正韵》 (1821): fourteen parts with the level,
//! rising and departing tones of the same sound, five with the entering tone. `PARTS` is his
//! table in terms of the 106 rhymes.
//!
//! Some of the 106 he splits between two parts, by the finer rhymes of Guangyun: 元 has 门 and 魂,
//! which go with 真, and 言 and 园, which go with 先. The table of this crate does not know the
//! finer rhymes, so a split rhyme stands in both of its parts, and a character of it rhymes with
//! either.

use super::{RhymeBook, Rhymes};

/// The rhymes of each part, by the last character of their names in the order level, rising,
/// departing, entering; the tones stand apart, as 泰 and 卦 and others have no counterpart in every
/// tone.
const PARTS: [[&str; 4]; 19] = [
    ["东冬", "董肿", "送宋", ""],
    ["江阳", "讲养", "绛漾", ""],
    ["支微齐灰", "纸尾荠贿", "寘未霁泰队", ""], // of 灰贿泰队 the half with 回 and 会
    ["鱼虞", "语麌", "御遇", ""],
    ["佳灰", "蟹贿", "泰卦队", ""], // of 佳 街, of 灰贿泰队 来 and 外
    ["真文元", "轸吻阮", "震问愿", ""], // of 元阮愿 门 and 本
    ["元寒删先", "阮旱潸铣", "愿翰谏霰", ""], // of 元阮愿 言 and 远
    ["萧肴豪", "筿巧皓", "啸效号", ""],
    ["歌", "哿", "个", ""],
    ["佳麻", "马", "卦祃", ""], // of 佳 and 卦 涯 and 画
    ["庚青蒸", "梗迥", "敬径", ""],
    ["尤", "有", "宥", ""],
    ["侵", "寝", "沁", ""],
    ["覃盐咸", "感琰豏", "勘艳陷", ""],
    ["", "", "", "屋沃"],
    ["", "", "", "觉药"],
    ["", "", "", "质陌锡职缉"],
    ["", "", "", "物月曷黠屑叶"],
    ["", "", "", "合洽"],
];

/// A set of parts, one bit each.
///
/// ```
/// use lstm_lessons::poems::verse::rhymes::parts::PartBook;
///
/// let book = PartBook::shipped();
/// assert!(book.rhyme('红', '浓')); // 东 and 冬, part 1
/// assert!(book.rhyme('骤', '酒')); // 宥 and 有, part 12
/// assert!(book.rhyme('门', '春') && book.rhyme('言', '天')); // both of 元, which is split
/// assert!(!book.rhyme('红', '天'));
/// assert_eq!(book.parts('红').each().collect::<Vec<_>>(), [1]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts(u32);

impl Parts {
    /// None at all.
    pub const NONE: Parts = Parts(0);

    /// Whether it has no part.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their numbers, 1 to 19.
    pub fn each(self) -> impl Iterator<Item = usize> {
        (0..PARTS.len()).filter(move |part| self.0 >> part & 1 == 1).map(|part| part + 1)
    }
}

impl std::ops::BitAnd for Parts {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl std::ops::BitOr for Parts {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A rhyme book that knows the part of each of its rhymes.
#[derive(Clone, Debug)]
pub struct PartBook<'a> {
    book: &'a RhymeBook,
    /// The parts of each rhyme, in the order of the book.
    of_rhyme: Vec<Parts>,
}

impl PartBook<'static> {
    /// By the book that ships with the crate.
    pub fn shipped() -> Self {
        Self::new(RhymeBook::shipped())
    }
}

impl<'a> PartBook<'a> {
    /// Finds the part of each rhyme by its name: 上平声一东 is 东 of the level tone.
    pub fn new(book: &'a RhymeBook) -> Self {
        Self { book, of_rhyme: book.names.iter().map(|name| parts_of(name)).collect() }
    }

    /// The parts of the rhymes at these places of the book.
    pub fn of(&self, rhymes: Rhymes) -> Parts {
        let known = rhymes.each().filter_map(|place| self.of_rhyme.get(place));
        known.fold(Parts::NONE, |all, &parts| all | parts)
    }

    /// Every rhyme of the book that lyrics rhyme with one of these in the same class of tones: a tune
    /// asks for a level or for an oblique rhyme.
    ///
    /// ```
    /// use lstm_lessons::poems::verse::rhymes::{RhymeBook, parts::PartBook};
    ///
    /// let (book, parts) = (RhymeBook::shipped(), PartBook::shipped());
    /// let rhyme = |a, b| !(parts.widened(book.rhymes(a)) & book.rhymes(b)).is_empty();
    /// assert!(rhyme('东', '钟') && rhyme('路', '雨'));
    /// assert!(!rhyme('东', '动'), "one part, but level and oblique");
    /// ```
    pub fn widened(&self, rhymes: Rhymes) -> Rhymes {
        let is_level = |place: usize| !Rhymes::one(place).level().is_empty();
        let together = |a: usize, b: usize| {
            is_level(a) == is_level(b) && !(self.of_rhyme[a] & self.of_rhyme[b]).is_empty()
        };
        let places = 0..self.of_rhyme.len();
        let joined = places.filter(|&place| rhymes.each().any(|rhyme| together(rhyme, place)));
        joined.fold(rhymes, |all, place| all | Rhymes::one(place))
    }

    /// Every part that `c` may rhyme in; none if the book does not know it.
    pub fn parts(&self, c: char) -> Parts {
        self.of(self.book.rhymes(c))
    }

    /// Whether lyrics rhyme `a` with `b`, in whatever tones.
    pub fn rhyme(&self, a: char, b: char) -> bool {
        !(self.parts(a) & self.parts(b)).is_empty()
    }
}

/// The parts of the rhyme with this name.
fn parts_of(name: &str) -> Parts {
    let tone = ["平声", "上声", "去声", "入声"].iter().position(|&tone| name.contains(tone));
    let (Some(tone), Some(last)) = (tone, name.chars().last()) else { return Parts::NONE };
    let holds = |part: &usize| PARTS[*part][tone].contains(last);
    (0..PARTS.len()).filter(holds).fold(Parts::NONE, |all, part| all | Parts(1 << part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slip in the table would leave a rhyme out, name one that there is not, or split one that
    /// 戈载 does not split.
    #[test]
    fn each_of_the_106_rhymes_has_its_part_and_nine_have_two() {
        let book = PartBook::shipped();
        let parts = |name: &str| {
            let place = book.book.names.iter().position(|other| other.ends_with(name));
            book.of_rhyme[place.expect(name)].each().collect::<Vec<_>>()
        };
        assert!(book.of_rhyme.iter().all(|parts| !parts.is_empty()));
        let written: usize = PARTS.iter().flatten().map(|names| names.chars().count()).sum();
        let split = book.of_rhyme.iter().filter(|parts| parts.each().count() == 2).count();
        assert_eq!((book.of_rhyme.len(), split, written), (106, 9, 106 + 9));
        assert_eq!(
            (parts("十灰"), parts("九佳"), parts("十三元")),
            (vec![3, 5], vec![5, 10], vec![6, 7])
        );
        assert_eq!(
            (parts("九泰"), parts("十卦"), parts("十一队")),
            (vec![3, 5], vec![5, 10], vec![3, 5])
        );
        assert_eq!(
            (parts("十贿"), parts("十三阮"), parts("十四愿")),
            (vec![3, 5], vec![6, 7], vec![6, 7])
        );
        assert_eq!(
            (parts("一屋"), parts("十六叶"), parts("十七洽")),
            (vec![15], vec![18], vec![19])
        );
    }

    #[test]
    fn what_the_book_does_not_know_rhymes_with_nothing() {
        let book = PartBook::new(RhymeBook::shipped());
        assert!(book.parts('，').is_empty() && !book.rhyme('，', '，'));
        assert!(book.rhyme('月', '雪') && !book.rhyme('月', '夜'), "the entering tone stays apart");
    }
}
