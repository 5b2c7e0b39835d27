//! The pictures of lesson 5 as claims: what they show is what training sees.

use lstm_lessons::{
    kernel::Kernel,
    look::Tile,
    poems::{
        batch::PoemBatch,
        inspect::figures::waste,
        inspect::{
            gates::Signals,
            neuron::{Line, Property, Recorded, Unit, find, record},
            pipeline::{Pipeline, Rejected},
            xray::XRay,
        },
        text::corpus::Reason,
    },
};

use crate::{poems::small, support::devices};

const LINE: &str = "虞美人:春花秋月何时了，往事知多少。";

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-5 * (1.0 + b.abs())
}

#[test]
fn the_x_ray_shows_every_poem_whole_and_padding_nowhere_else() {
    for device in devices() {
        let bundle = small(&device);
        let poems = ["春花秋月", "何时", "往事知多少。"];
        let ids: Vec<Vec<usize>> = poems.iter().map(|poem| bundle.vocab.encode(poem)).collect();
        let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();
        let batch = PoemBatch::new(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>(), &device);
        let xray = XRay::of(&batch);
        let [inputs, targets, mask] = &xray.grids(&bundle.vocab)[..] else { panic!("three grids") };
        for (row, poem) in poems.iter().enumerate() {
            let length = poem.chars().count() + 1;
            let read = |tiles: &[Tile]| tiles.iter().map(|tile| tile.letter()).collect::<String>();
            assert_eq!(read(&inputs.rows[row][..length]), format!("▶{poem}"));
            assert_eq!(read(&targets.rows[row][..length]), format!("{poem}■"));
            assert!(
                inputs.rows[row][length..]
                    .iter()
                    .chain(&targets.rows[row][length..])
                    .all(|t| *t == Tile::Empty)
            );
            assert!(
                mask.rows[row]
                    .iter()
                    .enumerate()
                    .all(|(t, tile)| (*tile == Tile::On) == (t < length))
            );
        }
        // 5, 3 and 7 of 3 · 7 cells.
        assert!(close(xray.waste(), 6.0 / 21.0));
        assert!(
            close(xray.waste(), waste(&lengths, &[vec![0, 1, 2]])),
            "one batch, so the waste of the whole corpus"
        );
    }
}

#[test]
fn the_pipeline_ends_at_the_loss_of_training() {
    for device in devices() {
        for kernel in [Kernel::Readable, Kernel::Fused] {
            let mut bundle = small(&device);
            bundle.model = bundle.model.with_kernel(kernel);
            let pipeline = Pipeline::of(LINE, &bundle, &device).unwrap();
            assert_eq!((pipeline.title.as_str(), pipeline.unknown), ("虞美人", 0));
            assert_eq!(bundle.vocab.decode(&pipeline.ids), pipeline.content);
            assert!(
                close(pipeline.mean, pipeline.loss),
                "{} is not {}",
                pipeline.mean,
                pipeline.loss
            );
            let next: String = pipeline.steps.iter().map(|step| step.next).collect();
            assert_eq!(next, format!("{}■", pipeline.content));
            let read: String = pipeline.steps.iter().map(|step| step.read).collect();
            assert_eq!(read, format!("▶{}", pipeline.content));
            for step in &pipeline.steps {
                assert!(
                    close(step.p.ln(), -step.loss) && step.likeliest.1 >= step.p - 1e-6,
                    "{step:?}"
                );
            }
        }
    }
}

#[test]
fn a_line_that_the_corpus_rules_reject_goes_no_further() {
    let device = devices().remove(0);
    let bundle = small(&device);
    for (line, reason) in [
        ("没有冒号", Reason::NoColon),
        ("", Reason::Blank),
        ("甲:春花", Reason::TooShort),
        ("甲:春花秋月（何时", Reason::Marked('（')),
    ] {
        let error = Pipeline::of(line, &bundle, &device).map(|_| ()).unwrap_err();
        assert_eq!((error.exit_code(), error.kind()), (2, Some(&Rejected(reason))), "{line}");
    }
}

