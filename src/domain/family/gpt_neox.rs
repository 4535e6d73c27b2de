//! GPT-NeoX (Black and others, 2022): Pythia. Agrees with `transformers`' `modeling_gpt_neox.py`.

use serde_json::Value;

use super::architecture::{Architecture, NormKind, Positions, Wiring};
use super::config::Config;
use super::names::{Dense, Layout, Names, Norm, Qkv, Up, biased};

const NAMES: Names = Names {
    prefixes: &["gpt_neox.", ""],
    word: "embed_in",
    position: None,
    token_type: None,
    embedding_norm: None,
    block: "layers.",
    qkv: Qkv::ByHead(biased("attention.query_key_value")),
    head_norms: None,
    output: biased("attention.dense"),
    attention_norm: Norm { name: "input_layernorm", not_first: false },
    up: Up::One(biased("mlp.dense_h_to_4h")),
    down: biased("mlp.dense_4h_to_h"),
    mlp_norm: "post_attention_layernorm",
    final_norm: Some("final_layer_norm"),
    poolers: &[],
    shift: true,
    layout: Layout::OutputsFirst,
    unused: &["embed_out.", "score.", "attention.bias", "attention.masked_bias", "rotary_emb."],
};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let (hidden, heads) = (config.count("hidden_size")?, config.count("num_attention_heads")?);
    let head = hidden / heads;
    let settings = config.get("rope_parameters");
    let share = settings.and_then(|it| it.get("partial_rotary_factor")).and_then(Value::as_f64);
    let share = share.unwrap_or_else(|| config.number_or("rotary_pct", 0.25));
    let turned = (head as f64 * share) as usize;
    let bias = config.switch_or("attention_bias", true);
    let dense = |dense: Dense| Dense { bias, ..dense };
    Ok(Architecture {
        family: "gpt_neox",
        hidden,
        layers: config.count("num_hidden_layers")?,
        heads,
        kv_heads: heads,
        head,
        inner: config.count("intermediate_size")?,
        vocabulary: config.count("vocab_size")?,
        longest: config.count("max_position_embeddings")?,
        positions: Positions::Rotary(config.rotary(
            turned,
            None,
            config.number_or("rotary_emb_base", 10_000.0),
        )?),
        token_types: 0,
        wiring: if config.switch_or("use_parallel_residual", true) { Wiring::Parallel } else { Wiring::Pre },
        norm: NormKind::Layer,
        epsilon: config.number_or("layer_norm_eps", 1e-5),
        activation: config.activation("hidden_act", "gelu")?,
        gated: false,
        causal: true,
        local: None,
        names: Names {
            qkv: Qkv::ByHead(dense(biased("attention.query_key_value"))),
            output: dense(NAMES.output),
            ..NAMES
        },
    })
}
