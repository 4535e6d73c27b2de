//! What the page and the data worker say to each other: files in, records out in batches; records in, a file out in
//! pieces; and files that come out again with scores ([`super::filing`]).
//!
//! The page opens a file (the browser's `Blob` crosses beside the message), sees a preview, reads it, lets go of it.
//! A batch comes for each that was asked for, so the page sets the pace: reading asks for the first itself.

use serde::{Deserialize, Serialize};

use super::Fault;
use super::filing::{Survey, ToScore};
use super::scoring::RowScores;
use crate::domain::filing::{Columns, Report, Shape};
use crate::domain::formats::Refused;
use crate::domain::formats::export::{Contents, ExportFormat, ExportOptions};
use crate::domain::formats::mapping::{FormatId, Mapping};
use crate::domain::formats::record::Record;

/// Names a file that the page has opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// Names a file that is being written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExportId(pub u32);

/// From the page to the data worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DataCommand {
    /// First of all. Answered by `Hello`.
    Hello {
        /// [`super::BUILD_ID`] of the page.
        build: String,
    },
    /// Look at a file; its `Blob` is posted with this. Answered by `Sniffed` or `Failed`.
    Open {
        /// Its name here.
        file: FileId,
        /// Its name on disk, or `pasted text`.
        name: String,
    },
    /// Look at it again, read this way. Answered by `Sniffed` or `Failed`.
    Preview {
        /// Which file.
        file: FileId,
        /// How to read it.
        mapping: Mapping,
    },
    /// Read it from its beginning. Answered by one `Batch`, then one for each `More`, then `Done`; or `Failed`.
    Read {
        /// Which file.
        file: FileId,
        /// How.
        mapping: Mapping,
    },
    /// The last batch has been taken in.
    More {
        /// Which file.
        file: FileId,
    },
    /// Let go of a file, whatever is being done with it. Not answered; a batch may still be on its way.
    Close {
        /// Which file.
        file: FileId,
    },
    /// Begin to write a file. Answered by `Written` for each `Take`.
    Write {
        /// Its name here.
        export: ExportId,
        /// As what.
        format: ExportFormat,
        /// How.
        options: ExportOptions,
    },
    /// Records to be written. Answered by `Written`, and after the last by `WriteDone`.
    Take {
        /// Which file.
        export: ExportId,
        /// In the order of the file.
        records: Vec<Record>,
        /// Nothing comes after these.
        last: bool,
    },
    /// Forget a file that is being written. Not answered.
    Abandon {
        /// Which file.
        export: ExportId,
    },
    /// Look at a file that is to be scored; its `Blob` is posted with this. Answered by `Surveyed` or `Failed`.
    Survey {
        /// Its name here.
        file: FileId,
        /// Its name on disk.
        name: String,
    },
    /// Look at it again, with its texts in these columns. Answered by `Surveyed` or `Failed`.
    SurveyAs {
        /// Which file.
        file: FileId,
        /// The columns.
        columns: Columns,
    },
    /// Score it from its beginning. Answered by `ToScore`, then one for each `MoreToScore`; or `Failed`.
    Score {
        /// Which file.
        file: FileId,
        /// How to read it.
        shape: Shape,
    },
    /// More rows are wanted.
    MoreToScore {
        /// Which file.
        file: FileId,
    },
    /// The scores of the oldest rows that have none yet, in their order. Answered by `ScoredPiece`, and after the last
    /// by `ScoredWhole`.
    TakeScores {
        /// Which file.
        file: FileId,
        /// One for each row that was given out.
        scores: Vec<RowScores>,
        /// Nothing comes after these: the result ends here, whether or not all rows have been given out.
        last: bool,
    },
}

