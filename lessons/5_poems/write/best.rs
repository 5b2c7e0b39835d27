//! `--best`: of many poems those whose lines follow best from what stands before.

use lstm_lessons::{
    poems::{
        inspect::explain::Explained,
        verse::rhymes::RhymeBook,
        write::{added::coherence, reader::Reader},
    },
    say,
    shell::{cli::out, error::Result},
};
use rayon::prelude::*;

use super::Write;

/// Shows the `best` of the poems (seed and text), each written under the title of its seed.
pub fn show<'t>(
    args: &Write,
    best: usize,
    poems: Vec<(u64, String)>,
    title: impl Fn(u64) -> Option<&'t str> + Sync,
    reader: &Reader,
) -> Result<()> {
    let score = |(seed, poem): (u64, String)| (coherence(reader, title(seed), &poem), seed, poem);
    let mut scored: Vec<(f64, u64, String)> = poems.into_par_iter().map(score).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (k, (score, seed, poem)) in scored.iter().take(best).enumerate() {
        if args.json {
            out(&serde_json::json!({ "text": poem, "seed": seed, "score": score }).to_string())?;
            continue;
        }
        let gap = if k > 0 { "\n" } else { "" };
        let shown = match args.explain {
            true => Explained::new(poem, title(*seed), reader, RhymeBook::shipped()).text(),
            false => args.set(poem),
        };
        let heading = title(*seed).map(|title| format!("{title}\n")).unwrap_or_default();
        let score = say!("(score {score:.3}, seed {seed})", "（得分 {score:.3}，种子 {seed}）");
        out(&format!("{gap}{heading}{shown}\n{score}"))?;
    }
    Ok(())
}
