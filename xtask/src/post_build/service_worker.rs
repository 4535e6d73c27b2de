//! Tells the service worker what there is to keep, by filling in what its source leaves open.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::SERVICE_WORKER;
use super::inventory::Inventory;

/// Stands in the source for the id of the build. When it changes, so do the bytes of the service worker, which is
/// how a browser learns of a new version of the page.
const BUILD_ID: &str = "__BUILD_ID__";
/// Stands for a JSON array of paths: what is needed to work offline, kept at once.
const ASSETS: &str = "__ASSETS__";
/// Stands for a JSON array of paths: what is kept when it is first asked for.
const LAZY: &str = "__LAZY__";

/// Where the page keeps weights itself.
const MODELS: &str = "models/";
/// The worker for WebGPU is most of the download, and of no use where there is none.
const ON_DEMAND: &str = "worker_gpu";

/// Fills in the service worker of a folder.
pub fn fill_in(folder: &Path, inventory: &Inventory) -> Result<()> {
    let path = folder.join(SERVICE_WORKER);
    let source = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let paths: Vec<&str> = inventory.paths().collect();
    Ok(fs::write(path, filled_in(&source, &inventory.build_id, &paths)?)?)
}

fn filled_in(source: &str, build_id: &str, paths: &[&str]) -> Result<String> {
    let kept = paths.iter().filter(|path| **path != SERVICE_WORKER && !path.starts_with(MODELS));
    // A browser asks for the page by the address of its folder.
    let addresses = kept.map(|path| if *path == "index.html" { "./" } else { path });
    let (lazy, assets): (Vec<&str>, Vec<&str>) = addresses.partition(|path| path.starts_with(ON_DEMAND));

    let mut filled = source.to_owned();
    for (literal, value) in [
        (BUILD_ID, build_id.to_owned()),
        (ASSETS, serde_json::to_string(&assets)?),
        (LAZY, serde_json::to_string(&lazy)?),
    ] {
        if !filled.contains(literal) {
            bail!(
                "public/{SERVICE_WORKER} does not contain {literal}, so it would know nothing of the build"
            );
        }
        filled = filled.replace(literal, &value);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "const BUILD = '__BUILD_ID__', ASSETS = __ASSETS__, LAZY = __LAZY__;";

    #[test]
    fn it_learns_what_to_keep_at_once_and_what_on_demand() {
        let paths = [
            "index.html",
            "models/m/model.safetensors",
            "page-1_bg.wasm",
            "samples/starter.json",
            "sw.js",
            "worker_cpu.js",
            "worker_gpu.js",
            "worker_gpu_bg.wasm",
        ];
        assert_eq!(
            filled_in(SOURCE, "1f", &paths).expect("a service worker"),
            "const BUILD = '1f', ASSETS = [\"./\",\"page-1_bg.wasm\",\"samples/starter.json\",\"worker_cpu.js\"], \
             LAZY = [\"worker_gpu.js\",\"worker_gpu_bg.wasm\"];"
        );
    }

    #[test]
    fn one_that_takes_nothing_is_refused() {
        for literal in [BUILD_ID, ASSETS, LAZY] {
            assert!(filled_in(&SOURCE.replace(literal, ""), "1f", &[]).is_err(), "{literal}");
        }
    }
}
