//! From the bytes of a file to text: whether they are UTF-8, GB18030 or Big5 is found from the
//! bytes.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

use crate::{
    say,
    shell::error::{Error, Result},
};

/// A file that is no text in one of these encodings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The file.
    pub name: String,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name } = self;
        f.write_str(&say!(
            "{name} is no text in UTF-8, GB18030 or Big5; choose a text file, or convert it with \
             iconv -t UTF-8",
            "{name} 不是 UTF-8、GB18030 或 Big5 编码的文本；请另选文本文件，或用 iconv -t UTF-8 转换"
        ))
    }
}

impl std::error::Error for Foreign {}

/// The text of a file and the name of its encoding; `name` is for the message.
///
/// A byte-order mark says what follows. Without one it is UTF-8 if every byte fits UTF-8 (chance
/// never makes that so: other encodings of Chinese break its rules within a few characters). If
/// not, the frequencies of characters decide between GB18030 and Big5, and again every byte must
/// fit.
///
/// ```
/// use lstm_lessons::poems::text::corpus::encoding::decode;
///
/// let gb18030 = b"\xbe\xb2\xd2\xb9\xcb\xbc:\xb4\xb2\xc7\xb0\xc3\xf7\xd4\xc2\xb9\xe2";
/// assert_eq!(decode(gb18030, "a.txt").unwrap(), ("静夜思:床前明月光".to_string(), "GB18030"));
/// ```
///
/// # Errors
/// [`Foreign`].
pub fn decode(bytes: &[u8], name: &str) -> Result<(String, &'static str)> {
    let foreign = || Error::user(Foreign { name: name.into() });
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(marked) => marked,
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        None => (guess(bytes).ok_or_else(foreign)?, 0),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    let called = if encoding == GB18030 { "GB18030" } else { encoding.name() };
    match text.filter(|text| !text.contains('\0')) {
        Some(text) => Ok((text.into_owned(), called)),
        None => Err(foreign()),
    }
}

/// GB18030 or Big5, whichever the frequencies of the characters speak for; nothing if they speak
/// for a third one.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    match guess {
        _ if guess == GBK => Some(GB18030), // the larger set, which contains GBK
        _ if guess == BIG5 => Some(BIG5),
        _ => None,
    }
}
