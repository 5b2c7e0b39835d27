//! Writing poems with a trained model.

mod answer;
mod best;
mod flags;
mod plain;
mod prompt;

use std::{io::IsTerminal, path::PathBuf};

use burn::prelude::Device;
use lstm_lessons::{
    kernel::Kernel,
    poems::{
        bundle::Bundle,
        inspect::explain::Explained,
        poets::Poets,
        run::folder::{any_model_in, epoch_bundle, model_in},
        text::{
            genre::Genre,
            pinyin::pinyin_of,
            punctuation::{PUNCTUATION, SENTENCE_ENDS, in_lines},
            vocab::Vocab,
        },
        verse::rhymes::{RhymeBook, Rhymes},
        write::{
            beginning::{Acrostic, Beginning},
            compose::{Composer, Constraints},
            reader::Reader,
            sample::Sampler,
            title::{parse_rhyme, parse_title, parse_tune},
        },
    },
    say,
    shell::{
        self,
        cli::{out, print},
        error::{Error, Result},
    },
};
use rayon::prelude::*;

pub use self::flags::Write;

/// Poems that a thread writes before they are shown: few, so that the first are soon there.
const POEMS_A_THREAD: usize = 4;

/// The model in `run`, or the one of this genre that ships.
///
/// # Errors
/// A folder without a model, or with one of the other genre.
pub fn bundle(run: Option<&PathBuf>, genre: Option<Genre>, device: &Device) -> Result<Bundle> {
    match run {
        Some(folder) => of_genre(model_in(folder, device)?, genre),
        None => Bundle::shipped_of(genre.unwrap_or_default(), device),
    }
}

/// The model, if it is of the genre that was asked for.
///
/// # Errors
/// A model of another genre.
pub fn of_genre(bundle: Bundle, genre: Option<Genre>) -> Result<Bundle> {
    match genre.is_none_or(|genre| genre == bundle.genre()) {
        true => Ok(bundle),
        false => Err(Error::user(say!(
            "the model of --run was trained for the other --genre; leave --genre (and --tune) out, \
             or choose another run",
            "--run 的模型是为另一种 --genre 训练的；请去掉 --genre（与 --tune），或另选训练"
        ))),
    }
}

/// Writes as many poems as were asked for.
pub fn run(args: &Write, kernel: Kernel, device: &Device) -> Result<()> {
    args.check()?;
    let bundle = args.bundle(kernel, device)?;
    let sampling = args.sampling.config(bundle.genre())?;
    if bundle.genre() == Genre::Text {
        return plain::run(args, sampling, &bundle, device);
    }
    args.refuse_length()?;
    let (bundle, poet) = args.as_poet(bundle, device)?;
    let reader = Reader::new(&bundle, device);
    let mut sampler = Sampler::new(&reader, sampling);
    sampler.fewest_lines = args.fewest_lines.unwrap_or(sampler.fewest_lines);
    if let Some(first) = &args.answer {
        return answer::run(args, first, &sampler);
    }
    let title = args.title_for(&bundle)?;
    let constraints = args.constraints(&bundle.vocab)?;
    let composer = Composer::new(&sampler, RhymeBook::shipped());
    let seed = args.seed.unwrap_or_else(rand::random);
    let seeds: Vec<u64> = (0..args.count as u64).map(|k| seed.wrapping_add(k)).collect();
    let composer = |seed| {
        let any = || sampler.any_tune(seed).map(|tune| &*tune.name);
        composer.to(title.as_deref().or_else(any))
    };
    if args.stream {
        for (k, &seed) in seeds.iter().enumerate() {
            let gap = if k > 0 { "\n" } else { "" };
            print(gap)?;
            streamed(args, &composer(seed), &constraints, seed, &reader)?;
        }
    }
    if let Some(best) = args.best {
        let write =
            |&seed: &u64| Ok((seed, composer(seed).compose(&constraints, seed, &mut |_| ())?));
        let poems: Result<Vec<_>> = seeds.par_iter().map(write).collect();
        return best::show(args, best, poems?, |seed| composer(seed).title, &reader);
    }
    // Each thread writes poems of its own; they are shown in their order.
    let together = POEMS_A_THREAD * rayon::current_num_threads();
    for (k, seeds) in seeds.chunks(together).enumerate().filter(|_| !args.stream) {
        let write = |&seed: &u64| {
            one(args, &composer(seed), (&constraints, poet.as_deref()), seed, &reader)
        };
        let poems: Vec<Result<String>> = match seeds {
            [seed] => vec![write(seed)],
            seeds => seeds.par_iter().map(write).collect(),
        };
        for (j, poem) in poems.into_iter().enumerate() {
            let gap = if args.json || (k, j) == (0, 0) { "" } else { "\n" };
            out(&format!("{gap}{}", poem?))?;
        }
    }
    if args.seed.is_none() && !args.json {
        shell::note(say!("(seed {seed})", "（种子 {seed}）"));
    }
    Ok(())
}

impl Write {
    /// The model that is asked for.
    fn bundle(&self, kernel: Kernel, device: &Device) -> Result<Bundle> {
        let genre = self.genre.or(self.tune.is_some().then_some(Genre::Lyric));
        let mut bundle = match (&self.run, self.epoch) {
            (Some(run), Some(epoch)) => of_genre(epoch_bundle(run, epoch, device)?, genre)?,
            (Some(run), None) => of_genre(any_model_in(run, device)?, genre)?,
            (None, _) => bundle(None, genre, device)?,
        };
        if bundle.genre() == Genre::Lyric
            && (self.form.is_some() || self.rhyme.is_some() || self.tones)
        {
            return Err(Error::user(say!(
                "--form, --rhyme and --tones are rules of poems; a lyric's lines follow its \
                 --tune, e.g. --tune 浣溪沙",
                "--form、--rhyme、--tones 是诗的格律；词的句式由 --tune 决定，例如 --tune 浣溪沙"
            )));
        }
        bundle.model = bundle.model.with_kernel(kernel);
        Ok(bundle)
    }

