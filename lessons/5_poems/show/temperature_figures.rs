//! What the poems of a temperature come to.

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::inspect::measures::Measures,
    say,
};
use serde::Serialize;

/// What one temperature writes.
#[derive(Serialize)]
pub struct Column {
    pub temperature: f64,
    pub poem: String,
    /// The model's loss on its own poems, at temperature 1, end included: -Σ ln p / Σ 1.
    pub nats_per_token: f64,
    /// The same for the poem that is shown.
    pub nats_of_poem: f64,
    pub form: Option<&'static str>,
    #[serde(flatten)]
    pub measures: Measures,
    pub ended: f64,
}

/// What stands in a cell of the table.
pub type Figure = fn(&Column) -> String;

/// What the poems of a temperature came to, by name.
pub fn figures() -> [(String, Figure); 6] {
    [
        (say!("mean ln p", "平均 ln p"), |column| format!("{:.2}", -column.nats_per_token)),
        (say!("regular form", "合体裁"), |column| percent(column.measures.regular_form)),
        (say!("even lines rhyme", "偶数句押韵"), |column| percent(column.measures.rhyme)),
        (say!("strict tones", "平仄全合"), |column| percent(column.measures.strict_tone)),
        (say!("distinct pairs", "不重复的字对"), |column| {
            percent(column.measures.distinct_2)
        }),
        (say!("ended by itself", "自己结束"), |column| percent(column.ended)),
    ]
}

/// The figures of all temperatures, side by side.
pub fn table(columns: &[Column]) -> String {
    let head = in_columns("", columns.iter().map(|column| format!("{:?}", column.temperature)));
    let row = |(name, of): &(String, Figure)| in_columns(name, columns.iter().map(of));
    std::iter::once(head).chain(figures().iter().map(row)).collect::<Vec<_>>().join("\n")
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A name, then right-aligned cells.
pub fn in_columns(name: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = std::iter::once(name.to_string()).chain(cells).collect();
    let mut columns = vec![Right(10); cells.len()];
    columns[0] = Left(24);
    Table::new(columns).row(cells)
}
