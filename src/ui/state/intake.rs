//! Files on their way in: what was given and what it looks like, what is being read, what came of it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::formats::Refused;
use crate::domain::log::{EventId, Purpose};
use crate::protocol::Fault;
use crate::protocol::data::Sniffed;

/// A file that was given and not taken in yet.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenFile {
    /// Tells it from others of the same name.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// What is known of it.
    pub look: Inspection,
    /// What its pairs are to be used for.
    pub purpose: Purpose,
}

/// What is known of a file that was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Inspection {
    /// The worker is looking.
    Looking,
    /// This is what it looks like, read as the mapping in it says. While it is looked at another way, the last look
    /// stands.
    Seen(Arc<Sniffed>),
    /// It cannot be taken.
    Refused(Fault),
}

impl Inspection {
    /// What it looks like, if it can be taken.
    pub fn seen(&self) -> Option<&Arc<Sniffed>> {
        match self {
            Inspection::Seen(sniffed) => Some(sniffed),
            Inspection::Looking | Inspection::Refused(_) => None,
        }
    }
}

/// How far the reading of a file has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// Rows read.
    pub rows: usize,
    /// Bytes read.
    pub bytes_done: u64,
    /// Bytes in all; 0 while that is not known.
    pub bytes_total: u64,
    /// Seconds since the reading began, waiting for the person left out.
    pub seconds: f64,
    /// Files that wait behind it.
    pub waiting: usize,
    /// Whether it stands still, until the person says what is to become of it.
    pub halted: bool,
}

impl Reading {
    /// The share read, 0–1; `None` while there is no telling.
    pub fn share(&self) -> Option<f64> {
        (self.bytes_total > 0).then(|| self.bytes_done as f64 / self.bytes_total as f64)
    }

    /// Rows a second; `None` in the first moments.
    pub fn rate(&self) -> Option<f64> {
        (self.seconds > 0.5 && self.rows > 0).then(|| self.rows as f64 / self.seconds)
    }

    /// Seconds that are left; `None` in the first moments.
    pub fn remaining(&self) -> Option<f64> {
        let share = self.share().filter(|share| *share > 0.0)?;
        (self.seconds > 0.5).then(|| self.seconds * (1.0 - share) / share)
    }
}

/// What is to become of an import that was halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterHalt {
    /// Go on.
    GoOn,
    /// Read no further, and keep what came.
    Keep,
    /// Read no further, and take away what came.
    Discard,
}

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// Pairs that were not known before.
    pub new: usize,
    /// Pairs that were known, or came twice in the file.
    pub duplicate: usize,
    /// Labels that came with the pairs.
    pub answers: usize,
    /// The refused rows, at most [`FileReport::KEPT`].
    pub refused: Vec<Refused>,
    /// All refused rows.
    pub refused_total: usize,
    /// Why the file was not taken, or not to its end.
    pub fault: Option<Fault>,
    /// The import's event, by which it can be taken back; `None` where nothing came in.
    pub import: Option<EventId>,
}

impl FileReport {
    /// Refused rows that are kept, to be downloaded; the others are only counted.
    pub const KEPT: usize = 100_000;

    /// Refused rows that are shown.
    pub const SHOWN: usize = 50;

    /// Of a file that was not taken at all.
    pub fn refused_whole(name: impl Into<String>, fault: Fault) -> Self {
        Self { name: name.into(), fault: Some(fault), ..Self::default() }
    }

    /// Note down rows that were refused.
    pub fn refuse(&mut self, refused: Vec<Refused>) {
        self.refused_total += refused.len();
        let room = Self::KEPT.saturating_sub(self.refused.len());
        self.refused.extend(refused.into_iter().take(room));
    }
}

/// Files on their way in.
#[derive(Clone, Copy)]
pub struct Intake {
    /// Those that wait for the person to look at them.
    pub given: RwSignal<Vec<GivenFile>>,
    /// The one that is being read.
    pub reading: RwSignal<Option<Reading>>,
    /// Whether the person wants the reading to stand still.
    pub halt: RwSignal<bool>,
    /// One report a file of the newest import. Shared, as a report may hold many refused rows.
    pub reports: RwSignal<Vec<Arc<FileReport>>>,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            given: RwSignal::new(vec![]),
            reading: RwSignal::new(None),
            halt: RwSignal::new(false),
            reports: RwSignal::new(vec![]),
        }
    }
}

impl Intake {
    /// Change a given file; nothing happens if it was put away meanwhile.
    pub fn change(&self, id: u32, change: impl FnOnce(&mut GivenFile)) {
        self.given.update(|given| {
            if let Some(file) = given.iter_mut().find(|file| file.id == id) {
                change(file);
            }
        });
    }

    /// Whether a file is being read.
    pub fn busy(&self) -> bool {
        self.reading.with(Option::is_some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_follows_from_the_bytes() {
        let reading = Reading {
            name: "x".into(),
            rows: 100,
            bytes_done: 25,
            bytes_total: 100,
            seconds: 2.0,
            waiting: 0,
            halted: false,
        };
        assert_eq!(reading.share(), Some(0.25));
        assert_eq!(reading.rate(), Some(50.0));
        assert_eq!(reading.remaining(), Some(6.0));
        let early = Reading { seconds: 0.1, bytes_total: 0, ..reading };
        assert_eq!((early.share(), early.rate(), early.remaining()), (None, None, None));
    }
}
