//! Which ids to draw among: all, or the likeliest.

use super::weights::sum;

/// An id with its weight, in one number that compares as they do: by weight (a number that is not
/// negative compares as its bits), and among equals the lower id first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ranked(u64);

impl Ranked {
    fn new(id: usize, weight: f32) -> Self {
        Self(u64::from(weight.to_bits()) << 32 | u64::from(!(id as u32)))
    }

    /// The id.
    pub fn id(self) -> usize {
        !(self.0 as u32) as usize
    }

    /// Its weight.
    pub fn weight(self) -> f32 {
        f32::from_bits((self.0 >> 32) as u32)
    }
}

/// The ids among which to draw: the `top_k` likeliest (0 for all), and of these the likeliest that
/// together have the probability `top_p` (1 for all).
pub fn rank(weights: &[f32], top_k: usize, top_p: f32, ranked: &mut Vec<Ranked>) {
    let total = sum(weights);
    // All weights below this bound together have less than 1 - top_p of the whole, so none of
    // them is wanted.
    let bound = if top_k > 0 { 0.0 } else { (1.0 - top_p) * total / weights.len() as f32 };
    take_above(weights, bound, ranked);
    let (mut whole, mut sorted) = (total, 0);
    if top_k > 0 {
        sorted = sort_first(ranked, top_k);
        ranked.truncate(sorted);
        whole = ranked.iter().map(|ranked| ranked.weight()).sum();
    } else if top_p >= 1.0 {
        return;
    }
    // Few are kept of all, so no more are sorted than turn out to be needed.
    let (mut reached, mut kept) = (0.0, 0);
    while kept < ranked.len() && (kept == 0 || reached < top_p * whole) {
        if kept == sorted {
            sorted += sort_first(&mut ranked[sorted..], sorted.max(64));
        }
        reached += ranked[kept].weight();
        kept += 1;
    }
    ranked.truncate(kept);
}

/// The ids of the weights above `bound`, in their order.
fn take_above(weights: &[f32], bound: f32, ranked: &mut Vec<Ranked>) {
    const SOME: usize = 64;
    ranked.clear();
    for (first, weights) in weights.chunks(SOME).enumerate() {
        let (mut some, mut taken) = ([Ranked(0); SOME], 0);
        for (k, &w) in weights.iter().enumerate() {
            some[taken] = Ranked::new(first * SOME + k, w); // overwritten by the next, unless it counts
            taken += usize::from(w > bound);
        }
        ranked.extend_from_slice(&some[..taken]);
    }
}

/// Brings the `count` with the highest weights to the front, sorted, and returns how many these are.
fn sort_first(ranked: &mut [Ranked], count: usize) -> usize {
    let falling = |a: &Ranked, b: &Ranked| b.cmp(a);
    if count < ranked.len() {
        ranked.select_nth_unstable_by(count, falling);
    }
    let count = count.min(ranked.len());
    ranked[..count].sort_unstable_by(falling);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(weights: &[f32], top_k: usize, top_p: f32) -> Vec<usize> {
        let mut ranked = Vec::new();
        rank(weights, top_k, top_p, &mut ranked);
        ranked.into_iter().map(Ranked::id).collect()
    }

    #[test]
    fn the_nucleus_is_the_same_however_large_all_weights_together_are() {
        for scale in [1e-6, 1.0, 1e6] {
            let weights = [1.0, 8.0, 2.0, 1.0, 4.0].map(|w| w * scale).to_vec();
            for (top_p, kept) in [(0.4, 1), (0.6, 2), (0.8, 3), (0.9, 4), (0.99, 5)] {
                let ids = ids(&weights, 0, top_p);
                assert_eq!(ids, [1, 4, 2, 0, 3][..kept], "{top_p} of {scale}");
            }
        }
    }

    /// More of them than are sorted at a time, with equal weights among them.
    #[test]
    fn ranking_a_part_keeps_what_sorting_all_would_keep() {
        let weights: Vec<f32> = (0..3000).map(|k| ((k * 7919) % 1000 + 1) as f32).collect();
        let mut sorted: Vec<usize> = (0..weights.len()).collect();
        sorted.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        for (top_k, top_p) in
            [(0, 0.0), (0, 0.01), (0, 0.3), (0, 0.95), (50, 1.0), (500, 0.5), (9999, 0.9)]
        {
            let kept = &sorted[..if top_k > 0 { top_k.min(3000) } else { 3000 }];
            let whole: f32 = kept.iter().map(|&k| weights[k]).sum();
            let mut reached = 0.0;
            let expected: Vec<usize> = kept
                .iter()
                .copied()
                .take_while(|&k| {
                    (reached == 0.0 || reached < top_p * whole, reached += weights[k]).0
                })
                .collect();
            let ids = ids(&weights, top_k, top_p);
            assert_eq!(ids, expected, "top_k {top_k}, top_p {top_p}");
        }
    }
}
