//! The list of everything that was built, with the id that changes whenever any of it does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::SERVICE_WORKER;
use crate::digest;

/// Backbones are known by hashes of their own and kept apart from the page.
const MODELS: &str = "models/";

/// What `build.json` says.
#[derive(Serialize)]
pub struct Inventory {
    /// Names the build by its content.
    pub build_id: String,
    /// What the service worker is to keep, sorted by path.
    files: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    path: String,
    bytes: u64,
    sha256: String,
}

impl Inventory {
    /// Lists a folder. The service worker counts for the id but is not listed: a browser keeps it by itself.
    pub fn of(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for file in digest::files_below(folder)? {
            let path = relative(folder, &file)?;
            if !path.starts_with(MODELS) {
                files.push(Listed {
                    path,
                    bytes: fs::metadata(&file)?.len(),
                    sha256: digest::of_file(&file)?,
                });
            }
        }
        let members = files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
        files.retain(|file| file.path != SERVICE_WORKER);
        Ok(Self { build_id: digest::of_set(members), files })
    }
}

/// A path as it is written in an address.
fn relative(folder: &Path, file: &Path) -> Result<String> {
    let parts = file.strip_prefix(folder).context("a listed file lies in the folder")?.components();
    Ok(parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}
