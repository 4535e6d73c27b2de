//! A zip archive in memory, out and in. Nothing is compressed: weights hardly shrink, and what is stored as it is can be
//! read where it lies. Nothing in it depends on the clock, so the same model gives the same bytes.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Numbers that are turned into bytes at once.
const PIECE: usize = 1 << 14;

/// An archive that is being written.
pub struct Bundle {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Bundle {
    /// An empty one, with room for so many bytes: growing would hold the archive twice.
    pub fn with_room(bytes: usize) -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::with_capacity(bytes))) }
    }

    /// A whole file.
    ///
    /// # Errors
    /// `FaultKind::Internal` if it cannot be written.
    pub fn add(&mut self, name: &str, contents: &[u8]) -> Result<(), Fault> {
        self.begin(name)?;
        self.write(contents)
    }

    /// Begin a file that comes in pieces.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn begin(&mut self, name: &str) -> Result<(), Fault> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(0o644);
        self.zip.start_file(name, options).map_err(|error| unwritten(&error.to_string()))
    }

    /// More of the file that was begun.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn write(&mut self, contents: &[u8]) -> Result<(), Fault> {
        self.zip.write_all(contents).map_err(|error| unwritten(&error.to_string()))
    }

    /// The same of numbers, little-endian.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn floats(&mut self, values: &[f32]) -> Result<(), Fault> {
        values.chunks(PIECE).try_for_each(|some| {
            let bytes: Vec<u8> = some.iter().flat_map(|value| value.to_le_bytes()).collect();
            self.write(&bytes)
        })
    }

    /// The archive's bytes.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn finish(self) -> Result<Vec<u8>, Fault> {
        self.zip.finish().map(Cursor::into_inner).map_err(|error| unwritten(&error.to_string()))
    }
}

/// An archive of ours that is read.
pub struct Opened<'a> {
    bytes: &'a [u8],
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Opened<'a> {
    /// Read the archive's table.
    ///
    /// # Errors
    /// `FaultKind::File` if this is no archive.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unread(&error.to_string()))?;
        Ok(Self { bytes, archive })
    }

    /// The bytes of the file of this name, where they lie.
    ///
    /// # Errors
    /// `FaultKind::File` if there is none, or it is not stored as it is.
    pub fn part(&mut self, name: &str) -> Result<&'a [u8], Fault> {
        let file = self.archive.by_name(name).map_err(|error| unread(&format!("{name}: {error}")))?;
        let start = file.data_start().filter(|_| file.compression() == CompressionMethod::Stored);
        let start = start.and_then(|start| usize::try_from(start).ok());
        let size = usize::try_from(file.size()).ok();
        start
            .zip(size)
            .and_then(|(start, size)| self.bytes.get(start..start.checked_add(size)?))
            .ok_or_else(|| unread(&format!("{name} is not stored whole")))
    }
}

fn unwritten(why: &str) -> Fault {
    Fault::new(
        FaultKind::Internal,
        format!("The archive could not be written ({why})."),
        "Please report this.",
    )
}

fn unread(why: &str) -> Fault {
    Fault::new(
        FaultKind::File,
        format!("The archive cannot be read ({why})."),
        "Choose a file that was downloaded from this page.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Vec<u8> {
        let mut bundle = Bundle::with_room(100);
        bundle.add("a/b.txt", b"hello").unwrap();
        bundle.begin("numbers").unwrap();
        bundle.floats(&[1.0, -2.5]).unwrap();
        bundle.floats(&[0.25]).unwrap();
        bundle.finish().unwrap()
    }

    #[test]
    fn what_goes_in_comes_out_and_twice_the_same() {
        let bytes = archive();
        assert_eq!(bytes, archive());
        let mut opened = Opened::new(&bytes).unwrap();
        assert_eq!(opened.part("a/b.txt").unwrap(), b"hello");
        let numbers: Vec<f32> = super::super::file::floats(opened.part("numbers").unwrap()).collect();
        assert_eq!(numbers, [1.0, -2.5, 0.25]);
        assert!(opened.part("c").is_err());
        assert!(Opened::new(b"no archive").is_err());
    }
}
