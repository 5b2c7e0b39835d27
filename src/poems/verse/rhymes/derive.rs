//! How the shipped table came to be: two traditional sources in, one simplified table out.
//!
//! The book of 106 rhymes lists some 8,500 characters. Guangyun (广韵, 1008) lists 19,500, sorted
//! by 206 finer rhymes. Characters that have both tell which of the 106 each of the 206 became; so
//! the rest of Guangyun finds its place too.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
};

use crate::{
    poems::text::{simplify::simplified, vocab::is_han},
    say,
    shell::error::{Error, Result},
};

/// A licence notice that its collector left at the end of the last rhyme; what follows it are no
/// rhyming characters.
const NOTICE: &str = "本作品";
/// Under this share of the votes a rhyme of Guangyun is named in the report.
const SURE: f64 = 0.8;

/// A table and how it came about.
pub struct Derived {
    /// What [`RhymeBook::parse`](super::RhymeBook::parse) reads.
    pub table: String,
    /// For people: counts, and how sure the map from 206 to 106 is.
    pub report: String,
}

/// What can be wrong with the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The book of 106 rhymes has another shape; why.
    NotTheBook(String),
    /// Guangyun lacks this column.
    NoColumn(&'static str),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::NotTheBook(why) => say!(
                "the book of 106 rhymes is not JSON of \
                 {{part: {{volume: {{rhyme: [characters]}}}}}} ({why}); give pingshui.json",
                "平水韵文件不是 {{部: {{卷: {{韵: [字]}}}}}} 形式的 JSON（{why}）；\
                 请给 pingshui.json"
            ),
            Kind::NoColumn(name) => say!(
                "the Guangyun table has no column {name}; give guangyun.csv",
                "广韵表没有“{name}”一列；请给 guangyun.csv"
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// The four tones, as the names of the rhymes (平聲, 上聲…) and Guangyun's last column (…平, …上)
/// call them.
const TONES: [char; 4] = ['平', '上', '去', '入'];

/// A rhyme of Guangyun in one tone.
type Finer = (String, char);

/// Derives the table from Guangyun (CSV with the columns 韻目原貌, 音韻地位, 字頭) and the book of
/// 106 rhymes (JSON of `{part: {volume: {rhyme: [characters]}}}`).
///
/// # Errors
/// A file of another shape, as [`Kind`].
pub fn derive(guangyun: &str, pingshui: &str) -> Result<Derived> {
    let book = read_book(pingshui)?;
    let finer = read_guangyun(guangyun)?;
    let mut rhymes_of: HashMap<char, Vec<usize>> = HashMap::new();
    for (place, (_, characters)) in book.iter().enumerate() {
        for &c in characters {
            rhymes_of.entry(c).or_default().push(place);
        }
    }
    let map = vote(&finer, &book, &rhymes_of);

    let mut listed: Vec<BTreeSet<char>> = vec![BTreeSet::new(); book.len()];
    let mut further: Vec<BTreeSet<char>> = vec![BTreeSet::new(); book.len()];
    for (place, (_, characters)) in book.iter().enumerate() {
        listed[place].extend(
            characters.iter().flat_map(|&c| simplified(&c.to_string()).chars().collect::<Vec<_>>()),
        );
    }
    let known: HashSet<char> = listed.iter().flatten().copied().collect();
    let mut more = BTreeSet::new();
    for (c, rhyme) in &finer {
        for c in simplified(&c.to_string()).chars().filter(|c| !known.contains(c)) {
            if let Some(&(place, _)) = map.get(rhyme) {
                further[place].insert(c);
                more.insert(c);
            }
        }
    }
    for (place, (_, characters)) in book.iter().enumerate() {
        further[place].extend(characters.iter().filter(|c| !known.contains(c))); // 乾 stays itself in 乾坤
    }

    let mut table = String::from(
        "# rhyme (106, 平水韵)\tcharacters of the book, simplified\ttheir traditional forms, and \
         what only Guangyun (广韵) has\n",
    );
    for (place, (name, _)) in book.iter().enumerate() {
        let line = |characters: &BTreeSet<char>| characters.iter().collect::<String>();
        table +=
            &format!("{}\t{}\t{}\n", simplified(name), line(&listed[place]), line(&further[place]));
    }
    Ok(Derived { table, report: report(&book, &map, known.len(), more.len()) })
}

/// The rhymes of the book in its order, the level tone's first, with their characters.
fn read_book(json: &str) -> Result<Vec<(String, Vec<char>)>> {
    let wrong = |why: String| Error::user(Kind::NotTheBook(why));
    type Volumes = BTreeMap<String, BTreeMap<String, Vec<String>>>;
    let parts: BTreeMap<String, Volumes> =
        serde_json::from_str(json).map_err(|e| wrong(e.to_string()))?;
    let mut book = Vec::new();
    for (rhyme, lists) in parts.into_values().flat_map(BTreeMap::into_values).flatten() {
        if tone_of(&rhyme).is_none() {
            return Err(wrong(rhyme));
        }
        let all = lists.concat();
        let characters: Vec<char> = all.split(NOTICE).next().unwrap_or_default().chars().collect();
        match characters.iter().find(|&&c| !is_han(c)) {
            Some(mark) => return Err(wrong(format!("{rhyme}: {mark}"))),
            None => book.push((rhyme, characters)),
        }
    }
    book.sort_by_key(|(rhyme, _)| place(rhyme));
    Ok(book)
}

/// Where a rhyme stands: by tone, volume (上平聲 before 下平聲) and number (十一 after 十).
fn place(rhyme: &str) -> (usize, bool, usize) {
    let tone = tone_of(rhyme)
        .and_then(|tone| TONES.iter().position(|&t| t == tone))
        .unwrap_or(TONES.len());
    let number = rhyme.split('聲').nth(1).unwrap_or_default();
    let digit = |c| "一二三四五六七八九".chars().position(|d| d == c).map(|at| at + 1);
    let digits: Vec<char> =
        number.chars().take_while(|&c| c == '十' || digit(c).is_some()).collect();
    let mut value = 0;
    for c in digits {
        value = match digit(c) {
            Some(units) => value + units,
            None => value.max(1) * 10,
        };
    }
    (tone, rhyme.starts_with('下'), value)
}

/// 平, 上, 去 or 入: the mark before 聲.
fn tone_of(rhyme: &str) -> Option<char> {
    rhyme
        .split('聲')
        .next()?
        .chars()
        .last()
        .filter(|tone| TONES.contains(tone) && rhyme.contains('聲'))
}

/// Every character of Guangyun with its finer rhyme; rows without a tone, or with another than
/// their rhyme's, are slips and passed over (each of the 206 belongs to one tone).
fn read_guangyun(csv: &str) -> Result<Vec<(char, Finer)>> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &'static str| {
        let at = header.iter().position(|&title| title == name);
        at.ok_or_else(|| Error::user(Kind::NoColumn(name)))
    };
    let (rhyme, sound, head) = (column("韻目原貌")?, column("音韻地位")?, column("字頭")?);
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let tone = fields.get(sound)?.chars().last().filter(|tone| TONES.contains(tone))?;
        Some((fields.get(head)?.chars().next()?, (fields.get(rhyme)?.to_string(), tone)))
    };
    let rows: Vec<(char, Finer)> = lines.filter_map(row).collect();
    let mut counts: HashMap<&str, BTreeMap<char, usize>> = HashMap::new();
    for (_, (name, tone)) in &rows {
        *counts.entry(name).or_default().entry(*tone).or_default() += 1;
    }
    let most =
        |name: &str| counts[name].iter().max_by_key(|&(_, count)| count).map(|(&tone, _)| tone);
    Ok(rows.iter().filter(|(_, (name, tone))| most(name) == Some(*tone)).cloned().collect())
}

