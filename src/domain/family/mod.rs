//! The families of backbones: what each one's `config.json` says of its network, and what its tensors are called.
//!
//! One file a family. What a family is made of ([`architecture`]) and how its checkpoints are laid out ([`names`]) are
//! data; the network (`model::transformer`) and its loader (`weights::backbone`) are the same for all.

use serde_json::Value;

pub mod architecture;
pub mod bert;
pub mod config;
pub mod distilbert;
pub mod gpt2;
pub mod gpt_neox;
pub mod llama;
pub mod modernbert;
pub mod names;
pub mod parts;
pub mod qwen2;
pub mod qwen3;
pub mod roberta;
pub mod wrapped;

use architecture::Architecture;
use config::Config;

/// What makes a network of a `config.json`; the error is why it cannot.
type Reader = fn(&Config) -> Result<Architecture, String>;

/// Every family, by the `model_type` of its `config.json`.
pub const FAMILIES: [(&str, Reader); 9] = [
    ("bert", bert::read),
    ("distilbert", distilbert::read),
    ("roberta", roberta::read),
    ("modernbert", modernbert::read),
    ("gpt2", gpt2::read),
    ("gpt_neox", gpt_neox::read),
    ("llama", llama::read),
    ("qwen2", qwen2::read),
    ("qwen3", qwen3::read),
];

/// Every family's name.
pub fn known() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|(name, _)| *name)
}

/// Whether a family reads a conversation, from left to right: its first token has seen nothing of any text.
pub fn is_decoder(name: &str) -> bool {
    ["gpt2", "gpt_neox", "llama", "qwen2", "qwen3"].contains(&name)
}

/// The network that this `config.json` is of, be it of one of ours with a network inside.
///
/// # Errors
/// Why it is not one that is known here, to go after "cannot be used: ".
pub fn read(config: &Value) -> Result<Architecture, String> {
    match wrapped::recipe(config) {
        Some(_) => wrapped::read(config),
        None => read_bare(config),
    }
}

fn read_bare(config: &Value) -> Result<Architecture, String> {
    let name = config.get("model_type").and_then(Value::as_str).ok_or("it does not say its model_type")?;
    let (_, reader) = FAMILIES
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| format!("its model_type is {name}, which is not known here"))?;
    let architecture = reader(&Config::new(config))?;
    architecture.check()?;
    Ok(architecture)
}

/// The same of a file's bytes.
///
/// # Errors
/// As [`read`], or if the bytes are no JSON.
pub fn from_json(bytes: &[u8]) -> Result<Architecture, String> {
    let config: Value =
        serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))?;
    read(&config)
}

#[cfg(test)]
mod tests;
