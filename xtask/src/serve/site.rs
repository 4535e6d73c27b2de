//! From the path of an address to a file: where the base path is taken off, and where nothing outside is reachable.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::base_path;

/// A folder that is served under a base path.
pub struct Site {
    base: String,
    folder: PathBuf,
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
    /// A site under a base path; the folder has to exist.
    pub fn new(base: &str, folder: PathBuf) -> Result<Self> {
        if !folder.is_dir() {
            bail!("there is no folder {}", folder.display());
        }
        Ok(Self { base: base_path(base), folder })
    }

    /// Looks up the path of an address, as the browser sent it.
    pub fn find(&self, url: &str) -> Found {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if format!("{path}/") == self.base {
            return Found::Moved(self.base.clone());
        }
        let Some(inside) = path.strip_prefix(&self.base) else { return Found::Nothing };
        let Some(relative) = relative(inside) else { return Found::Nothing };

        let file = self.folder.join(relative);
        match path.ends_with('/') {
            true if file.join(INDEX).is_file() => Found::File(file.join(INDEX)),
            false if file.is_file() => Found::File(file),
            false if file.is_dir() => {
                Found::Moved(format!("{}{}/", self.base, inside.trim_start_matches('/')))
            }
            true | false => Found::Nothing,
        }
    }
}

const INDEX: &str = "index.html";

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