/// Which of the 106 each finer rhyme became, and with what share of the votes.
///
/// Every character that both sources know votes in its own tone. One reading here and one there
/// settles a case; with a readings of that tone here and b there only one of a·b pairs is true, so
/// that the vote counts 1/(a·b)² (a true pair, seen once in a·b).
fn vote(
    finer: &[(char, Finer)],
    book: &[(String, Vec<char>)],
    rhymes_of: &HashMap<char, Vec<usize>>,
) -> BTreeMap<Finer, (usize, f64)> {
    let mut readings: BTreeMap<(char, char), BTreeSet<&Finer>> = BTreeMap::new();
    for (c, rhyme) in finer {
        readings.entry((*c, rhyme.1)).or_default().insert(rhyme);
    }
    let mut votes: BTreeMap<&Finer, BTreeMap<usize, f64>> = BTreeMap::new();
    for ((c, tone), here) in &readings {
        let all = rhymes_of.get(c).into_iter().flatten();
        let there: Vec<usize> =
            all.copied().filter(|&place| tone_of(&book[place].0) == Some(*tone)).collect();
        let weight = ((here.len() * there.len()) as f64).powi(-2);
        for rhyme in here {
            for &place in &there {
                *votes.entry(rhyme).or_default().entry(place).or_default() += weight;
            }
        }
    }
    let winner = |(rhyme, places): (&Finer, BTreeMap<usize, f64>)| {
        let total: f64 = places.values().sum();
        let (place, most) = places.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((rhyme.clone(), (place, most / total)))
    };
    votes.into_iter().filter_map(winner).collect()
}

/// The counts, and the rhymes of Guangyun whose place is least sure.
fn report(
    book: &[(String, Vec<char>)],
    map: &BTreeMap<Finer, (usize, f64)>,
    listed: usize,
    more: usize,
) -> String {
    let (rhymes, finer) = (book.len(), map.len());
    let mean = 100.0 * map.values().map(|(_, share)| share).sum::<f64>() / finer.max(1) as f64;
    let mut lines = vec![say!(
        "{rhymes} rhymes, {listed} characters of the book, {more} more by Guangyun; {finer} finer \
         rhymes mapped, {mean:.1} % of the votes agree",
        "{rhymes} 韵，平水韵 {listed} 字，另由广韵补 {more} 字；映射 {finer} 个广韵韵目，平均得票 \
         {mean:.1} %"
    )];
    for ((name, tone), (place, share)) in map {
        if *share < SURE {
            let (to, share) = (&book[*place].0, 100.0 * share);
            lines.push(say!(
                "  least sure: {name} ({tone}) -> {to}, {share:.0} % of the votes",
                "  较不确定：{name}（{tone}）→ {to}，得票 {share:.0} %"
            ));
        }
    }
    lines.join("\n")
}
