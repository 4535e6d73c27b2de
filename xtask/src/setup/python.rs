//! A Python environment of our own, in which the tests open what the page exports.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::Step;
use crate::places::Places;
use crate::process::run;
use crate::stamp::Stamp;

/// Python with the packages of `tests/python/requirements.txt`.
pub const PYTHON: Step = Step {
    name: "Python environment",
    why: "opens our exports with the libraries they are meant for",
    is_done: |places| is_installed(places, "tests/python"),
    do_it: |places| {
        // Into what may be there already: a change of one version does not fetch all the others again.
        run(places.command("python3")?.args(["-m", "venv"]).arg(places.python()))?;
        install(places, "tests/python")
    },
    remedy: "install Python 3.10 or newer with its venv module (on Debian: `apt-get install python3-venv`)",
};

/// What the benchmark needs in that environment besides.
pub const BENCH_PYTHON: Step = Step {
    name: "Python of the benchmark",
    why: "writes the backbone down for the other libraries",
    is_done: |places| is_installed(places, "bench"),
    do_it: |places| install(places, "bench"),
    remedy: "run `cargo xtask test python`, which sets up the environment that this adds to",
};

/// The environment's own Python.
pub fn interpreter(places: &Places) -> PathBuf {
    places.python().join("bin/python")
}

fn is_installed(places: &Places, folder: &str) -> bool {
    interpreter(places).is_file() && stamp(places, folder).is_current()
}

/// Installs what a folder asks for: `requirements.txt` with what that depends on and, where there is one,
/// `requirements-nodeps.txt` without.
fn install(places: &Places, folder: &str) -> Result<()> {
    let [whole, alone] = requirements(places, folder);
    if !whole.is_file() {
        bail!("{} is missing", whole.display());
    }
    let pip = |options: &[&str], list: &Path| {
        let mut pip = places.command(&interpreter(places).to_string_lossy())?;
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"]).args(options);
        run(pip.arg("--requirement").arg(list))
    };
    pip(&[], &whole)?;
    if alone.is_file() {
        pip(&["--no-deps"], &alone)?;
    }
    stamp(places, folder).write()
}

fn requirements(places: &Places, folder: &str) -> [PathBuf; 2] {
    ["requirements.txt", "requirements-nodeps.txt"].map(|name| places.root.join(folder).join(name))
}

fn stamp(places: &Places, folder: &str) -> Stamp {
    let note = format!(".installed-from-{}", folder.replace('/', "-"));
    Stamp { note: places.python().join(note), inputs: requirements(places, folder).into() }
}
