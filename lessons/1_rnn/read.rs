//! Two trainings, side by side, and what each network says after a beginning.

use burn::prelude::*;
use lstm_lessons::{
    demos::rnn::{COUNTRIES, Memory, NextCharacter, SENTENCES, Sentences, lowest_loss, train},
    look::{
        Align::{Left, Right},
        Color, Table,
        bar_chart::{Bar, BarGroup, Ink, bar_chart, percent_ticks},
        bars,
        bars::bar,
        beside, pad,
        shown::columns,
    },
    poems::text::vocab::Vocab,
    say,
    shell::{
        cli::out,
        error::{Error, Result},
        write_svg,
    },
    training::check_lr,
};
use serde_json::json;

use crate::args::Args;

/// Two beginnings that differ in one character.
const BEGINNINGS: [&str; 2] = ["我出生在中国，所以我说", "我出生在法国，所以我说"];
/// Between the pictures of both networks.
const GAP: usize = 2;
/// The longest beginning that is read.
const LONGEST: usize = 200;

/// The same network, once with and once without its memory.
struct Pair {
    cut: NextCharacter,
    kept: NextCharacter,
    losses: [Vec<f64>; 2],
}

pub fn read(args: &Args, device: &Device) -> Result<()> {
    check_lr(args.lr)?;
    let vocab = Sentences::new(device).vocab;
    let begins: Vec<&str> = args.begin.as_deref().map_or(BEGINNINGS.to_vec(), |begin| vec![begin]);
    begins.iter().try_for_each(|begin| known(begin, &vocab))?;
    let steps = args.steps.unwrap_or(if args.quick { 150 } else { 300 });
    let pair = learn(args, steps, device);
    if !args.json {
        out(&say!(
            "Eight sentences such as {}\nWhat 说 is followed by was decided six characters \
             before.\n",
            "八个句子，例如 {}\n“说”后面是什么字，六个字之前就已决定。\n",
            SENTENCES[0]
        ))?;
        losses(&pair)?;
    }
    let mut slide = Vec::new();
    for begin in &begins {
        let [cut, kept] = after(begin, &pair, &vocab, args.json, device)?;
        slide.push(group(say!("After {begin} … without memory", "{begin} 之后，没有记忆"), &cut));
        slide.push(group(say!("After {begin} … with memory", "{begin} 之后，有记忆"), &kept));
    }
    if let Some(file) = &args.svg {
        let title = say!(
            "What comes next? Without a memory, and with one",
            "下一个字是什么？没有记忆与有记忆"
        );
        write_svg(file, &bar_chart(&title, &slide), args.json)?;
    }
    match args.begin {
        None => apart(&pair, &vocab, args.json, device),
        Some(_) => Ok(()),
    }
}

/// Refuses a beginning that the little vocabulary cannot spell.
fn known(begin: &str, vocab: &Vocab) -> Result<()> {
    let strange = begin.chars().find(|&c| vocab.id(c).is_none());
    match (begin.chars().count(), strange) {
        (1..=LONGEST, None) => Ok(()),
        (1..=LONGEST, Some(c)) => Err(Error::user(say!(
            "\"{c}\" is in none of the eight sentences; use their characters, such as --begin \
             我出生在英国，所以我说",
            "“{c}”不在这八个句子中；请用句中的字，例如 --begin 我出生在英国，所以我说"
        ))),
        _ => Err(Error::user(say!(
            "--begin needs 1 to {LONGEST} characters, such as 我出生在英国，所以我说",
            "--begin 需要 1 到 {LONGEST} 个字，例如 我出生在英国，所以我说"
        ))),
    }
}

fn learn(args: &Args, steps: usize, device: &Device) -> Pair {
    let mut losses = [Vec::new(), Vec::new()];
    let [of_cut, of_kept] = &mut losses;
    let learn = |memory, losses: &mut Vec<f64>| {
        train(memory, args.hidden, steps, args.lr, args.seed, device, |_, loss, _| {
            losses.push(loss)
        })
    };
    let (cut, kept) = (learn(Memory::Cut, of_cut), learn(Memory::Kept, of_kept));
    Pair { cut, kept, losses }
}

/// The mean loss of both at a few steps, and what no training can go below.
fn losses(pair: &Pair) -> Result<()> {
    let [cut, kept] = &pair.losses;
    let table = Table::new([Left(20), Right(16), Right(16)]);
    let (without, with) = (say!("without memory", "没有记忆"), say!("with memory", "有记忆"));
    out(&table.row([say!("mean loss, nats", "平均损失（纳特）"), without, with]))?;
    let last = cut.len() - 1;
    for k in (0..=4).map(|quarter| quarter * last / 4) {
        let name = say!("step {}", "第 {} 步", k + 1);
        out(&table.row([name, format!("{:.3}", cut[k]), format!("{:.3}", kept[k])]))?;
    }
    let [without, with] = [1, usize::MAX].map(|memory| format!("{:.3}", lowest_loss(memory)));
    out(&table.row([say!("lowest, by counting", "最低值，由计数得出"), without, with]))
}

