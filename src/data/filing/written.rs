//! Writing a scored file, packed as the one that it comes from.

use std::io::Write as _;

use csv::{ByteRecord, WriterBuilder};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::columnar::Columnar;
use crate::data::Original;
use crate::data::container::{MARK, Packed};
use crate::data::table::guarded;
use crate::domain::filing::Form;
use crate::domain::filing::columns::{Cell, spliced};
use crate::protocol::Fault;
use crate::protocol::data::Container;
use crate::protocol::error::FaultKind;

/// The field that a row's text is kept in when it has no fields of its own.
const UNREADABLE: &str = "unreadable_row";

/// A scored file that is being written.
pub(super) struct Writer {
    shape: Shape,
    bytes: Vec<u8>,
    gzip: Option<GzEncoder<Vec<u8>>>,
}

/// How rows stand in the file.
enum Shape {
    Lines,
    /// A JSON array; whether a row has been written.
    Array(bool),
    Table(Table),
    Parquet(Box<Columnar>),
}

/// A table of text.
struct Table {
    delimiter: u8,
    /// How many columns it had.
    width: usize,
}

impl Writer {
    /// Begin; `names` are those of the added columns.
    pub(super) fn begin(file: &Packed, form: Form, names: &[String]) -> Result<Self, Fault> {
        let mut bytes = vec![];
        let shape = match file.container {
            Container::JsonLines => Shape::Lines,
            Container::Json => Shape::Array(false),
            Container::Csv | Container::Tsv => {
                if file.marked {
                    bytes.extend_from_slice(MARK);
                }
                let mut header = file.header()?;
                let table = Table { delimiter: file.delimiter, width: header.len() };
                header.extend(names);
                table.write(&header, &mut bytes)?;
                Shape::Table(table)
            }
            Container::Parquet => Shape::Parquet(Box::new(Columnar::begin(file, form, names)?)),
        };
        let gzip = file.gzip.then(|| GzEncoder::new(vec![], Compression::default()));
        Ok(Self { shape, bytes, gzip })
    }

    /// Write a row with its added cells, by name. One that is not `sound` has no fields that others could stand beside.
    pub(super) fn row(
        &mut self,
        original: Original,
        sound: bool,
        cells: Vec<(String, &Cell)>,
    ) -> Result<(), Fault> {
        match (&mut self.shape, original) {
            (Shape::Lines | Shape::Array(_), Original::Text(text)) => self.object(&text, sound, cells),
            (Shape::Table(table), Original::Cells(row)) => {
                let mut row = table.fitted(row);
                cells.iter().for_each(|(_, cell)| row.push_field(of_table(cell).as_bytes()));
                table.write(&row, &mut self.bytes)?;
            }
            (Shape::Parquet(columns), Original::Spread) => {
                columns.row(cells.into_iter().map(|(_, cell)| cell.clone()).collect())?;
            }
            (
                Shape::Lines | Shape::Array(_) | Shape::Table(_) | Shape::Parquet(_),
                Original::Text(_) | Original::Cells(_) | Original::Spread,
            ) => {
                return Err(unwritten("a row is of another file"));
            }
        }
        Ok(())
    }

    fn object(&mut self, text: &[u8], sound: bool, cells: Vec<(String, &Cell)>) {
        let text = String::from_utf8_lossy(text);
        let object = if sound {
            spliced(&text, cells.into_iter())
        } else {
            let unreadable = Cell::Text(text.into_owned());
            spliced("{}", cells.into_iter().chain([(UNREADABLE.to_owned(), &unreadable)]))
        };
        if let Shape::Array(begun) = &mut self.shape {
            self.bytes.extend_from_slice(if *begun { b",\n" } else { b"[\n" });
            *begun = true;
            self.bytes.extend_from_slice(object.as_bytes());
        } else {
            self.bytes.extend_from_slice(object.as_bytes());
            self.bytes.push(b'\n');
        }
    }

    /// What has been written since this was asked last.
    pub(super) fn pour(&mut self) -> Result<Vec<u8>, Fault> {
        if let Shape::Parquet(columns) = &self.shape {
            self.bytes.append(&mut columns.pour());
        }
        let bytes = std::mem::take(&mut self.bytes);
        match &mut self.gzip {
            None => Ok(bytes),
            Some(gzip) => {
                gzip.write_all(&bytes).map_err(|error| unwritten(&error.to_string()))?;
                Ok(std::mem::take(gzip.get_mut()))
            }
        }
    }

    /// The file's end.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Fault> {
        match &mut self.shape {
            Shape::Lines | Shape::Table(_) => {}
            Shape::Array(begun) => self.bytes.extend_from_slice(if *begun { b"\n]\n" } else { b"[]\n" }),
            Shape::Parquet(columns) => columns.finish()?,
        }
        let mut bytes = self.pour()?;
        if let Some(gzip) = self.gzip {
            bytes.append(&mut gzip.finish().map_err(|error| unwritten(&error.to_string()))?);
        }
        Ok(bytes)
    }
}

impl Table {
    fn write(&self, row: &ByteRecord, bytes: &mut Vec<u8>) -> Result<(), Fault> {
        let mut writer = WriterBuilder::new().delimiter(self.delimiter).from_writer(bytes);
        let written = writer.write_byte_record(row).and_then(|()| Ok(writer.flush()?));
        written.map_err(|error| unwritten(&error.to_string()))
    }

    /// The row with as many cells as the table has columns: missing ones are empty, what is too much stays with the
    /// last, as most often a separator was not quoted there.
    fn fitted(&self, mut row: ByteRecord) -> ByteRecord {
        if row.len() <= self.width {
            (row.len()..self.width).for_each(|_| row.push_field(b""));
            return row;
        }
        let last = self.width.saturating_sub(1);
        let rest: Vec<&[u8]> = row.iter().skip(last).collect();
        let mut fitted: ByteRecord = row.iter().take(last).collect();
        fitted.push_field(&rest.join(&self.delimiter));
        fitted
    }
}

/// Numbers are no formulas, whatever sign they begin with; texts might be.
fn of_table(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Empty | Cell::Number(_) | Cell::Numbers(_) | Cell::Ranks(_) => cell.text(),
    }
}

pub(super) fn unwritten(why: &str) -> Fault {
    Fault::new(
        FaultKind::Internal,
        format!("The scored file could not be written ({why})."),
        "Give the data as JSON Lines; if it happens again, please report it.",
    )
}
