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

use std::{
    cmp::Ordering,
    fmt,
    io::{self, ErrorKind, Read},
};

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

    /// The header of a file with so many images or labels.
    pub fn header_of(self, count: usize) -> Vec<u8> {
        let shape: &[usize] = if self == Idx::Images { &[28, 28] } else { &[] };
        let words = [self.magic(), count];
        words.iter().chain(shape).flat_map(|&word| (word as u32).to_be_bytes()).collect()
    }

    /// How many bytes one image or label takes.
    pub fn item(self) -> usize {
        match self {
            Idx::Images => 28 * 28,
            Idx::Labels => 1,
        }
    }
}

/// Reads one idx file, checks header, length and labels, and returns its values: the pixels of all
/// images, or the labels.
///
/// `at_most` is how many images or labels there may be: whatever a header says, no more memory is
/// taken than they need.
///
/// # Errors
/// What is wrong with the file.
///
/// ```
/// use lstm_lessons::mnist::idx::{Idx, Kind, read_idx};
///
/// let three_labels = [0, 0, 8, 1, 0, 0, 0, 3, /* the labels: */ 5, 0, 4];
/// assert_eq!(read_idx(&three_labels[..], Idx::Labels, 60_000), Ok(vec![5, 0, 4]));
/// let cut = read_idx(&three_labels[..10], Idx::Labels, 60_000);
/// assert_eq!(cut, Err(Kind::Short { length: 10, promised: 11 }));
/// ```
pub fn read_idx(mut file: impl Read, idx: Idx, at_most: usize) -> Result<Vec<u8>, Kind> {
    let promised = read_header(&mut file, idx, at_most)? * idx.item();
    let mut values = Vec::with_capacity(promised + 1);
    // One byte past the last value shows a file that goes on, however long it is; and at its end
    // gzip compares its checksum.
    file.take(promised as u64 + 1).read_to_end(&mut values)?;
    let (length, promised_length) = (idx.header() + values.len(), idx.header() + promised);
    match values.len().cmp(&promised) {
        Ordering::Less => return Err(Kind::Short { length, promised: promised_length }),
        Ordering::Greater => return Err(Kind::Long { promised: promised_length }),
        Ordering::Equal => {}
    }
    match values.iter().position(|&label| label > 9).filter(|_| idx == Idx::Labels) {
        Some(at) => Err(Kind::NoDigit { at, label: values[at] }),
        None => Ok(values),
    }
}

/// Reads the header and returns how many images or labels it promises.
///
/// # Errors
/// A header that is cut short, of another kind of file, or that promises no items, too many, or
/// images of another size.
pub fn read_header(mut file: impl Read, idx: Idx, at_most: usize) -> Result<usize, Kind> {
    let mut word = || -> Result<usize, Kind> {
        let mut four = Vec::with_capacity(4);
        file.by_ref().take(4).read_to_end(&mut four)?;
        let four = four.try_into().map_err(|_| Kind::HeaderCut)?;
        Ok(u32::from_be_bytes(four) as usize)
    };
    let (found, expected) = (word()?, idx.magic());
    if found != expected {
        return Err(Kind::Magic { found, expected });
    }
    let count = word()?;
    if idx == Idx::Images {
        let (rows, columns) = (word()?, word()?);
        if (rows, columns) != (28, 28) {
            return Err(Kind::Size { rows, columns });
        }
    }
    match count {
        0 => Err(Kind::Empty),
        _ if count > at_most => Err(Kind::TooMany { count, at_most }),
        _ => Ok(count),
    }
}

/// What is wrong with an idx file: said as half a sentence about "it", for a caller who knows the
/// file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It ends inside its header.
    HeaderCut,
    /// It is another kind of file.
    Magic {
        /// Its first four bytes as a number.
        found: usize,
        /// What they are in MNIST.
        expected: usize,
    },
    /// Its images are not 28 x 28.
    Size {
        /// Rows of an image.
        rows: usize,
        /// Pixels of a row.
        columns: usize,
    },
    /// It holds nothing.
    Empty,
    /// It holds more than MNIST does.
    TooMany {
        /// Images or labels.
        count: usize,
        /// How many MNIST has.
        at_most: usize,
    },
    /// It is cut short.
    Short {
        /// Its bytes.
        length: usize,
        /// How many its header promises.
        promised: usize,
    },
    /// It goes on after its last value.
    Long {
        /// How many bytes its header promises.
        promised: usize,
    },
    /// A label is not a digit.
    NoDigit {
        /// Which label, counted from 0.
        at: usize,
        /// What it is.
        label: u8,
    },
    /// Its gzip data is cut short or damaged.
    Gzip(String),
    /// The system does not read it, and says why.
    Unreadable(String),
}

impl From<io::Error> for Kind {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
                Kind::Gzip(e.to_string())
            }
            _ => Kind::Unreadable(e.to_string()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::HeaderCut => say!("it ends inside its header", "文件在文件头之内就结束了"),
            Kind::Magic { found, expected } => say!(
                "it begins with {found:#010x} where MNIST has {expected:#010x}, so it is another \
                 kind of file",
                "其开头是 {found:#010x}，而 MNIST 应为 {expected:#010x}，说明是别的文件"
            ),
            Kind::Size { rows, columns } => say!(
                "its images are {rows} x {columns} pixels instead of 28 x 28",
                "其图像为 {rows} x {columns} 像素，而不是 28 x 28"
            ),
            Kind::Empty => say!("it holds nothing", "其中没有任何内容"),
            Kind::TooMany { count, at_most } => say!(
                "it holds {count} items, more than the {at_most} of MNIST",
                "其中有 {count} 项，多于 MNIST 的 {at_most} 项"
            ),
            Kind::Short { length, promised } => say!(
                "it is cut short, with {length} of the {promised} bytes that its header promises",
                "文件不完整，文件头说有 {promised} 字节，实际只有 {length} 字节"
            ),
            Kind::Long { promised } => say!(
                "it goes on after the {promised} bytes that its header promises",
                "文件头说有 {promised} 字节，但之后还有多余的数据"
            ),
            Kind::NoDigit { at, label } => say!(
                "its label number {at} is {label}, but a digit is 0 to 9",
                "其第 {at} 个标签是 {label}，而数字只有 0 到 9"
            ),
            Kind::Gzip(why) => say!(
                "its gzip data is cut short or damaged ({why})",
                "其 gzip 数据不完整或已损坏（{why}）"
            ),
            Kind::Unreadable(why) => say!("it cannot be read ({why})", "无法读取（{why}）"),
        })
    }
}

impl std::error::Error for Kind {}
