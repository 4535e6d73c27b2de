//! JSON that is not one object a line: an array of objects, or objects one after the other, laid out anyhow.
//!
//! Finds where each object begins and ends by its braces and quotation marks alone, so that only one lies in memory
//! at a time and an unsound one does not spoil the others.

use std::io::{self, BufRead};

use super::lines::too_long;
use super::strict;
use super::{Found, MOST_ROW_BYTES, Original, broken, start_of, unusable};
use crate::protocol::Fault;

/// The values of a text.
pub(super) struct Values<R> {
    text: R,
    line: usize,
    in_array: bool,
    ended: bool,
}

/// A value's bytes, and the line on which it begins.
struct Value {
    line: usize,
    bytes: Vec<u8>,
    /// All bytes, also those beyond [`MOST_ROW_BYTES`], which are not kept.
    length: usize,
    whole: bool,
}

impl<R: BufRead> Values<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, line: 1, in_array: false, ended: false }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.text.fill_buf() {
                Ok(piece) => return Ok(piece.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn pass(&mut self, byte: u8) {
        self.text.consume(1);
        self.line += usize::from(byte == b'\n');
    }

    /// The next value; `None` after the last.
    fn value(&mut self) -> io::Result<Option<Value>> {
        // What stands between values.
        loop {
            match self.byte()? {
                None => return Ok(None),
                Some(byte) if byte.is_ascii_whitespace() || byte == b',' => self.pass(byte),
                Some(b'[') if !self.in_array => {
                    self.in_array = true;
                    self.pass(b'[');
                }
                // What comes after a list is looked at too: several may stand one behind the other.
                Some(b']') => {
                    self.in_array = false;
                    self.pass(b']');
                }
                Some(_) => break,
            }
        }
        let mut value = Value { line: self.line, bytes: Vec::new(), length: 0, whole: false };
        let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
        while let Some(byte) = self.byte()? {
            // A word outside of any brace ends where the next thing begins.
            let ends_word =
                depth == 0 && !in_text && value.length > 0 && matches!(byte, b',' | b']' | b'{' | b'\n');
            if ends_word {
                value.whole = true;
                break;
            }
            self.pass(byte);
            value.length += 1;
            if value.bytes.len() < MOST_ROW_BYTES {
                value.bytes.push(byte);
            }
            if in_text {
                in_text = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                continue;
            }
            match byte {
                b'"' => in_text = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        value.whole = true;
                        break;
                    }
                }
                _ => {}
            }
        }
        Ok(Some(value))
    }
}

impl<R: BufRead> Iterator for Values<R> {
    type Item = Result<Found, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.value() {
            Ok(Some(value)) => {
                let row = if value.length > MOST_ROW_BYTES {
                    Err(too_long(value.length))
                } else {
                    strict::object(&value.bytes)
                };
                self.ended = !value.whole;
                let shown = &value.bytes[..value.bytes.len().min(8000)];
                let row = row.map_err(|refusal| (refusal, start_of(&String::from_utf8_lossy(shown))));
                Some(Ok(Found { line: value.line, row, original: Original::Text(value.bytes) }))
            }
            Ok(None) if self.in_array && !self.ended => {
                self.ended = true;
                Some(Err(unusable(
                    format!(
                        "The list that the file holds has no end: after line {} its closing bracket is missing.",
                        self.line
                    ),
                    "What came before was read. Perhaps the file was cut off: copy or download it again.",
                )))
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(broken(&error, self.line)))
            }
        }
    }
}
