//! JSON Lines: one object a line.

use std::io::{self, BufRead};

use super::strict;
use super::{Found, MOST_ROW_BYTES, Original, broken, start_of};
use crate::domain::formats::row::Refusal;
use crate::protocol::Fault;

/// The rows of a text, line by line; empty lines are none.
pub(super) struct Lines<R> {
    text: R,
    line: usize,
    ended: bool,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, line: 0, ended: false, buffer: Vec::new() }
    }

    /// The next line into the buffer, without its end; how many bytes it has, also those beyond
    /// [`MOST_ROW_BYTES`], which are not kept. `None` at the end of the file.
    fn next_line(&mut self) -> io::Result<Option<usize>> {
        self.buffer.clear();
        let mut length = 0;
        loop {
            let piece = match self.text.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if piece.is_empty() {
                return Ok((length > 0).then_some(length));
            }
            let end = memchr(piece);
            let own = &piece[..end.unwrap_or(piece.len())];
            let room = MOST_ROW_BYTES.saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&own[..own.len().min(room)]);
            length += own.len() + usize::from(end.is_some());
            let used = own.len() + usize::from(end.is_some());
            self.text.consume(used);
            if end.is_some() {
                return Ok(Some(length));
            }
        }
    }
}

fn memchr(piece: &[u8]) -> Option<usize> {
    piece.iter().position(|&byte| byte == b'\n')
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Found, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let length = match self.next_line() {
                Ok(Some(length)) => length,
                Ok(None) => break,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(broken(&error, self.line)));
                }
            };
            self.line += 1;
            let text = self.buffer.trim_ascii();
            if text.is_empty() && length <= MOST_ROW_BYTES {
                continue;
            }
            let row = if length > MOST_ROW_BYTES + 1 { Err(too_long(length)) } else { strict::object(text) };
            let row = row.map_err(|refusal| {
                (refusal, start_of(&String::from_utf8_lossy(&text[..text.len().min(8000)])))
            });
            return Some(Ok(Found { line: self.line, row, original: Original::Text(text.to_vec()) }));
        }
        None
    }
}

/// A row that no reader of preference data expects.
pub(super) fn too_long(bytes: usize) -> Refusal {
    Refusal(format!(
        "This row has {} MB, and a row may have {}. Perhaps line breaks got lost: put every row on its own line.",
        bytes >> 20,
        MOST_ROW_BYTES >> 20
    ))
}