#[test]
fn a_unit_is_recorded_as_if_its_poem_were_alone() {
    for device in devices() {
        let bundle = small(&device);
        let poems = ["春花秋月何时了，往事知多少。", "明月"];
        let together = record(&bundle, &poems, &device);
        assert_eq!(together.len(), 2 * 2 * 12, "h and c of two layers of 12");
        let alone = poems.map(|poem| record(&bundle, &[poem], &device));
        for (k, unit) in together.iter().enumerate() {
            let apart: Vec<f64> =
                alone.iter().flat_map(|recorded| recorded[k].values.clone()).collect();
            assert_eq!((unit.values.len(), unit.unit), (15 + 3, alone[0][k].unit));
            assert!(unit.values.iter().zip(&apart).all(|(a, b)| close(*a, *b)), "{:?}", unit.unit);
        }
    }
}

/// A unit that says `says` after each character.
fn unit(number: usize, values: Vec<f64>) -> Recorded {
    Recorded { unit: Unit { layer: 1, part: "h", number }, values }
}

#[test]
fn the_unit_that_counts_is_found_even_if_it_counts_downwards() {
    let poems = ["床前明月光，疑是地上霜。", "白日依山尽，黄河入海流。"];
    let planted = |poem: &str| {
        let counts = Property::PositionInLine.after_each(poem);
        let noise = (0..counts.len()).map(|t| ((t * 7 + 3) % 5) as f64).collect();
        vec![
            unit(0, noise),
            unit(1, counts.iter().map(|y| 0.9 - 0.2 * y).collect()),
            unit(2, vec![0.5; counts.len()]),
        ]
    };
    let (first, second) = (planted(poems[0]), planted(poems[1]));
    let found =
        find(Property::PositionInLine, 1, (&poems[..1], &first), (&poems[1..], &second)).unwrap();
    assert!(found.unit.number == 1 && found.line.b < 0.0, "{found:?}");
    assert!(close(found.chosen, 1.0) && close(found.tested, 1.0), "{found:?}");
    assert!(
        find(Property::PositionInLine, 2, (&poems[..1], &first), (&poems[1..], &second)).is_none(),
        "no such layer"
    );
}

#[test]
fn luck_on_the_choosing_poems_is_exposed_by_the_others() {
    let poems = ["床前明月光，疑是地上霜。", "白日依山尽，黄河入海流。"];
    let (y, other) = (
        Property::PositionInLine.after_each(poems[0]),
        Property::PositionInLine.after_each(poems[1]),
    );
    let lucky = [unit(0, y.clone())];
    let shuffled = [unit(0, other.iter().map(|y| 5.0 - y).collect())];
    let found =
        find(Property::PositionInLine, 1, (&poems[..1], &lucky), (&poems[1..], &shuffled)).unwrap();
    assert!(close(found.chosen, 1.0) && found.tested < 0.0, "{found:?}");
    let flat = Line::fit(&[2.0; 13], &y);
    assert!(
        flat.b == 0.0 && close(flat.r_squared(&[2.0; 13], &y), 0.0),
        "a unit that never changes says nothing"
    );
}

#[test]
fn gates_lie_between_0_and_1_and_a_missing_layer_is_refused() {
    for device in devices() {
        let bundle = small(&device);
        let poem = "春花秋月何时了，往事知多少。";
        for layer in [Some(1), Some(2), None] {
            let gates = Signals::read(&bundle, poem.into(), layer, &device).unwrap();
            assert_eq!(gates.layer, layer.unwrap_or(2));
            assert_eq!(gates.map.rows.len(), 3 + 6, "three gates and six memory cells");
            for (name, values) in &gates.map.rows {
                assert_eq!(values.len(), 14, "{name}");
                assert!(values.iter().all(|v| (0.0..=1.0).contains(v)), "{name}: {values:?}");
            }
        }
        for layer in [0, 3] {
            assert!(Signals::read(&bundle, poem.into(), Some(layer), &device).is_err());
        }
    }
}
