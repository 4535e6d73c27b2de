//! From the path of an address to a file: where the base path is taken off, and where nothing outside is reachable.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::base_path;

/// The folders that make up what is served.
pub struct Site {
    base: String,
    /// The first folder that has a file wins.
    folders: Vec<PathBuf>,
}

/// What lies at an address.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File(PathBuf),
    /// A folder that was asked for without the slash at its end, and so would break relative addresses.
    Moved(String),
    /// Nothing.
    Nothing,
}

impl Site {
    /// A site under a base path; the folders have to exist.
    pub fn new(base: &str, folders: Vec<PathBuf>) -> Result<Self> {
        if let Some(missing) = folders.iter().find(|folder| !folder.is_dir()) {
            bail!("there is no folder {}", missing.display());
        }
        Ok(Self { base: base_path(base), folders })
    }

    /// Looks up the path of an address, as the browser sent it.
    pub fn find(&self, url: &str) -> Found {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if format!("{path}/") == self.base {
            return Found::Moved(self.base.clone());
        }
        let Some(inside) = path.strip_prefix(&self.base) else { return Found::Nothing };
        let Some(relative) = relative(inside) else { return Found::Nothing };

        let candidates = || self.folders.iter().map(|folder| folder.join(&relative));
        if path.ends_with('/') {
            let index = candidates().map(|folder| folder.join("index.html")).find(|file| file.is_file());
            return index.map_or(Found::Nothing, Found::File);
        }
        match candidates().find(|file| file.is_file()) {
            Some(file) => Found::File(file),
            None if candidates().any(|folder| folder.is_dir()) => Found::Moved(format!("{path}/")),
            None => Found::Nothing,
        }
    }
}

/// A decoded path that cannot lead out of a folder; `None` for one that tries.
fn relative(path: &str) -> Option<PathBuf> {
    let mut relative = PathBuf::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = percent_decoded(part)?;
        if part == "." || part == ".." || part.contains(['/', '\\', '\0', ':']) {
            return None;
        }
        relative.push(part);
    }
    Some(relative)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend(piece.get(2..)?.bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_refused() {
        for path in [
            "../secret",
            "a/../../secret",
            "%2e%2e/secret",
            "..%2fsecret",
            "a%5c..%5csecret",
            "c:/x",
            "%zz",
            "%",
        ] {
            assert_eq!(relative(path), None, "{path}");
        }
    }

    #[test]
    fn names_are_decoded() {
        assert_eq!(relative("a/b%20c//%C3%A9.json"), Some(PathBuf::from("a/b c/é.json")));
    }
}
