use burn::prelude::*;
use lstm_lessons::{
    bugs::sampling::{forward_without_memory, likeliest, upside_down, write_unchecked},
    poems::{
        model::PoemModel,
        write::{
            beginning::Beginning,
            reader::{Reader, Stream},
            sample::{Chooser, Sampler, SamplingConfig},
        },
    },
    shell::error::Result,
};
use rand::{SeedableRng, rngs::StdRng};

use crate::{POEMS, Shown, Verdict, caught, hold, tiny, tiny_bundle};

const PLAIN: SamplingConfig = SamplingConfig::PLAIN;

/// After another beginning, the same last character gives other logits.
fn the_beginning_is_remembered(
    forward: impl Fn(&PoemModel, Tensor<2, Int>) -> Tensor<3>,
) -> Verdict {
    let device = Device::flex();
    let model = tiny(8, 1, &device);
    let after = |ids: [i32; 3]| -> Vec<f32> {
        forward(&model, Tensor::from_data([ids], &device))
            .narrow(1, 2, 1)
            .into_data()
            .iter()
            .collect() // [V]
    };
    hold(after([4, 5, 6]) != after([7, 7, 6]), "only the last character counts")
}

#[test]
fn lost_state_is_caught_by_another_beginning() {
    let whole = |model: &PoemModel, inputs| model.forward(model.embed(inputs, None), None, None).0;
    caught(the_beginning_is_remembered(whole), the_beginning_is_remembered(forward_without_memory));
}

#[test]
fn lost_state_costs_what_the_past_was_worth() {
    let shown = Shown::by(POEMS, "lost-state");
    let (healthy, faulty) = shown.number("nats_per_token");
    assert!(faulty > healthy + 1.0, "{healthy}, {faulty}");
    let (healthy, faulty) = shown.text("poem");
    assert!(healthy.contains('。') && healthy != faulty);
}

/// The higher the temperature, the less often the likeliest id is chosen.
fn a_high_temperature_brings_variety(config_at: impl Fn(f64) -> SamplingConfig) -> Verdict {
    let z = [2.0, 1.0, 0.5, 0.0];
    let likeliest = |temperature: f64| {
        let (mut chooser, mut rng) = (Chooser::default(), StdRng::seed_from_u64(1));
        (0..2000)
            .filter(|_| chooser.pick(&z, |_| true, config_at(temperature), &mut rng) == Some(0))
            .count()
    };
    let (low, high) = (likeliest(0.5), likeliest(2.0));
    hold(low > high, format!("the likeliest was chosen {low} times at 0.5, {high} times at 2"))
}

#[test]
fn upside_down_temperature_is_caught_by_counting_the_likeliest() {
    let at = |temperature| SamplingConfig { temperature, ..PLAIN };
    caught(
        a_high_temperature_brings_variety(at),
        a_high_temperature_brings_variety(|temperature| upside_down(at(temperature))),
    );
    assert_eq!(upside_down(at(1.0)), at(1.0), "at 1 both agree");
}

#[test]
fn upside_down_temperature_is_random_when_low_and_dull_when_high() {
    let shown = Shown::by(POEMS, "upside-down-temperature");
    let (cold, warm) = (shown.number("cold"), shown.number("warm"));
    assert!(cold.0 < warm.0 && cold.1 > warm.1, "{cold:?}, {warm:?}");
}

/// Different seeds write different poems.
fn seeds_write_different_poems(write: impl Fn(u64) -> String) -> Verdict {
    let first = write(0);
    hold((1..10).any(|seed| write(seed) != first), format!("ten times {first}"))
}

#[test]
fn argmax_loop_is_caught_by_ten_seeds() {
    let device = Device::flex();
    let bundle = tiny_bundle("春夏秋冬月山水花。，", &device);
    let reader = Reader::new(&bundle, &device);
    let sampler = Sampler::new(&reader, PLAIN);
    let drawn = |seed| sampler.compose("月", seed).expect("a poem");
    let choose = |stream: &Stream, _: &[usize]| likeliest(stream.logits(), |id| sampler.allows(id));
    let begin = Beginning::parse("月", &bundle.vocab).expect("known");
    let greedy = |_| sampler.write_by(choose, &begin, None, &mut |_| ()).text;
    caught(seeds_write_different_poems(drawn), seeds_write_different_poems(greedy));
}

#[test]
fn argmax_loop_writes_one_poem_that_repeats_itself() {
    let shown = Shown::by(POEMS, "argmax-loop");
    assert_eq!(shown.number("different"), (10.0, 1.0));
    let (healthy, faulty) = shown.number("repeated");
    assert!(faulty > healthy, "{healthy}, {faulty}");
}

/// A known beginning is continued; an unknown one is refused in a sentence that names it.
fn unknown_characters_are_refused(write: impl Fn(&str) -> Result<String>) -> Verdict {
    hold(write("月").is_ok_and(|poem| poem.starts_with('月')), "月 is known")?;
    for begin in ["龘", "X", "月X"] {
        match write(begin) {
            Ok(poem) => return Err(format!("{begin} is unknown, and yet: {poem}")),
            Err(error) => hold(
                error.message().contains(['龘', 'X']) && error.exit_code() == 2,
                error.message(),
            )?,
        }
    }
    Ok(())
}

#[test]
fn unknown_first_is_caught_by_a_character_outside_the_vocabulary() {
    let device = Device::flex();
    let bundle = tiny_bundle("春夏秋冬月山水花。，", &device);
    let reader = Reader::new(&bundle, &device);
    let sampler = Sampler::new(&reader, PLAIN);
    let careful = |begin: &str| sampler.compose(begin, 1);
    let careless = |begin: &str| Ok(write_unchecked(&sampler, begin, 1));
    caught(unknown_characters_are_refused(careful), unknown_characters_are_refused(careless));
    assert_eq!(careful("月").unwrap(), careless("月").unwrap(), "at a known one both agree");
}

#[test]
fn unknown_first_writes_one_poem_for_all_unknown_characters() {
    let shown = Shown::by(POEMS, "unknown-first");
    let (first, second) = (shown.text("first"), shown.text("second"));
    assert!(first.0.contains('X') && second.0.contains('龘'), "the refusal names the character");
    assert_eq!(first.1.trim_start_matches('X'), second.1.trim_start_matches('龘'));
}
