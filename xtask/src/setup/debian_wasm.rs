//! A wasm toolchain out of Debian's packages, for machines where rustup can download nothing.
//!
//! Debian packages a current rustc (for its browsers) together with the source of the standard library, though not
//! that library built for wasm. So we build it, and make the whole known to rustup under a name of our own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt;
use super::wasm_target::TARGET;
use crate::places::Places;
use crate::process::{output, run};

/// What rustup calls it.
pub const TOOLCHAIN: &str = "debian";

const RUSTC: &str = "/usr/bin/rustc";
const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];

/// Installs the packages, builds the standard library, links the toolchain. About two minutes.
pub fn install(places: &Places) -> Result<()> {
    apt::install(places, &PACKAGES)?;
    apt::install(places, &[&linker_package(places)?])?;
    let built = build_std(places, &places.cache.join("wasm-std"))?;
    put_beside_rustc(places, &built)?;
    run(places.command("rustup")?.args(["toolchain", "link", TOOLCHAIN, "/usr"]))
}

/// The linker comes from LLVM, in the version that this rustc was built with.
fn linker_package(places: &Places) -> Result<String> {
    let version = output(places.command(RUSTC)?.arg("-vV"))?;
    let llvm = llvm_major(&version).with_context(|| format!("{RUSTC} names no LLVM version"))?;
    Ok(format!("lld-{llvm}"))
}

fn llvm_major(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?.split('.').next()
}

/// Builds the standard library from a copy of its source (cargo writes beside it) and returns where the parts lie.
fn build_std(places: &Places, work: &Path) -> Result<PathBuf> {
    let sysroot = output(places.command(RUSTC)?.args(["--print", "sysroot"]))?;
    let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    if work.exists() {
        fs::remove_dir_all(work)?;
    }
    fs::create_dir_all(work)?;
    run(places.command("cp")?.args(["--recursive", "--dereference"]).arg(&source).arg(work))?;

    // As the Rust project builds it: unstable features are its own business, hence RUSTC_BOOTSTRAP.
    let mut cargo = places.command("/usr/bin/cargo")?;
    cargo
        .current_dir(work.join("library"))
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .args(["build", "--release", "--manifest-path", "sysroot/Cargo.toml", "--target", TARGET])
        .args(["--features", "panic-unwind,compiler-builtins-mem", "--target-dir"])
        .arg(work.join("target"));
    run(&mut cargo)?;
    Ok(work.join("target").join(TARGET).join("release/deps"))
}

/// Puts the parts where this rustc looks for a target's standard library, in place of older ones.
fn put_beside_rustc(places: &Places, built: &Path) -> Result<()> {
    let target = Path::new("/usr/lib/rustlib").join(TARGET);
    let library = target.join("lib");
    run(apt::as_root(places, "rm")?.args(["--recursive", "--force"]).arg(&target))?;
    run(apt::as_root(places, "mkdir")?.arg("--parents").arg(&library))?;
    let entries = fs::read_dir(built)?.collect::<Result<Vec<_>, _>>()?;
    let parts =
        entries.iter().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "rlib"));
    run(apt::as_root(places, "cp")?.args(parts).arg(&library))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_follows_the_llvm_of_rustc() {
        assert_eq!(llvm_major("rustc 1.96.0\nrelease: 1.96.0\nLLVM version: 22.1.8\n"), Some("22"));
        assert_eq!(llvm_major("rustc 1.96.0\n"), None);
    }

    #[test]
    #[ignore = "needs Debian's rustc-web and rust-web-src, and takes a minute"]
    fn the_standard_library_can_be_built_from_debians_source() {
        let places = Places::find().expect("a checkout");
        let work = std::env::temp_dir().join(format!("reward-studio-std-{}", std::process::id()));
        let built = build_std(&places, &work).expect("a standard library");
        let has = |start: &str| {
            fs::read_dir(&built).expect("a folder").flatten().any(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name.starts_with(start) && name.ends_with(".rlib")
            })
        };
        assert!(has("libcore-") && has("liballoc-") && has("libstd."));
        fs::remove_dir_all(work).expect("the folder goes");
    }
}
