//! A judge of regulated verse that shares no code with the composer: its own reading of the table,
//! its own textbook patterns.

use std::collections::{BTreeSet, HashMap};

/// The four lines of five as the textbook prints them; 0 is free.
const X: &str = "0仄平平仄";
const Y: &str = "平平仄仄平";
const Z: &str = "0平平仄仄";
const W: &str = "0仄仄平平";

/// The four patterns, eight lines each (a quatrain is the first four), as the textbook prints them.
const PATTERNS: [[&str; 8]; 4] = [
    [X, Y, Z, W, X, Y, Z, W],
    [Z, W, X, Y, Z, W, X, Y],
    [W, Y, Z, W, X, Y, Z, W],
    [Y, W, X, Y, Z, W, X, Y],
];

pub struct Judge {
    /// The rhymes of each character.
    table: HashMap<char, BTreeSet<String>>,
}

impl Judge {
    pub fn new() -> Self {
        let mut table: HashMap<char, BTreeSet<String>> = HashMap::new();
        for line in include_str!("../../../data/rhymes.txt").lines().skip(1) {
            let (rhyme, characters) = line.split_once('\t').expect("a rhyme and its characters");
            for c in characters.chars().filter(|c| *c != '\t') {
                table.entry(c).or_default().insert(rhyme.to_string());
            }
        }
        Self { table }
    }

    pub fn level(&self, c: char) -> bool {
        self.table.get(&c).is_some_and(|rhymes| rhymes.iter().any(|rhyme| rhyme.contains("平声")))
    }

    pub fn oblique(&self, c: char) -> bool {
        self.table.get(&c).is_some_and(|rhymes| rhymes.iter().any(|rhyme| !rhyme.contains("平声")))
    }

    /// The level rhymes that all these characters share.
    pub fn shared(&self, ends: &[char]) -> BTreeSet<String> {
        let level = |c: &char| -> BTreeSet<String> {
            self.table
                .get(c)
                .into_iter()
                .flatten()
                .filter(|rhyme| rhyme.contains("平声"))
                .cloned()
                .collect()
        };
        ends.iter().map(level).reduce(|a, b| &a & &b).unwrap_or_default()
    }

    /// Whether even lines share a level rhyme.
    pub fn rhymes(&self, lines: &[Vec<char>]) -> bool {
        let ends: Vec<char> =
            lines.iter().skip(1).step_by(2).map(|line| line[line.len() - 1]).collect();
        !self.shared(&ends).is_empty()
    }

    /// The lines (from 1) that leave the nearest pattern; with it, a first line that ends level
    /// must rhyme.
    pub fn off_tone(&self, lines: &[Vec<char>]) -> Vec<usize> {
        let fits = |c: char, wanted: char| match wanted {
            '平' => self.level(c),
            '仄' => self.oblique(c),
            _ => self.table.contains_key(&c),
        };
        let pattern = |kinds: &[&str; 8]| -> Vec<usize> {
            let off = |(line, kind): (&Vec<char>, &&str)| {
                let head = match (line.len(), kind.chars().nth(1)) {
                    (7, Some('仄')) => "0平",
                    (7, _) => "0仄",
                    _ => "",
                };
                !line
                    .iter()
                    .zip(head.chars().chain(kind.chars()))
                    .all(|(&c, wanted)| fits(c, wanted))
            };
            let mut off: Vec<usize> = lines
                .iter()
                .zip(kinds)
                .enumerate()
                .filter(|(_, pair)| off(*pair))
                .map(|(k, _)| k + 1)
                .collect();
            let ends = [lines[0][lines[0].len() - 1], lines[1][lines[1].len() - 1]];
            if kinds[0].ends_with('平') && self.shared(&ends).is_empty() && !off.contains(&1) {
                off.push(1);
            }
            off
        };
        PATTERNS.iter().map(pattern).min_by_key(Vec::len).expect("four patterns")
    }
}

/// The lines of a poem of exactly this shape: Han characters, ， after odd lines and 。 after even
/// ones.
pub fn lines_of(poem: &str, lines: usize, characters: usize) -> Vec<Vec<char>> {
    let all: Vec<char> = poem.chars().collect();
    assert_eq!(all.len(), lines * (characters + 1), "{poem}");
    let line = |(k, line): (usize, &[char])| {
        let (verse, mark) = line.split_at(characters);
        let han = |c: &char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
        assert!(verse.iter().all(han), "{poem}");
        assert_eq!(mark, [if k % 2 == 0 { '，' } else { '。' }], "{poem}");
        verse.to_vec()
    };
    all.chunks(characters + 1).enumerate().map(line).collect()
}

#[test]
fn the_judge_passes_textbook_poems_and_fails_spoilt_ones() {
    let judge = Judge::new();
    let good = lines_of("白日依山尽，黄河入海流。欲穷千里目，更上一层楼。", 4, 5);
    assert!(judge.off_tone(&good).is_empty() && judge.rhymes(&good));
    let spoilt = lines_of("白日依山尽，黄河入海底。欲穷千里目，更上一层天。", 4, 5);
    assert_eq!(judge.off_tone(&spoilt), [2]);
    assert!(!judge.rhymes(&spoilt));
    let stuck = lines_of("白日依山尽，欲穷千里目。黄河入海流，更上一层楼。", 4, 5);
    assert!(!judge.off_tone(&stuck).is_empty());
}
