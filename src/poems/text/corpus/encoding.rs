//! From the bytes of a file to text: whether they are UTF-8, GB18030 or Big5 is found from the
//! bytes.

use std::{borrow::Cow, fmt};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, GBK, UTF_8};

use crate::{
    say,
    shell::error::{Error, Result},
};

/// A text with fewer than one fault in so many characters is damaged, not of another encoding.
const SOUND: usize = 20;

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
            "{name} is no Chinese text in UTF-8, GB18030 or Big5; choose a text file, or save it \
             as UTF-8 in an editor",
            "{name} 不是 UTF-8、GB18030 或 Big5 编码的中文文本；请另选文本文件，或在编辑器中另存为 UTF-8"
        ))
    }
}

impl std::error::Error for Foreign {}

/// The first byte of a file that its encoding does not allow there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Its line, counted from 1.
    pub line: usize,
    /// Its place in the file, counted from 1.
    pub place: usize,
    /// The byte.
    pub byte: u8,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, place, byte } = self;
        f.write_str(&say!(
            "line {line}, byte {place} of the file (0x{byte:02X})",
            "第 {line} 行，文件的第 {place} 个字节（0x{byte:02X}）"
        ))
    }
}

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// With U+FFFD where a byte does not fit.
    pub text: Cow<'a, str>,
    /// The name of its encoding.
    pub encoding: &'static str,
    /// The first byte that does not fit.
    pub damage: Option<Damage>,
}

/// The text of a file and the name of its encoding; `name` is for the message.
///
/// A byte-order mark says what follows. Without one it is UTF-8 if (nearly) every byte fits UTF-8
/// (chance never makes that so: other encodings of Chinese break its rules within a few
/// characters). If not, the frequencies of characters decide between GB18030 and Big5. A few bytes
/// that do not fit are U+FFFD in the text.
///
/// ```
/// use lstm_lessons::poems::text::corpus::encoding::decode;
///
/// let gb18030 = b"\xbe\xb2\xd2\xb9\xcb\xbc:\xb4\xb2\xc7\xb0\xc3\xf7\xd4\xc2\xb9\xe2";
/// let decoded = decode(gb18030, "a.txt").unwrap();
/// assert_eq!((&*decoded.text, decoded.encoding), ("静夜思:床前明月光", "GB18030"));
/// ```
///
/// # Errors
/// [`Foreign`].
pub fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<Decoded<'a>> {
    let foreign = || Error::user(Foreign { name: name.into() });
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(marked) => marked,
        None if is_nearly_utf8(bytes) => (UTF_8, 0),
        None => (guess(bytes).ok_or_else(foreign)?, 0),
    };
    let (text, faulty) = encoding.decode_without_bom_handling(&bytes[mark..]);
    let faults = if faulty { text.matches('\u{fffd}').count() } else { 0 };
    let characters = if faulty { text.chars().filter(|c| !c.is_ascii()).count() } else { 0 };
    if text.contains('\0') || (faulty && faults * SOUND > characters) {
        return Err(foreign());
    }
    let damage = if faulty { first_fault(encoding, bytes, mark) } else { None };
    let called = if encoding == GB18030 { "GB18030" } else { encoding.name() };
    Ok(Decoded { text, encoding: called, damage })
}

/// Whether these bytes are UTF-8, but for a few.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut faults, mut characters) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        faults += usize::from(!chunk.invalid().is_empty());
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
    }
    faults * SOUND <= characters
}

/// Where the decoder meets the first byte that does not fit.
fn first_fault(encoding: &'static Encoding, bytes: &[u8], mark: usize) -> Option<Damage> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut at, mut room) = (mark, String::with_capacity(1 << 16));
    loop {
        room.clear();
        let (result, read) =
            decoder.decode_to_string_without_replacement(&bytes[at..], &mut room, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return None,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let place = at.saturating_sub(usize::from(length) + usize::from(after));
                let line = 1 + bytes[..place].iter().filter(|&&byte| byte == b'\n').count();
                return Some(Damage { line, place: place + 1, byte: *bytes.get(place)? });
            }
        }
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
        _ if guess == BIG5 && !is_euc(bytes) => Some(BIG5),
        _ => None,
    }
}

/// Whether all double bytes have a high second one, as in EUC-KR and EUC-JP; of Big5's characters
/// two in five have a low one.
fn is_euc(bytes: &[u8]) -> bool {
    let (mut k, mut pairs) = (0, 0);
    while k + 1 < bytes.len() {
        match (bytes[k], bytes[k + 1]) {
            (0x80.., 0xa1..) => (k, pairs) = (k + 2, pairs + 1),
            (0x80.., _) => return false,
            _ => k += 1,
        }
    }
    pairs > 20
}
