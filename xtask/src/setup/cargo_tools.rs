//! Tools that cargo installs: Trunk and wasm-bindgen.

use std::fs;

use anyhow::{Context, Result};

use super::Step;
use crate::places::Places;
use crate::process::{output, run};

/// Builds `dist/` out of `index.html` and the crate.
pub const TRUNK: Step = Step {
    name: "Trunk",
    why: "turns the crate and index.html into a static page",
    is_done: |places| version_of(places, "trunk").is_some_and(|version| version >= OLDEST_TRUNK),
    do_it: |places| {
        install(places, "trunk", None).or_else(|error| {
            println!(
                "  {error:#}; the newest Trunk may ask for a newer Rust: taking one that is known to work"
            );
            install(places, "trunk", Some("~0.21.14"))
        })
    },
    remedy: "update Rust (`rustup update`), then run `cargo install trunk`",
};

const OLDEST_TRUNK: [u64; 3] = [0, 21, 14];

/// Writes the JavaScript between the page and its wasm; has to be of the library's own version.
pub const WASM_BINDGEN: Step = Step {
    name: "wasm-bindgen",
    why: "joins the WebAssembly to the page's JavaScript",
    is_done: |places| {
        let wanted = locked_version(places, "wasm-bindgen");
        wanted.is_ok_and(|wanted| version_of(places, "wasm-bindgen") == parse_version(&wanted))
    },
    do_it: |places| {
        let version = locked_version(places, "wasm-bindgen")?;
        install(places, "wasm-bindgen-cli", Some(&version))
    },
    remedy: "run `cargo install wasm-bindgen-cli --version V`, with V the version of wasm-bindgen in Cargo.lock",
};

/// `cargo install` into the cache; first with the versions that the tool was released with, else with what fits.
fn install(places: &Places, package: &str, version: Option<&str>) -> Result<()> {
    // Among a tool's own intermediate files, an interrupted installation goes on where it stopped.
    let intermediate = places.cache.join("tools-target");
    let attempt = |locked: bool| {
        let mut cargo = places.command("cargo")?;
        cargo.args(["install", package, "--root"]).arg(places.tools());
        cargo.env("CARGO_TARGET_DIR", &intermediate);
        if let Some(version) = version {
            cargo.args(["--version", version]);
        }
        if locked {
            cargo.arg("--locked");
        }
        // These programs wait for others most of the time: they are compiled in a third of the time instead.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
        cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        run(&mut cargo)
    };
    attempt(true).or_else(|error| {
        println!("  {error:#}; trying once more with other versions of what it depends on");
        attempt(false)
    })?;
    // What it was compiled from is worth a gigabyte, and never needed again.
    Ok(fs::remove_dir_all(intermediate)?)
}

/// The version that a tool gives of itself; `None` where there is no such tool.
fn version_of(places: &Places, tool: &str) -> Option<[u64; 3]> {
    let said = output(places.command(tool).ok()?.arg("--version")).ok()?;
    said.split_whitespace().find_map(parse_version)
}

/// `0.21.14` or `0.22.0-beta.1`; a pre-release counts as its release.
fn parse_version(text: &str) -> Option<[u64; 3]> {
    let release = text.split(['-', '+']).next()?;
    let numbers: Vec<u64> = release.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// The version of a package in `Cargo.lock`.
fn locked_version(places: &Places, package: &str) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let text = fs::read_to_string(places.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let lock: Lock = toml::from_str(&text).context("Cargo.lock is not understood")?;
    let found = lock.package.into_iter().find(|entry| entry.name == package);
    Ok(found.with_context(|| format!("Cargo.lock names no {package}"))?.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parse_version("0.22.0-beta.1") > Some(OLDEST_TRUNK));
        assert!(parse_version("0.21.9") < Some(OLDEST_TRUNK));
        assert_eq!(parse_version("trunk"), None);
        assert_eq!(parse_version("1.2"), None);
    }
}
