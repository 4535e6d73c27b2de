//! What the data worker does with each command: files by their names here, those that are read, those that are written.
//!
//! Must not know where commands come from, nor what a browser is.

use std::collections::HashMap;

use super::container::Packed;
use super::read::Reading;
use super::sniff::sniff;
use super::source::Source;
use super::unusable;
use super::write::Writing;
use crate::domain::formats::mapping::Mapping;
use crate::domain::formats::record::Record;
use crate::protocol::data::{DataCommand, DataEvent, ExportId, FileId};
use crate::protocol::error::FaultKind;
use crate::protocol::wire::check_build;
use crate::protocol::{BUILD_ID, Fault};

/// Everything that is open.
#[derive(Default)]
pub struct Desk {
    files: HashMap<FileId, OpenFile>,
    exports: HashMap<ExportId, Writing>,
    /// Somebody of another build called. Answering more than the greeting would be guessing.
    foreign: bool,
}

struct OpenFile {
    packed: Packed,
    reading: Option<Reading>,
}

impl Desk {
    /// Do what is asked; `file` is what was posted beside the command.
    pub fn hear(&mut self, command: DataCommand, file: Option<Source>) -> Vec<DataEvent> {
        if self.foreign {
            return vec![];
        }
        match command {
            DataCommand::Hello { build } => {
                self.foreign = check_build(&build).is_some();
                vec![DataEvent::Hello { build: BUILD_ID.into() }]
            }
            DataCommand::Open { file: id, name } => vec![match self.open(id, &name, file) {
                Ok(event) => event,
                Err(fault) => DataEvent::Failed { file: id, fault },
            }],
            DataCommand::Preview { file, mapping } => vec![self.preview(file, mapping)],
            DataCommand::Read { file, mapping } => vec![self.read(file, &mapping)],
            DataCommand::More { file } => self.more(file).into_iter().collect(),
            DataCommand::Close { file } => {
                self.files.remove(&file);
                vec![]
            }
            DataCommand::Write { export, format, options } => match Writing::begin(format, options) {
                Ok(writing) => {
                    self.exports.insert(export, writing);
                    vec![]
                }
                Err(fault) => vec![DataEvent::WriteFailed { export, fault }],
            },
            DataCommand::Take { export, records, last } => {
                self.write(export, &records, last).unwrap_or_else(|fault| {
                    self.exports.remove(&export);
                    vec![DataEvent::WriteFailed { export, fault }]
                })
            }
            DataCommand::Abandon { export } => {
                self.exports.remove(&export);
                vec![]
            }
        }
    }

    fn open(&mut self, id: FileId, name: &str, file: Option<Source>) -> Result<DataEvent, Fault> {
        let source = file.ok_or_else(|| {
            Fault::new(
                FaultKind::Internal,
                format!("{name} was to be opened, but the file itself did not arrive."),
                "Choose it again; if it happens again, please report it.",
            )
        })?;
        let packed = Packed::of(source)?;
        let sniffed = sniff(&packed, None)?;
        self.files.insert(id, OpenFile { packed, reading: None });
        Ok(DataEvent::Sniffed { file: id, sniffed })
    }

    fn preview(&self, file: FileId, mapping: Mapping) -> DataEvent {
        let sniffed = self.known(file).and_then(|open| sniff(&open.packed, Some(mapping)));
        match sniffed {
            Ok(sniffed) => DataEvent::Sniffed { file, sniffed },
            Err(fault) => DataEvent::Failed { file, fault },
        }
    }

    fn known(&self, file: FileId) -> Result<&OpenFile, Fault> {
        self.files.get(&file).ok_or_else(|| unusable("This file is not open any more.", "Choose it again."))
    }

    fn read(&mut self, file: FileId, mapping: &Mapping) -> DataEvent {
        let begun = self.known(file).and_then(|open| Reading::begin(&open.packed, mapping));
        match (begun, self.files.get_mut(&file)) {
            (Ok(reading), Some(open)) => open.go_on(file, reading),
            (Err(fault), _) => DataEvent::Failed { file, fault },
            (Ok(_), None) => {
                DataEvent::Failed { file, fault: unusable("This file is not open.", "Choose it again.") }
            }
        }
    }

    /// Nothing for a file that was closed meanwhile.
    fn more(&mut self, file: FileId) -> Option<DataEvent> {
        let open = self.files.get_mut(&file)?;
        let reading = open.reading.take()?;
        Some(open.go_on(file, reading))
    }

    fn write(&mut self, export: ExportId, records: &[Record], last: bool) -> Result<Vec<DataEvent>, Fault> {
        let Some(writing) = self.exports.get_mut(&export) else { return Ok(vec![]) };
        let mut events = vec![DataEvent::Written { export, bytes: writing.take(records)? }];
        if let Some(writing) = last.then(|| self.exports.remove(&export)).flatten() {
            let (bytes, contents) = writing.finish()?;
            events.extend([DataEvent::Written { export, bytes }, DataEvent::WriteDone { export, contents }]);
        }
        Ok(events)
    }
}

impl OpenFile {
    fn go_on(&mut self, file: FileId, mut reading: Reading) -> DataEvent {
        match reading.next_batch() {
            Some(batch) => {
                self.reading = Some(reading);
                DataEvent::Batch { file, batch }
            }
            None => DataEvent::Done { file, report: reading.report().clone() },
        }
    }
}
