//! The stages of `cargo xtask test` and `cargo xtask check`: what each one shows, runs and needs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::build;
use crate::digest;
use crate::places::Places;
use crate::process::{output, run, succeeds};
use crate::setup::{self, Step, Toolchain};
use crate::sizes;
use crate::tally::{self, Tally};

/// One thing that can pass or fail.
pub struct Stage {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it shows when it passes.
    pub shows: &'static str,
    /// What has to be set up for it.
    pub needs: &'static [&'static Step],
    /// The stage that has to have passed, where it runs in the same go.
    pub after: Option<&'static str>,
    /// Why it cannot tell anything on this machine, if so.
    pub skip: fn(&Places) -> Option<String>,
    /// Runs it and counts; an error is a failure.
    pub run: fn(&Places) -> Result<Tally>,
}

impl Stage {
    const fn new(name: &'static str, shows: &'static str, run: fn(&Places) -> Result<Tally>) -> Self {
        Self { name, shows, needs: &[], after: None, skip: |_| None, run }
    }

    const fn needing(self, needs: &'static [&'static Step]) -> Self {
        Self { needs, ..self }
    }

    const fn after(self, stage: &'static str) -> Self {
        Self { after: Some(stage), ..self }
    }
}

/// All stages, in the order they run in: the quick ones first.
pub const ALL: [Stage; 9] = [
    Stage::new("format", "all Rust is formatted alike", format),
    Stage::new("lint", "clippy has nothing to say about engine, page and tools", lint),
    Stage::new("native", "the Rust tests pass on this machine", native).needing(&[&setup::BACKBONES]),
    Stage::new("lint-wasm", "clippy has nothing to say about what runs in a browser", lint_wasm)
        .needing(&[&setup::WASM_TARGET]),
    Stage::new("python", "what we export opens in Python with the same scores", python)
        .needing(&[&setup::BACKBONES, &setup::PYTHON]),
    Stage::new("build", "dist/ can be built", build_page).needing(&setup::BUILD),
    Stage::new("sizes", "a visitor downloads no more than xtask/budget.toml allows", sizes)
        .needing(&[&setup::NODE])
        .after("build"),
    Stage::new("browser", "the page does its work in Chromium", browser)
        .needing(&[&setup::NODE, &setup::BROWSER, &setup::BROWSER_DRIVER])
        .after("build"),
    Stage { skip: without_deny, ..Stage::new("deny", "licences and advisories of what we depend on", deny) },
];

/// What `cargo xtask test quick` runs.
pub const QUICK: [&str; 3] = ["format", "lint", "native"];

/// What `cargo xtask check` runs.
pub const CHECK: [&str; 4] = ["format", "lint", "lint-wasm", "deny"];

/// The names of all stages.
pub fn names() -> [&'static str; ALL.len()] {
    ALL.map(|stage| stage.name)
}

/// A check that is one command.
fn check(command: &mut Command) -> Result<Tally> {
    run(command).map(|()| Tally::PASSED)
}

fn format(places: &Places) -> Result<Tally> {
    check(places.command("cargo")?.args(["fmt", "--all", "--check"]))
}

/// Each ring of the crate is linted with its own features, because each sees another part of it.
fn lint(places: &Places) -> Result<Tally> {
    let mut tally = Tally::default();
    for what in [
        "clippy --workspace --all-targets --features bench",
        "clippy --package reward-studio --lib --bin page --no-default-features --features page",
        "clippy --package reward-studio --lib --bin worker_data --test formats --no-default-features --features data_worker",
    ] {
        let words = what.split(' ').chain(DENY_WARNINGS);
        tally += check(places.command("cargo")?.args(words))?;
    }
    Ok(tally)
}

const DENY_WARNINGS: [&str; 3] = ["--", "--deny", "warnings"];

fn lint_wasm(places: &Places) -> Result<Tally> {
    let toolchain = Toolchain::find(places)?;
    let cargo = |words: &[&str]| -> Result<Command> {
        let mut cargo = places.command("cargo")?;
        toolchain.choose(cargo.args(words));
        Ok(cargo)
    };
    let clippy = succeeds(&mut cargo(&["clippy", "--version"])?);
    if !clippy {
        println!(
            "  the toolchain that builds for wasm has no clippy, so the code is only checked to compile"
        );
    }
    let mut tally = Tally::default();
    let rings = [("page", "page"), ("worker_cpu", "worker,cpu"), ("worker_data", "data_worker")];
    for (program, features) in rings {
        let mut cargo = cargo(&[if clippy { "clippy" } else { "check" }, "--target", setup::TARGET])?;
        cargo.args(["--lib", "--bin", program, "--no-default-features", "--features", features]);
        if clippy {
            cargo.args(DENY_WARNINGS);
        }
        tally += check(&mut cargo)?;
    }
    Ok(tally)
}

