//! The stages of `cargo xtask test` and `cargo xtask check`: what each one runs and needs.

use std::path::Path;

use anyhow::{Result, bail};

use crate::build;
use crate::places::Places;
use crate::process::{output, run};
use crate::setup::{self, Step, Toolchain};
use crate::sizes;

/// One thing that can pass or fail.
pub struct Stage {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What has to be set up for it.
    pub needs: &'static [&'static Step],
    /// The stage that has to have passed, where it runs in the same go.
    pub after: Option<&'static str>,
    /// Runs it; an error is a failure.
    pub run: fn(&Places) -> Result<()>,
}

/// All stages, in the order they run in: the quick ones first.
pub const ALL: [Stage; 11] = [
    Stage { name: "format", needs: &[], after: None, run: format },
    Stage { name: "clippy", needs: &[], after: None, run: clippy },
    Stage { name: "native", needs: &[&setup::BACKBONES], after: None, run: native },
    Stage { name: "deny", needs: &[&setup::CARGO_DENY], after: None, run: deny },
    Stage { name: "clippy-page", needs: &[&setup::WASM_TARGET], after: None, run: clippy_page },
    Stage { name: "clippy-worker-cpu", needs: &[&setup::WASM_TARGET], after: None, run: clippy_worker_cpu },
    Stage { name: "clippy-worker-gpu", needs: &[&setup::WASM_TARGET], after: None, run: clippy_worker_gpu },
    Stage { name: "build", needs: &setup::BUILD, after: None, run: build::build },
    Stage { name: "sizes", needs: &[], after: Some("build"), run: sizes::check },
    Stage { name: "python", needs: &[&setup::PYTHON], after: None, run: python },
    Stage {
        name: "browser",
        needs: &[&setup::BROWSER, &setup::BROWSER_DRIVER],
        after: Some("build"),
        run: browser,
    },
];

/// What `cargo xtask test --quick` runs.
pub const QUICK: [&str; 3] = ["format", "clippy", "native"];

/// What `cargo xtask check` runs.
pub const CHECK: [&str; 6] =
    ["format", "clippy", "clippy-page", "clippy-worker-cpu", "clippy-worker-gpu", "deny"];

fn format(places: &Places) -> Result<()> {
    run(places.command("cargo")?.args(["fmt", "--all", "--check"]))
}

fn clippy(places: &Places) -> Result<()> {
    let what = ["clippy", "--workspace", "--all-targets"];
    run(places.command("cargo")?.args(what).args(["--", "--deny", "warnings"]))
}

fn clippy_page(places: &Places) -> Result<()> {
    clippy_wasm(places, "page", "page")
}

fn clippy_worker_cpu(places: &Places) -> Result<()> {
    clippy_wasm(places, "worker_cpu", "worker,cpu")
}

fn clippy_worker_gpu(places: &Places) -> Result<()> {
    clippy_wasm(places, "worker_gpu", "worker,gpu")
}

/// Each program has features of its own, so each sees another part of the crate.
fn clippy_wasm(places: &Places, program: &str, features: &str) -> Result<()> {
    let mut cargo = places.command("cargo")?;
    cargo.args(["clippy", "--target", setup::TARGET, "--lib", "--bin", program]);
    cargo.args(["--no-default-features", "--features", features, "--", "--deny", "warnings"]);
    Toolchain::find(places)?.choose(&mut cargo);
    run(&mut cargo)
}

/// Licences and bans need what cargo has fetched anyway; advisories need a database from the network.
fn deny(places: &Places) -> Result<()> {
    let check = |what: &[&str]| run(places.command("cargo")?.args(["deny", "check"]).args(what));
    match output(places.command("cargo")?.args(["deny", "fetch", "db"])) {
        Ok(_) => check(&["advisories", "bans", "licenses", "sources"]),
        Err(error) => {
            println!("  {error:#}");
            println!(
                "  the database of advisories cannot be fetched: advisories are NOT checked in this run"
            );
            check(&["bans", "licenses", "sources"])
        }
    }
}

fn native(places: &Places) -> Result<()> {
    run(places.command("cargo")?.args(["test", "--workspace"]))
}

fn python(places: &Places) -> Result<()> {
    let python = setup::interpreter(places);
    run(places.command(&python.to_string_lossy())?.args(["-m", "pytest", "tests/python"]))
}

fn browser(places: &Places) -> Result<()> {
    in_browser(places, "tests/e2e", places.command("npm")?.arg("test"))
}

/// Runs something of Node.js that opens the built page in a browser. It finds in its environment:
/// `CHROMIUM` the browser, `DIST` the built page, `XTASK` this program (whose `serve --no-build` is the server),
/// `PYTHON` the Python that opens exports, if it is set up.
pub fn in_browser(places: &Places, folder: &str, command: &mut std::process::Command) -> Result<()> {
    let dist = places.dist();
    if !dist.join("index.html").is_file() {
        bail!("there is no dist/ yet: run `cargo xtask build`");
    }
    command.current_dir(places.root.join(Path::new(folder)));
    command.env("CHROMIUM", setup::find_browser()?).env("DIST", dist).env("XTASK", &places.xtask);
    run(command.env("PYTHON", setup::interpreter(places)))
}
