//! The architecture's laws, read off the sources: who may know whom.

use std::path::{Path, PathBuf};

use crate::browserless::repository;

/// All Rust files under `src/<folder>`, with their text; comments are left out.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                let code: Vec<&str> =
                    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                found.push((path, code.join("\n")));
            }
        }
    }
    let mut found = Vec::new();
    walk(&repository().join("src").join(folder), &mut found);
    assert!(!found.is_empty(), "src/{folder} has no sources");
    found
}

fn none_names(folder: &str, forbidden: &[&str]) {
    for (path, code) in sources(folder) {
        for word in forbidden {
            assert!(!code.contains(word), "{} must not know {word}", path.display());
        }
    }
}

#[test]
fn the_domain_knows_neither_burn_nor_the_browser_nor_async() {
    none_names(
        "domain",
        &["burn::", "web_sys", "wasm_bindgen", "js_sys", "gloo_", "async ", "leptos", "crate::engine"],
    );
}

#[test]
fn reading_and_writing_files_knows_neither_burn_nor_the_browser_nor_async() {
    none_names(
        "data",
        &[
            "burn::",
            "web_sys",
            "wasm_bindgen",
            "js_sys",
            "gloo_",
            "async ",
            "leptos",
            "crate::engine",
            "crate::ui",
        ],
    );
}

#[test]
fn the_protocol_knows_neither_side() {
    none_names(
        "protocol",
        &["burn::", "web_sys", "leptos", "crate::engine", "crate::ui", "crate::worker", "async "],
    );
}

#[test]
fn the_model_knows_burn_but_not_bytes_time_or_the_page() {
    none_names(
        "model",
        &["web_sys", "Instant", "now_ms", "crate::engine", "crate::ui", "safetensors", "Event::"],
    );
}

#[test]
fn training_knows_no_messages_and_no_time() {
    none_names(
        "train",
        &["web_sys", "Instant", "now_ms", "crate::engine", "crate::ui", "Event::", "Command::"],
    );
}

#[test]
fn the_engine_knows_neither_browser_nor_page() {
    none_names(
        "engine",
        &["web_sys", "js_sys", "wasm_bindgen", "gloo_", "leptos", "crate::ui", "crate::storage"],
    );
}

#[test]
fn the_page_names_no_tensor_and_no_engine() {
    none_names(
        "ui",
        &["burn::", "Tensor", "crate::engine", "crate::model", "crate::train", "crate::weights"],
    );
}

#[test]
fn only_the_engine_names_a_backend() {
    for folder in ["domain", "model", "text", "train", "weights", "protocol"] {
        none_names(folder, &["Device::flex()", "Device::ndarray()", "wgpu_options"]);
    }
}

#[test]
fn nothing_reads_a_tensor_synchronously() {
    for folder in ["engine", "model", "train", "weights", "worker"] {
        none_names(
            folder,
            &[
                ".into_data()",
                ".to_data()",
                ".into_scalar()",
                ".into_vec()",
                ".execute()",
                ".try_execute()",
                ".all_close(",
            ],
        );
    }
}

#[test]
fn no_arm_swallows_commands_or_events() {
    let file = "src/engine/studio.rs";
    let text = std::fs::read_to_string(repository().join(file)).expect("a source");
    let hear = text.split("pub async fn hear").nth(1).and_then(|rest| rest.split("\n    }\n").next());
    assert!(!hear.expect("hear").contains("_ =>"), "{file}: a new command must be led here by the compiler");
}
