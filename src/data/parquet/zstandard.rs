//! Zstandard inside Parquet. The library opens such pages by a C library or not at all; so it is told that the column is
//! not compressed, hands the pages out as they lie in the file, and they are opened here.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::{SerializedFileReader, SerializedPageReader};
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use ruzstd::decoding::StreamingDecoder;

use super::Readable;

/// A file as the library reads it, but for columns that are compressed by Zstandard.
pub(super) struct Reader {
    file: SerializedFileReader<Readable>,
    readable: Arc<Readable>,
}

impl Reader {
    /// Read the file's own description.
    ///
    /// # Errors
    /// If it is not whole.
    pub(super) fn new(readable: Readable) -> Result<Self> {
        Ok(Self { file: SerializedFileReader::new(readable.clone())?, readable: Arc::new(readable) })
    }
}

impl FileReader for Reader {
    fn metadata(&self) -> &ParquetMetaData {
        self.file.metadata()
    }

    fn num_row_groups(&self) -> usize {
        self.file.num_row_groups()
    }

    fn get_row_group(&self, group: usize) -> Result<Box<dyn RowGroupReader + '_>> {
        Ok(Box::new(Group { group: self.file.get_row_group(group)?, readable: self.readable.clone() }))
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_file(projection, self)
    }
}

struct Group<'a> {
    group: Box<dyn RowGroupReader + 'a>,
    readable: Arc<Readable>,
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.group.metadata()
    }

    fn num_columns(&self) -> usize {
        self.group.num_columns()
    }

    fn get_column_page_reader(&self, column: usize) -> Result<Box<dyn PageReader>> {
        let chunk = self.metadata().column(column);
        if !matches!(chunk.compression(), Compression::ZSTD(_)) {
            return self.group.get_column_page_reader(column);
        }
        let rows = usize::try_from(self.metadata().num_rows())?;
        Ok(Box::new(Pages::new(self.readable.clone(), chunk, rows)?))
    }

    fn get_column_bloom_filter(&self, column: usize) -> Option<&Sbbf> {
        self.group.get_column_bloom_filter(column)
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}

/// The pages of one column of a row group.
struct Pages {
    closed: SerializedPageReader<Readable>,
    /// Bytes that all of them come to; no page comes to more.
    most: u64,
}

impl Pages {
    fn new(readable: Arc<Readable>, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Self> {
        let as_it_lies = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        let closed = SerializedPageReader::new(readable, &as_it_lies, rows, None)?;
        Ok(Self { closed, most: u64::try_from(chunk.uncompressed_size())? })
    }

    fn opened(&self, mut page: Page) -> Result<Page> {
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = self.open(buf, 0)?,
            Page::DataPageV2 {
                buf, def_levels_byte_len, rep_levels_byte_len, is_compressed: true, ..
            } => {
                // Levels stand before the values and are never compressed.
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                *buf = self.open(buf, usize::try_from(levels)?)?;
            }
            Page::DataPageV2 { is_compressed: false, .. } => {}
        }
        Ok(page)
    }

    /// These bytes with all but the first `plain` of them opened. Nothing stands for no values at all.
    fn open(&self, bytes: &Bytes, plain: usize) -> Result<Bytes> {
        let damaged = |why: String| ParquetError::General(format!("a page's Zstandard is damaged: {why}"));
        let (levels, packed) =
            bytes.split_at_checked(plain).ok_or_else(|| damaged("it is too short".into()))?;
        if packed.is_empty() {
            return Ok(bytes.clone());
        }
        let mut opened = levels.to_vec();
        let packed = StreamingDecoder::new(packed).map_err(|error| damaged(error.to_string()))?;
        packed.take(self.most).read_to_end(&mut opened).map_err(|error| damaged(error.to_string()))?;
        Ok(opened.into())
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.closed.get_next_page()?.map(|page| self.opened(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.closed.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.closed.skip_next_page()
    }
}
