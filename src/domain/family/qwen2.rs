//! Qwen2 and 2.5 (Yang and others, 2024): a Llama whose queries, keys and values have a bias. Agrees with `transformers`'
//! `modeling_qwen2.py`.

use super::architecture::Architecture;
use super::config::Config;
use super::llama;

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    llama::decoder(config, "qwen2", true, llama::NAMES)
}
