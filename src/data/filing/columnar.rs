//! A scored Parquet file: the chunks of its columns as they are, byte for byte, and beside them the added columns.
//!
//! A row group is written when all of its rows have come. What other writers note down of a file as a whole (pandas'
//! index, Arrow's schema) is of fewer columns than there are now, and is left out.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::written::unwritten;
use crate::data::container::Packed;
use crate::data::parquet::{Readable, Spout};
use crate::domain::filing::Form;
use crate::domain::filing::columns::{Cell, Kind, cells, columns};
use crate::protocol::Fault;

/// What is said of the rows of a group that were not scored when the result was ended.
const NOT_SCORED: &str = "The scoring was ended before this row.";

/// Writes the groups of a file again.
pub(super) struct Columnar {
    original: Readable,
    about: Arc<ParquetMetaData>,
    form: Form,
    writer: SerializedFileWriter<Spout>,
    spout: Spout,
    /// The group that is being collected.
    group: usize,
    /// Its rows' added cells.
    waiting: Vec<Vec<Cell>>,
}

impl Columnar {
    /// Begin; `names` are those of the added columns.
    pub(super) fn begin(file: &Packed, form: Form, names: &[String]) -> Result<Self, Fault> {
        let original = Readable { source: file.columnar()? };
        let begun = || -> Result<_, ParquetError> {
            let about = SerializedFileReader::new(original.clone())?.metadata().clone();
            let schema = extended(about.file_metadata().schema(), form, names)?;
            let spout = Spout::default();
            let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
            let writer = SerializedFileWriter::new(spout.clone(), schema, Arc::new(properties))?;
            Ok((Arc::new(about), writer, spout))
        };
        let (about, writer, spout) = begun().map_err(|error| unwritten(&error.to_string()))?;
        let mut columns = Self { original, about, form, writer, spout, group: 0, waiting: vec![] };
        columns.pass_empty();
        Ok(columns)
    }

    /// The next row's added cells.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Result<(), Fault> {
        self.waiting.push(cells);
        if Some(self.waiting.len()) == self.rows() {
            self.write().map_err(|error| unwritten(&error.to_string()))?;
        }
        Ok(())
    }

    /// What has been written since this was asked last.
    pub(super) fn pour(&self) -> Vec<u8> {
        self.spout.pour()
    }

    /// Write what is left. The rows of a group that was begun are all there, scored or not.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        if let (false, Some(rows)) = (self.waiting.is_empty(), self.rows()) {
            self.waiting.resize(rows, cells(self.form, 0, Err(NOT_SCORED)));
            self.write().map_err(|error| unwritten(&error.to_string()))?;
        }
        self.writer.finish().map(|_| ()).map_err(|error| unwritten(&error.to_string()))
    }

    /// Rows of the group that is being collected; `None` after the last.
    fn rows(&self) -> Option<usize> {
        let group = self.about.row_groups().get(self.group)?;
        usize::try_from(group.num_rows()).ok()
    }

    fn pass_empty(&mut self) {
        while self.rows() == Some(0) {
            self.group += 1;
        }
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.waiting);
        let about = self.about.clone();
        let mut group = self.writer.next_row_group()?;
        for chunk in about.row_group(self.group).columns() {
            let whole = ColumnCloseResult {
                bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or(0),
                rows_written: rows.len() as u64,
                metadata: chunk.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            group.append_column(&self.original, whole)?;
        }
        for (place, column) in columns(self.form).iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            write_column(&mut writer, column.kind, rows.iter().filter_map(|row| row.get(place)))?;
            writer.close()?;
        }
        group.close()?;
        self.group += 1;
        self.pass_empty();
        Ok(())
    }
}

/// Rows of the whole file.
pub(super) fn rows(file: &Packed) -> Result<usize, Fault> {
    let read = SerializedFileReader::new(Readable { source: file.columnar()? });
    let rows = read.map_err(|error| unwritten(&error.to_string()))?.metadata().file_metadata().num_rows();
    Ok(usize::try_from(rows).unwrap_or(0))
}

