//! Which files a backbone needs, and what a list of names already shows to be missing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Complaint;

/// The shape.
pub const CONFIG: &str = "config.json";
/// The tokenizer, in the form of the `tokenizers` library.
pub const TOKENIZER: &str = "tokenizer.json";
/// The names of special tokens and often the chat template; and that template by itself. Not every model has them.
pub const OF_CHATS: [&str; 2] = ["tokenizer_config.json", "chat_template.jinja"];
/// The weights in one file.
pub const WEIGHTS: &str = "model.safetensors";
/// Which tensor is in which of several files.
pub const INDEX: &str = "model.safetensors.index.json";

/// A file in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path inside the repository or folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, where the list says it.
    pub sha256: Option<String>,
}

/// How the weights lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// In [`WEIGHTS`].
    One,
    /// In the files that [`INDEX`] names.
    Sharded,
}

/// How the weights lie, if nothing is missing that the names would show.
///
/// # Errors
/// What is missing, and where it may be had.
pub fn weights(listed: &[Listed]) -> Result<Weights, Complaint> {
    let has = |name: &str| listed.iter().any(|file| file.path == name);
    let ends = |endings: &[&str]| {
        let ending = |path: &str| endings.iter().any(|ending| path.ends_with(ending));
        // What a trainer leaves of its own settings is a pickle too, and no weights.
        listed.iter().map(|file| file.path.as_str()).find(|path| ending(path) && *path != "training_args.bin")
    };
    if listed.is_empty() {
        return Err(Complaint::new(
            "There are no files in it.",
            "Choose the folder or the files of a model.",
        ));
    }
    if has("adapter_config.json") && !has(CONFIG) {
        return Err(Complaint::new(
            "This is a LoRA adapter, which is only what was changed of another model.",
            "Merge it first: in Python, AutoPeftModel.from_pretrained(…).merge_and_unload().save_pretrained(folder).",
        ));
    }
    if !has(CONFIG) {
        return Err(match ends(&[".gguf"]) {
            Some(name) => Complaint::new(
                format!("{name} is in GGUF, a format of other programs, and there is no {CONFIG}."),
                "Take the model that it was made of: one with config.json, tokenizer.json and model.safetensors.",
            ),
            None => Complaint::new(
                format!("There is no {CONFIG}, which says what the model is."),
                "A backbone is the folder that transformers’ save_pretrained writes.",
            ),
        });
    }
    if !has(TOKENIZER) {
        let old = ["vocab.txt", "vocab.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];
        let instead = match old.into_iter().find(|name| has(name)) {
            Some(name) => format!("There is no {TOKENIZER}, only {name}, a tokenizer of the older kind."),
            None => format!("There is no {TOKENIZER}."),
        };
        return Err(Complaint::new(
            instead,
            "In Python, AutoTokenizer.from_pretrained(model).save_pretrained(folder) writes one; then choose that \
             folder’s files here.",
        ));
    }
    if has(WEIGHTS) {
        return Ok(Weights::One);
    }
    if has(INDEX) {
        return Ok(Weights::Sharded);
    }
    Err(without_weights(
        ends(&[".bin", ".pt", ".pth", ".ckpt"]),
        ends(&[".safetensors"]),
        ends(&[".gguf", ".onnx", ".h5", ".msgpack"]),
    ))
}

fn without_weights(pickle: Option<&str>, misnamed: Option<&str>, foreign: Option<&str>) -> Complaint {
    const CONVERT: &str = "In Python, AutoModel.from_pretrained(model).save_pretrained(folder) writes model.safetensors; \
         then choose that folder’s files here, or find the same model in safetensors.";
    match (misnamed, pickle, foreign) {
        (Some(name), ..) => Complaint::new(
            format!("There is no {WEIGHTS}, only {name}."),
            "If that holds all the weights, call it model.safetensors; if it is one of several, add \
             model.safetensors.index.json.",
        ),
        (None, Some(name), _) => Complaint::new(
            format!(
                "The weights are a pickle only ({name}), which may hold code that runs when it is read, and is not \
                 opened here."
            ),
            CONVERT,
        ),
        (None, None, Some(name)) => Complaint::new(
            format!("There is no {WEIGHTS}, only {name}, a format of other programs."),
            CONVERT,
        ),
        (None, None, None) => Complaint::new(format!("There are no weights: no {WEIGHTS}."), CONVERT),
    }
}

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The files that the index names, in order.
///
/// # Errors
/// If it cannot be read, or names a file that is not listed.
pub fn shards(index: &[u8], listed: &[Listed]) -> Result<Vec<String>, Complaint> {
    let broken = |why: String| {
        Complaint::new(format!("{INDEX} cannot be used: {why}."), "Take the model’s files anew, all of them.")
    };
    let index: Index = serde_json::from_slice(index).map_err(|error| broken(error.to_string()))?;
    let names: BTreeSet<String> = index.weight_map.into_values().collect();
    if names.is_empty() {
        return Err(broken("it names no file".into()));
    }
    for name in &names {
        if !is_plain(name) || !name.ends_with(".safetensors") {
            return Err(broken(format!("it names {name}, which is no safetensors file beside it")));
        }
        if !listed.iter().any(|file| file.path == *name) {
            return Err(broken(format!("it names {name}, which is not there")));
        }
    }
    Ok(names.into_iter().collect())
}

/// Whether this is a file's name and no path.
pub fn is_plain(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

/// The folder in which the model lies among these paths: that of the `config.json` nearest to the top. It ends in `/`,
/// or is empty.
pub fn root<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folders = paths.into_iter().filter_map(|path| {
        let folder = path.strip_suffix(CONFIG)?;
        (folder.is_empty() || folder.ends_with('/')).then_some(folder)
    });
    folders.min_by_key(|folder| (folder.matches('/').count(), *folder))
}

/// The licence that a model's page (`README.md`) names in its front matter.
pub fn licence(readme: &str) -> Option<String> {
    let front = readme.trim_start_matches('\u{feff}').strip_prefix("---")?.split("\n---").next()?;
    let named = front.lines().find_map(|line| line.strip_prefix("license:"))?;
    let named = named.trim().trim_matches(['"', '\'']);
    (!named.is_empty()).then(|| named.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(paths: &[&str]) -> Vec<Listed> {
        paths.iter().map(|path| Listed { path: (*path).into(), bytes: 1, sha256: None }).collect()
    }

    #[test]
    fn weights_are_in_one_file_or_in_several() {
        assert_eq!(weights(&listed(&[CONFIG, TOKENIZER, WEIGHTS, "pytorch_model.bin"])), Ok(Weights::One));
        assert_eq!(weights(&listed(&[CONFIG, TOKENIZER, INDEX])), Ok(Weights::Sharded));
        assert_eq!(weights(&listed(&[CONFIG, TOKENIZER, INDEX, WEIGHTS])), Ok(Weights::One));
    }

    #[test]
    fn what_is_missing_is_said_with_what_is_there_instead() {
        for (paths, words) in [
            (&[][..], "no files"),
            (&["model.q4.gguf"], "GGUF"),
            (&["adapter_config.json", "adapter_model.safetensors"], "LoRA adapter"),
            (&[TOKENIZER, WEIGHTS], "no config.json"),
            (&[CONFIG, WEIGHTS, "vocab.txt"], "only vocab.txt"),
            (&[CONFIG, WEIGHTS], "no tokenizer.json."),
            (&[CONFIG, TOKENIZER, "pytorch_model.bin"], "a pickle only (pytorch_model.bin)"),
            (
                &[CONFIG, TOKENIZER, "model-00001-of-00002.safetensors"],
                "only model-00001-of-00002.safetensors",
            ),
            (&[CONFIG, TOKENIZER, "tf_model.h5"], "only tf_model.h5"),
            (&[CONFIG, TOKENIZER], "no weights"),
        ] {
            let complaint = weights(&listed(paths)).expect_err(words);
            assert!(complaint.what.contains(words), "{words}: {}", complaint.what);
            assert!(!complaint.remedy.is_empty());
        }
    }

    #[test]
    fn an_index_names_files_that_are_there_and_nothing_else() {
        let there = listed(&["a.safetensors", "b.safetensors"]);
        let good =
            br#"{"metadata":{},"weight_map":{"x":"b.safetensors","y":"a.safetensors","z":"b.safetensors"}}"#;
        assert_eq!(shards(good, &there), Ok(vec!["a.safetensors".into(), "b.safetensors".into()]));
        for (json, words) in [
            (&br#"{"weight_map":{"x":"c.safetensors"}}"#[..], "not there"),
            (br#"{"weight_map":{"x":"../b.safetensors"}}"#, "beside it"),
            (br#"{"weight_map":{"x":"pytorch_model.bin"}}"#, "beside it"),
            (br#"{"weight_map":{}}"#, "names no file"),
            (b"{}", "weight_map"),
        ] {
            let complaint = shards(json, &there).expect_err(words);
            assert!(complaint.what.contains(words), "{}", complaint.what);
        }
    }

    #[test]
    fn the_model_lies_where_its_config_is_nearest_to_the_top() {
        assert_eq!(root(["model.safetensors", "config.json", "1_Pooling/config.json"]), Some(""));
        assert_eq!(root(["tiny/1_Pooling/config.json", "tiny/config.json"]), Some("tiny/"));
        assert_eq!(root(["tiny/adapter_config.json"]), None);
    }

    #[test]
    fn the_licence_stands_in_the_front_matter() {
        assert_eq!(
            licence("---\nlanguage: en\nlicense: apache-2.0\n---\n# A model"),
            Some("apache-2.0".into())
        );
        assert_eq!(licence("---\nlanguage: en\n---\nlicense: mit"), None);
        assert_eq!(licence("# A model\nlicense: mit"), None);
    }
}
