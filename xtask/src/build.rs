//! `cargo xtask build`: sets up what is missing, then has Trunk make `dist/`.

use anyhow::{Context, Result};

use crate::digest;
use crate::places::Places;
use crate::process::run;
use crate::setup::{self, Toolchain};

/// What the compiled page and workers are made from. Their hash is the build id that both sides compare.
const SOURCES: [&str; 4] = ["src", "Cargo.toml", "Cargo.lock", "index.html"];

/// Builds the page in release mode.
pub fn build(places: &Places) -> Result<()> {
    setup::ensure_all(places, &setup::BUILD)?;
    let mut trunk = places.command("trunk")?;
    trunk
        .args(["build", "--release", "--skip-version-check"])
        .env("REWARD_STUDIO_BUILD_ID", source_id(places)?)
        // Trunk takes only `true` and `false` for what everybody else sets to 1.
        .env_remove("NO_COLOR");
    Toolchain::find(places)?.choose(&mut trunk);
    run(&mut trunk)
}

/// Names the source by its content: it stays the same, and nothing is compiled again, until something changes.
fn source_id(places: &Places) -> Result<String> {
    let mut members = Vec::new();
    for source in SOURCES {
        let path = places.root.join(source);
        let files = if path.is_dir() { digest::files_below(&path)? } else { vec![path] };
        for file in files {
            let name = file.strip_prefix(&places.root).context("a source lies in the checkout")?;
            members.push((name.display().to_string(), digest::of_file(&file)?));
        }
    }
    Ok(digest::of_set(members))
}
