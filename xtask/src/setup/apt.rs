//! Debian's packages, for the two things that cannot live in the cache: a browser, and a compiler for wasm.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::places::Places;
use crate::process::{output, run};

/// Installs packages, or says why it cannot. Never removes one to make room.
pub fn install(places: &Places, packages: &[&str]) -> Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("this is not a Debian machine, so the packages {} cannot be installed", packages.join(", "));
    }
    // The lists of packages may be missing or old. Where they cannot be fetched anew, the old ones may still do.
    if let Err(error) = run(as_root(places, "apt-get")?.args(["update", "-q"])) {
        println!("  {error:#}; going on with the lists that are there");
    }
    let options = ["install", "-y", "-q", "--no-remove", "--no-install-recommends"];
    run(as_root(places, "apt-get")?.args(options).args(packages))
}

/// A program to be run as root: straight away if we are, else through a `sudo` that asks for no password.
pub fn as_root(places: &Places, program: &str) -> Result<Command> {
    let user = output(places.command("id")?.arg("-u"))?;
    let mut command = if user.trim() == "0" {
        places.command(program)?
    } else {
        let mut sudo = places.command("sudo")?;
        sudo.args(["--non-interactive", "--preserve-env=DEBIAN_FRONTEND", program]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
