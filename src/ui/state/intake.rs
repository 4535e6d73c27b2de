//! What file imports have brought, file by file.

use leptos::prelude::*;

use crate::domain::formats::Refused;
use crate::protocol::Fault;

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// Pairs that were not known before.
    pub new: usize,
    /// Pairs that were known, or came twice in the file.
    pub duplicate: usize,
    /// Answers that came with the pairs.
    pub answers: usize,
    /// The refused rows, at most [`FileReport::KEPT`].
    pub refused: Vec<Refused>,
    /// All refused rows.
    pub refused_total: usize,
    /// Why the file as a whole was not taken.
    pub fault: Option<Fault>,
}

impl FileReport {
    /// Refused rows that are kept, to be downloaded; the others are only counted.
    pub const KEPT: usize = 10_000;

    /// Refused rows that are shown.
    pub const SHOWN: usize = 50;

    /// Note down rows that were refused in a piece of the file which begins after `lines_before` lines.
    pub fn refuse(&mut self, refused: Vec<Refused>, lines_before: usize) {
        self.refused_total += refused.len();
        let room = Self::KEPT.saturating_sub(self.refused.len());
        self.refused.extend(
            refused.into_iter().take(room).map(|row| Refused { line: row.line + lines_before, ..row }),
        );
    }
}

/// The newest import.
#[derive(Clone, Copy)]
pub struct Intake {
    /// What is being read, with the share done.
    pub reading: RwSignal<Option<(String, f64)>>,
    /// One report a file.
    pub reports: RwSignal<Vec<FileReport>>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { reading: RwSignal::new(None), reports: RwSignal::new(vec![]) }
    }
}
