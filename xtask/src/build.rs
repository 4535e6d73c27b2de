//! `cargo xtask build`: sets up what is missing, then has Trunk make `dist/`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::digest;
use crate::ink;
use crate::places::Places;
use crate::post_build::Inventory;
use crate::process::run;
use crate::setup::{self, Toolchain};

/// What the wasm is compiled from.
const COMPILED: [&str; 5] = ["src", "kernels", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"];
/// What else `dist/` is made from and by.
const AROUND: [&str; 5] = ["style", "public", "index.html", "Trunk.toml", "xtask/src/post_build"];
/// Not among it: weights are known by the hashes in `public/backbones.json`.
const WEIGHTS: &str = "public/models";

/// Tells the compiler the id of what is compiled, which page and workers compare: they must be of one build.
const COMPILED_ID: &str = "REWARD_STUDIO_BUILD_ID";
/// Tells the hook after the build the id of everything, by which the next build sees that there is nothing to do.
pub const SOURCES_ID: &str = "REWARD_STUDIO_SOURCES_ID";
/// Tells that hook how to call us back.
const XTASK: &str = "XTASK";

/// Builds the page in release mode, unless `dist/` is of these very sources already.
pub fn build(places: &Places) -> Result<()> {
    setup::ensure_all(places, &setup::BUILD)?;
    if is_current(places)? {
        println!("{} dist/ is up to date", ink::green("✓"));
        return Ok(());
    }
    let toolchain = Toolchain::find(places)?;
    let mut fetch = places.command("cargo")?;
    run(toolchain.choose(fetch.args(["fetch", "--target", setup::TARGET])))?;

    // Offline: what Trunk does not find on PATH it would download, in a version that we did not choose.
    let mut trunk = places.command("trunk")?;
    trunk
        .args(["build", "--release", "--offline", "--skip-version-check"])
        .env(COMPILED_ID, compiled_id(places)?)
        .env(SOURCES_ID, sources_id(places)?)
        .env(XTASK, &places.xtask)
        // Trunk takes only `true` and `false` for what everybody else sets to 1.
        .env_remove("NO_COLOR");
    run(toolchain.choose(&mut trunk))?;
    println!("{} the page is in {}", ink::green("✓"), places.dist().display());
    Ok(())
}

/// Whether `dist/` is there, whole, and built from what the checkout holds now.
pub fn is_current(places: &Places) -> Result<bool> {
    let sources = sources_id(places)?;
    Ok(Inventory::read(&places.dist()).is_ok_and(|built| built.is_of(&sources, &places.dist())))
}

fn compiled_id(places: &Places) -> Result<String> {
    id_of(&places.root, &COMPILED)
}

fn sources_id(places: &Places) -> Result<String> {
    id_of(&places.root, &[&COMPILED[..], &AROUND].concat())
}

/// Names the sources by their content: it stays the same, and nothing is compiled again, until something changes.
fn id_of(root: &Path, sources: &[&str]) -> Result<String> {
    let mut members = Vec::new();
    for source in sources {
        let path = root.join(source);
        let files = if path.is_dir() { digest::files_below(&path)? } else { vec![path] };
        for file in files {
            let name = file.strip_prefix(root).context("a source lies in the checkout")?;
            if !name.starts_with(WEIGHTS) {
                members.push((name.display().to_string(), digest::of_file(&file)?));
            }
        }
    }
    Ok(digest::of_set(members))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn sources_are_named_by_their_content_but_for_weights() {
        let root = std::env::temp_dir().join(format!("reward-studio-sources-{}", std::process::id()));
        fs::create_dir_all(root.join("public/models")).expect("a folder");
        let write = |name: &str, content: &str| fs::write(root.join(name), content).expect("a file");
        let id = || id_of(&root, &["Cargo.toml", "public"]).expect("an id");

        write("Cargo.toml", "1");
        let first = id();
        write("public/models/model.safetensors", "weights");
        assert_eq!(id(), first);
        write("public/sw.js", "new");
        let second = id();
        assert_ne!(second, first);
        write("Cargo.toml", "2");
        assert_ne!(id(), second);
        assert!(id_of(&root, &["src"]).is_err(), "a source that is not there is no empty one");
        fs::remove_dir_all(root).expect("the folder goes");
    }
}
