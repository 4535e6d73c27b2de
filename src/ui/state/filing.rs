//! A file that is being scored: what it looks like, how far it is, what came of it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::filing::Report;
use crate::protocol::filing::{Survey, ToScore};
use crate::protocol::{Fault, Slot};

/// Where a file stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stage {
    /// None was given.
    #[default]
    None,
    /// The worker is looking.
    Looking,
    /// It cannot be read.
    Refused(Fault),
    /// This is what it looks like.
    Seen(Arc<Survey>),
    /// Its rows are being scored.
    Scoring,
    /// There is no engine; it goes on with the next one.
    Waiting,
    /// The person wants it to stand still.
    Paused,
    /// It stands still until the person says what is to become of it, and why, where it was not the person.
    Stopped(Option<Fault>),
    /// This came of it; and why it ended before the file did.
    Done(Arc<Report>, Option<Fault>),
}

/// How far a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Rows in the result.
    pub rows: usize,
    /// Rows of the whole file, where that is known.
    pub rows_total: Option<usize>,
    /// Rows whose scores were asked for; twice only where an engine was lost, or its model changed.
    pub asked: usize,
    /// Rows with scores.
    pub scored: usize,
    /// The share of the file's bytes that these rows take.
    pub share_of_bytes: f64,
    /// Seconds of scoring; standing still does not count.
    pub seconds: f64,
}

impl Progress {
    /// The share done, 0–1.
    pub fn share(&self) -> f64 {
        match self.rows_total {
            Some(total) => self.rows as f64 / total.max(1) as f64,
            None => self.share_of_bytes,
        }
    }

    /// Rows a second; `None` in the first moments.
    pub fn rate(&self) -> Option<f64> {
        (self.seconds > 0.5 && self.rows > 0).then(|| self.rows as f64 / self.seconds)
    }

    /// Seconds that are left; `None` in the first moments.
    pub fn remaining(&self) -> Option<f64> {
        let share = self.share();
        (self.seconds > 0.5 && share > 0.0).then(|| self.seconds * (1.0 - share).max(0.0) / share)
    }
}

/// The file that is scored. There is one at a time.
#[derive(Clone, Copy)]
pub struct Filing {
    /// Its name.
    pub name: RwSignal<String>,
    /// Where it stands.
    pub stage: RwSignal<Stage>,
    /// How far it is.
    pub progress: RwSignal<Progress>,
    /// The model that scores it, once it was begun.
    slot: StoredValue<Option<Slot>>,
}

impl Default for Filing {
    fn default() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            stage: RwSignal::new(Stage::None),
            progress: RwSignal::new(Progress::default()),
            slot: StoredValue::new(None),
        }
    }
}

impl Filing {
    /// Whether a file is being scored, or stands still while it is.
    pub fn busy(&self) -> bool {
        self.stage.with(|stage| {
            matches!(stage, Stage::Scoring | Stage::Waiting | Stage::Paused | Stage::Stopped(_))
        })
    }

    /// Whether its rows are to be scored now.
    pub fn goes_on(&self) -> bool {
        self.stage.with_untracked(|stage| *stage == Stage::Scoring)
    }

    /// The model that scores it; `None` while none does.
    pub fn slot(&self) -> Option<Slot> {
        self.slot.get_value().filter(|_| untrack(|| self.busy()))
    }

    /// It is begun, from its first row, with this model.
    pub fn begin(&self, slot: Slot) {
        self.slot.set_value(Some(slot));
        self.progress.set(Progress::default());
        self.stage.set(Stage::Scoring);
    }

    /// So many rows more were sent to be scored.
    pub fn asked(&self, rows: usize) {
        self.progress.update(|progress| progress.asked += rows);
    }

    /// All rows of this batch and before are in the result, after so many seconds; so many of its own have scores.
    pub fn took(&self, batch: &ToScore, scored: usize, seconds: f64) {
        self.progress.update(|progress| {
            progress.rows = batch.rows_read;
            progress.rows_total = batch.rows_total;
            progress.scored += scored;
            progress.share_of_bytes = batch.bytes_done as f64 / batch.bytes_total.max(1) as f64;
            progress.seconds = seconds;
        });
    }

    /// There is no engine, or none with this model: it goes on when there is.
    pub fn engine_starts(&self) {
        if self.goes_on() {
            self.stage.set(Stage::Waiting);
        }
    }

    /// The model in this slot is there, all of it. Whether it is what the file waits for.
    pub(super) fn waits_for(&self, slot: Slot) -> bool {
        self.slot.get_value() == Some(slot) && self.stage.with_untracked(|stage| *stage == Stage::Waiting)
    }

    /// The model in this slot is another one now. Whether the rows that are on their way are to be asked for again: half
    /// a file by one model and half by another would be of no use.
    pub(super) fn model_changes(&self, slot: Slot) -> bool {
        if self.slot() != Some(slot) || self.stage.with_untracked(|stage| *stage == Stage::Waiting) {
            return false;
        }
        let scores = self.progress.with_untracked(|progress| progress.asked > 0);
        if scores {
            self.stage.set(Stage::Stopped(Some(changed())));
        }
        scores
    }
}

fn changed() -> Fault {
    Fault::new(
        crate::protocol::error::FaultKind::NoModel,
        "The model has changed: the rows from here on would be scored by another one.",
        "Begin anew, or go on all the same.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_the_rows_where_they_are_counted_and_from_the_bytes_where_not() {
        let counted = Progress {
            rows: 50,
            rows_total: Some(200),
            share_of_bytes: 0.9,
            seconds: 2.0,
            ..Progress::default()
        };
        assert_eq!((counted.share(), counted.rate(), counted.remaining()), (0.25, Some(25.0), Some(6.0)));
        let guessed = Progress { rows_total: None, share_of_bytes: 0.5, ..counted };
        assert_eq!((guessed.share(), guessed.remaining()), (0.5, Some(2.0)));
        let early = Progress { seconds: 0.1, ..counted };
        assert_eq!((early.rate(), early.remaining()), (None, None));
        assert_eq!(Progress::default().remaining(), None);
    }

    #[test]
    fn a_file_outlives_its_engine_and_stops_where_its_model_changes() {
        let filing = Filing::default();
        filing.engine_starts();
        assert_eq!(filing.stage.get_untracked(), Stage::None);
        filing.begin(Slot::Living);
        filing.asked(4);
        assert!(!filing.model_changes(Slot::Trained));
        filing.engine_starts();
        assert_eq!(filing.stage.get_untracked(), Stage::Waiting);
        assert!(!filing.model_changes(Slot::Living), "it is brought back");
        assert!(filing.waits_for(Slot::Living) && !filing.waits_for(Slot::Trained));
        filing.stage.set(Stage::Scoring);
        assert!(filing.model_changes(Slot::Living));
        assert!(matches!(filing.stage.get_untracked(), Stage::Stopped(Some(_))));
    }
}
