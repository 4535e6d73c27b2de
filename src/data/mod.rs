//! Files of preference data, in and out: bytes to rows to records, and back.
//!
//! `source` (bytes at places) → `container` (what they are packed in) → `lines`, `json`, `table` or `parquet` (rows)
//! → `domain::formats` (records). `sniff` looks at a file's beginning, `read` goes through it in batches, `write` makes
//! one in pieces, `filing` does both at once: a file with its rows' scores. Memory stays a small multiple of a batch (of a row group, for Parquet).
//!
//! Must not know burn, the page, or that it runs in a worker: everything is synchronous and runs natively.

pub mod container;
pub mod desk;
pub mod filing;
mod json;
mod lines;
mod parquet;
pub mod read;
pub mod sniff;
pub mod source;
mod strict;
mod table;
pub mod write;

use crate::domain::formats::row::{Refusal, Row};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// A row as it was found, good or bad.
#[derive(Debug)]
pub struct Found {
    /// Its line (or row) in the file, from 1.
    pub line: usize,
    /// Its fields, or why it has none, with the start of its text.
    pub row: Result<Row, (Refusal, String)>,
    /// Itself.
    pub original: Original,
}

/// A row as it stands in its file.
#[derive(Debug)]
pub enum Original {
    /// Its bytes.
    Text(Vec<u8>),
    /// Its cells.
    Cells(csv::ByteRecord),
    /// It is spread over the columns of a Parquet file.
    Spread,
}

/// The rows of a file. An error is the end: what came before it is good.
pub type Rows = Box<dyn Iterator<Item = Result<Found, Fault>>>;

/// Longer rows are refused: no response has so many bytes, and they would have to lie in memory whole.
pub const MOST_ROW_BYTES: usize = 16 << 20;

/// Letters of a refused row's text that are kept.
const KEPT_LETTERS: usize = 1000;

/// The start of a refused row.
pub(crate) fn start_of(text: &str) -> String {
    text.chars().take(KEPT_LETTERS).collect()
}

/// A fault of the file that was given.
pub(crate) fn unusable(what: impl Into<String>, remedy: impl Into<String>) -> Fault {
    Fault::new(FaultKind::File, what, remedy)
}

/// What reading a file came to grief on.
pub(crate) fn broken(error: &std::io::Error, line: usize) -> Fault {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        return unusable(
            format!("The compressed file ends in the middle, after line {line}: it is not whole."),
            "What came before was read. Download or copy the file again for the rest.",
        );
    }
    unusable(
        format!("The file could not be read on from line {line} ({error})."),
        "What came before was read. Choose the file again; if it is on a network or a stick, copy it here first.",
    )
}
