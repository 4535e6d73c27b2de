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

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

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

/// Carries out one step unless it is done. Two tasks that run at once share the tools that they install, so one waits for the
/// other, and then finds it done.
pub fn ensure(places: &Places, step: &Step) -> Result<()> {
    let found = || {
        let is_done = (step.is_done)(places);
        if is_done {
            println!("{} {}", ink::green("✓"), step.name);
        }
        is_done
    };
    if found() {
        return Ok(());
    }
    // Until this function ends, however it does.
    let _alone = alone(&places.cache)?;
    if found() {
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

/// The right to set something up in this cache, which the system takes back when the file is closed.
fn alone(cache: &Path) -> Result<File> {
    fs::create_dir_all(cache).with_context(|| format!("{} cannot be made", cache.display()))?;
    let file = File::create(cache.join("setting-up.lock")).context("the cache cannot be written")?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => println!("  another task is setting something up: waiting for it"),
        // On a disk that knows no locks it is as it was without.
        Err(TryLockError::Error(_)) => return Ok(file),
    }
    file.lock().context("waiting for another task's set-up failed")?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_waits_until_the_other_is_through() {
        let cache = std::env::temp_dir().join(format!("reward-studio-alone-{}", std::process::id()));
        let held = alone(&cache).expect("a lock");
        let (sender, receiver) = mpsc::channel();
        let other = cache.clone();
        let waiting = std::thread::spawn(move || {
            let held = alone(&other);
            sender.send(held.is_ok()).expect("somebody listens");
        });
        assert!(receiver.recv_timeout(Duration::from_millis(200)).is_err(), "it does not wait");
        drop(held);
        assert_eq!(receiver.recv(), Ok(true));
        waiting.join().expect("no panic");
        fs::remove_dir_all(cache).expect("a folder");
    }
}
