//! The temperatures side by side, for a slide.

use lstm_lessons::{
    look::matrix::{Block, Matrix, matrix_svg},
    say,
};

use super::temperature_figures::{Column, figures};

/// The likeliest next characters with their probabilities, and below them what became of the poems.
pub fn slide(next: &[(String, Vec<f64>)], columns: &[Column], begin: &str, count: usize) -> String {
    let heads = || columns.iter().map(|column| format!("{:?}", column.temperature)).collect();
    let cells =
        |shares: &Vec<f64>| shares.iter().map(|p| (format!("{:.1} %", 100.0 * p), *p)).collect();
    let next = Block {
        title: say!(
            "p = softmax(z / temperature) of what may follow {begin}",
            "“{begin}”之后的 p = softmax(z / 温度)"
        ),
        columns: heads(),
        rows: next.iter().map(|(c, shares)| (c.clone(), cells(shares))).collect(),
    };
    // A share is tinted by itself; the mean ln p is no share.
    let depth = |word: &str| word.strip_suffix(" %").and_then(|p| p.parse::<f64>().ok());
    let of_poems = figures().into_iter().map(|(name, of)| {
        let words = columns.iter().map(of);
        (name, words.map(|word| (word.clone(), depth(&word).unwrap_or(0.0) / 100.0)).collect())
    });
    let poems = Block {
        title: say!(
            "of {count} poems each (what is a share: more is better)",
            "每个温度 {count} 首（凡是比例，越高越好）"
        ),
        columns: heads(),
        rows: of_poems.collect(),
    };
    matrix_svg(&Matrix {
        title: say!("One seed at several temperatures", "同一种子，不同温度"),
        signs: [String::new(), say!("the deeper, the larger the share", "比例越大，颜色越深")],
        blocks: vec![next, poems],
    })
}
