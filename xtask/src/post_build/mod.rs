//! `cargo xtask post-build`: what is left to do when Trunk has put everything into its staging folder.
//!
//! Trunk calls this by itself, as a hook of `Trunk.toml`.

mod inline_scripts;
mod inventory;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The service worker, which keeps what the inventory lists.
const SERVICE_WORKER: &str = "sw.js";
/// Stands in the service worker's source where the build id goes.
const PLACEHOLDER: &str = "__BUILD_ID__";

/// Finishes the folder that Trunk names in `TRUNK_STAGING_DIR`.
pub fn post_build() -> Result<()> {
    let staging =
        env::var_os("TRUNK_STAGING_DIR").context("post-build is called by Trunk: run `cargo xtask build`")?;
    finish(&PathBuf::from(staging))
}

/// Moves inline scripts into files, lists all files, and tells the service worker the build id.
fn finish(staging: &Path) -> Result<()> {
    inline_scripts::move_out(staging)?;

    let inventory = inventory::Inventory::of(staging)?;
    fs::write(staging.join("build.json"), serde_json::to_string_pretty(&inventory)?)?;

    // A browser takes up a new version of the page when the bytes of its service worker change.
    let path = staging.join(SERVICE_WORKER);
    let source = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    if !source.contains(PLACEHOLDER) {
        bail!("{SERVICE_WORKER} does not contain {PLACEHOLDER}, so it would never learn of a new build");
    }
    Ok(fs::write(path, source.replace(PLACEHOLDER, &inventory.build_id))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head>
<link rel="modulepreload" href="./page-1.js" crossorigin="anonymous">
<script type="module">
import init from './page-1.js';
const wasm = await init({ module_or_path: './page-1_bg.wasm' });
</script></head><body></body></html>"#;

    /// A folder as Trunk leaves it.
    fn staged(test: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("reward-studio-post-build-{test}-{}", std::process::id()));
        fs::create_dir_all(folder.join("models/m")).expect("a folder");
        for (name, content) in [
            ("index.html", PAGE),
            ("page-1.js", "export default 1"),
            ("models/m/model.safetensors", "weights"),
            ("sw.js", "const BUILD = '__BUILD_ID__';"),
        ] {
            fs::write(folder.join(name), content).expect("a file");
        }
        folder
    }

    fn read(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).expect(name)
    }

    #[test]
    fn the_folder_ends_without_inline_scripts_and_with_an_inventory() {
        let folder = staged("all");
        finish(&folder).expect("a finished folder");

        let listed: serde_json::Value = serde_json::from_str(&read(&folder, "build.json")).expect("json");
        let files = listed["files"].as_array().expect("files");
        let paths: Vec<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
        assert_eq!(paths.len(), 3, "{paths:?}");
        let boot = paths[0];
        assert!(boot.starts_with("boot-") && boot.ends_with(".js"));
        assert_eq!(paths[1..], ["index.html", "page-1.js"]);

        let page = read(&folder, "index.html");
        assert!(page.contains(&format!(r#"<script type="module" src="./{boot}"></script>"#)), "{page}");
        assert!(read(&folder, boot).contains("import init from './page-1.js';"));

        let build_id = listed["build_id"].as_str().expect("an id");
        assert_eq!(read(&folder, "sw.js"), format!("const BUILD = '{build_id}';"));
        fs::remove_dir_all(folder).expect("the folder goes");
    }

    #[test]
    fn a_service_worker_that_takes_no_build_id_is_refused() {
        let folder = staged("worker");
        fs::write(folder.join("sw.js"), "self.onfetch = null;").expect("a file");
        assert!(finish(&folder).is_err());
        fs::remove_dir_all(folder).expect("the folder goes");
    }
}
