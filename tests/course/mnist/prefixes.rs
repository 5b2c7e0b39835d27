use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        by_row::{ByRow, read_by_row, settles_at},
        drawn::draw_set,
        evaluate::{beliefs_by_row, evaluate, prediction},
        model::RowClassifierConfig,
        rows::RowBatch,
        watch::changes_of_mind,
    },
};
use proptest::prelude::*;

#[test]
fn reading_k_rows_equals_the_prefix_of_reading_all() {
    let device = Device::flex();
    let digits = draw_set(3, 2);
    for kind in [CellKind::Rnn, CellKind::Gru, CellKind::Lstm] {
        let model = RowClassifierConfig::new(kind, 16, 2).init(9, &device);
        let rows = RowBatch::new(&digits, &[0, 1, 2], &device).rows;
        let whole = model.stack.forward(rows.clone(), None).0;
        for k in [1, 14, 27, 28] {
            let asked = model.forward(rows.clone().narrow(1, 0, k), None); // [B, 10], the image ends at row k
            let passing = model.head.forward(whole.clone().narrow(1, k - 1, 1).squeeze_dim::<2>(1));
            let apart: f32 = (asked - passing).abs().max().into_scalar();
            assert!(apart < 1e-6, "{kind:?} after {k} rows: {apart}");
        }
    }
}

#[test]
fn one_pass_gives_what_reading_each_image_gives() {
    let device = Device::flex();
    let model = RowClassifierConfig::new(CellKind::Lstm, 16, 1).init(3, &device);
    let digits = draw_set(260, 4); // more than are read at once
    let by_row = read_by_row(&model, &digits, &device);
    for k in [0, 249, 250, 259] {
        let answers: Vec<u8> = beliefs_by_row(&model, digits.image(k), &device)
            .iter()
            .map(|belief| prediction(belief) as u8)
            .collect();
        assert_eq!(by_row.answers[k].to_vec(), answers, "image {k}");
    }
    for t in 0..28 {
        let right = (0..260).filter(|&k| by_row.answers[k][t] == digits.labels[k]).count();
        assert_eq!(by_row.right[t], right, "after {} rows", t + 1);
    }
    // After all rows it is the ordinary test.
    assert_eq!(by_row.right[27], evaluate(&model, &digits, &device).correct());
}

#[test]
fn settling_is_the_last_change_of_mind() {
    let sure = |digit: usize| std::array::from_fn(|d| if d == digit { 0.9 } else { 0.01 });
    for story in [vec![4], vec![1, 1, 1], vec![1, 7, 1, 7], vec![3, 3, 8, 8, 8], vec![8, 3, 8]] {
        let beliefs: Vec<[f32; 10]> = story.iter().map(|&digit| sure(digit)).collect();
        assert_eq!(
            Some(settles_at(&story)),
            changes_of_mind(&beliefs).last().map(|&(row, _)| row),
            "{story:?}"
        );
    }
}

#[test]
fn half_settled_is_the_row_by_which_half_of_them_were() {
    let settles = |row: usize| std::array::from_fn(|t| u8::from(t + 1 >= row));
    let by_row = |rows: &[usize]| ByRow {
        answers: rows.iter().map(|&row| settles(row)).collect(),
        right: [0; 28],
    };
    assert_eq!(by_row(&[20, 5, 28]).half_settled(), 20);
    assert_eq!(by_row(&[20, 5, 28, 9]).half_settled(), 9);
    let read = by_row(&[20, 5, 5, 1]);
    assert_eq!(read.changes(), 0.75, "the one that settles at row 1 never changed");
    assert_eq!((read.settled()[4], read.settled()[19], read.settled()[0]), (0.5, 0.25, 0.25));
    assert_eq!(by_row(&[]).accuracy(), [0.0; 28]);
}

proptest! {
    #[test]
    fn from_the_settling_row_on_nothing_changes_and_just_before_it_did(answers in prop::collection::vec(0u8..3, 1..28)) {
        let row = settles_at(&answers);
        prop_assert!((1..=answers.len()).contains(&row));
        prop_assert!(answers[row - 1..].iter().all(|answer| answer == answers.last().unwrap()));
        prop_assert!(row == 1 || answers[row - 2] != answers[row - 1]);
    }
}