    /// The model for poems by the poet who is asked for, and his name.
    fn as_poet(&self, bundle: Bundle, device: &Device) -> Result<(Bundle, Option<String>)> {
        let Some(typed) = &self.poet else { return Ok((bundle, None)) };
        let poets = Poets::of(self.run.as_deref(), &bundle, device)?;
        let poet = poets.find(typed)?;
        let name = poets.about.poets[poet].name.clone();
        Ok((poets.writing_as(poet, bundle), Some(name)))
    }

    /// What the poems are written under, if the user says so: a tune or a title.
    fn title_for(&self, bundle: &Bundle) -> Result<Option<String>> {
        match (&self.tune, &self.title) {
            (Some(typed), _) => parse_tune(typed, bundle).map(|tune| Some(tune.name.clone())),
            (None, Some(typed)) => parse_title(typed, bundle).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The rhymes among which the poems may choose, if they must rhyme.
    fn rhymes(&self) -> Result<Option<Rhymes>> {
        match &self.rhyme {
            None => Ok(None),
            Some(None) => Ok(Some(Rhymes::EVERY_LEVEL)),
            Some(Some(typed)) => parse_rhyme(typed, RhymeBook::shipped()).map(Some),
        }
    }

    /// What the poems must keep. The prompt asks for a beginning where neither the flags nor a pipe
    /// say anything.
    fn constraints(&self, vocab: &Vocab) -> Result<Constraints> {
        let parse = |typed: &String| Acrostic::parse(typed, vocab);
        let acrostic = self.acrostic.as_ref().map(parse).transpose()?;
        let first_line = self.first_line.as_ref().map(|line| whole_line(line));
        let begin = match self.begin.as_ref().or(first_line.as_ref()) {
            Some(typed) => Beginning::parse(typed, vocab)?,
            None if acrostic.is_none() && !self.json && std::io::stdin().is_terminal() => {
                prompt::ask(vocab)?
            }
            None => Beginning::default(),
        };
        Ok(Constraints {
            begin,
            acrostic: acrostic.unwrap_or_default(),
            form: self.form.and_then(|shape| shape.0),
            rhyme: self.rhymes()?,
            tones: self.tones,
        })
    }
}

/// A line with the mark that ends the first line of a couplet, if it has none.
fn whole_line(line: &str) -> String {
    let line = line.trim();
    let mark = if line.ends_with(|c| PUNCTUATION.contains(c)) { "" } else { "，" };
    format!("{line}{mark}")
}

/// Writes one poem: what is to be shown of it.
fn one(
    args: &Write,
    composer: &Composer,
    (constraints, poet): (&Constraints, Option<&str>),
    seed: u64,
    reader: &Reader,
) -> Result<String> {
    let title = composer.title;
    let poem = composer.compose(constraints, seed, &mut |_| ())?;
    let explained =
        args.explain.then(|| Explained::new(&poem, title, reader, RhymeBook::shipped()));
    if args.json {
        let key = if reader.bundle.genre() == Genre::Lyric { "tune" } else { "title" };
        let under = [title.map(|title| (key, title)), poet.map(|poet| ("poet", poet))];
        return Ok(as_json(&poem, under, explained));
    }
    let shown = explained.map_or_else(|| args.set(&poem), |explained| explained.text());
    let title = title.map(|title| format!("{title}\n")).unwrap_or_default();
    Ok(title + &shown)
}

/// Writes one poem and shows it meanwhile.
fn streamed(
    args: &Write,
    composer: &Composer,
    constraints: &Constraints,
    seed: u64,
    reader: &Reader,
) -> Result<()> {
    if let Some(title) = composer.title {
        out(title)?;
    }
    let poem = stream(composer, constraints, seed)?;
    match (args.explain, args.pinyin) {
        (true, _) => {
            out(&Explained::new(&poem, composer.title, reader, RhymeBook::shipped()).text())
        }
        (_, true) => out(&pinyin_of(&in_lines(&poem))),
        _ => Ok(()),
    }
}

/// The poem and whatever else is known of it.
fn as_json(poem: &str, under: [Option<(&str, &str)>; 2], explained: Option<Explained>) -> String {
    let mut json = serde_json::json!({ "text": poem });
    for (key, name) in under.into_iter().flatten() {
        json[key] = name.into();
    }
    if let Some(explained) = explained {
        json["explain"] = serde_json::json!(explained);
    }
    json.to_string()
}

/// Shows a poem while it is being written.
fn stream(composer: &Composer, constraints: &Constraints, seed: u64) -> Result<String> {
    let mut error = None;
    let poem = composer.compose(constraints, seed, &mut |text| {
        let shown: String = text
            .chars()
            .flat_map(|c| [Some(c), SENTENCE_ENDS.contains(c).then_some('\n')])
            .flatten()
            .collect();
        if error.is_none() {
            error = print(&shown).err();
        }
    })?;
    match error {
        Some(error) => Err(error),
        None if poem.ends_with(|c| SENTENCE_ENDS.contains(c)) => Ok(poem),
        None => out("").map(|()| poem),
    }
}
