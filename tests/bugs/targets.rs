use burn::prelude::*;
use lstm_lessons::{
    bugs::targets::{count_padding, keep_last, mask_end},
    poems::{batch::PoemBatch, text::vocab::EOS},
};

use crate::{POEMS, Shown, Verdict, caught, hold, tiny};

type Spoil = fn(PoemBatch) -> PoemBatch;

const SHORT: [usize; 3] = [5, 6, 4];
const LONG: [usize; 9] = [6, 7, 4, 5, 5, 6, 7, 4, 6];

/// Two poems in one batch cost what they cost alone, token by token: padding adds nothing to the
/// sum of the losses and nothing to the number of tokens.
fn padding_never_changes_the_loss(spoil: Spoil) -> Verdict {
    let device = Device::flex();
    let model = tiny(8, 1, &device);
    let nats = |poems: &[&[usize]]| {
        let tokens: usize = poems.iter().map(|poem| poem.len() + 1).sum();
        let loss = model.loss(&spoil(PoemBatch::new(poems, &device))).into_scalar::<f64>();
        (loss * tokens as f64, tokens)
    };
    let ((short, _), (long, _), (both, _)) =
        (nats(&[&SHORT]), nats(&[&LONG]), nats(&[&SHORT, &LONG]));
    hold((short + long - both).abs() < 1e-3, format!("{short} + {long} is not {both}"))
}

#[test]
fn counted_padding_is_caught_by_adding_up_the_loss() {
    caught(
        padding_never_changes_the_loss(|batch| batch),
        padding_never_changes_the_loss(count_padding),
    );
}

#[test]
fn counted_padding_flatters_the_loss_and_puts_spaces_into_poems() {
    let shown = Shown::by(POEMS, "counted-padding");
    let (healthy, faulty) = shown.number("reported_loss");
    assert!(faulty < healthy, "{faulty} does not look better than {healthy}");
    let (healthy, faulty) = shown.number("nats_per_token");
    assert!(faulty > healthy, "{faulty} is no worse than {healthy}");
    let (healthy, faulty) = shown.number("poems_with_spaces");
    assert!(healthy == 0.0 && faulty > 0.0, "{healthy}, {faulty}");
}

/// The targets and the mask of one poem.
fn targets_of(poem: &[usize], spoil: Spoil) -> (Vec<i32>, Vec<f32>) {
    let batch = spoil(PoemBatch::new(&[poem], &Device::flex()));
    (batch.targets.into_data().iter().collect(), batch.mask.into_data().iter().collect())
}

/// The target of the last character is the end, in the course's own example.
fn the_last_target_is_the_end(spoil: Spoil) -> Verdict {
    let (targets, _) = targets_of(&[6, 2, 4, 6, 9], spoil);
    hold(targets == [6, 2, 4, 6, 9, EOS as i32], format!("{targets:?}"))
}

#[test]
fn self_target_is_caught_in_the_courses_own_example() {
    caught(the_last_target_is_the_end(|batch| batch), the_last_target_is_the_end(keep_last));
    let (targets, _) = targets_of(&[6, 2, 4, 6, 9], keep_last);
    assert_eq!(targets[1..], [2, 4, 6, 9, 9], "the course's y");
}

#[test]
fn self_target_makes_the_last_character_follow_itself() {
    let shown = Shown::by(POEMS, "self-target");
    let (healthy, faulty) = shown.number("last_again");
    assert!(healthy < 0.1 && faulty > 0.3, "{healthy}, {faulty}");
    let (healthy, faulty) = shown.text("poem");
    assert!(!healthy.contains("。。") && faulty.contains("。。"), "{healthy} / {faulty}");
}

/// Every target of a poem counts, the end too.
fn the_end_counts(spoil: Spoil) -> Verdict {
    let (targets, mask) = targets_of(&LONG, spoil);
    let counted = targets.iter().zip(&mask).any(|(&id, &m)| id == EOS as i32 && m == 1.0);
    hold(counted, "no target is the end of a poem")
}

#[test]
fn no_end_is_caught_by_looking_for_the_end_among_the_targets() {
    caught(the_end_counts(|batch| batch), the_end_counts(mask_end));
    // Its loss does not depend on p(EOS) as a target: a bias towards the end lowers the right loss
    // only.
    let device = Device::flex();
    let mut model = tiny(8, 1, &device);
    let batch = PoemBatch::new(&[&SHORT], &device);
    let losses = |model: &lstm_lessons::poems::model::PoemModel| {
        [|batch| batch, mask_end as Spoil]
            .map(|spoil| model.loss(&spoil(batch.clone())).into_scalar::<f64>())
    };
    let [before, before_masked] = losses(&model);
    let towards_the_end = (0..8).map(|id| if id == EOS { 1.0f32 } else { 0.0 }).collect::<Vec<_>>();
    model.bias =
        model.bias.map(|bias| bias + Tensor::from_data(towards_the_end.as_slice(), &device)); // [V]
    let [after, after_masked] = losses(&model);
    assert!(after < before && after_masked > before_masked);
}

#[test]
fn no_end_lets_no_poem_stop_by_itself() {
    let shown = Shown::by(POEMS, "no-end");
    let (healthy, faulty) = shown.number("end_believed");
    assert!(healthy > 0.3 && faulty < 0.01, "{healthy}, {faulty}");
    let (healthy, faulty) = shown.number("ended");
    assert!(healthy >= 15.0 && faulty == 0.0, "{healthy}, {faulty}");
}
