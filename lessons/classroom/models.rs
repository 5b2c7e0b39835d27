//! The trained models, loaded once and read by every request.

use std::sync::OnceLock;

use burn::prelude::Device;
use lstm_lessons::{
    kernel::Kernel,
    mnist::{
        Digits,
        drawn::draw_set,
        evaluate::evaluate,
        model::RowClassifier,
        saved::{self, Manifest},
    },
    poems::{bundle::Bundle, text::genre::Genre, write::reader::Reader},
    shell::error::Result,
};

/// Drawn digits among which the worst mistakes are looked for.
const TESTED: usize = 2_000;
/// How many of them are kept.
const WORST: usize = 12;
/// The seed of these digits; it is that of no training set.
const SEED: u64 = 2027;

/// What the page asks.
pub struct Models {
    pub device: Device,
    pub classifier: RowClassifier,
    pub about: Manifest,
    poems: &'static Reader<'static>,
    lyrics: OnceLock<&'static Reader<'static>>,
    worst: OnceLock<Digits>,
}

impl Models {
    /// Those that ship; the model of lyrics when it is first asked for.
    pub fn load(device: Device) -> Result<Self> {
        let (classifier, about) = saved::shipped(&device)?;
        let poems = reader(Genre::Poem, &device)?;
        let (lyrics, worst) = (OnceLock::new(), OnceLock::new());
        Ok(Self { device, classifier, about, poems, lyrics, worst })
    }

    /// The model of this genre.
    pub fn reader(&self, genre: Genre) -> Result<&'static Reader<'static>> {
        match (genre, self.lyrics.get()) {
            (Genre::Lyric, Some(lyrics)) => Ok(lyrics),
            (Genre::Lyric, None) => {
                let lyrics = reader(Genre::Lyric, &self.device)?;
                Ok(self.lyrics.get_or_init(|| lyrics))
            }
            (Genre::Poem | Genre::Text, _) => Ok(self.poems),
        }
    }

    /// The drawn digits that the classifier misreads with the greatest confidence, the worst first.
    pub fn worst(&self) -> &Digits {
        self.worst.get_or_init(|| {
            let digits = draw_set(TESTED, SEED);
            let evaluation = evaluate(&self.classifier, &digits, &self.device);
            let mut worst = Digits::default();
            for k in evaluation.worst(&digits, WORST) {
                worst.images.extend_from_slice(digits.image(k));
                worst.labels.push(digits.labels[k]);
            }
            worst
        })
    }
}

/// A model for as long as the program runs: a reader borrows its bundle.
fn reader(genre: Genre, device: &Device) -> Result<&'static Reader<'static>> {
    let mut bundle = Bundle::shipped_of(genre, device)?;
    bundle.model = bundle.model.with_kernel(Kernel::Fused);
    let bundle: &'static Bundle = Box::leak(Box::new(bundle));
    Ok(Box::leak(Box::new(Reader::new(bundle, device))))
}
