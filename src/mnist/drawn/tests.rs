use super::{draw, draw_set, ink::SIDE, strokes};
use crate::mnist::digits::Digits;

fn pictures(set: &Digits) -> impl Iterator<Item = &[u8]> {
    set.images.chunks_exact(SIDE * SIDE)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for digit in 0..10 {
        assert_eq!(draw(digit, 5), draw(digit, 5));
        assert_ne!(draw(digit, 5), draw(digit, 6), "digit {digit}");
    }
    assert_eq!(draw_set(50, 5), draw_set(50, 5));
    assert_ne!(draw_set(50, 5).images, draw_set(50, 6).images);
    assert_ne!(draw_set(50, 5).labels, draw_set(50, 6).labels);
}

#[test]
fn no_digit_of_a_set_is_drawn_twice() {
    let set = draw_set(2000, 3);
    let different: std::collections::HashSet<&[u8]> = pictures(&set).collect();
    assert_eq!(different.len(), 2000);
}

#[test]
fn a_digit_depends_on_its_place_and_not_on_the_length_of_the_set() {
    let (short, long) = (draw_set(37, 9), draw_set(120, 9));
    assert_eq!(short.images, long.images[..37 * 784]);
    assert_eq!(short.labels, long.labels[..37]);
}

#[test]
fn classes_come_in_equal_numbers_but_in_no_fixed_order() {
    let labels = draw_set(200, 4).labels;
    for digit in 0..10 {
        assert_eq!(labels.iter().filter(|&&label| label == digit).count(), 20);
    }
    assert_ne!(labels[..10], labels[10..20]);
    assert_ne!(labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(draw_set(0, 4).labels.is_empty());
}

#[test]
fn what_is_no_digit_is_blank_paper() {
    assert_eq!(draw(10, 1), [0; 784]);
}

#[test]
fn the_ink_fills_a_box_of_twenty_with_paper_round_it_and_its_weight_in_the_middle() {
    let mut at_the_edge = 0;
    for picture in pictures(&draw_set(2000, 8)) {
        let inked: Vec<usize> = (0..784).filter(|&k| picture[k] > 0).collect();
        let (rows, columns) = (inked.iter().map(|k| k / SIDE), inked.iter().map(|k| k % SIDE));
        let span = |(low, high): (Option<usize>, Option<usize>)| high.unwrap() - low.unwrap() + 1;
        let height = span((rows.clone().min(), rows.clone().max()));
        let width = span((columns.clone().min(), columns.clone().max()));
        assert!((17..=20).contains(&height.max(width)), "{width} x {height}");
        at_the_edge += usize::from(rows.chain(columns).any(|at| at == 0 || at == SIDE - 1));

        let mass: f32 = picture.iter().map(|&v| f32::from(v)).sum();
        let mean = |at: fn(usize) -> usize| {
            (0..784).map(|k| f32::from(picture[k]) * at(k) as f32).sum::<f32>() / mass
        };
        for centre in [mean(|k| k % SIDE), mean(|k| k / SIDE)] {
            assert!((centre - 14.0).abs() < 0.51, "weight at {centre}");
        }
    }
    assert!(
        at_the_edge < 80,
        "{at_the_edge} of 2000 touch the edge; of MNIST's 1.4 in a hundred do"
    );
}

#[test]
fn there_is_as_much_ink_as_in_mnist() {
    let images = draw_set(2000, 2).images;
    let mean = images.iter().map(|&v| f64::from(v)).sum::<f64>() / images.len() as f64;
    assert!((30.0..37.0).contains(&mean), "mean grey {mean}, MNIST has 33.3");
    let full = images.iter().filter(|&&v| v >= 250).count() as f64 / images.len() as f64;
    assert!((0.05..0.11).contains(&full), "{full} of the pixels are full ink, in MNIST 0.075");
}

#[test]
fn the_mean_picture_of_each_class_reads_most_digits_of_another_seed() {
    let (learn, read) = (draw_set(500, 1), draw_set(500, 2));
    let mut means = vec![[0.0f32; 784]; 10];
    for (picture, &label) in pictures(&learn).zip(&learn.labels) {
        for (mean, &v) in means[usize::from(label)].iter_mut().zip(picture) {
            *mean += f32::from(v) / 50.0;
        }
    }
    let far = |mean: &[f32; 784], picture: &[u8]| -> f32 {
        mean.iter().zip(picture).map(|(m, &v)| (m - f32::from(v)).powi(2)).sum()
    };
    let right = pictures(&read).zip(&read.labels).filter(|(picture, label)| {
        let nearest =
            (0..10).min_by(|&a, &b| far(&means[a], picture).total_cmp(&far(&means[b], picture)));
        nearest == Some(usize::from(**label))
    });
    let right = right.count();
    assert!(right > 300, "{right} of 500");
}

#[test]
fn all_forms_of_a_family_have_the_same_strokes() {
    for digit in 0..10 {
        for family in strokes::families(digit) {
            let shape =
                |form: &strokes::Form| form.iter().map(|stroke| stroke.len()).collect::<Vec<_>>();
            let first = shape(&family.forms[0]);
            assert!(first.iter().all(|&points| points >= 2), "digit {digit}: {first:?}");
            assert!(
                family.forms.iter().all(|form| shape(form) == first),
                "digit {digit}: {first:?}"
            );
        }
    }
}
