//! The standard library for `wasm32-unknown-unknown`, and the toolchain that has it.

use std::env;
use std::fs;
use std::process::{self, Command};

use anyhow::{Context, Result};

use super::{Step, debian_wasm};
use crate::places::Places;
use crate::process::{run, succeeds};

/// What the page and the workers are compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler that can make WebAssembly.
pub const WASM_TARGET: Step = Step {
    name: "wasm32-unknown-unknown target",
    why: "compiles the page and its workers to WebAssembly",
    is_done: |places| Toolchain::find(places).is_ok(),
    do_it: |places| {
        let by_rustup = run(places.command("rustup")?.args(["target", "add", TARGET]));
        by_rustup.or_else(|error| {
            println!("  {error:#}; trying Debian's own compiler instead");
            debian_wasm::install(places)
        })
    },
    remedy: "install Rust with rustup, then run `rustup target add wasm32-unknown-unknown`",
};

/// The toolchain that builds for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs us: the usual case.
    Default,
    /// Debian's, linked into rustup by [`debian_wasm`].
    Debian,
}

impl Toolchain {
    /// The first toolchain that compiles and links an empty wasm module.
    ///
    /// Trying it tells more than looking for files: a standard library of another compiler's version is found out.
    pub fn find(places: &Places) -> Result<Self> {
        let works = |toolchain: &Self| toolchain.compiles(places).unwrap_or(false);
        [Self::Default, Self::Debian].into_iter().find(works).context(
            "no Rust toolchain here compiles to WebAssembly; run `rustup target add wasm32-unknown-unknown`",
        )
    }

    /// Makes a cargo, rustc or Trunk command use this toolchain.
    pub fn choose(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Default => command,
            Self::Debian => command.env("RUSTUP_TOOLCHAIN", debian_wasm::TOOLCHAIN),
        }
    }

    fn compiles(self, places: &Places) -> Result<bool> {
        let folder = env::temp_dir().join(format!("reward-studio-wasm-{}", process::id()));
        fs::create_dir_all(&folder)?;
        let mut rustc = places.command("rustc")?;
        rustc.args(["--target", TARGET, "--crate-type=cdylib", "--crate-name=probe", "--out-dir"]);
        rustc.arg(&folder).arg("-");
        self.choose(&mut rustc);
        let compiles = succeeds(&mut rustc);
        fs::remove_dir_all(&folder)?;
        Ok(compiles)
    }
}
