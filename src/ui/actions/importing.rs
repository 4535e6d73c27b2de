//! Files in: preference data in pieces, so that the page stays awake, and models.

mod sift;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use self::sift::{Found, piece_end, sift};
use super::{Actions, fetching};
use crate::domain::choice::Choice;
use crate::domain::formats::{Imported, jsonl};
use crate::domain::log::{Action, Given, LogEvent};
use crate::domain::pair::Pair;
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

    /// Piece by piece, each stored before the next is read: the page stays awake, and what was good is kept.
    async fn take(self, name: &str, text: &str) -> FileReport {
        let mut report = FileReport { name: name.into(), ..FileReport::default() };
        let (mut start, mut lines_before) = (0, 0);
        while start < text.len() {
            let end = piece_end(text.as_bytes(), start);
            let piece = &text[start..end];
            let Imported { rows, refused } = jsonl::read(piece, name);
            report.refuse(refused, lines_before);
            self.take_rows(rows, &mut report).await;
            lines_before += piece.matches('\n').count();
            start = end;
            self.state.intake.reading.set(Some((name.to_owned(), start as f64 / text.len() as f64)));
            TimeoutFuture::new(0).await;
        }
        if report.new + report.duplicate == 0 {
            report.fault = Some(nothing_in(text));
        }
        self.fit();
        report
    }

    async fn take_rows(self, rows: Vec<(Pair, Option<Choice>)>, report: &mut FileReport) {
        let workspace = self.state.workspace;
        let Found { new, duplicate, answers } = workspace.dataset.with_untracked(|known| sift(known, rows));
        let imported = |(pair, choice): (_, Choice)| {
            let given = Given::Imported { import: None };
            self.event(Action::Label { pair, label: choice.into(), given, supersedes: None })
        };
        let events: Vec<LogEvent> = answers.into_iter().map(imported).collect();
        report.duplicate += duplicate;
        report.new += new.len();
        report.answers += events.len();
        if new.is_empty() && events.is_empty() {
            return;
        }
        match workspace.unsaved.get_untracked() {
            // What was refused once would be refused for every piece of the file; the next answer tries again.
            Some(unsaved) => workspace.hold(unsaved.fault, &new, &events),
            None => self.store_or_hold(&new, &events).await,
        }
        workspace.add(new, events);
        self.feed();
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
