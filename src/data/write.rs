//! Making a file, piece by piece.

use super::parquet::written;
use super::table::guarded;
use crate::domain::formats::export::{Contents, ExportFormat, ExportOptions};
use crate::domain::formats::pairs::{COLUMNS, table_rows};
use crate::domain::formats::record::Record;
use crate::domain::formats::write;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// A file that is being written.
pub struct Writing {
    format: ExportFormat,
    options: ExportOptions,
    shape: Shape,
    contents: Contents,
}

/// How rows stand in a file.
enum Shape {
    Lines,
    /// A JSON array; whether a row has been written.
    Array(bool),
    /// Whether the names have been written.
    Table(bool),
    Parquet(Box<written::Columns>),
}

impl Writing {
    /// Begin.
    ///
    /// # Errors
    /// `FaultKind::Internal` if the format's writer cannot begin.
    pub fn begin(format: ExportFormat, options: ExportOptions) -> Result<Self, Fault> {
        let shape = match format {
            ExportFormat::Trl
            | ExportFormat::TrlImplicit
            | ExportFormat::TrlConversational
            | ExportFormat::TrlConversationalImplicit
            | ExportFormat::TrlTokenised
            | ExportFormat::Hh
            | ExportFormat::HelpSteer2
            | ExportFormat::HelpSteer3
            | ExportFormat::Pairs => Shape::Lines,
            ExportFormat::Argilla | ExportFormat::LabelStudio => Shape::Array(false),
            ExportFormat::Csv => Shape::Table(false),
            ExportFormat::Parquet => Shape::Parquet(Box::new(written::Columns::new()?)),
        };
        Ok(Self { format, options, shape, contents: Contents::default() })
    }

    /// Take these records; the bytes that are ready.
    ///
    /// # Errors
    /// `FaultKind::Internal` if they cannot be written.
    pub fn take(&mut self, records: &[Record]) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        match &mut self.shape {
            Shape::Lines | Shape::Array(_) => {
                for record in records {
                    self.row(record, &mut bytes);
                }
            }
            Shape::Table(begun) => self.contents.rows += table(records, begun, &mut bytes)?,
            Shape::Parquet(columns) => {
                for record in records {
                    self.contents.rows += columns.take(record)?;
                }
                bytes = columns.pour();
            }
        }
        Ok(bytes)
    }

    /// The file's end.
    ///
    /// # Errors
    /// `FaultKind::Internal` if it cannot be written.
    pub fn finish(mut self) -> Result<(Vec<u8>, Contents), Fault> {
        let bytes = match &mut self.shape {
            Shape::Lines => vec![],
            Shape::Array(begun) => if *begun { "\n]\n" } else { "[]\n" }.into(),
            Shape::Table(begun) => {
                let mut bytes = vec![];
                table(&[], begun, &mut bytes)?;
                bytes
            }
            Shape::Parquet(columns) => {
                columns.finish()?;
                columns.pour()
            }
        };
        Ok((bytes, self.contents))
    }

    fn row(&mut self, record: &Record, bytes: &mut Vec<u8>) {
        let row = match write(self.format, record, self.options) {
            Ok(row) => row,
            Err(lacking) => return self.contents.leave_out(lacking),
        };
        match &mut self.shape {
            Shape::Array(begun) => {
                bytes.extend_from_slice(if *begun { b",\n" } else { b"[\n" });
                *begun = true;
                bytes.extend_from_slice(row.to_string().as_bytes());
            }
            Shape::Lines | Shape::Table(_) | Shape::Parquet(_) => {
                bytes.extend_from_slice(row.to_string().as_bytes());
                bytes.push(b'\n');
            }
        }
        self.contents.rows += 1;
    }
}

/// Rows of a table, under their names if those are not written yet; how many. It begins with a byte-order mark, without
/// which spreadsheets take it for another encoding.
fn table(records: &[Record], begun: &mut bool, bytes: &mut Vec<u8>) -> Result<usize, Fault> {
    if !*begun {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut writer = csv::Writer::from_writer(bytes);
    let unwritten = |error: csv::Error| {
        Fault::new(
            FaultKind::Internal,
            format!("The table could not be written ({error})."),
            "Choose another format; if it happens again, please report it.",
        )
    };
    if !std::mem::replace(begun, true) {
        writer.write_record(COLUMNS).map_err(unwritten)?;
    }
    let mut rows = 0;
    for row in records.iter().flat_map(table_rows) {
        let cells = row.iter().map(|cell| guarded(cell.as_deref().unwrap_or_default()));
        writer.write_record(cells).map_err(unwritten)?;
        rows += 1;
    }
    writer.flush().map_err(|error| unwritten(error.into()))?;
    Ok(rows)
}
