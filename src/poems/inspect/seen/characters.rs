//! Which characters a text is made of.

use std::collections::{HashMap, HashSet};

use encoding_rs::GBK;

use super::{share, sheet::Sheet};

/// So many of the commonest characters are looked for.
pub const COMMONEST: usize = 100;

/// The Han characters of `sheets` and how often each stands there, the most frequent first.
pub fn ranked(sheets: &[Sheet]) -> Vec<(char, usize)> {
    let mut counts = HashMap::<char, usize>::new();
    sheets.iter().flat_map(Sheet::characters).for_each(|c| *counts.entry(c).or_default() += 1);
    let mut ranked: Vec<(char, usize)> = counts.into_iter().collect();
    ranked.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

/// The [`COMMONEST`] Han characters of `sheets`.
pub fn commonest(sheets: &[Sheet]) -> HashSet<char> {
    ranked(sheets).into_iter().take(COMMONEST).map(|(c, _)| c).collect()
}

/// The share of all Han characters that are among `common`.
pub fn common_share(sheets: &[Sheet], common: &HashSet<char>) -> Option<f64> {
    share(sheets.iter().flat_map(Sheet::characters).map(|c| common.contains(&c)))
}

/// The share of texts with both 春 and 秋: two seasons at once.
pub fn spring_and_autumn(sheets: &[Sheet]) -> Option<f64> {
    share(sheets.iter().map(|sheet| ['春', '秋'].iter().all(|&c| sheet.text.contains(c))))
}

/// The share of texts with a character beyond GB 2312: an old form (疎 for 疏, 鴈 for 雁) or a
/// character that few know.
pub fn mixed_script(sheets: &[Sheet]) -> Option<f64> {
    share(sheets.iter().map(|sheet| sheet.characters().any(|c| !in_gb2312(c))))
}

/// Whether GB 2312 (1980) has `c`: the 6,763 characters of simplified script that fonts and readers
/// know. They are those of GBK both of whose bytes are 0xA1 or more; what GBK added has a smaller
/// one.
///
/// ```
/// use lstm_lessons::poems::inspect::seen::characters::in_gb2312;
///
/// assert!(in_gb2312('疏') && in_gb2312('雁'));
/// assert!(!in_gb2312('疎') && !in_gb2312('鴈') && !in_gb2312('𬬻'));
/// ```
pub fn in_gb2312(c: char) -> bool {
    let text = c.to_string();
    let (bytes, _, unknown) = GBK.encode(&text);
    !unknown && bytes.len() == 2 && bytes.iter().all(|&byte| byte >= 0xa1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets<const N: usize>(texts: [&str; N]) -> Vec<Sheet> {
        texts.map(|text| Sheet::new(None, text)).into()
    }

    #[test]
    fn the_commonest_characters_are_counted_without_punctuation() {
        let many: String =
            (0..COMMONEST as u32).map(|k| char::from_u32(0x4e00 + k).unwrap()).collect();
        let common = commonest(&sheets([&format!("{many}，{many}。"), "龙，龙。龙，龘。"]));
        assert_eq!((common.len(), common.contains(&'龙')), (COMMONEST, true));
        assert!(!common.contains(&'龘') && !common.contains(&'，'));
        assert_eq!(common_share(&sheets(["龙龘龘龘。"]), &common), Some(0.25));
        assert_eq!(common_share(&sheets(["，。"]), &common), None);
    }

    #[test]
    fn seasons_and_script_are_counted_poem_by_poem() {
        let poems = sheets(["春眠不觉晓，", "春花秋月，", "秋窗，", "疎雨秋窗，"]);
        assert_eq!(spring_and_autumn(&poems), Some(0.25));
        assert_eq!(mixed_script(&poems), Some(0.25));
    }
}
