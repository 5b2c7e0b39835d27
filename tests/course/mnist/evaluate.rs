use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    look::{Color, WIDTH, visible_width},
    mnist::{
        Digits,
        drawn::draw_set,
        evaluate::{Belief, Evaluation, beliefs_by_row, evaluate, prediction},
        model::RowClassifierConfig,
        watch::{FRAME_LINES, changes_of_mind, frame},
    },
};

fn sure_of(digit: usize, share: f32) -> Belief {
    std::array::from_fn(|d| if d == digit { share } else { (1.0 - share) / 9.0 })
}

#[test]
fn every_image_is_evaluated_once_whatever_the_batches() {
    let device = Device::flex();
    let model = RowClassifierConfig::new(CellKind::Lstm, 8, 1).init(1, &device);
    let digits = draw_set(507, 4);
    let test = evaluate(&model, &digits, &device);
    assert_eq!(test.count(), 507);
    for truth in 0..10 {
        let there = digits.labels.iter().filter(|&&label| usize::from(label) == truth).count();
        assert_eq!(test.confusion[truth].iter().sum::<usize>(), there);
    }
    let right =
        (0..507).filter(|&k| prediction(&test.beliefs[k]) == usize::from(digits.labels[k])).count();
    assert_eq!(test.correct(), right);
    // The belief after the last row is the one that counts.
    let by_row = beliefs_by_row(&model, digits.image(506), &device);
    assert_eq!(by_row.len(), 28);
    assert!(by_row[27].iter().zip(test.beliefs[506]).all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn the_worst_mistake_is_the_most_confident_one() {
    let digits = Digits { images: vec![0; 4 * 784], labels: vec![1, 2, 3, 4] };
    let beliefs = vec![sure_of(7, 0.5), sure_of(2, 0.99), sure_of(8, 0.9), sure_of(9, 0.7)];
    let test = Evaluation { beliefs, confusion: [[0; 10]; 10] };
    assert_eq!(test.worst(&digits, 6), [2, 3, 0]);
    assert_eq!(test.worst(&digits, 1), [2]);
}

#[test]
fn of_equal_beliefs_the_smaller_digit_is_read() {
    assert_eq!(prediction(&[0.1; 10]), 0);
    assert_eq!(prediction(&sure_of(9, 0.2)), 9);
}

#[test]
fn the_story_of_a_reading_names_each_change_once() {
    let beliefs = [sure_of(1, 0.5), sure_of(1, 0.9), sure_of(4, 0.5), sure_of(1, 0.5)];
    assert_eq!(changes_of_mind(&beliefs), [(1, 1), (3, 4), (4, 1)]);
    assert!(changes_of_mind(&[]).is_empty());
}

#[test]
fn every_frame_is_as_high_as_the_next() {
    let digits = draw_set(1, 8);
    let beliefs = vec![sure_of(6, 0.8); 28];
    for color in [Color::None, Color::Sixteen, Color::True] {
        for rows_read in 0..=28 {
            let picture = frame(digits.image(0), &beliefs, rows_read, color);
            assert_eq!(picture.lines().count(), FRAME_LINES);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH));
        }
    }
}
