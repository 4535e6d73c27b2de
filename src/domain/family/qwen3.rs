//! Qwen3 (Yang and others, 2025): a Llama that norms each head's query and key. Agrees with `transformers`'
//! `modeling_qwen3.py`.

use super::architecture::Architecture;
use super::config::Config;
use super::llama;
use super::names::{Dense, Names};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let bias = config.switch_or("attention_bias", false);
    let names = Names {
        head_norms: Some(["self_attn.q_norm", "self_attn.k_norm"]),
        output: Dense { bias, ..llama::NAMES.output },
        ..llama::NAMES
    };
    llama::decoder(config, "qwen3", bias, names)
}