/// The schema with the added columns behind its own.
fn extended(schema: &Type, form: Form, names: &[String]) -> Result<TypePtr, ParquetError> {
    let mut fields = schema.get_fields().to_vec();
    for (column, name) in columns(form).iter().zip(names) {
        fields.push(Arc::new(match column.kind {
            Kind::Number => cell(name, Physical::FLOAT, None)?,
            Kind::Text => cell(name, Physical::BYTE_ARRAY, Some(LogicalType::String))?,
            Kind::Numbers => listed(name, Physical::FLOAT)?,
            Kind::Ranks => listed(name, Physical::INT32)?,
        }));
    }
    Type::group_type_builder(schema.name()).with_fields(fields).build().map(Arc::new)
}

fn cell(name: &str, kind: Physical, meaning: Option<LogicalType>) -> Result<Type, ParquetError> {
    Type::primitive_type_builder(name, kind)
        .with_logical_type(meaning)
        .with_repetition(Repetition::OPTIONAL)
        .build()
}

/// A list as the format's description has it (`LogicalTypes.md`): three levels.
fn listed(name: &str, kind: Physical) -> Result<Type, ParquetError> {
    let list = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(cell("element", kind, None)?)])
        .build()?;
    Type::group_type_builder(name)
        .with_logical_type(Some(LogicalType::List))
        .with_repetition(Repetition::OPTIONAL)
        .with_fields(vec![Arc::new(list)])
        .build()
}

/// How deep a value stands: nothing, an empty list, a value in a list.
const NOTHING: i16 = 0;
const NO_VALUES: i16 = 1;
const LISTED: i16 = 3;

fn write_column<'a>(
    column: &mut SerializedColumnWriter<'_>,
    kind: Kind,
    cells: impl Iterator<Item = &'a Cell> + Clone,
) -> Result<(), ParquetError> {
    let there: Vec<i16> = cells.clone().map(|cell| i16::from(*cell != Cell::Empty)).collect();
    match kind {
        Kind::Number => {
            let of = |cell: &Cell| if let Cell::Number(number) = cell { Some(*number) } else { None };
            let values: Vec<f32> = cells.filter_map(of).collect();
            column.typed::<FloatType>().write_batch(&values, Some(&there), None)?;
        }
        Kind::Text => {
            let of =
                |cell: &'a Cell| if let Cell::Text(text) = cell { Some(text.as_str().into()) } else { None };
            let values: Vec<ByteArray> = cells.filter_map(of).collect();
            column.typed::<ByteArrayType>().write_batch(&values, Some(&there), None)?;
        }
        Kind::Numbers => {
            let of =
                |cell: &'a Cell| if let Cell::Numbers(list) = cell { Some(list.as_slice()) } else { None };
            let (values, depths, repeats) = shredded(cells.map(of));
            column.typed::<FloatType>().write_batch(&values, Some(&depths), Some(&repeats))?;
        }
        Kind::Ranks => {
            let of = |cell: &'a Cell| if let Cell::Ranks(list) = cell { Some(list.as_slice()) } else { None };
            let (ranks, depths, repeats) = shredded(cells.map(of));
            let values: Vec<i32> = ranks.into_iter().map(|rank: u32| rank as i32).collect();
            column.typed::<Int32Type>().write_batch(&values, Some(&depths), Some(&repeats))?;
        }
    }
    Ok(())
}

/// Lists as a column has them (Melnik and others, 2010): values, how deep each stands, and whether it goes on with the
/// list of the one before.
fn shredded<'a, T: Copy + 'a>(lists: impl Iterator<Item = Option<&'a [T]>>) -> (Vec<T>, Vec<i16>, Vec<i16>) {
    let (mut values, mut depths, mut repeats) = (vec![], vec![], vec![]);
    for list in lists {
        let list = match list {
            Some(list) if !list.is_empty() => list,
            none => {
                depths.push(if none.is_some() { NO_VALUES } else { NOTHING });
                repeats.push(0);
                continue;
            }
        };
        values.extend_from_slice(list);
        depths.extend(list.iter().map(|_| LISTED));
        repeats.extend((0..list.len()).map(|place| i16::from(place > 0)));
    }
    (values, depths, repeats)
}
