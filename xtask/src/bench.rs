//! `cargo xtask bench`: the same work in our page and in other libraries, side by side.

use anyhow::{Result, bail};

use crate::asking::asking;
use crate::build;
use crate::places::Places;
use crate::process::run;
use crate::setup;
use crate::stages::{in_browser, on_dist};

/// Builds, and runs the named rows of the benchmark; all of them if none is named. Only when they are named alone:
/// `asking`, which takes a quarter of an hour and no browser, and `page`, which serves the comparison to any browser.
pub fn bench(places: &Places, rows: &[String]) -> Result<()> {
    if let [row] = rows
        && let Some(rest) = row.strip_prefix("asking")
        && (rest.is_empty() || rest.starts_with('='))
    {
        return asking(places, rest.strip_prefix('='));
    }
    let page = matches!(rows, [row] if row == "page");
    let harness = places.root.join(if page { "bench/page.mjs" } else { "bench/run.mjs" });
    if !harness.is_file() {
        bail!("{} is missing", harness.display());
    }
    build::build(places)?;
    setup::ensure_all(places, &[&setup::BENCH_PEERS, &setup::PYTHON, &setup::BENCH_PYTHON])?;
    let mut node = places.command("node")?;
    node.arg(harness);
    if page {
        return run(on_dist(places, &mut node)?);
    }
    setup::ensure_all(places, &[&setup::BROWSER])?;
    run(in_browser(places, node.args(rows))?)
}
