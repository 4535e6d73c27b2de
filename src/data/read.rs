//! Going through a file from its beginning, batch by batch.

use super::container::Packed;
use super::source::Progress;
use super::{Found, Rows, start_of};
use crate::domain::formats::mapping::{Columns, Mapping};
use crate::domain::formats::record::Record;
use crate::domain::formats::row::{Refusal, Row};
use crate::domain::formats::{Format, Reading as How, Refused, Taken, format};
use crate::protocol::Fault;
use crate::protocol::data::{Batch, ReadReport};

/// A batch ends when its texts have this many bytes, so that no message is much larger.
const BATCH_BYTES: usize = 4 << 20;

/// A group of rows that belong together ends here, lest a file of one key lie in memory whole.
const MOST_TOGETHER: usize = 64;

/// A file that is being read.
pub struct Reading {
    rows: Rows,
    format: &'static Format,
    columns: Columns,
    /// Rows that belong together, the first one's line before them.
    together: (usize, Vec<Row>),
    report: ReadReport,
    progress: Progress,
    bytes_total: u64,
    ended: bool,
}

impl Reading {
    /// Begin.
    ///
    /// # Errors
    /// `FaultKind::File` if the file as a whole cannot be read.
    pub fn begin(file: &Packed, mapping: &Mapping) -> Result<Self, Fault> {
        let progress = Progress::default();
        Ok(Self {
            rows: file.rows(progress.clone())?,
            format: format(mapping.format),
            columns: mapping.columns.clone(),
            together: (0, vec![]),
            report: ReadReport::default(),
            progress,
            bytes_total: file.source.size(),
            ended: false,
        })
    }

    /// The next records; `None` when the file has ended, or cannot be read on.
    pub fn next_batch(&mut self) -> Option<Batch> {
        if self.ended {
            return None;
        }
        let mut batch = Batch::default();
        let mut bytes = 0;
        while batch.records.len() < Batch::RECORDS
            && batch.refused.len() < Batch::RECORDS
            && bytes < BATCH_BYTES
        {
            match self.rows.next() {
                Some(Ok(found)) => bytes += self.take(found, &mut batch),
                Some(Err(fault)) => {
                    self.report.cut_short = Some(fault);
                    self.ended = true;
                    break;
                }
                None => {
                    self.ended = true;
                    break;
                }
            }
        }
        if self.ended {
            self.flush(&mut batch);
        }
        batch.rows = self.report.rows;
        batch.bytes_done =
            if self.ended { self.bytes_total } else { self.progress.bytes().min(self.bytes_total) };
        batch.bytes_total = self.bytes_total;
        self.report.records += batch.records.len();
        self.report.refused += batch.refused.len();
        Some(batch)
    }

    /// The sum of what was read so far.
    pub fn report(&self) -> &ReadReport {
        &self.report
    }

    /// Take in a row; the bytes of the records that came of it.
    fn take(&mut self, found: Found, batch: &mut Batch) -> usize {
        self.report.rows += 1;
        let before = batch.records.len();
        match found.row {
            Ok(row) => match self.format.read {
                How::Together { key, .. } => {
                    let (line, rows) = &mut self.together;
                    let belongs =
                        rows.last().is_some_and(|last| key(last).is_some() && key(last) == key(&row));
                    if !(belongs && rows.len() < MOST_TOGETHER) {
                        let rows = (*line, std::mem::take(rows));
                        *line = found.line;
                        self.make(rows.0, &rows.1, batch);
                    }
                    self.together.1.push(row);
                }
                How::Row(_) | How::Mapped(_) => self.make(found.line, &[row], batch),
            },
            Err((Refusal(reason), text)) => batch.refused.push(Refused { line: found.line, reason, text }),
        }
        batch.records[before..].iter().map(Record::bytes).sum()
    }

    fn flush(&mut self, batch: &mut Batch) {
        let (line, rows) = std::mem::take(&mut self.together);
        self.make(line, &rows, batch);
    }

    fn make(&self, line: usize, rows: &[Row], batch: &mut Batch) {
        let refusal = match self.format.records(rows, &self.columns) {
            Ok(Taken { records, left_out }) => {
                batch.records.extend(records.into_iter().map(|record| Record { line, ..record }));
                left_out
            }
            Err(refusal) => Some(refusal),
        };
        if let Some(Refusal(reason)) = refusal {
            let text = rows.first().and_then(|row| serde_json::to_string(row).ok()).unwrap_or_default();
            batch.refused.push(Refused { line, reason, text: start_of(&text) });
        }
    }
}
