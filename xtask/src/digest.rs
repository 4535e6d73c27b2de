//! SHA-256 of files and of sets of files: how we tell that something is what it should be, or has changed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// SHA-256 of bytes, as 64 lower-case hexadecimal digits.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file of any size.
pub fn of_file(path: &Path) -> Result<String> {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; 1 << 16];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(hex(&hash.finalize())),
                length => hash.update(&piece[..length]),
            }
        }
    };
    read().with_context(|| format!("{} cannot be read", path.display()))
}

/// One short name (16 hexadecimal digits) for a set of named contents, whatever order they come in.
pub fn of_set(mut members: Vec<(String, String)>) -> String {
    members.sort();
    let lines: String = members.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    short(&of_bytes(lines.as_bytes()))
}

/// The first 16 digits: enough to tell builds apart, short enough for a file name.
pub fn short(digest: &str) -> String {
    digest.chars().take(16).collect()
}

/// Every file below a folder, sorted; paths include the folder.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_known_one() {
        assert_eq!(of_bytes(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_set_has_no_order_but_its_names_count() {
        let member = |name: &str, digest: &str| (name.to_owned(), digest.to_owned());
        let one = of_set(vec![member("a", "1"), member("b", "2")]);
        assert_eq!(one, of_set(vec![member("b", "2"), member("a", "1")]));
        assert_ne!(one, of_set(vec![member("a", "2"), member("b", "1")]));
        assert_eq!(one.len(), 16);
    }
}
