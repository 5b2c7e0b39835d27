use std::path::Path;

use burn::prelude::Device;
use lstm_lessons::{
    bugs::corpus::{fits_in_bytes, recounted},
    poems::{bundle::Bundle, text::corpus::Corpus},
};

use crate::{POEMS, Shown, Verdict, caught, hold, tiny_bundle};

/// After a model was saved and loaded, every id means the same character as before.
fn ids_keep_their_meaning(load: impl Fn(&Path, &Device) -> Bundle) -> Verdict {
    let device = Device::flex();
    let folder = tempfile::tempdir().expect("a folder");
    tiny_bundle("月月月山山水", &device).save(folder.path(), false).expect("saved");
    let loaded = load(folder.path(), &device);
    let ids = loaded.vocab.encode("月山水");
    hold(ids == [4, 5, 6], format!("月山水 is {ids:?}"))
}

#[test]
fn rebuilt_vocab_is_caught_by_loading_what_was_saved() {
    let load = |folder: &Path, device: &Device| Bundle::load(folder, device).expect("loaded");
    let recount = |folder: &Path, device: &Device| {
        let bundle = load(folder, device);
        let corpus = Corpus::parse("another corpus:水水水水山山月");
        Bundle { vocab: recounted(&bundle.vocab, &corpus.poems), ..bundle }
    };
    caught(ids_keep_their_meaning(load), ids_keep_their_meaning(recount));
}

#[test]
fn rebuilt_vocab_fits_the_weights_and_means_other_characters() {
    let shown = Shown::by(POEMS, "rebuilt-vocab");
    let (_, moved) = shown.number("moved");
    assert!(moved > 1000.0, "{moved}");
    let (healthy, faulty) = shown.number("nats_per_token");
    assert!(faulty > healthy + 1.0, "{healthy}, {faulty}");
}

/// 5 to 79 characters are kept, 4 and 80 are not.
fn lengths_are_counted_in_characters(keeps: impl Fn(&str) -> bool) -> Verdict {
    for (count, wanted) in [(4, false), (5, true), (26, true), (27, true), (79, true), (80, false)]
    {
        hold(keeps(&"月".repeat(count)) == wanted, format!("{count} characters: {}", !wanted))?;
    }
    Ok(())
}

#[test]
fn byte_length_is_caught_by_79_han_characters() {
    let keeps = |content: &str| !Corpus::parse(&format!("t:{content}")).poems.is_empty();
    caught(
        lengths_are_counted_in_characters(keeps),
        lengths_are_counted_in_characters(fits_in_bytes),
    );
    assert!(fits_in_bytes("月月月") && !fits_in_bytes(&"月".repeat(27)), "wrong at both ends");
    assert!(
        fits_in_bytes(&"a".repeat(79)),
        "and right in ASCII, so tests in English do not find it"
    );
}

#[test]
fn byte_length_leaves_nothing_over_26_characters() {
    let shown = Shown::by(POEMS, "byte-length");
    assert_eq!(shown.number("longest_kept").1, 26.0);
    let (healthy, faulty) = shown.number("poems_kept");
    assert!(faulty < healthy / 2.0, "{healthy}, {faulty}");
}
