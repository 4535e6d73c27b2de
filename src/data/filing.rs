//! Scoring a file: its rows go out as texts, their scores come back in the same order, and every row is written again as
//! it stood, with its scores or with why it has none.
//!
//! Who scores is somebody else's affair. In memory are the rows that are out, and of each response four bytes for the
//! report (for Parquet also the scores of a row group).

mod columnar;
mod survey;
mod written;

use std::collections::VecDeque;

pub use self::survey::survey;
use self::written::Writer;
use super::container::Packed;
use super::source::Progress;
use super::{Found, Original, Rows};
use crate::domain::filing::columns::{Cell, cells, columns, free_number, named};
use crate::domain::filing::{Asked, Report, Scored, Shape, Tally, asked};
use crate::domain::formats::row::{Refusal, Row};
use crate::protocol::Fault;
use crate::protocol::data::Container;
use crate::protocol::filing::ToScore;
use crate::protocol::scoring::{RowScore, RowScores, RowTexts};

/// A batch also ends when its texts have this many bytes.
const BATCH_BYTES: usize = 256 << 10;

/// Rows of smaller files are counted beforehand, so that it is known how many are to come.
const COUNTED_BYTES: u64 = 16 << 20;

/// And when it has passed over this many rows that cannot be scored.
const MOST_REFUSED: usize = 500;

/// A file that is being scored.
pub struct Filing {
    rows: Rows,
    shape: Shape,
    /// What the added columns' names end in.
    number: u32,
    /// Rows that are out, or stand behind one that is.
    waiting: VecDeque<Waiting>,
    writer: Writer,
    tally: Tally,
    rows_read: usize,
    rows_total: Option<usize>,
    refused: usize,
    progress: Progress,
    bytes_total: u64,
    ended: bool,
    cut_short: Option<Fault>,
}

/// A row that is not written yet.
struct Waiting {
    original: Original,
    /// Whether it has fields, to which others can be added.
    sound: bool,
    line: usize,
    number: u32,
    /// What is scored, without the texts; or why nothing is.
    asked: Result<Asked, String>,
}

impl Filing {
    /// Begin.
    ///
    /// # Errors
    /// `FaultKind::File` if the file as a whole cannot be read.
    pub fn begin(file: &Packed, shape: Shape) -> Result<Self, Fault> {
        let number = survey::number(file, shape.form)?;
        let names: Vec<String> =
            columns(shape.form).iter().map(|column| named(column.name, number)).collect();
        let progress = Progress::default();
        Ok(Self {
            rows: file.rows(progress.clone())?,
            writer: Writer::begin(file, shape.form, &names)?,
            shape,
            number,
            waiting: VecDeque::new(),
            tally: Tally::default(),
            rows_read: 0,
            rows_total: rows_total(file)?,
            refused: 0,
            progress,
            bytes_total: file.source.size(),
            ended: false,
            cut_short: None,
        })
    }

    /// The next rows; none when the file has ended, or cannot be read on.
    pub fn next_batch(&mut self) -> ToScore {
        let (mut rows, mut responses, mut bytes, mut refused) = (vec![], 0, 0, 0);
        while !self.ended && responses < ToScore::RESPONSES && bytes < BATCH_BYTES && refused < MOST_REFUSED {
            match self.rows.next() {
                Some(Ok(found)) => match self.queue(found) {
                    Some(texts) => {
                        responses += texts.responses.len();
                        bytes += texts.prompt.len() + texts.responses.iter().map(String::len).sum::<usize>();
                        rows.push(texts);
                    }
                    None => refused += 1,
                },
                Some(Err(fault)) => {
                    self.cut_short = Some(fault);
                    self.ended = true;
                }
                None => self.ended = true,
            }
        }
        self.refused += refused;
        ToScore {
            rows,
            rows_read: self.rows_read,
            rows_total: self.rows_total,
            refused: self.refused,
            bytes_done: if self.ended {
                self.bytes_total
            } else {
                self.progress.bytes().min(self.bytes_total)
            },
            bytes_total: self.bytes_total,
            ended: self.ended,
            cut_short: self.cut_short.clone(),
        }
    }

