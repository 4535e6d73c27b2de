//! One file, batch by batch: each is stored and known to the page before the next is asked for, so memory stays that of
//! a batch, the page breathes in between, and whatever came is kept when something breaks.

use std::collections::HashSet;

use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::room::Part;
use super::sift::{Found, sift};
use crate::domain::dataset::Room;
use crate::domain::formats::mapping::Mapping;
use crate::domain::formats::record::{Mark, Record};
use crate::domain::log::{Action, EventId, Given, LogEvent, Purpose};
use crate::domain::pair::PairId;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::state::{AfterHalt, FileReport, Reading};
use crate::worker::client::data::{OpenFile, Read};

/// Records that are stored at once, in a task that nobody notices.
const AT_ONCE: usize = 250;

/// A file on its way in.
struct Import {
    /// The event that says that it came; written when it is known what came.
    event: LogEvent,
    purpose: Purpose,
    report: FileReport,
    /// Whether pairs or labels bear its name.
    named: bool,
    /// When the reading began, moved on by every wait for the person; on [`browser::clock_ms`].
    since: f64,
}

impl Actions {
    pub(super) fn reading_begins(self, name: &str, waiting: usize) {
        self.state.intake.halt.set(false);
        self.state.intake.reading.set(Some(Reading {
            name: name.into(),
            rows: 0,
            bytes_done: 0,
            bytes_total: 0,
            seconds: 0.0,
            waiting,
            halted: false,
        }));
    }

    /// Read a file to its end, or as far as the person wants.
    pub(super) async fn read_in(
        self,
        mut file: OpenFile,
        name: &str,
        mapping: Mapping,
        purpose: Purpose,
    ) -> FileReport {
        let mut import = Import {
            event: self.event(Action::Import { name: name.into(), pairs: 0, labels: 0 }),
            purpose,
            report: FileReport { name: name.into(), ..FileReport::default() },
            named: false,
            since: browser::clock_ms(),
        };
        if purpose != self.state.workspace.dataset.with_untracked(|dataset| dataset.purpose(name)) {
            // Before its first pair: nothing of a test set may ever be learned from.
            let uses = self.event(Action::Use { source: name.into(), purpose });
            self.take_in(vec![], vec![uses]).await;
        }
        file.read(mapping);
        let ending = self.read_batches(&mut file, &mut import).await;
        drop(file);
        self.conclude(import, ending).await
    }

    async fn read_batches(self, file: &mut OpenFile, import: &mut Import) -> Result<AfterHalt, Fault> {
        loop {
            let batch = match file.next().await? {
                Read::Batch(batch) => batch,
                Read::Done(report) => return report.cut_short.map_or(Ok(AfterHalt::Keep), Err),
            };
            import.report.refuse(batch.refused);
            let mut records = batch.records;
            while !records.is_empty() {
                let rest = records.split_off(records.len().min(AT_ONCE));
                self.take_records(std::mem::replace(&mut records, rest), import).await;
                TimeoutFuture::new(0).await;
            }
            self.make_room(
                Part { rows: batch.rows, bytes: batch.bytes_done, of: batch.bytes_total },
                &import.report,
            )
            .await;
            self.state.intake.reading.update(|reading| {
                if let Some(reading) = reading {
                    reading.rows = batch.rows;
                    reading.bytes_done = batch.bytes_done;
                    reading.bytes_total = batch.bytes_total;
                    reading.seconds = (browser::clock_ms() - import.since) / 1000.0;
                }
            });
            if self.state.intake.halt.get_untracked() {
                let began = browser::clock_ms();
                match self.ask_what_then().await {
                    AfterHalt::GoOn => import.since += browser::clock_ms() - began,
                    end @ (AfterHalt::Keep | AfterHalt::Discard) => return Ok(end),
                }
            }
            file.more();
        }
    }

    /// For what the rest of the file will bring; the page breathes in between.
    async fn make_room(self, part: Part, report: &FileReport) {
        let Some([pairs, labels]) = part.the_rest_brings([report.new, report.answers]) else { return };
        for (room, more) in [(Room::Pairs, pairs), (Room::Events, labels), (Room::Labelled, labels)] {
            self.state.workspace.make_room(room, more);
            TimeoutFuture::new(0).await;
        }
    }

    /// Stand still until the person says what is to become of the import.
    async fn ask_what_then(self) -> AfterHalt {
        let intake = self.state.intake;
        let halted = |halted| {
            intake.reading.update(|reading| {
                if let Some(reading) = reading {
                    reading.halted = halted;
                }
            });
        };
        let (tell, told) = oneshot::channel();
        self.world.update_value(|world| world.files.halted = Some(tell));
        halted(true);
        // Nobody but the page's end takes the sender away without a word.
        let then = told.await.unwrap_or(AfterHalt::Keep);
        intake.halt.set(false);
        halted(false);
        then
    }

