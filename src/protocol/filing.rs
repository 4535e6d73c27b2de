//! What the page and the data worker say of a file that is scored: what it looks like, its rows' texts out in batches,
//! their scores in, the result in pieces. The scores themselves come from the engine.

use serde::{Deserialize, Serialize};

use super::Fault;
use super::data::{Column, Container};
use super::scoring::RowTexts;
use crate::domain::filing::Shape;
use crate::domain::formats::Refused;

/// What a file that is to be scored looks like, from its first rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// How it would be read; `None` if no row could be scored however it is read.
    pub shape: Option<Shape>,
    /// What the rows are packed in.
    pub container: Container,
    /// Whether it is compressed by gzip.
    pub gzip: bool,
    /// Bytes of the file.
    pub bytes: u64,
    /// The columns of the first rows.
    pub columns: Vec<Column>,
    /// How many rows were looked at.
    pub rows: usize,
    /// Whether those are all.
    pub whole: bool,
    /// How many of them can be scored.
    pub scorable: usize,
    /// The first rows as they would be scored, at most [`Survey::SHOWN`].
    pub preview: Vec<RowTexts>,
    /// The first rows that could not be, at most [`Survey::SHOWN`].
    pub refused: Vec<Refused>,
    /// The names of the columns that are added.
    pub added: Vec<String>,
}

impl Survey {
    /// Rows of either kind that are shown.
    pub const SHOWN: usize = 3;
}

/// The next rows of a file that is being scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToScore {
    /// Their texts, in the file's order; those that cannot be scored are not among them.
    pub rows: Vec<RowTexts>,
    /// Rows read so far.
    pub rows_read: usize,
    /// Rows of the whole file, where they have been counted.
    pub rows_total: Option<usize>,
    /// Rows so far that cannot be scored.
    pub refused: usize,
    /// Bytes read so far, of the file as it is on disk.
    pub bytes_done: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
    /// Whether these are the last.
    pub ended: bool,
    /// Why reading ended before the file did, with what to do.
    pub cut_short: Option<Fault>,
}

impl ToScore {
    /// A batch ends with the row that brings it to so many responses.
    pub const RESPONSES: usize = 32;
}
