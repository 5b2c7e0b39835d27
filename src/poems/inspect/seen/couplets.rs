//! Whether the lines of a couplet answer each other (对仗): word by word of the same kind.
//!
//! Most kinds of words have no list. One has, as it is closed: the words of position (方位), a kind
//! of its own in the old handbooks, which poets answer strictly: 江**上** by 山**中**, **东**风 by
//! **北**雁.

use super::{share, sheet::Sheet};

/// Every word of one character that says where, rather than what or when: the sides, the four
/// points of the compass, above, below, inside, outside, between. (方位 with 王力, 《汉语诗律学》,
/// in its section on the kinds of words in parallel lines.)
pub const POSITIONS: &str = "上下前后里外中内间边东西南北左右旁侧";

/// Of the places in middle couplets of 律诗 where a line has a word of position, the share where
/// both lines have one, in the same column.
///
/// ```text
/// columns with one in both lines / columns with one in either line
/// ```
///
/// Nothing without such a place.
pub fn positions_answered(poems: &[Sheet]) -> Option<f64> {
    let couplets = poems.iter().flat_map(Sheet::middle_couplets);
    let columns = couplets.flat_map(|[upper, lower]| upper.iter().zip(lower));
    let kinds = columns.map(|(&a, &b)| [a, b].map(|c| POSITIONS.contains(c)));
    share(kinds.filter(|[a, b]| a | b).map(|[a, b]| a && b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_position_is_answered_in_its_own_column_or_not_at_all() {
        let poem = |couplet: &str| {
            let rest = "一二三四五，一二三四五。";
            Sheet::new(None, &format!("{rest}{couplet}{rest}{rest}"))
        };
        let answered = poem("江上看花树，山中听鸟声。");
        let shifted = poem("江上看花树，中山听鸟声。"); // 上 and 中 each alone: two unanswered
        assert_eq!(positions_answered(std::slice::from_ref(&answered)), Some(1.0));
        assert_eq!(positions_answered(std::slice::from_ref(&shifted)), Some(0.0));
        assert_eq!(positions_answered(&[answered, shifted]), Some(1.0 / 3.0));
        assert_eq!(positions_answered(&[poem("江水看花树，山风听鸟声。")]), None);
        let outside = Sheet::new(None, "江上看花树，山中听鸟声。");
        assert_eq!(positions_answered(&[outside]), None, "no middle couplet");
    }
}
