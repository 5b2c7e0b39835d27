//! Told at the output: what is known of each candidate for the next character.
//!
//! A fact at the [input](super::features) says what must rhyme; which characters do so the model
//! must learn for every rhyme anew, and it learns it badly. At the output the fact is about the
//! candidate itself, so that one number serves all rhymes:
//!
//! ```text
//! h'_t = h_t + s_place (e_above M)
//! z_tk = h'_t W + b + Σ_{fact holds of k} w[place, fact]
//! ```
//!
//! Each w starts at 0 and is learned like every weight. A doubled character (萧萧) is another fact
//! than one that stood elsewhere in the poem, so that to forbid the one does not forbid the other.
//! e_above M lets the character that stands above in the couplet's first line ask for what answers
//! it (对仗): a bilinear form of both characters.

use burn::{module::Param, prelude::*, tensor::IndexingUpdateOp};

use super::{
    facts::FactReader,
    scan::Scan,
    schemes::Often,
    told::{Telling, Told},
};
use crate::poems::text::vocab::PAD;

/// What a candidate may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    /// The character just before it: together they are doubled (叠字).
    Doubled,
    /// Another character of this line.
    InLine,
    /// The character above it in the couplet's first line.
    Above,
    /// Another character of the couplet's first line.
    InCouplet,
    /// A character that ended a sentence: it may have rhymed.
    Foot,
    /// Elsewhere in the poem, once.
    Once,
    /// Elsewhere in the poem, more than once.
    Again,
    /// What repeats the end of the line before, where the tune sometimes, mostly, always does.
    Echo1,
    Echo2,
    Echo3,
    /// It rhymes with the line that this one should rhyme with.
    Rhymes,
}

/// How many facts there are.
const FACTS: usize = Fact::Rhymes as usize + 1;
/// Couplets that are told apart, the last of them with all that follow.
const COUPLETS: usize = 5;
/// Within the first line of a couplet, within its second, and the last character of a line that
/// rhymes rarely, sometimes, mostly, always.
const ROLES: usize = 6;
/// The role of what answers a couplet's first line.
const IN_SECOND_LINE: usize = 1;
/// Lines up to six characters, and longer ones.
const LENGTHS: usize = 2;
/// Places that are told apart.
pub const PLACES: usize = LENGTHS * COUPLETS * ROLES;

impl FactReader {
    /// Adds what is known, after what `scan` has read, of the candidates for the next character.
    pub fn tell(&self, scan: &Scan, told: &mut Telling) {
        let place = self.place(scan);
        told.above.push(if place.is_some() { scan.above() as u32 } else { PAD as u32 });
        told.place.push(place.unwrap_or(0) as u32);
        if let Some(place) = place {
            let mut push = |id: usize, fact: Fact| {
                told.bias.push(id as u32, (place * FACTS + fact as usize) as u32);
            };
            self.tell_repeated(scan, &mut push);
            self.tell_echo(scan, &mut push);
            self.tell_rhymes(scan, &mut push);
        }
        told.bias.end_row();
    }

    /// What is known after what `scan` has read.
    pub fn told(&self, scan: &Scan) -> Told {
        let mut told = Telling::default();
        self.tell(scan, &mut told);
        told.into()
    }

    /// Where the next character stands; none where a mark is due or nothing has begun.
    fn place(&self, scan: &Scan) -> Option<usize> {
        let rule = self.rule(scan);
        let length = if scan.tune > 0 { rule.map_or(0, |rule| rule.length) } else { scan.first };
        if !scan.begun || length > 0 && scan.place >= length {
            return None;
        }
        let is_last = length > 0 && scan.place + 1 == length;
        let role = match rule {
            Some(rule) if is_last => 2 + rule.rhymes as usize,
            _ if is_last => 2 + if scan.line % 2 == 1 { Often::Always as usize } else { 0 },
            _ => scan.line % 2,
        };
        let couplet = (scan.line / 2).min(COUPLETS - 1);
        Some((usize::from(length > 6) * COUPLETS + couplet) * ROLES + role)
    }

    /// Every character of the poem, as the nearest of what it is.
    fn tell_repeated(&self, scan: &Scan, push: &mut impl FnMut(usize, Fact)) {
        let [line, before] = &scan.lines;
        let second = scan.line % 2 == 1;
        let mut told: Vec<usize> = Vec::with_capacity(scan.earlier.len() + line.len());
        let mut tell = |id: usize, fact: Fact| {
            if !told.contains(&id) {
                told.push(id);
                push(id, fact);
            }
        };
        line.last().into_iter().for_each(|&id| tell(id, Fact::Doubled));
        line.iter().for_each(|&id| tell(id, Fact::InLine));
        if second {
            before.get(scan.place).into_iter().for_each(|&id| tell(id, Fact::Above));
            before.iter().for_each(|&id| tell(id, Fact::InCouplet));
        }
        scan.feet.iter().for_each(|&id| tell(id, Fact::Foot));
        for (k, &id) in scan.earlier.iter().enumerate() {
            let again = scan.earlier[k + 1..].contains(&id);
            tell(id, if again { Fact::Again } else { Fact::Once });
        }
    }

