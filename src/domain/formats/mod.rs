//! Preference data in the shapes that other tools read and write. Each format is one file; parsers never panic.

pub mod conversation;
pub mod export;
pub mod jsonl;
pub mod mapping;
pub mod record;
pub mod row;

use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::pair::Pair;

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Line in the file, or row of a Parquet file; from 1.
    pub line: usize,
    /// What is wrong and what to do, in a sentence.
    pub reason: String,
    /// The start of the row's text.
    pub text: String,
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Good rows, each with the answer it came with.
    pub rows: Vec<(Pair, Option<Choice>)>,
    /// Bad rows.
    pub refused: Vec<Refused>,
}
