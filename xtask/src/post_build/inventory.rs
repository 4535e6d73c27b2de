//! `build.json`: the list of everything that was built, with the id that changes whenever any of it does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::SERVICE_WORKER;
use crate::digest;

const NAME: &str = "build.json";

/// What `build.json` says.
#[derive(Serialize, Deserialize)]
pub struct Inventory {
    /// Names the build by its content.
    pub build_id: String,
    /// Names what it was built from; `None` if Trunk was called by hand.
    sources: Option<String>,
    /// Every file, sorted by path, but for `build.json` itself.
    files: Vec<Listed>,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    /// As it is written in an address, relative to the page's.
    path: String,
    bytes: u64,
    /// Of the service worker: as it was before it was told the build id.
    sha256: String,
}

impl Inventory {
    /// Lists a folder.
    pub fn of(folder: &Path, sources: Option<String>) -> Result<Self> {
        let mut files = Vec::new();
        for file in digest::files_below(folder)? {
            let path = relative(folder, &file)?;
            files.push(Listed { path, bytes: fs::metadata(&file)?.len(), sha256: digest::of_file(&file)? });
        }
        let members = files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
        Ok(Self { build_id: digest::of_set(members), sources, files })
    }

    /// Reads the list that lies in a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not understood", path.display()))
    }

    /// Writes the list into the folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        Ok(fs::write(folder.join(NAME), serde_json::to_string_pretty(self)?)?)
    }

    /// Whether this was built from these sources and still lies there whole.
    pub fn is_of(&self, sources: &str, folder: &Path) -> bool {
        let there = |file: &Listed| {
            let about = fs::metadata(folder.join(&file.path));
            // The service worker was written anew after it had been listed.
            about.is_ok_and(|about| file.path == SERVICE_WORKER || about.len() == file.bytes)
        };
        self.sources.as_deref() == Some(sources) && self.files.iter().all(there)
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }
}

/// A path as it is written in an address.
fn relative(folder: &Path, file: &Path) -> Result<String> {
    let parts = file.strip_prefix(folder).context("a listed file lies in the folder")?.components();
    Ok(parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}
