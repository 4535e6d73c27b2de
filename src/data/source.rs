//! Bytes that can be read at any place: a file on a disk, a `Blob` in a browser, a text in memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes at places.
pub trait Bytes: Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// Read from `start` into `into`; how many bytes came, 0 at the end only.
    ///
    /// # Errors
    /// If they cannot be had.
    fn read_at(&self, start: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl Bytes for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, start: u64, mut into: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(start).unwrap_or(usize::MAX).min(self.len());
        io::copy(&mut self[from..].take(into.len() as u64), &mut into).map(|bytes| bytes as usize)
    }
}

/// A file on a disk.
pub struct OnDisk {
    file: Mutex<File>,
    size: u64,
}

impl OnDisk {
    /// The file of this path.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: &std::path::Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { file: Mutex::new(file), size })
    }
}

impl Bytes for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, start: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        file.read(into)
    }
}

/// A shared file. Clones read the same bytes.
#[derive(Clone)]
pub struct Source {
    bytes: Arc<dyn Bytes>,
}

impl Source {
    /// These bytes.
    pub fn new(bytes: impl Bytes + 'static) -> Self {
        Self { bytes: Arc::new(bytes) }
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        self.bytes.size()
    }

    /// Read from here to the end, telling `progress` how far it is.
    pub fn from(&self, start: u64, progress: Progress) -> Cursor {
        Cursor { bytes: self.bytes.clone(), at: start, progress }
    }
}

/// How far a file has been read, in bytes from its beginning.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// So far it is now, if it was not farther.
    pub(super) fn is_at(&self, bytes: u64) {
        self.0.fetch_max(bytes, Ordering::Relaxed);
    }
}

/// A place in a source that moves on as it is read.
pub struct Cursor {
    bytes: Arc<dyn Bytes>,
    at: u64,
    progress: Progress,
}

impl Read for Cursor {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read_at(self.at, into)?;
        self.at += got as u64;
        self.progress.is_at(self.at);
        Ok(got)
    }
}
