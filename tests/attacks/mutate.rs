//! Valid inputs made invalid, the same for the same seed.

use rand::{RngExt, rngs::StdRng};

/// Pieces that readers of text, of JSON and of numbers stumble over.
const PIECES: [&str; 40] = [
    "",
    "0",
    "-1",
    "1e999",
    "-0.0",
    "NaN",
    "inf",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"",
    "\\",
    "\\ud800",
    "\\u0000",
    "[[[[[[[[",
    "{\"a\":",
    ",",
    ":",
    "：",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "\u{1b}]0;x\u{7}",
    "\u{200b}",
    "月",
    "⽉",
    "𠀀",
    "雲",
    "，",
    "。",
    "?",
    "4096",
    "65537",
    "4294967295",
    "18446744073709551615",
    "99999999999999999999",
];
/// Numbers at the edges of their types.
const EDGES: [u32; 9] = [0, 1, 9, 0x7f, 0x80, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
/// No input gets longer.
const LONGEST: usize = 1 << 16;

/// One of `valid`, changed in one place or in several.
pub fn mutated(valid: &[Vec<u8>], rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = valid[rng.random_range(0..valid.len())].clone();
    let changes = 1 << rng.random_range(0..4);
    for _ in 0..rng.random_range(1..=changes) {
        change(&mut bytes, valid, rng);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, valid: &[Vec<u8>], rng: &mut StdRng) {
    let at = rng.random_range(0..=bytes.len());
    let until = (at + rng.random_range(0..=16)).min(bytes.len());
    match rng.random_range(0..9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.random_range(0..8),
        1 if at < bytes.len() => bytes[at] = rng.random(),
        2 => drop(bytes.drain(at..until)),
        3 => bytes.truncate(at),
        4 => {
            let piece = PIECES[rng.random_range(0..PIECES.len())];
            bytes.splice(at..until, piece.bytes());
        }
        5 => {
            let edge = EDGES[rng.random_range(0..EDGES.len())];
            let edge = if rng.random() { edge.to_be_bytes() } else { edge.to_le_bytes() };
            let end = (at + edge.len()).min(bytes.len());
            bytes.splice(at..end, edge);
        }
        6 => {
            let again = bytes[at..until].repeat(rng.random_range(1..=64));
            bytes.splice(at..at, again);
        }
        7 => {
            let other = &valid[rng.random_range(0..valid.len())];
            let from = rng.random_range(0..=other.len());
            bytes.splice(at.., other[from..].iter().copied());
        }
        _ => number(bytes, at, rng),
    }
}

/// Another number where the next one stands: what a description asks for, a count, a loss.
fn number(bytes: &mut Vec<u8>, at: usize, rng: &mut StdRng) {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let Some(first) = bytes[at..].iter().position(digit).map(|from| at + from) else { return };
    let length = bytes[first..].iter().take_while(|byte| digit(byte)).count();
    let number: u64 = rng.random::<u64>() >> rng.random_range(0..64);
    bytes.splice(first..first + length, number.to_string().into_bytes());
}
