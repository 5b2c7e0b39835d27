//! The gates of the model that writes poems, under a poem that it writes.

use burn::prelude::*;
use lstm_lessons::{
    look::Color,
    poems::{
        bundle::Bundle,
        inspect::gates::Signals,
        run::folder::model_in,
        write::{
            reader::Reader,
            sample::{Sampler, SamplingConfig},
        },
    },
    shell::{cli::out, error::Result, write_svg},
};

use crate::args::{Args, Part};

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let bundle = match &args.run {
        Some(folder) => model_in(folder, device)?,
        None => Bundle::shipped(device)?,
    };
    let poem = Sampler::new(&Reader::new(&bundle, device), SamplingConfig::default())
        .compose(&args.begin, args.seed)?;
    let gates = Signals::read(&bundle, poem, args.layer, device)?;
    if let Some(file) = args.svg_of(Part::Poem) {
        write_svg(file, &gates.svg(), args.json)?;
    }
    match args.json {
        true => out(&gates.json().to_string()),
        false => out(&gates.text(Color::detect())),
    }
}
