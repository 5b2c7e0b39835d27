//! The idx format, in which MNIST is published.
//!
//! An idx file is a short header of big-endian 32-bit numbers and then one byte a value, nothing
//! else:
//!
//! | bytes   | file of images                            | file of labels                           |
//! |---------|-------------------------------------------|------------------------------------------|
//! | 0..4    | `00 00 08 03`: bytes (08) in 3 dimensions | `00 00 08 01`: bytes (08) in 1 dimension |
//! | 4..8    | N, how many images                        | N, how many labels                       |
//! | 8..12   | 28, rows of an image                      | the labels begin: N bytes, each 0 to 9   |
//! | 12..16  | 28, pixels of a row                       |                                          |
//! | 16..    | N * 28 * 28 pixels, row by row            |                                          |

use crate::say;

/// What an idx file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idx {
    /// Images of 28 x 28 pixels.
    Images,
    /// Labels from 0 to 9.
    Labels,
}

impl Idx {
    /// The file's first four bytes as one number: type 08 (unsigned byte), then how many
    /// dimensions.
    pub fn magic(self) -> usize {
        match self {
            Idx::Images => 0x0803,
            Idx::Labels => 0x0801,
        }
    }

    /// How many bytes come before the first value.
    pub fn header(self) -> usize {
        match self {
            Idx::Images => 16,
            Idx::Labels => 8,
        }
    }

    /// How many bytes one image or label takes.
    pub fn item(self) -> usize {
        match self {
            Idx::Images => 28 * 28,
            Idx::Labels => 1,
        }
    }
}

/// Checks one idx file, header and length and labels, and returns how many images or labels it
/// holds.
///
/// `at_most` is how many there may be: the `mnist` crate is built for the 60,000 and 10,000 of the
/// original.
///
/// # Errors
/// What is wrong, as half a sentence about "it" (the file, whose name the caller knows).
///
/// ```
/// use lstm_lessons::mnist::idx::{Idx, check_idx};
/// let three_labels = [0, 0, 8, 1, 0, 0, 0, 3, /* the labels: */ 5, 0, 4];
/// assert_eq!(check_idx(&three_labels, Idx::Labels, 60_000), Ok(3));
/// assert!(check_idx(&three_labels[..10], Idx::Labels, 60_000).is_err());
/// ```
pub fn check_idx(bytes: &[u8], idx: Idx, at_most: usize) -> std::result::Result<usize, String> {
    let word = |at: usize| -> std::result::Result<usize, String> {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(|four| u32::from_be_bytes(four) as usize)
            .ok_or_else(|| say!("it ends inside its header", "文件在文件头之内就结束了"))
    };
    let (magic, expected) = (word(0)?, idx.magic());
    if magic != expected {
        return Err(say!(
            "it begins with {magic:#010x} where MNIST has {expected:#010x}, so it is another kind \
             of file",
            "其开头是 {magic:#010x}，而 MNIST 应为 {expected:#010x}，说明是别的文件"
        ));
    }
    let count = word(4)?;
    if idx == Idx::Images {
        let (rows, columns) = (word(8)?, word(12)?);
        if (rows, columns) != (28, 28) {
            return Err(say!(
                "its images are {rows} x {columns} pixels instead of 28 x 28",
                "其图像为 {rows} x {columns} 像素，而不是 28 x 28"
            ));
        }
    }
    if count == 0 {
        return Err(say!("it holds nothing", "其中没有任何内容"));
    }
    if count > at_most {
        return Err(say!(
            "it holds {count} items, more than the {at_most} of MNIST",
            "其中有 {count} 项，多于 MNIST 的 {at_most} 项"
        ));
    }
    let (length, promised) = (bytes.len(), idx.header() + count * idx.item());
    if length < promised {
        return Err(say!(
            "it is cut short, with {length} of the {promised} bytes that its header promises",
            "文件不完整，文件头说有 {promised} 字节，实际只有 {length} 字节"
        ));
    }
    if length > promised {
        return Err(say!(
            "it goes on after the {promised} bytes that its header promises",
            "文件头说有 {promised} 字节，但之后还有多余的数据"
        ));
    }
    if idx == Idx::Labels
        && let Some((at, label)) =
            bytes[idx.header()..].iter().enumerate().find(|(_, label)| **label > 9)
    {
        return Err(say!(
            "its label number {at} is {label}, but a digit is 0 to 9",
            "其第 {at} 个标签是 {label}，而数字只有 0 到 9"
        ));
    }
    Ok(count)
}