fn native(places: &Places) -> Result<Tally> {
    let test = ["test", "--workspace", "--no-fail-fast"];
    let mut tally = tally::run(places.command("cargo")?.args(test), tally::of_cargo)?;
    // The page's own tests, in its own ring: what it knows and does runs without a browser.
    let page = ["test", "--lib", "--no-default-features", "--features", "page"];
    tally += tally::run(places.command("cargo")?.args(page), tally::of_cargo)?;
    // Formats of files likewise, in a ring without burn.
    let data = ["test", "--lib", "--test", "formats", "--no-default-features", "--features", "data"];
    tally += tally::run(places.command("cargo")?.args(data), tally::of_cargo)?;
    Ok(tally)
}

fn python(places: &Places) -> Result<Tally> {
    let python = setup::interpreter(places);
    let pytest = ["-m", "pytest", "tests/python", "-q", "-rs", "-p", "no:cacheprovider"];
    tally::run(places.command(&python.to_string_lossy())?.args(pytest), tally::of_pytest)
}

fn build_page(places: &Places) -> Result<Tally> {
    build::build(places).map(|()| Tally::PASSED)
}

fn sizes(places: &Places) -> Result<Tally> {
    sizes::check(places).map(|()| Tally::PASSED)
}

fn browser(places: &Places) -> Result<Tally> {
    let mut node = places.command("node")?;
    node.args(["--test", "--test-reporter=spec"]).args(browser_tests(places)?);
    tally::run(in_browser(places, &mut node)?, tally::of_node)
}

/// The files of browser tests, named one by one: how Node.js searches a folder differs from version to version.
fn browser_tests(places: &Places) -> Result<Vec<PathBuf>> {
    let folder = places.root.join("tests/e2e");
    let mut files = digest::files_below(&folder)?;
    files.retain(|file| {
        let inside = file.strip_prefix(&folder).unwrap_or(file);
        file.to_string_lossy().ends_with(".test.mjs") && !inside.starts_with("node_modules")
    });
    if files.is_empty() {
        bail!("{} has no *.test.mjs", folder.display());
    }
    Ok(files)
}

/// Tells a program of Node.js that opens the built page in a browser where everything is, in its environment:
/// `REWARD_STUDIO_DIST` the built page, `REWARD_STUDIO_CACHE` our cache, `CHROMIUM` the browser, `PYTHON` the Python
/// that opens exports, if it is set up.
pub fn in_browser<'a>(places: &Places, command: &'a mut Command) -> Result<&'a mut Command> {
    on_dist(places, command)?;
    Ok(command.env("CHROMIUM", setup::find_browser()?))
}

/// Tells a program where the built page and our Python are.
///
/// # Errors
/// If nothing has been built.
pub fn on_dist<'a>(places: &Places, command: &'a mut Command) -> Result<&'a mut Command> {
    let dist = places.dist();
    if !dist.join("index.html").is_file() {
        bail!("there is no dist/ yet: run `cargo xtask build`");
    }
    if !build::is_current(places)? {
        println!("  dist/ was built from other sources than these; `cargo xtask build` brings it up to date");
    }
    command.env("REWARD_STUDIO_DIST", dist).env("REWARD_STUDIO_CACHE", &places.cache);
    let python = setup::interpreter(places);
    if python.is_file() {
        command.env("PYTHON", python);
    }
    Ok(command)
}

/// Compiling cargo-deny takes longer than many a run of all tests, so it is not set up unasked.
fn without_deny(places: &Places) -> Option<String> {
    let there = succeeds(places.command("cargo").ok()?.args(["deny", "--version"]));
    (!there).then(|| "cargo-deny is not installed; `cargo install cargo-deny` brings it".to_owned())
}

/// Licences and bans need what cargo has fetched anyway; advisories need a database from the network.
fn deny(places: &Places) -> Result<Tally> {
    let of = |what: &[&str]| check(places.command("cargo")?.args(["deny", "check"]).args(what));
    match output(places.command("cargo")?.args(["deny", "fetch", "db"])) {
        Ok(_) => of(&["advisories", "bans", "licenses", "sources"]),
        Err(error) => {
            println!("  {error:#}");
            println!(
                "  the database of advisories cannot be fetched: advisories are NOT checked in this run"
            );
            let mut tally = of(&["bans", "licenses", "sources"])?;
            tally += Tally::SKIPPED;
            Ok(tally)
        }
    }
}
