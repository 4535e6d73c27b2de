//! GPT-2 (Radford and others, 2019). Agrees with `transformers`' `modeling_gpt2.py`.

use super::architecture::{Architecture, NormKind, Positions, Wiring};
use super::config::Config;
use super::names::{Layout, Names, Norm, Qkv, Up, biased};

const NAMES: Names = Names {
    prefixes: &["transformer.", ""],
    word: "wte",
    position: Some("wpe"),
    token_type: None,
    embedding_norm: None,
    block: "h.",
    qkv: Qkv::One(biased("attn.c_attn")),
    head_norms: None,
    output: biased("attn.c_proj"),
    attention_norm: Norm { name: "ln_1", not_first: false },
    up: Up::One(biased("mlp.c_fc")),
    down: biased("mlp.c_proj"),
    mlp_norm: "ln_2",
    final_norm: Some("ln_f"),
    poolers: &[],
    shift: true,
    layout: Layout::InputsFirst,
    unused: &["lm_head.", "score.", "attn.bias", "attn.masked_bias"],
};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    for odd in ["scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "add_cross_attention"] {
        if config.switch_or(odd, false) {
            return Err(format!("it says {odd}, which is not known here"));
        }
    }
    if !config.switch_or("scale_attn_weights", true) {
        return Err("its attention is not scaled, which is not known here".into());
    }
    let (hidden, heads) = (config.count("n_embd")?, config.count("n_head")?);
    Ok(Architecture {
        family: "gpt2",
        hidden,
        layers: config.count("n_layer")?,
        heads,
        kv_heads: heads,
        head: hidden / heads,
        inner: config.count_or("n_inner", 4 * hidden)?,
        vocabulary: config.count("vocab_size")?,
        longest: config.count("n_positions")?,
        positions: Positions::Learned { skipped: 0 },
        token_types: 0,
        wiring: Wiring::Pre,
        norm: NormKind::Layer,
        epsilon: config.number_or("layer_norm_epsilon", 1e-5),
        activation: config.activation("activation_function", "gelu_new")?,
        gated: false,
        causal: true,
        local: None,
        names: NAMES,
    })
}
