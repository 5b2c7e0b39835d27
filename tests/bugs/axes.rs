use burn::prelude::*;
use lstm_lessons::{
    bugs::axes::forward_swapped,
    cell::CellKind,
    mnist::{
        drawn::draw_set,
        model::{RowClassifier, RowClassifierConfig},
        rows::RowBatch,
    },
};

use crate::{MNIST, Shown, Verdict, caught, hold};

type Forward = fn(&RowClassifier, Tensor<3>) -> Tensor<2>;

/// The logits of an image are its own: they do not change with its neighbours, and they do with its
/// rows in the middle.
fn an_image_is_read_alone_and_whole(forward: Forward) -> Verdict {
    let device = Device::flex();
    let model = RowClassifierConfig::new(CellKind::Lstm, 16, 1).init(1, &device);
    let rows = RowBatch::new(&draw_set(6, 1), &[0, 1, 2, 3, 4, 5], &device).rows; // [6, T, D]
    let of_the_last = |rows: Tensor<3>| -> Vec<f32> {
        let logits = forward(&model, rows);
        let [batch, _] = logits.dims();
        logits.narrow(0, batch - 1, 1).into_data().iter().collect() // [10]
    };
    let alone = of_the_last(rows.clone().narrow(0, 5, 1));
    let in_company = of_the_last(rows.clone());
    let apart = alone.iter().zip(&in_company).any(|(a, b)| (a - b).abs() > 1e-5);
    hold(!apart, "the neighbours change what is read")?;
    let blank = Tensor::zeros([6, 1, 28], &device);
    let without_row_14 = of_the_last(rows.slice_assign([0..6, 13..14], blank));
    hold(in_company != without_row_14, "row 14 does not count")
}

#[test]
fn swapped_axes_is_caught_by_changing_the_neighbours() {
    let healthy = an_image_is_read_alone_and_whole(|model, rows| model.forward(rows, None));
    caught(healthy, an_image_is_read_alone_and_whole(forward_swapped));
}

#[test]
fn swapped_axes_reads_digits_about_as_well_as_chance() {
    let (healthy, faulty) = Shown::by(MNIST, "swapped-axes").number("test_accuracy");
    assert!(healthy > 0.6, "{healthy}");
    assert!((0.04..0.18).contains(&faulty), "{faulty} is not about one in ten");
}
