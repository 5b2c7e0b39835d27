//! A model of plain text, measured.

use std::path::Path;

use burn::prelude::Device;
use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::{
        bundle::Bundle,
        plain::{
            measure::{PieceLoss, landmarks, measure},
            pieces::Streams,
            text::PlainText,
            train::PIECE,
        },
        run::folder::read_run,
        text::ngram::Landmarks,
    },
    say,
    shell::{cli::out, error::Result},
};
use serde::Serialize;

#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    model: PieceLoss,
    #[serde(flatten)]
    landmarks: Landmarks,
}

/// The loss on the part of the text that `run` held back, with the state carried from piece to piece
/// and with it reset, beside what counting alone comes to.
pub fn run(run: &Path, bundle: Bundle, json: bool, device: &Device) -> Result<()> {
    let (settings, _) = read_run(run)?;
    let text = PlainText::of_run(&settings, run)?;
    let (train, valid) = text.split(settings.valid_share);
    let vocab = &bundle.vocab;
    let ids = |text: &str| vocab.ids_of(text).map(|id| id as u32).collect::<Vec<u32>>();
    let (train, valid) = (ids(train), ids(valid));
    let landmarks = landmarks(&train, &valid, vocab.size());
    let piece = settings.piece.unwrap_or(PIECE);
    let streams = Streams::new(&valid, settings.batch_size, piece);
    let model = measure(bundle.model, &streams, device);
    if json {
        let figures = Figures { model, landmarks };
        return out(&serde_json::to_string(&figures).expect("numbers under names"));
    }
    out(&table(model, landmarks, piece))
}

fn table(model: PieceLoss, landmarks: Landmarks, piece: usize) -> String {
    let PieceLoss { nats_per_token, nats_with_state_reset, tokens } = model;
    let columns = Table::new([Left(36), Right(20), Right(12)]);
    let head =
        [String::new(), say!("nats per character", "每字符纳特数"), say!("perplexity", "困惑度")];
    let rows = [
        (say!("uniform", "均匀猜测"), landmarks.uniform),
        (say!("unigram", "一元语法"), landmarks.unigram),
        (say!("bigram", "二元语法"), landmarks.bigram),
        (say!("trigram", "三元语法"), landmarks.trigram),
        (
            say!("the model, state reset every {piece}", "模型，每 {piece} 个字符重置状态"),
            nats_with_state_reset,
        ),
        (say!("the model, state carried on", "模型，状态一直传下去"), nats_per_token),
    ];
    let rows = rows.map(|(name, nats)| [name, format!("{nats:.4}"), format!("{:.2}", nats.exp())]);
    let said = say!("{tokens} characters that were held back", "留作验证的 {tokens} 个字符");
    format!("{said}\n\n{}", columns.lines(head, rows).join("\n"))
}
