//! A character model of your own text, trained without a word on the terminal, then written with.
//!
//! `cargo run --example own_text -- FILE...` (without a FILE it learns this crate's walkthroughs)

use std::path::{Path, PathBuf};

use lstm_lessons::{
    burn::prelude::Device,
    poems::{
        bundle::Bundle,
        plain::{text::PlainText, train::train, write::write},
        run::settings::Settings,
        shape::PoemShape,
        text::genre::Genre,
        write::choose::SamplingConfig,
    },
    shell::Shown,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
        files = ["1_rnn", "2_gradients", "3_lstm", "4_mnist", "5_poems", "6_speed"]
            .map(|lesson| lessons.join(lesson).join("README.md"))
            .into();
    }
    let text = PlainText::read(&files)?;
    let settings = Settings {
        corpus_sha256: text.sha256.clone(),
        corpus: files[0].clone(),
        further: files[1..].to_vec(),
        genre: Genre::Text,
        shape: PoemShape { plain: true, ..PoemShape::default() },
        batch_size: 16,
        epochs: 8,
        lr: 0.01,
        ..Settings::default()
    };

    let (device, folder) = (Device::flex(), tempfile::tempdir()?);
    let trained = train(&settings, Some(text), folder.path(), None, Shown::Nothing, &device)?;
    println!("the best epoch: {:?}", trained.best_epoch);

    let bundle = Bundle::load(folder.path(), &device)?;
    let text = write(&bundle, "", 200, SamplingConfig::of(Genre::Text), 1, &device, &mut |_| ())?;
    println!("{text}");
    Ok(())
}
