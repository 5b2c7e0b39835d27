use lstm_lessons::mnist::{
    Digits,
    augment::{Affine, augmented},
    drawn::draw_set,
};
use proptest::prelude::*;

/// The centre of an image's ink, (x, y) in pixels.
fn centre(image: &[u8]) -> [f64; 2] {
    let (mut mass, mut at) = (0.0, [0.0; 2]);
    for (k, &ink) in image.iter().enumerate() {
        mass += f64::from(ink);
        at[0] += f64::from(ink) * (k % 28) as f64;
        at[1] += f64::from(ink) * (k / 28) as f64;
    }
    at.map(|sum| sum / mass)
}

fn ink(image: &[u8]) -> f64 {
    image.iter().map(|&pixel| f64::from(pixel)).sum()
}

/// A round spot in the middle: no turn, no slant and no other size moves its centre.
fn spot() -> Vec<u8> {
    let squared = |k: usize| (k as f64 - 13.5).powi(2);
    (0..784)
        .map(|k| (255.0 * (-(squared(k % 28) + squared(k / 28)) / 18.0).exp()).round() as u8)
        .collect()
}

#[test]
fn the_map_that_changes_nothing_gives_the_same_image_to_the_bit() {
    let digits = draw_set(20, 4);
    for k in 0..20 {
        assert_eq!(Affine::IDENTITY.of(digits.image(k)), digits.image(k));
    }
    let picked = [7, 3, 3, 19];
    let none = augmented(&digits, &picked, 0.0, 5);
    for (place, k) in picked.into_iter().enumerate() {
        assert_eq!(none.image(place), digits.image(k), "a share of 0 is no augmentation");
        assert_eq!(none.labels[place], digits.labels[k]);
    }
}

#[test]
fn a_quarter_turn_and_a_whole_shift_put_each_pixel_where_geometry_says() {
    let digits = draw_set(1, 2);
    let image = digits.image(0);
    let turned = Affine { matrix: [[0.0, 1.0], [-1.0, 0.0]], ..Affine::IDENTITY }.of(image);
    let shifted = Affine { shift: [3.0, -2.0], ..Affine::IDENTITY }.of(image);
    for (x, y) in (0..28).flat_map(|x| (0..28).map(move |y| (x, y))) {
        assert_eq!(turned[y * 28 + x], image[(27 - x) * 28 + y], "({x}, {y})");
        let from = (x >= 3 && y + 2 < 28).then(|| image[(y + 2) * 28 + x - 3]);
        assert_eq!(shifted[y * 28 + x], from.unwrap_or(0), "({x}, {y})");
    }
}

#[test]
fn half_a_pixel_is_the_mean_of_two() {
    let mut image = [0; 784];
    (image[10 * 28 + 10], image[10 * 28 + 11]) = (100, 200);
    let moved = Affine { shift: [0.5, 0.0], ..Affine::IDENTITY }.of(&image);
    assert_eq!(moved[10 * 28 + 10..][..3], [50, 150, 100]);
}

#[test]
fn the_ink_moves_by_the_shift_and_grows_with_the_size() {
    let spot = spot();
    for shift in [[2.0, -1.0], [0.5, 2.5], [-1.25, 0.0]] {
        let moved = centre(&Affine { shift, ..Affine::IDENTITY }.of(&spot));
        for axis in 0..2 {
            assert!((moved[axis] - 13.5 - f64::from(shift[axis])).abs() < 0.02, "{moved:?}");
        }
    }
    let larger = Affine { matrix: [[1.0 / 1.1, 0.0], [0.0, 1.0 / 1.1]], ..Affine::IDENTITY };
    assert!((ink(&larger.of(&spot)) / ink(&spot) - 1.21).abs() < 0.01);
}

/// Over many images: as far as was asked for and no farther, to all sides alike.
#[test]
fn random_maps_reach_as_far_as_the_share_says() {
    const COUNT: usize = 2_000;
    let one = Digits::one(&spot(), 0);
    for share in [1.0, 0.5] {
        let batch = augmented(&one, &[0; COUNT], share, 9);
        let most = 2.5 * f64::from(share);
        for axis in 0..2 {
            let moved: Vec<f64> = (0..COUNT).map(|k| centre(batch.image(k))[axis] - 13.5).collect();
            let (low, high) =
                moved.iter().fold((0.0f64, 0.0f64), |(low, high), &m| (low.min(m), high.max(m)));
            assert!((-most - 0.1..-0.95 * most).contains(&low), "{low}");
            assert!((0.95 * most..most + 0.1).contains(&high), "{high}");
            let mean = moved.iter().sum::<f64>() / COUNT as f64;
            assert!(mean.abs() < 0.1 * most, "{mean}"); // its deviation is 0.013 of most
        }
        // The area goes with the square of the size.
        let sizes: Vec<f64> =
            (0..COUNT).map(|k| (ink(batch.image(k)) / ink(&one.images)).sqrt() - 1.0).collect();
        let largest = sizes.iter().fold(0.0f64, |most, size| most.max(size.abs()));
        let most = 0.12 * f64::from(share);
        assert!((0.9 * most..1.1 * most).contains(&largest), "{largest}");
    }
}

#[test]
fn one_seed_gives_the_same_bytes_and_each_image_a_map_of_its_own() {
    let digits = draw_set(3, 1);
    let batch = |seed| augmented(&digits, &[0, 0, 1], 1.0, seed);
    assert_eq!(batch(3), batch(3));
    assert_ne!(batch(3), batch(4));
    assert_ne!(batch(3).image(0), batch(3).image(1), "the same digit twice in a batch");
    assert_eq!(batch(3).labels, [digits.labels[0], digits.labels[0], digits.labels[1]]);
}

proptest! {
    /// Whatever the image and the map: no pixel darker than its darkest, nor lighter than paper.
    #[test]
    fn no_ink_appears(image in prop::collection::vec(0u8..200, 784), seed: u64) {
        let most = image.iter().max().copied().unwrap_or(0);
        let batch = augmented(&Digits::one(&image, 0), &[0; 4], 1.0, seed);
        prop_assert!(batch.images.iter().all(|&pixel| pixel <= most));
    }
}
