use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        Digits, drawn::draw_set, model::RowClassifierConfig, rows::RowBatch, saved,
        units::unit_responses,
    },
};

#[test]
fn the_means_are_those_of_the_outputs() {
    let device = Device::flex();
    let model = RowClassifierConfig::new(CellKind::Gru, 6, 2).init(5, &device);
    let digits = draw_set(300, 6); // more than are read at once
    let all: Vec<usize> = (0..300).collect();
    let outputs = model.stack.forward(RowBatch::new(&digits, &all, &device).rows, None).0; // [N, T, H]
    let h: Vec<f64> = outputs.into_data().iter().collect();
    let units = unit_responses(&model, &digits, &device);
    assert_eq!(units.len(), 6);
    for unit in &units {
        for (digit, t) in [(0, 0), (3, 14), (9, 27)] {
            let of_digit: Vec<f64> = (0..300)
                .filter(|&n| usize::from(digits.labels[n]) == digit)
                .map(|n| h[(n * 28 + t) * 6 + unit.number])
                .collect();
            let mean = of_digit.iter().sum::<f64>() / of_digit.len() as f64;
            assert!(
                (unit.mean[digit][t] - mean).abs() < 1e-6,
                "h[{}], digit {digit}, step {t}",
                unit.number
            );
        }
    }
}

/// Where all images of a digit are alike the digit explains everything; where all images are alike,
/// nothing.
#[test]
fn the_share_explained_is_one_where_the_digit_decides_and_zero_where_nothing_differs() {
    let device = Device::flex();
    let model = RowClassifierConfig::new(CellKind::Lstm, 5, 1).init(5, &device);
    let two = draw_set(10, 1);
    let many = |picked: [usize; 2]| Digits {
        images: (0..40).flat_map(|k| two.image(picked[k % 2]).to_vec()).collect(),
        labels: (0..40).map(|k| (k % 2) as u8).collect(),
    };
    for unit in unit_responses(&model, &many([0, 1]), &device) {
        assert!(unit.eta_squared[27] > 0.999, "{unit:?}");
        assert_eq!(unit.eta_squared[0], 0.0, "the first row of both is paper");
    }
    for unit in unit_responses(&model, &many([0, 0]), &device) {
        assert_eq!(unit.eta_squared, [0.0; 28]);
        assert_eq!(unit.best_row(), 1);
    }
    assert!(
        unit_responses(&model, &Digits::default(), &device)
            .iter()
            .all(|unit| unit.mean == [[0.0; 28]; 10])
    );
}

#[test]
fn the_first_unit_of_the_shipped_classifier_has_the_largest_share() {
    let device = Device::flex();
    let (model, _) = saved::shipped(&device).unwrap();
    let units = unit_responses(&model, &draw_set(300, 8), &device);
    assert!(units.windows(2).all(|pair| pair[0].best() >= pair[1].best()));
    assert!(
        units.iter().all(|unit| unit.eta_squared.iter().all(|share| (0.0..=1.0).contains(share)))
    );
    // The digit explains more of a trained unit at its best than any could after one blank row.
    assert!(units[0].best() > 0.5 && units[0].eta_squared[0] < 0.1, "{:?}", units[0].eta_squared);
    // What a unit votes for is its row of the head.
    let head: Vec<f64> = model.head.weight.val().into_data().iter().collect();
    assert_eq!(units[0].votes.to_vec(), head[units[0].number * 10..][..10]);
}
