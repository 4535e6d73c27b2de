//! A Chromium for the browser tests and the benchmark.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{Step, apt};

/// Any recent Chromium or Chrome.
pub const BROWSER: Step = Step {
    name: "Chromium",
    why: "opens the page in the browser tests",
    is_done: |_| find().is_ok(),
    do_it: |places| apt::install(places, &["chromium"]),
    remedy: "install Chromium or Chrome, or set CHROMIUM to the path of one",
};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ON_MACOS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// `$CHROMIUM`, else the first that is found.
pub fn find() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("CHROMIUM") {
        let chosen = PathBuf::from(chosen);
        return chosen.is_file().then_some(chosen).context("CHROMIUM names no file");
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&folders).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let mut candidates = on_path.chain(ON_MACOS.map(PathBuf::from));
    candidates.find(|path| path.is_file()).context("no Chromium or Chrome is installed")
}