    /// Take the scores of the oldest rows that are out; the bytes that are ready.
    ///
    /// # Errors
    /// `FaultKind::Internal` if they cannot be written, or are of no row.
    pub fn take(&mut self, scores: Vec<RowScores>) -> Result<Vec<u8>, Fault> {
        let mut scores = scores.into_iter();
        while let Some(next) = self.waiting.front() {
            let scores = match (&next.asked, scores.as_slice().is_empty()) {
                (Err(reason), _) => Err(reason.clone()),
                (Ok(_), true) => break,
                (Ok(asked), false) => outcome(scores.next(), asked),
            };
            if let Some(row) = self.waiting.pop_front() {
                self.write(row, scores)?;
            }
        }
        self.writer.pour()
    }

    /// End here, whether or not the file has; the last bytes, and the sum of what was scored.
    ///
    /// # Errors
    /// As [`Filing::take`].
    pub fn finish(self) -> Result<(Vec<u8>, Report), Fault> {
        Ok((self.writer.finish()?, self.tally.report()))
    }

    /// Note down a row; its texts, if it can be scored.
    fn queue(&mut self, found: Found) -> Option<RowTexts> {
        self.rows_read += 1;
        let Found { line, row, original } = found;
        let (sound, number) = match &row {
            Ok(row) => (true, self.number_in(row)),
            Err(_) => (false, self.number),
        };
        let read = row.map_err(|(refusal, _)| refusal).and_then(|row| asked(&row, &self.shape));
        let (asked, texts) = match read {
            Ok(mut asked) => {
                let prompt = std::mem::take(&mut asked.prompt);
                let responses = std::mem::take(&mut asked.responses);
                (Ok(asked), Some(RowTexts { prompt, responses }))
            }
            Err(Refusal(reason)) => (Err(reason), None),
        };
        self.waiting.push_back(Waiting { original, sound, line, number, asked });
        texts
    }

    /// A row may have a field that the first ones had not.
    fn number_in(&self, row: &Row) -> u32 {
        free_number(self.shape.form, self.number, |name| row.contains_key(name))
    }

    fn write(&mut self, row: Waiting, scores: Result<Vec<Scored>, String>) -> Result<(), Fault> {
        let form = self.shape.form;
        let Waiting { original, sound, line, number, asked } = row;
        let asked = asked.unwrap_or_default();
        let scores = scores.as_deref().map_err(String::as_str);
        self.tally.add(form, line, scores.map(|scores| (&asked, scores)));
        let cells: Vec<Cell> = cells(form, asked.first, scores);
        let names = columns(form).iter().map(|column| named(column.name, number));
        self.writer.row(original, sound, names.zip(&cells).collect::<Vec<_>>())
    }
}

/// Rows of the whole file, where it does not take long to count them.
fn rows_total(file: &Packed) -> Result<Option<usize>, Fault> {
    if file.container == Container::Parquet {
        return columnar::rows(file).map(Some);
    }
    if file.source.size() > COUNTED_BYTES {
        return Ok(None);
    }
    Ok(Some(file.rows(Progress::default())?.filter(Result::is_ok).count()))
}

/// A row's scores, or why it has none.
fn outcome(scores: Option<RowScores>, asked: &Asked) -> Result<Vec<Scored>, String> {
    match scores {
        Some(Ok(scores)) if scores.len() >= asked.first.max(1) => Ok(scores.iter().map(scored).collect()),
        Some(Ok(_)) | None => Err("The engine gave no scores for this row.".into()),
        Some(Err(fault)) => Err(fault.to_string()),
    }
}

fn scored(score: &RowScore) -> Scored {
    Scored { value: score.value, std: score.std, cut_tokens: score.cut_tokens }
}
