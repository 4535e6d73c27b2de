//! Files in: preference data in pieces, so that the page stays awake, and models.

mod sift;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use self::sift::{piece_end, sift};
use super::{Actions, fetching};
use crate::domain::formats::{Imported, jsonl};
use crate::domain::log::{Action, Given, LogEvent};
use crate::protocol::error::FaultKind;
use crate::protocol::{Command, Fault};
use crate::ui::state::{FileReport, Purpose, Tab};

/// Larger files would not fit into a tab together with their pairs.
const MOST_BYTES: u64 = 200_000_000;

impl Actions {
    /// Take in these files, one after the other.
    pub fn import_files(self, files: Vec<File>) {
        if files.is_empty() || self.state.intake.reading.with_untracked(Option::is_some) {
            return;
        }
        self.state.intake.reports.set(vec![]);
        spawn_local(async move {
            for file in files {
                self.state.intake.reading.set(Some((file.name(), 0.0)));
                let report = match read_text(&file).await {
                    Ok(text) => self.take(&file.name(), &text).await,
                    Err(fault) => {
                        FileReport { name: file.name(), fault: Some(fault), ..FileReport::default() }
                    }
                };
                self.state.intake.reports.update(|reports| reports.push(report));
            }
            self.state.intake.reading.set(None);
        });
    }

    /// The unlabelled set that comes with the page, to be answered.
    pub fn load_starter(self) {
        self.import_sample("samples/starter.jsonl", "starter set", Tab::Annotate);
    }

    /// The labelled set that comes with the page, to be trained on.
    pub fn load_labelled(self) {
        self.import_sample("samples/labelled.jsonl", "labelled sample", Tab::Train);
    }

    fn import_sample(self, address: &'static str, name: &'static str, tab: Tab) {
        if self.state.intake.reading.with_untracked(Option::is_some) {
            return;
        }
        self.state.intake.reading.set(Some((name.to_owned(), 0.0)));
        spawn_local(async move {
            let report = match fetching::text(address, name).await {
                Ok(text) => self.take(name, &text).await,
                Err(fault) => FileReport { name: name.into(), fault: Some(fault), ..FileReport::default() },
            };
            self.state.intake.reading.set(None);
            match &report.fault {
                Some(fault) => self.state.notices.fault(fault.clone()),
                None => self.open_tab(tab),
            }
            self.state.intake.reports.set(vec![report]);
        });
    }

    /// Take an exported model into the trained model's place.
    pub fn upload_model(self, file: File) {
        spawn_local(async move {
            let bytes = gloo_file::futures::read_as_bytes(&file.into()).await;
            match bytes {
                Ok(bytes) => {
                    let request = self.state.ask(Purpose::ImportGiven);
                    self.send(Command::Import { request, bytes });
                }
                Err(error) => self.state.notices.fault(unreadable(&error.to_string())),
            }
        });
    }

    async fn take(self, name: &str, text: &str) -> FileReport {
        let imported = self.parse(name, text).await;
        let mut report =
            FileReport { name: name.into(), refused_total: imported.refused.len(), ..FileReport::default() };
        if imported.rows.is_empty() {
            report.fault = Some(nothing_in(text));
        }
        report.refused = imported.refused;
        report.refused.truncate(FileReport::KEPT);
        let found = self.state.workspace.dataset.with_untracked(|known| sift(known, imported.rows));
        report.duplicate = found.duplicate;
        let events: Vec<LogEvent> = found
            .answers
            .into_iter()
            .map(|(pair, choice)| self.event(Action::Answer { pair, choice, given: Given::Imported }))
            .collect();
        self.store_or_hold(&found.new, &events).await;
        (report.new, report.answers) = (found.new.len(), events.len());
        self.state.workspace.add(found.new.clone(), events);
        self.send_pairs(found.new);
        self.fit();
        report
    }

    async fn parse(self, name: &str, text: &str) -> Imported {
        let mut imported = Imported::default();
        let (mut start, mut lines_before) = (0, 0);
        while start < text.len() {
            let end = piece_end(text.as_bytes(), start);
            let piece = &text[start..end];
            let part = jsonl::read(piece, name);
            imported.rows.extend(part.rows);
            imported.refused.extend(part.refused.into_iter().map(|mut refused| {
                refused.line += lines_before;
                refused
            }));
            lines_before += piece.matches('\n').count();
            start = end;
            self.state.intake.reading.set(Some((name.to_owned(), start as f64 / text.len() as f64)));
            TimeoutFuture::new(0).await;
        }
        imported
    }
}

async fn read_text(file: &File) -> Result<String, Fault> {
    let blob: gloo_file::Blob = file.clone().into();
    if blob.size() > MOST_BYTES {
        return Err(Fault::new(
            FaultKind::File,
            format!("The file has {} MB; this page reads files up to 200 MB.", blob.size() / 1_000_000),
            "Split it by lines and give the parts one after the other.",
        ));
    }
    let bytes =
        gloo_file::futures::read_as_bytes(&blob).await.map_err(|error| unreadable(&error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Fault::new(
            FaultKind::File,
            format!("The file is not UTF-8 text (byte {place} does not belong)."),
            "Save it as JSON Lines in UTF-8, and try again.",
        )
    })
}

fn nothing_in(text: &str) -> Fault {
    let what = if text.trim().is_empty() {
        "The file is empty."
    } else if text.trim_start().starts_with('[') {
        "This is one JSON array; a file of JSON Lines has one object on each line and no brackets around them."
    } else {
        "No line of this file could be read as a pair."
    };
    Fault::new(
        FaultKind::File,
        what,
        "Give JSON Lines: one object a line, with prompt, chosen and rejected, \
         or prompt, response_a and response_b.",
    )
}

fn unreadable(error: &str) -> Fault {
    Fault::new(FaultKind::File, format!("The file could not be read: {error}."), "Choose it again.")
}
