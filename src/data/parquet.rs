//! Apache Parquet: reading rows a row group at a time, and writing our table in row groups.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row as ParquetRow};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Number, Value};

use super::source::{Progress, Source};
use super::{Found, start_of, unusable};
use crate::domain::formats::pairs::{COLUMNS, table_rows};
use crate::domain::formats::record::Record;
use crate::domain::formats::row::Refusal;
use crate::protocol::Fault;

/// What `parquet` reads from.
struct Readable {
    source: Source,
    progress: Progress,
}

impl Length for Readable {
    fn len(&self) -> u64 {
        self.source.size()
    }
}

impl ChunkReader for Readable {
    type T = io::BufReader<super::source::Cursor>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(io::BufReader::new(self.source.from(start, self.progress.clone())))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // The length comes from the file: what it lacks is not reserved.
        let mut bytes = Vec::new();
        self.source.from(start, self.progress.clone()).take(length as u64).read_to_end(&mut bytes)?;
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
}

impl Columnar {
    /// Read the file's own description, which stands at its end.
    ///
    /// # Errors
    /// If it is not whole, or in a part of Parquet that is not read here.
    pub(super) fn open(source: Source, progress: Progress) -> Result<Self, Fault> {
        let reader =
            SerializedFileReader::new(Readable { source, progress }).map_err(|error| trouble(&error, 0))?;
        Ok(Self { rows: RowIter::from_file_into(Box::new(reader)), row: 0, ended: false })
    }
}

impl Iterator for Columnar {
    type Item = Result<Found, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.rows.next()? {
            Ok(row) => {
                self.row += 1;
                let fields = object(&row).map_err(|refusal| (refusal, start_of(&row.to_string())));
                Some(Ok(Found { line: self.row, row: fields }))
            }
            Err(error) => {
                self.ended = true;
                Some(Err(trouble(&error, self.row)))
            }
        }
    }
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
    Ok(match field {
        Field::Null => Value::Null,
        Field::Bool(of) => (*of).into(),
        Field::Byte(of) => (*of).into(),
        Field::Short(of) => (*of).into(),
        Field::Int(of) | Field::Date(of) | Field::TimeMillis(of) => (*of).into(),
        Field::Long(of) | Field::TimeMicros(of) | Field::TimestampMillis(of) => (*of).into(),
        Field::TimestampMicros(of) => (*of / 1000).into(),
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

/// Rows in a group: small enough to be held, large enough to be worth a header.
const GROUP_ROWS: usize = 2000;

/// Writes our table.
pub(super) struct Columns {
    writer: SerializedFileWriter<Spout>,
    spout: Spout,
    waiting: Vec<[Option<String>; COLUMNS.len()]>,
}

impl Columns {
    pub(super) fn new() -> Result<Self, Fault> {
        let spout = Spout::default();
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer =
            SerializedFileWriter::new(spout.clone(), schema().map_err(unwritten)?, Arc::new(properties));
        Ok(Self { writer: writer.map_err(unwritten)?, spout, waiting: Vec::new() })
    }

    /// Take a record; the rows it makes.
    pub(super) fn take(&mut self, record: &Record) -> Result<usize, Fault> {
        let rows = table_rows(record);
        let count = rows.len();
        self.waiting.extend(rows);
        if self.waiting.len() >= GROUP_ROWS {
            self.group().map_err(unwritten)?;
        }
        Ok(count)
    }

    /// What has been written since this was asked last.
    pub(super) fn pour(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.spout.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Write what is left.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        self.group().and_then(|()| self.writer.finish().map(|_| ())).map_err(unwritten)
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for (place, kind) in (0..COLUMNS.len()).map(|place| (place, kind_of(COLUMNS[place]))) {
            let Some(mut column) = group.next_column()? else { break };
            let cells: Vec<Option<&str>> = rows.iter().map(|row| row[place].as_deref()).collect();
            write_column(&mut column, kind, &cells)?;
            column.close()?;
        }
        group.close().map(|_| ())
    }
}

/// How a column's values are stored.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Whole32,
    Whole64,
    Float,
}

fn kind_of(column: &str) -> Kind {
    match column {
        "strength" => Kind::Whole32,
        "lead_ms" => Kind::Whole64,
        "margin" => Kind::Float,
        _ => Kind::Text,
    }
}

fn write_column(
    column: &mut SerializedColumnWriter<'_>,
    kind: Kind,
    cells: &[Option<&str>],
) -> Result<(), ParquetError> {
    let there: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let full = || cells.iter().flatten();
    match kind {
        Kind::Text => {
            let values: Vec<ByteArray> = full().map(|&cell| cell.into()).collect();
            column.typed::<ByteArrayType>().write_batch(&values, Some(&there), None)
        }
        Kind::Whole32 => {
            let values: Vec<i32> = full().map(|cell| cell.parse().unwrap_or_default()).collect();
            column.typed::<Int32Type>().write_batch(&values, Some(&there), None)
        }
        Kind::Whole64 => {
            let values: Vec<i64> = full().map(|cell| cell.parse().unwrap_or_default()).collect();
            column.typed::<Int64Type>().write_batch(&values, Some(&there), None)
        }
        Kind::Float => {
            let values: Vec<f32> = full().map(|cell| cell.parse().unwrap_or_default()).collect();
            column.typed::<FloatType>().write_batch(&values, Some(&there), None)
        }
    }
    .map(|_| ())
}

fn schema() -> Result<TypePtr, ParquetError> {
    let column = |name: &&str| {
        let (physical, logical) = match kind_of(name) {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Whole32 => (Physical::INT32, None),
            Kind::Whole64 => (Physical::INT64, None),
            Kind::Float => (Physical::FLOAT, None),
        };
        Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(Repetition::OPTIONAL)
            .build()
            .map(Arc::new)
    };
    let columns = COLUMNS.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("pairs").with_fields(columns).build().map(Arc::new)
}

fn unwritten(error: ParquetError) -> Fault {
    Fault::new(
        crate::protocol::error::FaultKind::Internal,
        format!("The Parquet file could not be written ({error})."),
        "Choose another format; if it happens again, please report it.",
    )
}

/// Where the writer's bytes are collected until they are poured.
#[derive(Clone, Default)]
struct Spout(Arc<Mutex<Vec<u8>>>);

impl Write for Spout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
