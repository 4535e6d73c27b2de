//! A note of which inputs something was made from, so that it is made again when they change and only then.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::digest;

/// A file that holds the digest of another file.
pub struct Stamp {
    /// Where the note is kept: inside what was made, so that both vanish together.
    pub note: PathBuf,
    /// What it was made from.
    pub input: PathBuf,
}

impl Stamp {
    /// Whether what was made still fits its input.
    pub fn is_current(&self) -> bool {
        match (fs::read_to_string(&self.note), digest::of_file(&self.input)) {
            (Ok(noted), Ok(now)) => noted == now,
            _ => false,
        }
    }

    /// Notes that it was just made.
    pub fn write(&self) -> Result<()> {
        Ok(fs::write(&self.note, digest::of_file(&self.input)?)?)
    }
}
