//! `cargo xtask bench`: the same work in our page and in other libraries, side by side.

use anyhow::{Result, bail};

use crate::asking::asking;
use crate::build;
use crate::places::Places;
use crate::process::run;
use crate::setup;
use crate::stages::in_browser;

/// Builds, and runs the named rows of the benchmark; all of them if none is named. `asking`, which takes a quarter of an
/// hour and no browser, only runs when it is named.
pub fn bench(places: &Places, rows: &[String]) -> Result<()> {
    if let [row] = rows
        && let Some(rest) = row.strip_prefix("asking")
        && (rest.is_empty() || rest.starts_with('='))
    {
        return asking(places, rest.strip_prefix('='));
    }
    let harness = places.root.join("bench/run.mjs");
    if !harness.is_file() {
        bail!("{} is missing", harness.display());
    }
    build::build(places)?;
    setup::ensure_all(places, &[&setup::BROWSER, &setup::BENCH_PEERS, &setup::PYTHON, &setup::BENCH_PYTHON])?;
    run(in_browser(places, places.command("node")?.arg(harness).args(rows))?)
}
