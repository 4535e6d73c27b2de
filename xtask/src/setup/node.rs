//! Node.js, and what npm installs: wasm-opt, the browser driver of the tests, the peers of the benchmark.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::Step;
use crate::places::Places;
use crate::process::{output, run};
use crate::stamp::Stamp;

/// Runs the browser tests, and brings npm.
pub const NODE: Step = Step {
    name: "Node.js",
    why: "installs wasm-opt, measures sizes and drives the browser tests",
    is_done: |places| major_version(places).is_some_and(|version| version >= OLDEST_NODE),
    do_it: |places| match major_version(places) {
        Some(version) => bail!("this machine has Node.js {version}, which is too old"),
        None => bail!("this machine has no Node.js"),
    },
    remedy: "install Node.js 20 or newer",
};

const OLDEST_NODE: u64 = 20;

/// Makes wasm smaller and faster. Pinned: what it writes is what we ship.
pub const WASM_OPT: Step = Step {
    name: "wasm-opt",
    why: "makes the WebAssembly smaller and faster",
    is_done: |places| {
        let said = places.command("wasm-opt").and_then(|mut wasm_opt| output(wasm_opt.arg("--version")));
        // It prints `wasm-opt version 132`.
        said.is_ok_and(|said| said.split_whitespace().nth(2) == Some(BINARYEN))
    },
    do_it: |places| {
        let package = format!("binaryen@{BINARYEN}.0.0");
        let mut npm = places.command("npm")?;
        npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(places.node()).arg(package);
        run(&mut npm)
    },
    remedy: "install Node.js 20 or newer, which brings npm",
};

const BINARYEN: &str = "132";

/// Drives the browser in the tests.
pub const BROWSER_DRIVER: Step = Step {
    name: "browser driver",
    why: "clicks through the page in the browser tests",
    is_done: |places| is_installed(places, "tests/e2e"),
    do_it: |places| install(places, "tests/e2e"),
    remedy: "install Node.js 20 or newer, then run `npm install` in tests/e2e",
};

/// The libraries that the benchmark compares us with.
pub const BENCH_PEERS: Step = Step {
    name: "benchmark peers",
    why: "does the same work with other libraries, for comparison",
    is_done: |places| is_installed(places, "bench"),
    do_it: |places| install(places, "bench"),
    remedy: "install Node.js 20 or newer, then run `npm install` in bench",
};

fn major_version(places: &Places) -> Option<u64> {
    let said = output(places.command("node").ok()?.arg("--version")).ok()?;
    said.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn is_installed(places: &Places, folder: &str) -> bool {
    stamp(places.root.join(folder)).is_current()
}

/// Installs what a folder's lock file says, or else what its package.json pins.
fn install(places: &Places, folder: &str) -> Result<()> {
    let folder = places.root.join(folder);
    if !folder.join(MANIFEST).is_file() {
        bail!("{} is missing", folder.join(MANIFEST).display());
    }
    let how =
        if folder.join(LOCK).is_file() { ["ci", "--no-audit"] } else { ["install", "--no-package-lock"] };
    run(places.command("npm")?.args(how).args(["--no-fund", "--ignore-scripts"]).current_dir(&folder))?;
    stamp(folder).write()
}

const MANIFEST: &str = "package.json";
const LOCK: &str = "package-lock.json";

fn stamp(folder: impl AsRef<Path>) -> Stamp {
    let file = |name: &str| -> PathBuf { folder.as_ref().join(name) };
    Stamp { note: file("node_modules/.installed-from"), inputs: vec![file(MANIFEST), file(LOCK)] }
}