    /// The character that goes on repeating the end of the line before.
    fn tell_echo(&self, scan: &Scan, push: &mut impl FnMut(usize, Fact)) {
        if let Some((id, echoes)) = self.echo(scan) {
            let facts = [Fact::Echo1, Fact::Echo2, Fact::Echo3];
            push(id, facts[echoes as usize - 1]);
        }
    }

    /// The character that goes on repeating the end of the line before, and how often the tune does;
    /// none where it hardly ever does.
    pub(super) fn echo(&self, scan: &Scan) -> Option<(usize, Often)> {
        let rule = self.rule(scan).filter(|rule| rule.echoes > Often::Rarely)?;
        let [line, before] = &scan.lines;
        let end = &before[before.len().checked_sub(rule.length)?..];
        let next = end.get(line.len()).filter(|_| end.starts_with(line));
        next.map(|&id| (id, rule.echoes))
    }

    /// At the last character of a line that rhymes, every character that does.
    fn tell_rhymes(&self, scan: &Scan, push: &mut impl FnMut(usize, Fact)) {
        self.rhyming_now(scan).into_iter().for_each(|id| push(id as usize, Fact::Rhymes));
    }

    /// Where the next character is to rhyme, every character that does; elsewhere none.
    pub(super) fn rhyming_now(&self, scan: &Scan) -> Vec<u32> {
        let rule = self.rule(scan).filter(|rule| rule.rhymes > Often::Rarely);
        let Some(rule) = rule.filter(|rule| scan.place + 1 == rule.length) else { return vec![] };
        let rhymes = scan.ends.get(rule.rhymes_with).copied().unwrap_or_default();
        let mut ids: Vec<u32> =
            rhymes.each().filter_map(|rhyme| self.rhyming.get(rhyme)).flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl Told {
    /// Within the second line of a couplet, the character above asks `factor` times as strongly for its
    /// answer (对仗); where the line ends, rhyme decides, and nothing changes.
    pub fn with_parallelism(mut self, factor: f32) -> Self {
        let places = self.parallelism.iter_mut().zip(&self.place);
        places
            .filter(|(_, place)| **place as usize % ROLES == IN_SECOND_LINE)
            .for_each(|(parallelism, _)| *parallelism *= factor);
        self
    }
}

/// The weights of what is told at the output.
#[derive(Module, Debug)]
pub struct Output {
    /// w, of each fact at each place, `[P·F]`.
    pub w: Param<Tensor<1>>,
    /// M, `[E, H]`.
    pub couplets: Param<Tensor<2>>,
    /// s, of each place, `[P]`.
    pub strength: Param<Tensor<1>>,
}

impl Output {
    /// w and M are 0, s is 1: before any training nothing is told.
    pub fn new(d_embed: usize, d_hidden: usize, device: &Device) -> Self {
        let zeros = TensorData::zeros::<f32, _>([d_embed, d_hidden]);
        Self {
            w: Param::from_data(TensorData::zeros::<f32, _>([PLACES * FACTS]), device),
            couplets: Param::from_data(zeros, device),
            strength: Param::from_data(TensorData::ones::<f32, _>([PLACES]), device),
        }
    }

    /// h' of N steps, `[N, H]`: what the character above asks for is added. Its vector is taken as
    /// it is: the embedding learns nothing from here.
    ///
    /// ```text
    /// h'_n = h_n + s_place (e_above M)        where a character stands above
    /// ```
    pub fn answered(&self, hidden: Tensor<2>, embedding: Tensor<2>, told: &Told) -> Tensor<2> {
        let device = hidden.device();
        let ids = |ids: &[u32]| {
            let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
            Tensor::<1, Int>::from_data(TensorData::new(ids, [told.above.len()]), &device)
        };
        let parallelism = TensorData::new(told.parallelism.clone(), [told.above.len()]);
        let parallelism = Tensor::<1>::from_data(parallelism, &device); // [N]
        let above = embedding.detach().select(0, ids(&told.above)); // [N, E]
        let strength = self.strength.val().select(0, ids(&told.place)) * parallelism; // [N]
        hidden + above.matmul(self.couplets.val()) * strength.unsqueeze_dim(1) // [N, H]
    }

    /// The logits of N steps with each fact's w added, `[N, V]`.
    ///
    /// ```text
    /// z_nk <- z_nk + Σ_{fact holds of k} w[place, fact]
    /// ```
    pub fn add_to(&self, logits: Tensor<2>, told: &Told) -> Tensor<2> {
        let ([n, v], device) = (logits.dims(), logits.device());
        let entries =
            (0..n).flat_map(|row| told.bias.row(row).iter().map(move |entry| (row, entry)));
        let (at, of): (Vec<i32>, Vec<i32>) = entries
            .map(|(row, &(logit, weight))| ((row * v) as i32 + logit as i32, weight as i32))
            .unzip();
        if at.is_empty() {
            return logits;
        }
        let ids = |ids: Vec<i32>| {
            let count = ids.len();
            Tensor::<1, Int>::from_data(TensorData::new(ids, [count]), &device)
        };
        let added = self.w.val().select(0, ids(of));
        let logits = logits.reshape([n * v]).scatter(0, ids(at), added, IndexingUpdateOp::Add);
        logits.reshape([n, v])
    }
}
