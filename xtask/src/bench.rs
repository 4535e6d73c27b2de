//! `cargo xtask bench`: the same work in our page and in other libraries, side by side.

use anyhow::Result;

use crate::build;
use crate::places::Places;
use crate::setup;
use crate::stages::in_browser;

/// Builds, and runs the named rows of the benchmark; all of them if none is named.
pub fn bench(places: &Places, rows: &[String]) -> Result<()> {
    setup::ensure_all(places, &[&setup::BROWSER, &setup::BROWSER_DRIVER, &setup::BENCH_PEERS])?;
    build::build(places)?;
    in_browser(places, "tests/bench", places.command("node")?.arg("run.mjs").args(rows))
}
