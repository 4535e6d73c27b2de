//! A Python environment of our own, in which the tests open what the page exports.

use std::path::PathBuf;

use super::Step;
use crate::places::Places;
use crate::process::run;
use crate::stamp::Stamp;

/// Python with the packages of `tests/python/requirements.txt`.
pub const PYTHON: Step = Step {
    name: "Python environment",
    why: "opens our exports with the libraries they are meant for",
    is_done: |places| stamp(places).is_current(),
    do_it: |places| {
        run(places.command("python3")?.args(["-m", "venv", "--clear"]).arg(places.python()))?;
        let mut pip = places.command(&interpreter(places).to_string_lossy())?;
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]);
        run(pip.arg(stamp(places).input))?;
        stamp(places).write()
    },
    remedy: "install Python 3.10 or newer with its venv module (on Debian: `apt-get install python3-venv`)",
};

/// The environment's own Python.
pub fn interpreter(places: &Places) -> PathBuf {
    places.python().join("bin/python")
}

fn stamp(places: &Places) -> Stamp {
    Stamp {
        note: places.python().join(".installed-from"),
        input: places.root.join("tests/python/requirements.txt"),
    }
}
