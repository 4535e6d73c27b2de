//! Where everything lies: the checkout, the cache with the tools, what is built.
//!
//! Nothing is installed system-wide that can live in the cache, so that removing one folder undoes the set-up.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folders that the tasks work in.
pub struct Places {
    /// The root of the checkout.
    pub root: PathBuf,
    /// Tools and downloads that outlive a checkout.
    pub cache: PathBuf,
    /// This program. Asked for at the start: `cargo test` may put a new file in its place while we run.
    pub xtask: PathBuf,
}

impl Places {
    /// Finds the folders from the environment.
    pub fn find() -> Result<Self> {
        // Asked at run time: a target folder shared by two checkouts would otherwise mix them up.
        let root = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(xtask) => PathBuf::from(xtask).join(".."),
            None => env::current_dir()?,
        };
        let root = root.canonicalize().context("the root of the checkout cannot be found")?;
        Ok(Self { root, cache: cache()?, xtask: env::current_exe()? })
    }

    /// The built page: what a static host serves.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Static files, among them the catalogue of backbones.
    pub fn public(&self) -> PathBuf {
        self.root.join("public")
    }

    /// `--root` of `cargo install`.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// `--prefix` of `npm install`.
    pub fn node(&self) -> PathBuf {
        self.cache.join("node")
    }

    /// The Python environment that opens our exports.
    pub fn python(&self) -> PathBuf {
        self.cache.join("venv")
    }

    /// `PATH` with our own tools in front, for every program we start.
    pub fn path(&self) -> Result<std::ffi::OsString> {
        let ours = [self.tools().join("bin"), self.node().join("node_modules/.bin")];
        let theirs = env::var_os("PATH").unwrap_or_default();
        Ok(env::join_paths(ours.into_iter().chain(env::split_paths(&theirs)))?)
    }
}

/// `$REWARD_STUDIO_CACHE`, else a folder of ours where the platform keeps caches.
fn cache() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("REWARD_STUDIO_CACHE") {
        return Ok(PathBuf::from(chosen));
    }
    let home = || env::home_dir().context("no home folder: set REWARD_STUDIO_CACHE to a folder for tools");
    let caches = match env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None if cfg!(target_os = "macos") => home()?.join("Library/Caches"),
        None => home()?.join(".cache"),
    };
    Ok(caches.join("reward-studio"))
}
