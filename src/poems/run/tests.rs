//! A disk that refuses, at every single step of a training; and who watches one.

use std::path::Path;

use burn::prelude::Device;

use super::{
    folder::read_run,
    pretraining::Pretraining,
    settings::{SETTINGS, Settings, Split},
    train::{more_to_read, train},
};
use crate::{
    poems::{
        bundle::{DESCRIPTION, WEIGHTS},
        shape::PoemShape,
        text::genre::{Genre, Tune},
        verse::facts::VerseFacts,
    },
    shell::{
        Shown, Watch,
        faults::{self, Fault},
    },
    training::{
        history::{self, HISTORY},
        weights::sha256,
    },
};

const EPOCHS: usize = 2;

/// A training of two epochs of two steps, without noise: other tests draw from Burn's one generator.
fn settings(folder: &Path) -> Settings {
    let corpus = folder.join("poems.txt");
    let lines = include_str!("../../../data/poems.txt").lines().take(8);
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    std::fs::write(&corpus, &text).expect("it is written");
    let shape = PoemShape {
        d_embed: 4,
        d_hidden: 4,
        n_layers: 1,
        dropout: 0.0,
        facts: VerseFacts::None,
        ..PoemShape::default()
    };
    Settings {
        corpus,
        corpus_sha256: sha256(text.as_bytes()),
        epochs: EPOCHS,
        batch_size: 4,
        keep: Some(1),
        shape,
        ..Settings::default()
    }
}

/// A model of lyrics reads poems first, whose titles are no tunes, and lyrics, whose titles are.
#[test]
fn poems_that_a_model_of_lyrics_reads_first_have_no_tune() {
    let temp = tempfile::tempdir().expect("a folder");
    let corpus = temp.path().join("more.txt");
    let text = "静夜思:床前明月光，疑是地上霜。\n浣溪沙:一曲新词酒一杯，去年天气旧亭台。\n";
    std::fs::write(&corpus, text).expect("it is written");
    let lyrics = Settings { genre: Genre::Lyric, ..Settings::default() };
    let pretraining = Pretraining::of(&corpus, 1, lyrics.reading()).expect("two texts");
    let lyrics = Settings { pretraining: Some(pretraining), ..lyrics };
    let split = Split { train: Vec::new(), valid: Vec::new() };
    let tunes = [Tune { name: "浣溪沙".into(), lyrics: 20 }];
    let more = more_to_read(&lyrics, &split, &tunes, Shown::Nothing).expect("it is read");
    let titles: Vec<&str> = more.iter().map(|poem| &*poem.title).collect();
    assert_eq!(titles, ["", "浣溪沙"]);
    let poems = Settings { genre: Genre::Poem, ..lyrics };
    let more = more_to_read(&poems, &split, &[], Shown::Nothing).expect("it is read");
    assert_eq!(more[0].title, "静夜思");
}

/// What must be the same however a training came to its end.
fn result(run: &Path) -> Vec<Vec<u8>> {
    let files = [WEIGHTS, DESCRIPTION, "samples.txt", "checkpoint/model-2.bpk"];
    let files = files.map(|file| std::fs::read(run.join(file)).expect("it is there"));
    let rows = history::read(run, EPOCHS).expect("it is whole").into_iter();
    let rows = rows.map(|row| format!("{} {}", row.epoch.valid_loss, row.sample).into_bytes());
    files.into_iter().chain(rows).collect()
}

/// The N-th write, flush, rename or removal fails, for every N until a training gets through: each
/// time the run opens, no finished epoch is lost, and going on gives the bytes of the undisturbed
/// run.
#[test]
fn whichever_write_fails_no_epoch_is_lost_and_going_on_ends_alike() {
    let temp = tempfile::tempdir().expect("a folder");
    let (settings, device) = (settings(temp.path()), Device::flex());
    let whole = temp.path().join("whole");
    train(&settings, None, &whole, None, Shown::Nothing, &device.clone().into())
        .expect("undisturbed");
    let want = result(&whole);
    for fault in [Fault::At, Fault::From] {
        let mut refused = 0;
        loop {
            let run = temp.path().join(format!("{refused}"));
            let begin =
                || train(&settings, None, &run, None, Shown::Nothing, &device.clone().into());
            let (outcome, hit, renamed) = faults::with(&run, fault(refused), begin);
            if !hit {
                outcome.expect("nothing was refused");
                break;
            }
            let finished = renamed.iter().filter(|file| **file == run.join(HISTORY)).count();
            if let Err(error) = outcome {
                assert_eq!((error.exit_code(), error.message().lines().count()), (2, 1), "{error}");
            }
            // Before its settings are there it is no run: the same command begins it.
            let from = run.join(SETTINGS).exists().then(|| read_run(&run).expect("it opens").1);
            assert_eq!(from.unwrap_or(0), finished, "step {refused}");
            train(&settings, None, &run, from, Shown::Nothing, &device.clone().into())
                .expect("it goes on");
            assert!(result(&run) == want, "{:?}", fault(refused));
            std::fs::remove_dir_all(&run).expect("it is removed");
            refused += 1;
        }
        println!("{refused} steps of {:?}", fault(0));
        assert!(refused > 40, "{refused}: every file is written through the same door");
        std::fs::remove_dir_all(temp.path().join(format!("{refused}"))).expect("it is removed");
    }
}

#[test]
fn whoever_watches_a_training_knows_where_it_stands_and_stops_it() {
    let temp = tempfile::tempdir().expect("a folder");
    let (settings, device) = (settings(temp.path()), Device::flex());
    let learn = |name: &str, watch: &'static Watch| {
        let folder = temp.path().join(name);
        train(&settings, None, &folder, None, Shown::Watched(watch), &device.clone().into())
            .expect("it trains")
    };
    let watch: &'static Watch = Box::leak(Box::default());
    assert!(watch.standing().is_none());
    assert!(learn("whole", watch).stopped.is_none());
    let standing = watch.standing().expect("it was told");
    assert_eq!((standing.epoch, standing.epochs), (EPOCHS, EPOCHS));
    assert!(standing.loss.is_some_and(f64::is_finite));

    let watch: &'static Watch = Box::leak(Box::default());
    watch.stop(); // before it has begun
    let ended = learn("stopped", watch);
    assert!(ended.best_epoch.is_none() && ended.stopped.is_some());
}
