//! Whether a linear classifier can tell written texts from real ones.
//!
//! The figures beside it name faults that somebody thought of. A classifier finds by itself what
//! differs: it learns a weight for each character and each pair of neighbouring characters (within
//! a line), on four fifths of both kinds, and judges the last fifth, which it has not seen.
//!
//! ```text
//! z_k = n_k ln(N / d_k)        n_k = how often character or pair k stands in the text
//! x   = z / |z|                d_k = how many of the N texts have it (tf-idf: what all have counts
//!                                    little)
//! p   = σ(w · x + b)                        logistic regression
//! E   = mean -ln p(kind) + λ/2 |w|²
//! AUC = P(w · x of a written text > w · x of a real one), ties half
//! ```
//!
//! 0.5 is blind guessing, 1 is certainty. More texts to learn from teach a classifier more, so that
//! only figures of equally many compare; real texts against other real ones are the control.

use std::collections::HashMap;

use rayon::prelude::*;

use super::sheet::Sheet;

/// One part in so many is judged by what was learned from the others.
const FOLDS: usize = 5;
/// Steps of gradient descent; the loss hardly moves after them.
const STEPS: usize = 300;
/// The length of a step. The second derivative of a logistic loss of unit vectors (and the bias) is
/// at most 1/2, so that this is safe.
const STEP: f64 = 2.0;
/// λ times the number of texts: holds the weights of what is rare small.
const DECAY: f64 = 0.1;

/// A text as the features that it has and how strong each is, with length 1.
type Features = Vec<(usize, f64)>;

/// The area under the curve (AUC) of a classifier of `written` against `real`, the mean of five
/// folds; nothing with fewer than ten texts of a kind.
pub fn told_apart(written: &[Sheet], real: &[Sheet]) -> Option<f64> {
    if written.len().min(real.len()) < 2 * FOLDS {
        return None;
    }
    let (texts, count) = features(written.iter().chain(real));
    let kinds: Vec<bool> = (0..texts.len()).map(|k| k < written.len()).collect();
    // Every fold has a fifth of each kind.
    let fold = |k: usize| if kinds[k] { k % FOLDS } else { (k - written.len()) % FOLDS };
    let part = |wanted: usize, inside: bool| {
        let places = (0..texts.len()).filter(move |&k| (fold(k) == wanted) == inside);
        places.map(|k| (&texts[k], kinds[k])).collect::<Vec<_>>()
    };
    let areas: Vec<f64> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| {
            let weights = fit(&part(fold, false), count);
            area(part(fold, true).into_iter().map(|(text, kind)| (score(&weights, text), kind)))
        })
        .collect();
    Some(areas.iter().sum::<f64>() / FOLDS as f64)
}

/// The features of every text, and how many there are in all.
fn features<'a>(sheets: impl Iterator<Item = &'a Sheet>) -> (Vec<Features>, usize) {
    let mut numbers = HashMap::<[char; 2], usize>::new();
    let texts = sheets.map(|sheet| {
        let single = sheet.characters().map(|c| [c, '\0']);
        let pairs =
            sheet.lines.iter().flat_map(|line| line.windows(2)).map(|pair| [pair[0], pair[1]]);
        let mut found = Vec::new();
        for feature in single.chain(pairs) {
            let next = numbers.len();
            found.push(*numbers.entry(feature).or_insert(next));
        }
        found.sort_unstable();
        found.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).collect()
    });
    let mut texts: Vec<Features> = texts.collect(); // n_k
    weigh(&mut texts, numbers.len());
    (texts, numbers.len())
}

/// From how often a feature stands in a text to x.
fn weigh(texts: &mut [Features], count: usize) {
    let (all, mut having) = (texts.len() as f64, vec![0.0; count]);
    texts.iter().flatten().for_each(|&(k, _)| having[k] += 1.0); // d_k
    for text in texts {
        text.iter_mut().for_each(|(k, n)| *n *= (all / having[*k]).ln());
        let length = text.iter().map(|(_, z)| z * z).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        text.iter_mut().for_each(|(_, z)| *z /= length);
    }
}