/// From the data worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "it becomes bytes at once, and the large one comes once a file (and where pointers are short it is not large)"
)]
pub enum DataEvent {
    /// The greeting's answer.
    Hello {
        /// [`super::BUILD_ID`] of the worker.
        build: String,
    },
    /// What a file looks like.
    Sniffed {
        /// Which file.
        file: FileId,
        /// What was seen.
        sniffed: Sniffed,
    },
    /// The next records of a file that is being read.
    Batch {
        /// Which file.
        file: FileId,
        /// What there is.
        batch: Batch,
    },
    /// The end of a file was reached, or as much of it as can be read.
    Done {
        /// Which file.
        file: FileId,
        /// The sum of it.
        report: ReadReport,
    },
    /// The file as a whole cannot be read, with what to do.
    Failed {
        /// Which file.
        file: FileId,
        /// Why, and what to do.
        fault: Fault,
    },
    /// The next piece of a file that is being written; may be empty.
    Written {
        /// Which file.
        export: ExportId,
        /// To be put behind the pieces before.
        bytes: Vec<u8>,
    },
    /// The file is complete.
    WriteDone {
        /// Which file.
        export: ExportId,
        /// What it holds.
        contents: Contents,
    },
    /// A file cannot be written, with what to do.
    WriteFailed {
        /// Which file.
        export: ExportId,
        /// Why, and what to do.
        fault: Fault,
    },
    /// What a file that is to be scored looks like.
    Surveyed {
        /// Which file.
        file: FileId,
        /// What was seen.
        survey: Survey,
    },
    /// The next rows to be scored.
    ToScore {
        /// Which file.
        file: FileId,
        /// Their texts.
        batch: ToScore,
    },
    /// The next piece of the result; may be empty.
    ScoredPiece {
        /// Which file.
        file: FileId,
        /// To be put behind the pieces before.
        bytes: Vec<u8>,
    },
    /// The result is complete.
    ScoredWhole {
        /// Which file.
        file: FileId,
        /// The sum of it.
        report: Report,
    },
}

/// What a file looks like, from its first rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sniffed {
    /// How it would be read.
    pub mapping: Mapping,
    /// How sure that is.
    pub certainty: Certainty,
    /// Other formats that the rows would fit, best first.
    pub others: Vec<FormatId>,
    /// What the rows are packed in.
    pub container: Container,
    /// Whether it is compressed by gzip.
    pub gzip: bool,
    /// Bytes of the file.
    pub bytes: u64,
    /// The columns of the first rows, in the file's order where it has one.
    pub columns: Vec<Column>,
    /// Where the labels come from, in a sentence.
    pub labels: String,
    /// The first rows as they would be taken, at most [`Sniffed::SHOWN`].
    pub preview: Vec<Record>,
    /// Those of the rows looked at that would be refused.
    pub refused: Vec<Refused>,
    /// How many rows were looked at.
    pub rows: usize,
}

impl Sniffed {
    /// Records in a preview.
    pub const SHOWN: usize = 20;
}

/// How sure a format was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Certainty {
    /// No row fits; the person has to say which column is what.
    Unknown,
    /// Some rows fit, or the names of columns suggest it.
    Guess,
    /// Every row looked at has the format's own fields.
    Sure,
}

/// What rows are packed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Container {
    /// One JSON object a line.
    JsonLines,
    /// One JSON array of objects, or objects one after the other.
    Json,
    /// A table with commas or semicolons between its columns.
    Csv,
    /// A table with tabs between its columns.
    Tsv,
    /// Apache Parquet.
    Parquet,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name; with dots where it leads into nested objects.
    pub name: String,
    /// The start of its first value that is not empty.
    pub example: String,
    /// Its distinct values, where those are short words and few: what a label column might say.
    pub words: Vec<String>,
}

/// A piece of a file that is being read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Good rows; at most [`Batch::RECORDS`], or a few more where one row is several pairs.
    pub records: Vec<Record>,
    /// Bad rows, and those of which some pairs were left out.
    pub refused: Vec<Refused>,
    /// Rows read so far.
    pub rows: usize,
    /// Bytes read so far, of the file as it is on disk.
    pub bytes_done: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
}

impl Batch {
    /// Records in a batch.
    pub const RECORDS: usize = 500;
}

/// The sum of a file that was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadReport {
    /// Rows.
    pub rows: usize,
    /// Pairs that came of them.
    pub records: usize,
    /// Rows that were refused, or of which some pairs were left out.
    pub refused: usize,
    /// Why reading ended before the file did, with what to do.
    pub cut_short: Option<Fault>,
}
