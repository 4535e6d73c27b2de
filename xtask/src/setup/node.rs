//! What npm installs: wasm-opt, the browser driver of the tests, the peers of the benchmark.

use std::path::PathBuf;

use anyhow::Result;

use super::Step;
use crate::places::Places;
use crate::process::{output, run};
use crate::stamp::Stamp;

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
    remedy: "install Node.js 20 or newer, then run `npm ci` in tests/e2e",
};

/// The libraries that the benchmark compares us with.
pub const BENCH_PEERS: Step = Step {
    name: "benchmark peers",
    why: "does the same work with other libraries, for comparison",
    is_done: |places| is_installed(places, "tests/bench"),
    do_it: |places| install(places, "tests/bench"),
    remedy: "install Node.js 20 or newer, then run `npm ci` in tests/bench",
};

fn is_installed(places: &Places, folder: &str) -> bool {
    stamp(places.root.join(folder)).is_current()
}

fn install(places: &Places, folder: &str) -> Result<()> {
    let folder = places.root.join(folder);
    run(places.command("npm")?.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    stamp(folder).write()
}

fn stamp(folder: PathBuf) -> Stamp {
    Stamp { note: folder.join("node_modules/.installed-from"), input: folder.join("package-lock.json") }
}
