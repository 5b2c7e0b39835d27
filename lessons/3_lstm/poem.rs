//! The gates of the model that writes poems, under a poem that it writes.

use burn::prelude::*;
use lstm_lessons::{
    cli::out,
    error::Result,
    files,
    look::Color,
    poems::{
        bundle::Bundle,
        gates::Signals,
        reader::Reader,
        run::model_in,
        sample::{Sampler, SamplingConfig},
    },
};

use crate::args::Args;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let bundle = match &args.run {
        Some(folder) => model_in(folder, device)?,
        None => Bundle::shipped(device)?,
    };
    let poem = Sampler::new(&Reader::new(&bundle, device), SamplingConfig::default())
        .compose(&args.begin, args.seed)?;
    let gates = Signals::read(&bundle, poem, args.layer, device)?;
    if let Some(file) = &args.svg {
        files::write_whole(file, gates.svg().as_bytes())?;
    }
    match args.json {
        true => out(&gates.json().to_string()),
        false => out(&gates.text(Color::detect())),
    }
}
