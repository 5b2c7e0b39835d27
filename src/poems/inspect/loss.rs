//! The loss looked at closely: how sure it is, and where in a poem it falls.

use serde::Serialize;

use crate::poems::{
    text::{
        corpus::Poem,
        genre::Genre,
        punctuation::{PUNCTUATION, SENTENCE_ENDS},
        vocab::is_han,
    },
    verse::prosody::Form,
};

/// So many standard errors to each side hold the true value in 95 of 100 cases.
const SIDES: f64 = 1.96;

/// What stands beside the mean of a [`Score`](super::score::Score).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Loss {
    /// The 95 % interval of the nats per token: where the figure of all poems of this kind is, of
    /// which these are a sample; nothing of fewer than two poems.
    pub nats_per_token_95: Option<[f64; 2]>,
    /// The mean at the character before each mark that ends a sentence, but for the first of a
    /// poem: it is free to choose, the others must rhyme with it (in lyrics most of them must).
    pub nats_at_rhymes: Option<f64>,
    /// The mean over the Han characters of the fourth and the sixth line of 律诗, which must answer
    /// the lines before them.
    pub nats_at_second_lines: Option<f64>,
}

impl Loss {
    /// Of texts whose tokens cost `nats`, as [`nats`](super::score::nats) has them. (A lyric of
    /// eight lines of five, such as 生查子, is no 律诗.)
    pub fn of(poems: &[Poem], nats: &[Vec<f64>], genre: Genre) -> Self {
        let at = |places: fn(&str) -> Vec<usize>| {
            let poems = poems.iter().zip(nats);
            let costs = poems.flat_map(|(poem, nats)| {
                places(&poem.content).into_iter().filter_map(|at| nats.get(at).copied())
            });
            mean(costs)
        };
        Self {
            nats_per_token_95: interval(nats),
            nats_at_rhymes: at(rhymes),
            nats_at_second_lines: if genre == Genre::Poem { at(second_lines) } else { None },
        }
    }
}

/// The tokens of one poem depend on each other, the poems do not; so poems are what is drawn. The
/// loss is a ratio of two sums over P of them, nats n_i and tokens t_i, whose standard error is by
/// the delta method (the ratio estimator of W. Cochran, Sampling Techniques, 1977, ch. 6)
///
/// ```text
/// L = Σ n_i / Σ t_i        se = √( P/(P - 1) · Σ (n_i - L t_i)² ) / Σ t_i        L ± 1.96 se
/// ```
fn interval(nats: &[Vec<f64>]) -> Option<[f64; 2]> {
    let poems = nats.len() as f64;
    let tokens = nats.iter().map(Vec::len).sum::<usize>() as f64;
    if poems < 2.0 || tokens == 0.0 {
        return None;
    }
    let loss = nats.iter().flatten().sum::<f64>() / tokens;
    let off = |nats: &Vec<f64>| nats.iter().sum::<f64>() - loss * nats.len() as f64;
    let squares: f64 = nats.iter().map(|nats| off(nats).powi(2)).sum();
    let error = (poems / (poems - 1.0) * squares).sqrt() / tokens;
    Some([loss - SIDES * error, loss + SIDES * error])
}

/// Where the Han characters before the ends of sentences stand, but for the first.
fn rhymes(poem: &str) -> Vec<usize> {
    let characters: Vec<char> = poem.chars().collect();
    let ends = characters.windows(2).enumerate();
    let rhyming = ends.filter(|(_, pair)| is_han(pair[0]) && SENTENCE_ENDS.contains(pair[1]));
    rhyming.map(|(at, _)| at).skip(1).collect()
}

/// Where the Han characters of the fourth and the sixth line of 律诗 stand.
fn second_lines(poem: &str) -> Vec<usize> {
    if !matches!(Form::of(poem), Some(Form::Lvshi5 | Form::Lvshi7)) {
        return Vec::new();
    }
    let (mut line, mut places) = (1, Vec::new());
    for (at, c) in poem.chars().enumerate() {
        match PUNCTUATION.contains(c) {
            true => line += 1,
            false if line == 4 || line == 6 => places.push(at),
            false => {}
        }
    }
    places
}

fn mean(costs: impl Iterator<Item = f64>) -> Option<f64> {
    let costs: Vec<f64> = costs.collect();
    (!costs.is_empty()).then(|| costs.iter().sum::<f64>() / costs.len() as f64)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    use super::*;
    use crate::poems::text::corpus::Corpus;

    #[test]
    fn the_interval_holds_the_true_mean_in_95_of_100_cases() {
        let mut rng = StdRng::seed_from_u64(1);
        // A poem is easy or hard as a whole: 2 or 6 nats a token, 4 on average; longer if easy.
        let mut poem = || if rng.random::<bool>() { vec![2.0; 30] } else { vec![6.0; 10] };
        let mut holds = 0;
        for _ in 0..1000 {
            let poems: Vec<Vec<f64>> = (0..100).map(|_| poem()).collect();
            let [low, high] = interval(&poems).expect("more than one");
            holds += usize::from(low < 3.0 && 3.0 < high); // (30·2 + 10·6) / 40
        }
        assert!((930..970).contains(&holds), "{holds}");
        assert_eq!(interval(&[vec![3.0; 5], vec![3.0; 9]]), Some([3.0, 3.0]));
        assert_eq!(interval(&[vec![3.0; 5]]), None);
    }

    #[test]
    fn rhymes_and_second_lines_are_where_they_are() {
        let eight = "一二三四五，六七八九十。甲乙丙丁戊，己庚辛壬癸。子丑寅卯辰，巳午未申酉？东西南北中，上下左右前。";
        let at = |places: Vec<usize>| -> String {
            places.into_iter().filter_map(|at| eight.chars().nth(at)).collect()
        };
        assert_eq!(at(rhymes(eight)), "癸酉前");
        assert_eq!(at(second_lines(eight)), "己庚辛壬癸巳午未申酉");
        assert!(second_lines("一二三四五，六七八九十。甲乙丙丁戊，己庚辛壬癸。").is_empty());
    }

    #[test]
    fn each_part_is_a_mean_over_its_own_characters() {
        let poems = Corpus::parse("甲:春花秋月，往事知多。小楼昨夜，故国不堪。").poems;
        let mut nats = vec![vec![1.0; 21]];
        nats[0][18] = 5.0; // 堪
        let loss = Loss::of(&poems, &nats, Genre::Poem);
        assert_eq!((loss.nats_at_rhymes, loss.nats_at_second_lines), (Some(5.0), None));
        let four = "一二三四五，六七八九十。甲乙丙丁戊，己庚辛壬癸。";
        let poems = Corpus::parse(&format!("甲:{four}{}", four.replace('一', "东"))).poems;
        let mut nats = vec![vec![1.0; 49]];
        nats[0][18..23].fill(5.0); // the fourth line
        let at = |genre| Loss::of(&poems, &nats, genre).nats_at_second_lines;
        assert_eq!((at(Genre::Poem), at(Genre::Lyric)), (Some(3.0), None));
    }
}
