//! The average of the weights: what it is, that it is what is validated and kept, and that no stop
//! shows in it.

use super::*;
use crate::training::average::Averaged;

/// The line that is validated: the average.
fn average_of(both: &Averaged<Line>) -> &Line {
    &both.average
}

const AVERAGED: Wrapping<Averaged<Line>> = (|line| Averaged::new(line, 0.6), average_of);

fn weight(line: &Line) -> f64 {
    line.linear.weight.val().into_scalar()
}

#[test]
fn the_average_is_that_of_the_recursion_by_hand() {
    for decay in [0.5, 0.8, 0.999] {
        let mut both = Averaged::new(line(&Device::flex()), decay);
        let mut a = weight(&both.model); // a_0
        for k in 1..=60 {
            let w = (f64::from(k) * 0.7).sin() as f32;
            both.model.linear.weight = both.model.linear.weight.map(|old| old * 0.0 + w);
            both = both.followed();
            let d = decay.min(f64::from(k) / f64::from(k + 9));
            a = d * a + (1.0 - d) * f64::from(w);
            let got = weight(&both.average);
            assert!((got - a).abs() < 1e-5, "step {k}, decay {decay}: {got} is not {a}");
            assert_eq!(weight(&both.model), f64::from(w), "the weights stay as they are");
        }
    }
}

#[test]
fn what_is_validated_and_what_writes_is_the_average_and_the_training_goes_on_from_the_weights() {
    let with = train_as(
        tempfile::tempdir().unwrap().path(),
        0,
        None,
        None,
        AVERAGED,
        MicroBatches::default(),
    );
    let without = train(tempfile::tempdir().unwrap().path(), 0, None, None);
    let Averaged { model, average, .. } = &with.last;
    assert_eq!(weight(model), weight(&without.last), "the average changes no step");
    let device = Device::flex();
    let validated = |line: &Line| {
        let batch = |(size, k): (usize, f32)| {
            let numbers: Vec<f32> = (1..=size).map(|n| n as f32 / k).collect();
            line.measure(Tensor::from_data(TensorData::new(numbers, [size, 1]), &device)).1
        };
        Measured::mean(&[(3, 1.0), (2, 2.0)].map(batch)).loss
    };
    let (last, y) = with.finished[1];
    assert_eq!(last.valid.loss, validated(average));
    assert_ne!(last.valid.loss, validated(model));
    let one = Tensor::<2>::from_data([[1.0]], &device);
    assert_eq!(y, average.linear.forward(one).into_scalar::<f64>());
}

/// As without an average.
#[test]
fn a_stop_at_any_step_leaves_no_trace_in_the_average() {
    let never = train_as(
        tempfile::tempdir().unwrap().path(),
        0,
        None,
        None,
        AVERAGED,
        MicroBatches::default(),
    );
    for stop_at in 1..=10 {
        let folder = tempfile::tempdir().unwrap();
        let first =
            train_as(folder.path(), 0, None, Some(stop_at), AVERAGED, MicroBatches::default());
        let partial = first.stopped.expect("it was stopped");
        let second = train_as(
            folder.path(),
            partial.epoch - 1,
            Some(partial),
            None,
            AVERAGED,
            MicroBatches::default(),
        );
        assert!(second.model == never.model, "stopped at batch {stop_at}");
        assert_eq!(losses(&[first.epochs, second.epochs].concat()), losses(&never.epochs));
    }
}

#[test]
fn the_model_of_a_checkpoint_is_the_average() {
    let folder = tempfile::tempdir().unwrap();
    let ended = train_as(folder.path(), 0, None, None, AVERAGED, MicroBatches::default());
    let [file, _, _] = checkpoint_files(folder.path(), 2);
    let bytes = std::fs::read(&file).unwrap();
    let filled = weights::fill(line(&Device::flex()), bytes.clone(), "m.bpk").expect("it fits");
    assert_eq!(weight(&filled), weight(&ended.last.average));
    assert_ne!(weight(&filled), weight(&ended.last.model));
    // What goes on has both.
    let both = Averaged::new(line(&Device::flex()), 0.6);
    let both = weights::fill(both, bytes, "m.bpk").expect("it fits");
    assert!(both.into_record().into_bytes().unwrap().to_vec() == ended.model);
}
