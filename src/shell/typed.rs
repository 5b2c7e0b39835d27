//! What is typed, line by line.

use std::io::{BufRead, stdin};

/// The most bytes of a line that are kept: more than a terminal lets anybody type.
const LONGEST: usize = 8192;

/// The next line of standard input without its end; `None` where the input has ended. Bytes that
/// are not UTF-8 become U+FFFD, and of an endless line only the beginning is kept.
pub fn typed() -> Option<String> {
    line_of(&mut stdin().lock())
}

fn line_of(input: &mut impl BufRead) -> Option<String> {
    let (mut line, mut read) = (Vec::new(), false);
    loop {
        let bytes = input.fill_buf().unwrap_or_default(); // what cannot be read has ended
        if bytes.is_empty() {
            break;
        }
        read = true;
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        line.extend_from_slice(&part[..part.len().min(LONGEST - line.len())]);
        let used = end.map_or(bytes.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    read.then(|| String::from_utf8_lossy(&line).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read, repeat};

    #[test]
    fn a_line_ends_at_its_end_and_the_input_after_its_last_byte() {
        let mut input = BufReader::with_capacity(3, "春眠\n\nlast".as_bytes());
        let lines: Vec<String> = std::iter::from_fn(|| line_of(&mut input)).collect();
        assert_eq!(lines, ["春眠", "", "last"]);
    }

    #[test]
    fn of_a_line_that_is_too_long_the_beginning_is_kept_and_the_next_line_is_whole() {
        let long = repeat(b'1').take(10 * LONGEST as u64);
        let mut input = BufReader::new(long.chain("\n2\n".as_bytes()));
        assert_eq!(line_of(&mut input).map(|line| line.len()), Some(LONGEST));
        assert_eq!(line_of(&mut input).as_deref(), Some("2"));
        assert_eq!(line_of(&mut input), None);
    }
}
