//! Apache Parquet: rows, read a row group at a time.

pub(super) mod written;
mod zstandard;

pub(super) use self::written::Spout;

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{ChunkReader, FileReader, Length};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row as ParquetRow};
use serde_json::{Map, Number, Value};

use super::source::{Cursor, Progress, Source};
use super::{Found, Original, start_of, unusable};
use crate::domain::formats::row::Refusal;
use crate::domain::formats::time::{written, written_date};
use crate::protocol::Fault;

/// What `parquet` reads from.
#[derive(Clone)]
pub(super) struct Readable {
    pub(super) source: Source,
}

impl Length for Readable {
    fn len(&self) -> u64 {
        self.source.size()
    }
}

impl ChunkReader for Readable {
    type T = io::BufReader<Cursor>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(io::BufReader::new(self.source.from(start, Progress::default())))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // The length comes from the file: what it lacks is not reserved.
        let mut bytes = Vec::new();
        self.source.from(start, Progress::default()).take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() == length {
            Ok(bytes.into())
        } else {
            Err(ParquetError::EOF(format!(
                "{length} bytes were expected at {start}, {} are there",
                bytes.len()
            )))
        }
    }
}

/// The rows of a file, counted from 1.
pub(super) struct Columnar {
    rows: RowIter<'static>,
    row: usize,
    ended: bool,
    /// Told by the share of rows: bytes are read from everywhere, the file's end first.
    progress: Progress,
    bytes: u64,
    total: u64,
}

impl Columnar {
    /// Read the file's own description, which stands at its end. `progress` is told in shares of `bytes`.
    ///
    /// # Errors
    /// If it is not whole, or in a part of Parquet that is not read here.
    pub(super) fn open(source: Source, progress: Progress, bytes: u64) -> Result<Self, Fault> {
        let opened = || {
            let reader = zstandard::Reader::new(Readable { source })?;
            check_places(reader.metadata()).map(|()| reader)
        };
        let reader = caught(opened).map_err(|error| trouble(&error, 0))?;
        let total = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
        let rows = RowIter::from_file_into(Box::new(reader));
        Ok(Self { rows, row: 0, ended: false, progress, bytes, total })
    }
}

impl Iterator for Columnar {
    type Item = Result<Found, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match caught(|| self.rows.next().transpose()).transpose()? {
            Ok(row) => {
                self.row += 1;
                let share = self.row as f64 / self.total.max(1) as f64;
                self.progress.is_at((self.bytes as f64 * share.min(1.0)) as u64);
                let fields = object(&row).map_err(|refusal| (refusal, start_of(&row.to_string())));
                Some(Ok(Found { line: self.row, row: fields, original: Original::Spread }))
            }
            Err(error) => {
                self.ended = true;
                Some(Err(trouble(&error, self.row)))
            }
        }
    }
}

/// The library takes for granted that columns lie somewhere.
fn check_places(about: &ParquetMetaData) -> Result<(), ParquetError> {
    let mut chunks = about.row_groups().iter().flat_map(|group| group.columns());
    let nowhere = chunks.any(|chunk| {
        let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
        start < 0 || chunk.compressed_size() < 0
    });
    match nowhere {
        true => Err(ParquetError::General("a column is said to lie before the file".into())),
        false => Ok(()),
    }
}

/// What this comes to, or an error where the library panics: it takes much for granted that a damaged file need not
/// hold. Browsers have no way to catch that; there the worker ends, and the page says what that means.
fn caught<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    let damaged = |_| Err(ParquetError::General("its pages are damaged".into()));
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(damaged)
}

fn trouble(error: &ParquetError, row: usize) -> Fault {
    let what = error.to_string();
    if what.contains("Disabled feature") || what.contains("is disabled") {
        return unusable(
            format!("This Parquet file is compressed in a way that is not read here ({what})."),
            "Write it again with snappy or gzip: in Python, dataset.to_parquet(path, compression=\"snappy\").",
        );
    }
    unusable(
        format!("The Parquet file could not be read on after row {row} ({what})."),
        "What came before was read. Download or copy the file again: it may not be whole.",
    )
}

fn object(row: &ParquetRow) -> Result<Map<String, Value>, Refusal> {
    row.get_column_iter().map(|(name, field)| Ok((name.clone(), value(field)?))).collect()
}

fn value(field: &Field) -> Result<Value, Refusal> {
    let float = |number: f64| Number::from_f64(number).map_or(Value::Null, Value::Number);
    // What lies before 1970 stays a number.
    let moment = |ms: i64| u64::try_from(ms).map_or_else(|_| Value::from(ms), |ms| written(ms).into());
    Ok(match field {
        Field::Null => Value::Null,
        Field::Bool(of) => (*of).into(),
        Field::Byte(of) => (*of).into(),
        Field::Short(of) => (*of).into(),
        Field::Int(of) | Field::TimeMillis(of) => (*of).into(),
        Field::Long(of) | Field::TimeMicros(of) => (*of).into(),
        // As text: a bare number would be taken for another unit, where it is small.
        Field::Date(days) => written_date((*days).into()).into(),
        Field::TimestampMillis(ms) => moment(*ms),
        Field::TimestampMicros(of) => moment(of.div_euclid(1000)),
        Field::UByte(of) => (*of).into(),
        Field::UShort(of) => (*of).into(),
        Field::UInt(of) => (*of).into(),
        Field::ULong(of) => (*of).into(),
        Field::Float16(of) => float(of.to_f64()),
        Field::Float(of) => float(f64::from(*of)),
        Field::Double(of) => float(*of),
        Field::Decimal(_) => field.to_string().into(),
        Field::Str(text) => text.as_str().into(),
        Field::Bytes(bytes) => super::strict::utf8(bytes.data())?.into(),
        Field::Group(row) => object(row)?.into(),
        Field::ListInternal(list) => list.elements().iter().map(value).collect::<Result<Vec<_>, _>>()?.into(),
        Field::MapInternal(map) => {
            let entry = |(key, of): &(Field, Field)| Ok((key.to_string(), value(of)?));
            map.entries().iter().map(entry).collect::<Result<Map<_, _>, _>>()?.into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formats::time::moment;

    #[test]
    fn days_and_timestamps_are_moments_even_soon_after_1970() {
        let at = |field: Field| moment(&value(&field).expect("a value"));
        assert_eq!(at(Field::Date(19_782)), Some(1_709_164_800_000));
        assert_eq!(at(Field::Date(365)), Some(31_536_000_000));
        assert_eq!(at(Field::TimestampMillis(31_536_000_000)), Some(31_536_000_000));
        assert_eq!(at(Field::TimestampMicros(1_709_164_800_123_456)), Some(1_709_164_800_123));
        assert_eq!(at(Field::TimestampMillis(-5)), None);
    }
}
