//! What the data worker does with each command: files by their names here, those that are read, those that are written,
//! those that are scored.
//!
//! Must not know where commands come from, nor what a browser is.

use std::collections::HashMap;

use super::container::Packed;
use super::filing::{Filing, survey};
use super::read::Reading;
use super::sniff::sniff;
use super::source::Source;
use super::unusable;
use super::write::Writing;
use crate::domain::filing::Shape;
use crate::domain::formats::mapping::Mapping;
use crate::domain::formats::record::Record;
use crate::protocol::data::{DataCommand, DataEvent, ExportId, FileId};
use crate::protocol::error::FaultKind;
use crate::protocol::filing::ToScore;
use crate::protocol::scoring::RowScores;
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
    filing: Option<Filing>,
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
            DataCommand::Open { file: id, name } => {
                let sniffed = self.open(id, &name, file).and_then(|packed| sniff(&packed, None));
                vec![told(id, sniffed, |sniffed| DataEvent::Sniffed { file: id, sniffed })]
            }
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
            DataCommand::Survey { file: id, name } => {
                let seen = self.open(id, &name, file).and_then(|packed| survey(&packed, None));
                vec![told(id, seen, |survey| DataEvent::Surveyed { file: id, survey })]
            }
            DataCommand::SurveyAs { file, columns } => {
                let seen = self.known(file).and_then(|open| survey(&open.packed, Some(columns)));
                vec![told(file, seen, |survey| DataEvent::Surveyed { file, survey })]
            }
            DataCommand::Score { file, shape } => {
                let batch = self.score(file, shape);
                vec![told(file, batch, |batch| DataEvent::ToScore { file, batch })]
            }
            DataCommand::MoreToScore { file } => match self.filing(file) {
                Some(filing) => vec![DataEvent::ToScore { file, batch: filing.next_batch() }],
                None => vec![],
            },
            DataCommand::TakeScores { file, scores, last } => self
                .take_scores(file, scores, last)
                .unwrap_or_else(|fault| vec![DataEvent::Failed { file, fault }]),
        }
    }

    /// Open a file, which is then known by this id.
    fn open(&mut self, id: FileId, name: &str, file: Option<Source>) -> Result<Packed, Fault> {
        let source = file.ok_or_else(|| {
            Fault::new(
                FaultKind::Internal,
                format!("{name} was to be opened, but the file itself did not arrive."),
                "Choose it again; if it happens again, please report it.",
            )
        })?;
        let packed = Packed::of(source)?;
        self.files.insert(id, OpenFile { packed: packed.clone(), reading: None, filing: None });
        Ok(packed)
    }

    fn preview(&self, file: FileId, mapping: Mapping) -> DataEvent {
        let sniffed = self.known(file).and_then(|open| sniff(&open.packed, Some(mapping)));
        told(file, sniffed, |sniffed| DataEvent::Sniffed { file, sniffed })
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

impl Desk {
    fn filing(&mut self, file: FileId) -> Option<&mut Filing> {
        self.files.get_mut(&file)?.filing.as_mut()
    }

    fn score(&mut self, file: FileId, shape: Shape) -> Result<ToScore, Fault> {
        let mut filing = Filing::begin(&self.known(file)?.packed, shape)?;
        let batch = filing.next_batch();
        if let Some(open) = self.files.get_mut(&file) {
            open.filing = Some(filing);
        }
        Ok(batch)
    }

    /// Nothing for a file that was closed meanwhile.
    fn take_scores(
        &mut self,
        file: FileId,
        scores: Vec<RowScores>,
        last: bool,
    ) -> Result<Vec<DataEvent>, Fault> {
        let Some(filing) = self.filing(file) else { return Ok(vec![]) };
        let mut events = vec![DataEvent::ScoredPiece { file, bytes: filing.take(scores)? }];
        let ended = self.files.get_mut(&file).filter(|_| last).and_then(|open| open.filing.take());
        if let Some(filing) = ended {
            let (bytes, report) = filing.finish()?;
            events.extend([DataEvent::ScoredPiece { file, bytes }, DataEvent::ScoredWhole { file, report }]);
        }
        Ok(events)
    }
}

/// What was found out of a file, or why nothing was.
fn told<T>(file: FileId, found: Result<T, Fault>, event: impl FnOnce(T) -> DataEvent) -> DataEvent {
    match found {
        Ok(found) => event(found),
        Err(fault) => DataEvent::Failed { file, fault },
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
