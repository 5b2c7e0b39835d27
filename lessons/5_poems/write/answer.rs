//! `--answer`: second lines for the first line of a couplet.

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::write::{
        added::{Answer, answers},
        beginning::Beginning,
        sample::Sampler,
    },
    say,
    shell::{
        self,
        cli::out,
        error::{Error, Result},
    },
};

use super::Write;

/// How many lines are shown unless `--count` says otherwise.
const SHOWN: usize = 5;

/// Shows the lines to which the first one adds most.
pub fn run(args: &Write, first: &str, sampler: &Sampler) -> Result<()> {
    let first = Beginning::parse(first, sampler.vocab())?;
    let [line] = &first.verses[..] else {
        return Err(Error::user(say!(
            "--answer takes one line without punctuation inside, e.g. --answer 海内存知己",
            "--answer 只取一句，中间不带标点，例如 --answer 海内存知己"
        )));
    };
    let ids: Vec<usize> = line.characters.iter().filter_map(|&c| sampler.vocab().id(c)).collect();
    let seed = args.seed.unwrap_or_else(rand::random);
    let shown = if args.count > 1 { args.count } else { SHOWN };
    let answers: Vec<_> = answers(sampler, &ids, seed).into_iter().take(shown).collect();
    if args.json {
        for answer in &answers {
            let (line, ln_p, added) = (&answer.line, answer.ln_p, answer.added);
            out(&serde_json::json!({ "line": line, "ln_p": ln_p, "added": added }).to_string())?;
        }
        return Ok(());
    }
    let table = Table::new([Left(22), Right(16), Right(10)]);
    let heads = [say!("second line", "下句"), say!("first adds", "上句的贡献"), "ln p".into()];
    let rows = answers.iter().map(|Answer { line, ln_p, added }| {
        [line.clone(), format!("{added:+.2}"), format!("{ln_p:.2}")]
    });
    out(&table.lines(heads, rows).join("\n"))?;
    out(&say!(
        "the first adds: ln p after the first line less ln p alone, in nats",
        "上句的贡献：接在上句之后的 ln p 减去单独的 ln p，单位为纳特"
    ))?;
    if args.seed.is_none() {
        shell::note(say!("(seed {seed})", "（种子 {seed}）"));
    }
    Ok(())
}