/// The likeliest next characters, the first one first.
type Ranked = Vec<(char, f64)>;

/// Shows what both say after `begin`, and returns it: without a memory, and with one.
fn after(
    begin: &str,
    pair: &Pair,
    vocab: &Vocab,
    json: bool,
    device: &Device,
) -> Result<[Ranked; 2]> {
    let ids = vocab.encode(begin);
    let say_after = |model: &NextCharacter, memory| -> Ranked {
        let o = model.next(&ids, memory, device);
        let mut ranked: Ranked =
            o.iter().enumerate().filter_map(|(id, &p)| Some((vocab.char(id)?, p))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.truncate(COUNTRIES.len());
        ranked
    };
    let (cut, kept) = (say_after(&pair.cut, Memory::Cut), say_after(&pair.kept, Memory::Kept));
    if json {
        let object = |ranked: &[(char, f64)]| -> serde_json::Map<String, serde_json::Value> {
            ranked.iter().map(|(c, p)| (c.to_string(), json!(p))).collect()
        };
        let losses = pair.losses.each_ref().map(|l| l[l.len() - 1]);
        out(&json!({
            "begin": begin, "without_memory": object(&cut), "with_memory": object(&kept),
            "loss_without_memory": losses[0], "loss_with_memory": losses[1],
        })
        .to_string())?;
        return Ok([cut, kept]);
    }
    let width = (columns().saturating_sub(GAP) / 2).min(38);
    let draw = |title: String, ranked: &[(char, f64)]| {
        let rows: Vec<(String, f64)> = ranked.iter().map(|(c, p)| (c.to_string(), *p)).collect();
        format!("{title}\n{}", bars(&rows, width, Color::detect()).join("\n"))
    };

    out(&say!("\nAfter {begin} …", "\n{begin} 之后……"))?;
    out(&beside(
        &draw(say!("without memory", "没有记忆"), &cut),
        &draw(say!("with memory", "有记忆"), &kept),
        GAP,
    ))?;
    Ok([cut, kept])
}

/// The same for a slide, the likeliest character highlighted.
fn group(title: String, ranked: &[(char, f64)]) -> BarGroup {
    let bar = |(k, &(c, share)): (usize, &(char, f64))| Bar {
        label: c.to_string(),
        share,
        note: format!("{:.1} %", 100.0 * share),
        ink: if k == 0 { Ink::Strong } else { Ink::Plain },
    };
    BarGroup {
        title,
        unit: say!("probability of the next character", "下一个字的概率"),
        ticks: percent_ticks(),
        bars: ranked.iter().enumerate().map(bar).collect(),
    }
}

/// How far apart the two memories are at each step, although only one character differs.
fn apart(pair: &Pair, vocab: &Vocab, json: bool, device: &Device) -> Result<()> {
    let states = |model: &NextCharacter, memory| -> Vec<f64> {
        let ids: Vec<i32> =
            BEGINNINGS.iter().flat_map(|b| vocab.encode(b)).map(|id| id as i32).collect();
        let shape = [2, ids.len() / 2];
        let s = model.remember(Tensor::from_data(TensorData::new(ids, shape), device), memory); // [2, T, H]
        let difference = s.clone().narrow(0, 0, 1) - s.narrow(0, 1, 1); // [1, T, H]
        difference.square().sum_dim(2).sqrt().into_data().iter::<f64>().collect()
    };
    let (cut, kept) = (states(&pair.cut, Memory::Cut), states(&pair.kept, Memory::Kept));
    if json {
        return out(&json!({"apart_without_memory": cut, "apart_with_memory": kept}).to_string());
    }
    out(&say!(
        "\nHow far apart are the two memories, |s_t - s'_t|, after each character?",
        "\n每读一个字之后，两个记忆相距多远？|s_t - s'_t|"
    ))?;
    let (without, with) = (say!("without memory", "没有记忆"), say!("with memory", "有记忆"));
    // A line: a name, a bar and a figure, a space, a bar and a figure.
    let room = (columns().saturating_sub(6 + 5 + 1 + 5) / 2).min(28);
    out(&format!("{}{}{with}", " ".repeat(6), pad(&without, room + 6)))?;
    let longest = cut.iter().chain(&kept).copied().fold(f64::MIN_POSITIVE, f64::max);
    let characters = BEGINNINGS[0].chars().zip(BEGINNINGS[1].chars());
    for ((a, b), (cut, kept)) in characters.zip(cut.iter().zip(&kept)) {
        let name = if a == b { a.to_string() } else { format!("{a}|{b}") };
        let one = |far: f64| format!("{} {far:4.2}", bar(far / longest, room));
        out(&format!("{}{} {}", pad(&name, 6), one(*cut), one(*kept)))?;
    }
    Ok(())
}
