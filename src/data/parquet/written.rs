//! Our table in Parquet, written a row group at a time.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::domain::formats::pairs::{COLUMNS, table_rows};
use crate::domain::formats::record::Record;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Rows in a group: small enough to be held, large enough to be worth a header.
const GROUP_ROWS: usize = 2000;

/// Writes our table.
pub(in crate::data) struct Columns {
    writer: SerializedFileWriter<Spout>,
    spout: Spout,
    waiting: Vec<[Option<String>; COLUMNS.len()]>,
}

impl Columns {
    pub(in crate::data) fn new() -> Result<Self, Fault> {
        let spout = Spout::default();
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer =
            SerializedFileWriter::new(spout.clone(), schema().map_err(unwritten)?, Arc::new(properties));
        Ok(Self { writer: writer.map_err(unwritten)?, spout, waiting: Vec::new() })
    }

    /// Take a record; the rows it makes.
    pub(in crate::data) fn take(&mut self, record: &Record) -> Result<usize, Fault> {
        let rows = table_rows(record);
        let count = rows.len();
        self.waiting.extend(rows);
        if self.waiting.len() >= GROUP_ROWS {
            self.group().map_err(unwritten)?;
        }
        Ok(count)
    }

    /// What has been written since this was asked last.
    pub(in crate::data) fn pour(&mut self) -> Vec<u8> {
        self.spout.pour()
    }

    /// Write what is left.
    pub(in crate::data) fn finish(&mut self) -> Result<(), Fault> {
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
        FaultKind::Internal,
        format!("The Parquet file could not be written ({error})."),
        "Choose another format; if it happens again, please report it.",
    )
}

/// Where the writer's bytes are collected until they are poured.
#[derive(Clone, Default)]
pub(in crate::data) struct Spout(Arc<Mutex<Vec<u8>>>);

impl Spout {
    /// What has been collected since it was poured last.
    pub(in crate::data) fn pour(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Spout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
