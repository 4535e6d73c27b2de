//! A Python environment of our own, in which the tests open what the page exports.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::Step;
use crate::places::Places;
use crate::process::run;
use crate::stamp::Stamp;

/// Python with the packages of `tests/python/requirements.txt`.
pub const PYTHON: Step = Step {
    name: "Python environment",
    why: "opens our exports with the libraries they are meant for",
    is_done: |places| interpreter(places).is_file() && stamp(places).is_current(),
    do_it: install,
    remedy: "install Python 3.10 or newer with its venv module (on Debian: `apt-get install python3-venv`)",
};

/// The environment's own Python.
pub fn interpreter(places: &Places) -> PathBuf {
    places.python().join("bin/python")
}

fn install(places: &Places) -> Result<()> {
    let [with_dependencies, without] = requirements(places);
    if !with_dependencies.is_file() {
        bail!("{} is missing", with_dependencies.display());
    }
    // Into what may be there already: a change of one version does not fetch all the others again.
    run(places.command("python3")?.args(["-m", "venv"]).arg(places.python()))?;
    let pip = |options: &[&str], list: PathBuf| {
        let mut pip = places.command(&interpreter(places).to_string_lossy())?;
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"]).args(options);
        run(pip.arg("--requirement").arg(list))
    };
    pip(&[], with_dependencies)?;
    if without.is_file() {
        pip(&["--no-deps"], without)?;
    }
    stamp(places).write()
}

/// The lists of pinned packages: those installed with what they depend on, and, where there are any, those installed
/// without.
fn requirements(places: &Places) -> [PathBuf; 2] {
    ["requirements.txt", "requirements-nodeps.txt"].map(|name| places.root.join("tests/python").join(name))
}

fn stamp(places: &Places) -> Stamp {
    Stamp { note: places.python().join(".installed-from"), inputs: requirements(places).into() }
}
