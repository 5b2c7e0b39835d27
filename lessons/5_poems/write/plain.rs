//! Writing with a model of plain text.

use burn::prelude::Device;
use lstm_lessons::{
    poems::{bundle::Bundle, plain::write, write::choose::SamplingConfig},
    say,
    shell::{
        self,
        cli::{out, print},
        error::Result,
    },
};

use super::{Write, flags::LENGTH};

/// Writes as many texts as were asked for, each shown while it is written.
pub fn run(args: &Write, sampling: SamplingConfig, bundle: &Bundle, device: &Device) -> Result<()> {
    args.refuse_verse()?;
    let begin = args.begin.as_deref().unwrap_or_default();
    let (length, first) = (args.length.unwrap_or(LENGTH), args.seed.unwrap_or_else(rand::random));
    for k in 0..args.count {
        let (seed, mut shown) = (first.wrapping_add(k as u64), Ok(()));
        if k > 0 && !args.json {
            out("")?;
        }
        let mut show = |piece: &str| {
            if shown.is_ok() && !args.json {
                shown = print(piece);
            }
        };
        let text = write::write(bundle, begin, length, sampling, seed, device, &mut show)?;
        shown?;
        match args.json {
            true => out(&serde_json::json!({ "text": text }).to_string())?,
            false => out("")?,
        }
    }
    if args.seed.is_none() && !args.json {
        shell::note(say!("(seed {first})", "（种子 {first}）"));
    }
    Ok(())
}
