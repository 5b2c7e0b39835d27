//! The [`SparseBias`] of some rows, laid out for a GPU.

use burn::backend::TensorMetadata;
use burn_cubecl::cubecl::{self, prelude::*, server::Handle};

use super::{
    sums::of_all,
    tensor::{OnGpu, argument, empty},
};
use crate::kernel::sparse_bias::SparseBias;

/// Units that share the sum of a weight's gradient.
const UNITS: usize = 64;

/// Whole numbers on the GPU.
#[derive(Clone, Debug)]
pub struct Numbers {
    handle: Handle,
    length: usize,
}

impl Numbers {
    fn new(client: &Client, numbers: &[u32]) -> Self {
        Self { handle: client.create_from_slice(u32::as_bytes(numbers)), length: numbers.len() }
    }

    /// As an argument of a kernel.
    pub fn argument(&self) -> BufferArg {
        // SAFETY: that many numbers were written into the buffer.
        #[allow(unsafe_code)]
        unsafe {
            BufferArg::from_raw_parts(self.handle.clone(), self.length)
        }
    }
}

/// The entries of some rows, in the order of the rows.
#[derive(Clone, Debug)]
pub struct ByRow {
    /// Where the entries of each row begin, and where the last row's end.
    pub begins: Numbers,
    /// The logit of each entry.
    pub logits: Numbers,
    /// The weight of each entry.
    pub weights: Numbers,
    /// Whether there is any, or other numbers stand in their places, which nobody reads.
    pub any: bool,
}

impl ByRow {
    /// No entries: `other` takes their places, so that nothing travels to the GPU.
    pub fn none(other: &OnGpu) -> Self {
        let numbers =
            Numbers { handle: other.handle.clone(), length: other.shape().num_elements() };
        Self { begins: numbers.clone(), logits: numbers.clone(), weights: numbers, any: false }
    }

    /// The entries of the rows `begin .. begin + count`.
    pub fn new(client: &Client, bias: &SparseBias, begin: usize, count: usize) -> Self {
        let (mut begins, mut logits, mut weights) = (vec![0], vec![], vec![]);
        for n in begin..begin + count {
            for &(logit, weight) in bias.row(n) {
                logits.push(logit);
                weights.push(weight);
            }
            begins.push(logits.len() as u32);
        }
        if logits.is_empty() {
            (logits, weights) = (vec![0], vec![0]); // a buffer of nothing there is not
        }
        let [begins, logits, weights] =
            [begins, logits, weights].map(|numbers| Numbers::new(client, &numbers));
        Self { begins, logits, weights, any: true }
    }
}

/// The gradient of each weight from that of the logits of the rows `begin .. begin + count`.
///
/// ```text
/// δw_r = Σ_{(k, r) in row n} δz_nk
/// ```
///
/// Many rows name the same weight, and units that add to the same place at the same time would lose
/// sums, or add them in an order of chance. So the entries are sorted by their weights first, here;
/// on the GPU each weight has a cube that sums what is its own.
pub fn gradient(
    d_logits: &OnGpu,
    bias: &SparseBias,
    [begin, count, vocab_size]: [usize; 3],
    weights: usize,
) -> OnGpu {
    let mut begins = vec![0u32; weights + 1];
    let entries = || (begin..begin + count).flat_map(|n| bias.row(n).iter().map(move |e| (n, e)));
    for (_, &(_, weight)) in entries() {
        begins[weight as usize + 1] += 1;
    }
    for weight in 0..weights {
        begins[weight + 1] += begins[weight];
    }
    let mut next = begins.clone();
    let mut places = vec![0u32; (begins[weights] as usize).max(1)];
    for (n, &(logit, weight)) in entries() {
        let next = &mut next[weight as usize];
        places[*next as usize] = ((n - begin) * vocab_size) as u32 + logit;
        *next += 1;
    }
    let client = &d_logits.client;
    let [begins, places] = [begins, places].map(|numbers| Numbers::new(client, &numbers));
    let d_w = empty(d_logits, [weights]);
    // SAFETY: every place is a logit of these rows, and `begins` has one number more than weights.
    #[allow(unsafe_code)]
    unsafe {
        sum_places::launch_unchecked(
            client,
            CubeCount::new_1d(weights as u32),
            CubeDim::new_1d(UNITS as u32),
            argument(&d_w, 1),
            argument(d_logits, 1),
            begins.argument(),
            places.argument(),
        );
    }
    d_w
}

/// A cube sums the places of its weight.
#[cube(launch_unchecked)]
fn sum_places(d_w: &mut [f32], d_logits: &[f32], begins: &[u32], places: &[u32]) {
    let weight = CUBE_POS;
    let unit = UNIT_POS as usize;
    let end = begins[weight + 1] as usize;
    let mut sum = 0.0f32;
    let mut at = begins[weight] as usize + unit;
    while at < end {
        sum += d_logits[places[at] as usize];
        at += UNITS;
    }
    let mut shared = Shared::<[f32]>::new_slice(UNITS);
    shared[unit] = sum;
    let sum = of_all(&mut shared, UNITS, false);
    if unit == 0 {
        d_w[weight] = sum;
    }
}
