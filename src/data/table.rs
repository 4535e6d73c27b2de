//! Tables of text: RFC 4180, with commas, semicolons or tabs between the cells and names in the first row.
//!
//! A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Map;

use super::strict::utf8;
use super::{Found, MOST_ROW_BYTES, Original, broken, start_of, unusable};
use crate::domain::formats::row::{Refusal, Row};
use crate::protocol::Fault;

/// The rows of a table.
pub(super) struct Table<R> {
    reader: Reader<Watched<R>>,
    room: Rc<Cell<usize>>,
    names: Vec<String>,
    /// Lines that the reader counts too late: of a carriage return and a line feed it takes the feed for the beginning
    /// of the next row.
    uncounted: usize,
    ended: bool,
}

impl<R: Read> Table<R> {
    /// Read the names.
    ///
    /// # Errors
    /// If there are none, or one comes twice.
    pub(super) fn new(text: R, delimiter: u8) -> Result<Self, Fault> {
        let room = Rc::new(Cell::new(2 * MOST_ROW_BYTES));
        let watched = Watched { inner: text, room: room.clone() };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(watched);
        let header = reader.byte_headers().map_err(|error| trouble(&error, 1))?;
        let mut names: Vec<String> = Vec::new();
        for name in header {
            let name = utf8(name)
                .map_err(|refusal| unusable(refusal.0, "The first line names the columns."))?
                .trim();
            if names.iter().any(|known| known == name) {
                return Err(unusable(
                    format!("Two columns are called \"{name}\"."),
                    "Give every column its own name in the first line.",
                ));
            }
            names.push(name.to_owned());
        }
        let lines = 2 + names.iter().map(|name| name.matches('\n').count()).sum::<usize>();
        let uncounted = lines.saturating_sub(reader.position().line() as usize);
        Ok(Self { reader, room, names, uncounted, ended: false })
    }

    /// The names as they stand.
    pub(super) fn header(&mut self) -> Result<ByteRecord, Fault> {
        self.reader.byte_headers().cloned().map_err(|error| trouble(&error, 1))
    }

    fn row(&self, cells: &ByteRecord) -> Result<Row, Refusal> {
        if cells.len() != self.names.len() {
            return Err(Refusal(format!(
                "This row has {} cells, and the first line names {} columns. Put texts that contain separators or line \
                 breaks into quotation marks.",
                cells.len(),
                self.names.len()
            )));
        }
        let mut row = Map::new();
        for (name, cell) in self.names.iter().zip(cells) {
            let cell = utf8(cell)?;
            if cell.contains('\0') {
                return Err(Refusal(format!("The cell \"{name}\" contains NUL characters. Remove them.")));
            }
            row.insert(name.clone(), unguarded(cell).into());
        }
        Ok(row)
    }
}

impl<R: Read> Iterator for Table<R> {
    type Item = Result<Found, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mut cells = ByteRecord::new();
        let line = self.reader.position().line() as usize + self.uncounted;
        self.room.set(2 * MOST_ROW_BYTES);
        match self.reader.read_byte_record(&mut cells) {
            Ok(true) => {
                let line =
                    cells.position().map_or(line, |position| position.line() as usize + self.uncounted);
                let text = || {
                    let cells: Vec<_> = cells
                        .iter()
                        .map(|cell| String::from_utf8_lossy(&cell[..cell.len().min(1000)]))
                        .collect();
                    start_of(&cells.join(" | "))
                };
                let row = self.row(&cells).map_err(|refusal| (refusal, text()));
                Some(Ok(Found { line, row, original: Original::Cells(cells) }))
            }
            Ok(false) => None,
            Err(error) => {
                self.ended = true;
                Some(Err(trouble(&error, line)))
            }
        }
    }
}

fn trouble(error: &csv::Error, line: usize) -> Fault {
    if let csv::ErrorKind::Io(error) = error.kind() {
        if error.kind() != io::ErrorKind::FileTooLarge {
            return broken(error, line);
        }
        return unusable(
            format!(
                "The row that begins on line {line} does not end: a quotation mark is probably not closed."
            ),
            "What came before was read. Close the quotation mark, or write it twice where it belongs to the text.",
        );
    }
    unusable(
        format!("The table could not be read on from line {line} ({error})."),
        "What came before was read. Correct that line.",
    )
}

/// Reading that ends in an error when a row takes more than its room: one unclosed quotation mark would otherwise
/// take the rest of the file into memory.
struct Watched<R> {
    inner: R,
    room: Rc<Cell<usize>>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(into)?;
        match self.room.get().checked_sub(got) {
            Some(left) => self.room.set(left),
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(got)
    }
}

/// What spreadsheets take for the beginning of a formula, and what some pass over before one.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell as it is written: with an apostrophe before what a spreadsheet would calculate (and before what would be
/// mistaken for such an apostrophe).
pub(super) fn guarded(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell as it was meant.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(meant) if is_formula(meant) => meant,
        Some(_) | None => cell,
    }
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_comes_off_again_whatever_the_cell_holds() {
        for cell in ["=1+1", "-5", "+x", "@a", "\tb", "'=1", "''-", "plain", "'quoted'", "", "'"] {
            assert!(!guarded(cell).starts_with(FORMULA));
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
    }
}
