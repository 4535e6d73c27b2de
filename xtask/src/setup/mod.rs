//! The set-up: what has to be on the machine before a task can run, each as one [`Step`].
//!
//! A step knows whether it is done, so asking twice costs nothing; and it knows the command that a person can run
//! by hand where we cannot.

mod apt;
mod backbone;
mod browser;
mod cargo_tools;
mod debian_wasm;
mod node;
mod python;
mod wasm_target;

use std::time::Instant;

use anyhow::{Result, anyhow, bail};

use crate::ink;
use crate::places::Places;

pub use backbone::BACKBONES;
pub use browser::{BROWSER, find as find_browser};
pub use cargo_tools::{TRUNK, WASM_BINDGEN};
pub use node::{BENCH_PEERS, BROWSER_DRIVER, NODE, WASM_OPT};
pub use python::{BENCH_PYTHON, PYTHON, interpreter};
pub use wasm_target::{TARGET, Toolchain, WASM_TARGET};

/// Something that has to be on the machine.
pub struct Step {
    /// What it is.
    pub name: &'static str,
    /// What it is needed for.
    pub why: &'static str,
    /// Whether it is there already, in the version we need.
    pub is_done: fn(&Places) -> bool,
    /// Brings it about, showing what it does.
    pub do_it: fn(&Places) -> Result<()>,
    /// What to do by hand when that fails.
    pub remedy: &'static str,
}

/// What a build needs: what is only fetched before what takes minutes to compile.
pub const BUILD: [&Step; 6] = [&NODE, &WASM_TARGET, &BACKBONES, &WASM_OPT, &WASM_BINDGEN, &TRUNK];

/// What the tests need besides.
const TEST: [&Step; 3] = [&BROWSER, &BROWSER_DRIVER, &PYTHON];

/// Sets up the whole machine, but for what only the benchmark needs.
pub fn everything(places: &Places) -> Result<()> {
    ensure_all(places, &BUILD)?;
    ensure_all(places, &TEST)
}

/// Carries out the steps that are not done yet, in order, and stops at the first that fails.
pub fn ensure_all(places: &Places, steps: &[&Step]) -> Result<()> {
    steps.iter().try_for_each(|step| ensure(places, step))
}

/// Carries out one step unless it is done.
pub fn ensure(places: &Places, step: &Step) -> Result<()> {
    if (step.is_done)(places) {
        println!("{} {}", ink::green("✓"), step.name);
        return Ok(());
    }
    println!("{} {}, which {}", ink::bold("· setting up"), ink::bold(step.name), step.why);
    let begun = Instant::now();
    let (name, remedy) = (step.name, step.remedy);
    (step.do_it)(places)
        .map_err(|error| anyhow!("the set-up of {name} failed: {error:#}\n  to mend it: {remedy}"))?;
    if !(step.is_done)(places) {
        bail!("{name} was set up, but is still not found\n  to mend it: {remedy}");
    }
    println!("{} {} ({} s)", ink::green("✓"), step.name, begun.elapsed().as_secs());
    Ok(())
}
