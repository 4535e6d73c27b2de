//! Assembles the loop that is written in WebAssembly's own text.

use std::path::Path;
use std::{env, fs};

const TEXT: &str = "src/fused.wat";

fn main() {
    println!("cargo::rerun-if-changed={TEXT}");
    let bytes = wat::parse_file(TEXT).expect("fused.wat is WebAssembly");
    let folder = env::var_os("OUT_DIR").expect("cargo names a folder");
    fs::write(Path::new(&folder).join("fused.wasm"), bytes).expect("the folder takes a file");
}
