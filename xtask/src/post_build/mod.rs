//! `cargo xtask post-build`: what is left to do when Trunk has put everything into its staging folder.
//!
//! Trunk calls this by itself, as a hook of `Trunk.toml`.

mod inline_scripts;
mod inventory;
mod service_worker;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build::SOURCES_ID;
pub use inventory::Inventory;

/// The service worker, which keeps the page for use without a network.
const SERVICE_WORKER: &str = "sw.js";

/// Finishes the folder that Trunk names in `TRUNK_STAGING_DIR`.
pub fn post_build() -> Result<()> {
    let staging =
        env::var_os("TRUNK_STAGING_DIR").context("post-build is called by Trunk: run `cargo xtask build`")?;
    finish(&PathBuf::from(staging), env::var(SOURCES_ID).ok())
}

/// Moves inline scripts into files, lists all files, and tells the service worker of them.
fn finish(staging: &Path, sources: Option<String>) -> Result<()> {
    inline_scripts::move_out(staging)?;
    let inventory = Inventory::of(staging, sources)?;
    service_worker::fill_in(staging, &inventory)?;
    inventory.write(staging)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head>
<link rel="modulepreload" href="./page-1.js" crossorigin="anonymous">
<script type="module">
import init from './page-1.js';
const wasm = await init({ module_or_path: './page-1_bg.wasm' });
</script></head><body></body></html>"#;

    /// A folder as Trunk leaves it.
    fn staged() -> PathBuf {
        let folder = env::temp_dir().join(format!("reward-studio-post-build-{}", std::process::id()));
        fs::create_dir_all(folder.join("models/m")).expect("a folder");
        for (name, content) in [
            ("index.html", PAGE),
            ("page-1.js", "export default 1"),
            ("models/m/model.safetensors", "weights"),
            ("sw.js", "start('__BUILD_ID__', __ASSETS__, __LAZY__);"),
        ] {
            fs::write(folder.join(name), content).expect("a file");
        }
        folder
    }

    #[test]
    fn a_folder_ends_without_inline_scripts_and_with_an_inventory() {
        let folder = staged();
        finish(&folder, Some("sources".to_owned())).expect("a finished folder");
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect(name);

        let inventory = Inventory::read(&folder).expect("an inventory");
        let paths: Vec<&str> = inventory.paths().collect();
        let start = *paths.iter().find(|path| path.starts_with("start-")).expect("a script");
        assert_eq!(paths, ["index.html", "models/m/model.safetensors", "page-1.js", start, "sw.js"]);
        assert!(read("index.html").contains(&format!(r#"<script type="module" src="./{start}"></script>"#)));
        assert!(read(start).contains("import init from './page-1.js';"));
        let id = &inventory.build_id;
        assert_eq!(read("sw.js"), format!(r#"start('{id}', ["./","page-1.js","{start}"], []);"#));

        assert!(inventory.is_of("sources", &folder));
        assert!(!inventory.is_of("other sources", &folder));
        fs::remove_file(folder.join("page-1.js")).expect("a file goes");
        assert!(!inventory.is_of("sources", &folder), "it is no longer whole");
        fs::remove_dir_all(folder).expect("the folder goes");
    }
}