    /// Stand still after the batch that is under way.
    pub fn halt_import(self) {
        self.state.intake.halt.set(true);
    }

    /// This is to become of the import that stands still.
    pub fn after_halt(self, then: AfterHalt) {
        let tell = self.world.try_update_value(|world| world.files.halted.take()).flatten();
        if let Some(tell) = tell {
            // Whoever asked is gone only with the page.
            let _ = tell.send(then);
        }
    }

    async fn conclude(self, import: Import, ending: Result<AfterHalt, Fault>) -> FileReport {
        let Import { mut event, mut report, named, .. } = import;
        if named {
            event.action = Action::Import {
                name: report.name.clone(),
                pairs: report.new as u32,
                labels: report.answers as u32,
            };
            report.import = Some(event.id.clone());
            self.take_in(vec![], vec![event]).await;
        }
        match ending {
            Ok(AfterHalt::Discard) => {
                self.undo_import_now(report.import.take()).await;
                report.fault = Some(discarded());
            }
            Ok(AfterHalt::Keep | AfterHalt::GoOn) => {}
            Err(fault) => report.fault = Some(fault),
        }
        if report.fault.is_none() && report.new + report.duplicate == 0 {
            report.fault = Some(nothing_in(&report));
        }
        self.fit();
        report
    }

    async fn take_records(self, records: Vec<Record>, import: &mut Import) {
        let rows = records.into_iter().map(|record| import.pair(record)).collect();
        let dataset = self.state.workspace.dataset;
        let Found { brought, new, duplicate, mut labels } = dataset.with_untracked(|known| sift(known, rows));
        if import.purpose == Purpose::Test {
            // A pair that is here already keeps its purpose: what a test set says of it would be learned.
            let coming: HashSet<&PairId> = brought.iter().map(|pair| &pair.id).collect();
            labels.retain(|(pair, _)| coming.contains(pair) || self.is_for_tests(pair));
        }
        import.report.duplicate += duplicate;
        import.report.new += new;
        import.report.answers += labels.len();
        import.named |= !brought.is_empty() || !labels.is_empty();
        let id = &import.event.id;
        let events = labels.into_iter().map(|(pair, mark)| self.imported(pair, mark, id)).collect();
        self.take_in(brought, events).await;
    }

    fn is_for_tests(self, pair: &PairId) -> bool {
        self.state.workspace.dataset.with_untracked(|dataset| {
            dataset.pair(pair).is_some_and(|pair| dataset.purpose(&pair.source) == Purpose::Test)
        })
    }

    fn imported(self, pair: PairId, mark: Mark, import: &EventId) -> LogEvent {
        let given = Given::Imported { import: Some(import.clone()) };
        let event = self.event(Action::Label { pair, label: mark.label(), given, supersedes: None });
        LogEvent { at_ms: mark.at_ms.unwrap_or(event.at_ms), annotator: mark.annotator, ..event }
    }

    /// Take an import back: its pairs go, but for those that somebody has labelled here or in another file.
    pub fn undo_import(self, import: EventId) {
        self.state.intake.reports.set(vec![]);
        spawn_local(async move {
            self.undo_import_now(Some(import)).await;
            self.fit();
        });
    }

    /// An import that was taken back counts again.
    pub fn redo_import(self, event: EventId) {
        let redo = self.event(Action::Redo { event });
        spawn_local(async move {
            self.take_in(vec![], vec![redo]).await;
            self.fit();
        });
    }

    async fn undo_import_now(self, import: Option<EventId>) {
        if let Some(event) = import {
            let undo = self.event(Action::Undo { event });
            self.take_in(vec![], vec![undo]).await;
        }
    }
}

impl Import {
    /// The pair of a row, with what it says of it. A test set is one by its file, so the file is its source.
    fn pair(&self, mut record: Record) -> (crate::domain::pair::Pair, Vec<Mark>) {
        if self.purpose == Purpose::Test {
            let own = std::mem::take(&mut record.source);
            if record.subset.is_empty() {
                record.subset = own;
            }
        }
        record.into_pair(&self.report.name, Some(self.event.id.clone()))
    }
}

fn discarded() -> Fault {
    Fault::new(
        FaultKind::File,
        "The import was cancelled, and what had come in was taken away.",
        "Give the file again when you want it.",
    )
}

fn nothing_in(report: &FileReport) -> Fault {
    let what = if report.refused_total == 0 {
        "There is no row in this file."
    } else {
        "No row of this file could be taken."
    };
    Fault::new(
        FaultKind::File,
        what,
        "Give pairs of responses: JSON Lines, JSON, CSV or Parquet with, say, prompt, chosen and rejected; the preview \
         lets you say which column is what.",
    )
}