/// The weights, and the bias last.
fn fit(texts: &[(&Features, bool)], count: usize) -> Vec<f64> {
    let (n, mut weights) = (texts.len() as f64, vec![0.0; count + 1]);
    for _ in 0..STEPS {
        let mut slope = vec![0.0; count + 1];
        for (text, kind) in texts {
            let p = 1.0 / (1.0 + (-score(&weights, text)).exp());
            let error = (p - f64::from(u8::from(*kind))) / n; // dE/d(w·x + b)
            text.iter().for_each(|&(k, x)| slope[k] += error * x);
            slope[count] += error;
        }
        let decay = 1.0 - STEP * DECAY / n;
        weights[..count].iter_mut().for_each(|w| *w *= decay);
        weights.iter_mut().zip(&slope).for_each(|(w, slope)| *w -= STEP * slope);
    }
    weights
}

/// w · x + b
fn score(weights: &[f64], text: &Features) -> f64 {
    let bias = weights[weights.len() - 1];
    text.iter().map(|&(k, x)| weights[k] * x).sum::<f64>() + bias
}

/// How often a written text scores higher than a real one.
fn area(scored: impl Iterator<Item = (f64, bool)>) -> f64 {
    let (written, real): (Vec<_>, Vec<_>) = scored.partition(|&(_, kind)| kind);
    let wins = |a: f64| {
        let against =
            |&(b, _): &(f64, bool)| f64::from(u8::from(a > b)) + 0.5 * f64::from(u8::from(a == b));
        real.iter().map(against).sum::<f64>()
    };
    let all: f64 = written.iter().map(|&(a, _)| wins(a)).sum();
    all / (written.len() * real.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    use super::*;

    /// Texts of 20 characters out of 50, drawn alike, one in `often` of them 月 instead.
    fn texts(count: usize, often: u32, seed: u64) -> Vec<Sheet> {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut text = || -> String {
            let mut any = || match rng.random_range(0..often) {
                0 => '月',
                _ => char::from_u32(0x5000 + rng.random_range(0..50)).unwrap(),
            };
            (0..20).map(|_| any()).collect()
        };
        (0..count).map(|_| Sheet::new(None, &text())).collect()
    }

    #[test]
    fn texts_of_one_source_are_not_told_apart_and_those_of_two_are() {
        let auc = |often| told_apart(&texts(300, often, 1), &texts(300, 1000, 2)).expect("enough");
        let (alike, fond, blatant) = (auc(1000), auc(8), auc(2));
        assert!((0.4..0.6).contains(&alike), "{alike}");
        assert!(fond > 0.75 && blatant > 0.99, "{fond} {blatant}");
        assert_eq!(auc(8), fond);
        assert_eq!(told_apart(&texts(9, 8, 1), &texts(100, 8, 2)), None);
    }

    #[test]
    fn the_order_of_characters_alone_tells_texts_apart() {
        let [up, down] = ["甲乙丙丁", "丁丙乙甲"].map(|text| vec![Sheet::new(None, text); 10]);
        assert_eq!(told_apart(&up, &down), Some(1.0), "the pairs differ");
        assert_eq!(told_apart(&up, &up), Some(0.5));
    }

    #[test]
    fn a_feature_that_all_texts_have_weighs_nothing() {
        let texts = ["月明", "月月光"].map(|text| Sheet::new(None, text));
        let (texts, _) = features(texts.iter());
        let nonzero = |text: &Features| text.iter().filter(|(_, x)| *x > 0.0).count();
        assert_eq!(texts.iter().map(nonzero).collect::<Vec<_>>(), [2, 3]); // 明 月明; 光 月月 月光
        let length = |text: &Features| text.iter().map(|(_, x)| x * x).sum::<f64>();
        assert!(texts.iter().all(|text| (length(text) - 1.0).abs() < 1e-12));
    }

    #[test]
    fn the_area_counts_pairs() {
        let scored = [(3.0, true), (1.0, true), (2.0, false), (1.0, false)];
        assert_eq!(area(scored.into_iter()), (1.0 + 1.0 + 0.0 + 0.5) / 4.0);
    }
}
