//! Llama (Touvron and others, 2023): SmolLM2, TinyLlama. Agrees with `transformers`' `modeling_llama.py`.

use super::architecture::{Architecture, NormKind, Positions, Wiring};
use super::config::Config;
use super::names::{Dense, Layout, Names, Norm, Qkv, Up, bare};

/// The names of Llama and of what was made after it.
pub(super) const NAMES: Names = Names {
    prefixes: &["model.", ""],
    word: "embed_tokens",
    position: None,
    token_type: None,
    embedding_norm: None,
    block: "layers.",
    qkv: Qkv::Three([bare("self_attn.q_proj"), bare("self_attn.k_proj"), bare("self_attn.v_proj")]),
    head_norms: None,
    output: bare("self_attn.o_proj"),
    attention_norm: Norm { name: "input_layernorm", not_first: false },
    up: Up::Two([bare("mlp.gate_proj"), bare("mlp.up_proj")]),
    down: bare("mlp.down_proj"),
    mlp_norm: "post_attention_layernorm",
    final_norm: Some("norm"),
    poolers: &[],
    shift: false,
    layout: Layout::OutputsFirst,
    unused: &["lm_head.", "score.", "rotary_emb."],
};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let bias = config.switch_or("attention_bias", false);
    let mlp = config.switch_or("mlp_bias", false);
    let names = Names {
        output: Dense { bias, ..NAMES.output },
        up: Up::Two([Dense { name: "mlp.gate_proj", bias: mlp }, Dense { name: "mlp.up_proj", bias: mlp }]),
        down: Dense { bias: mlp, ..NAMES.down },
        ..NAMES
    };
    decoder(config, "llama", bias, names)
}

/// A Llama, or what has its `config.json`. `bias` is that of query, key and value.
pub(super) fn decoder(
    config: &Config,
    family: &'static str,
    bias: bool,
    names: Names,
) -> Result<Architecture, String> {
    if config.switch_or("use_sliding_window", false) {
        return Err("its attention slides (use_sliding_window), which is not known here".into());
    }
    let (hidden, heads) = (config.count("hidden_size")?, config.count("num_attention_heads")?);
    let head = config.count_or("head_dim", hidden / heads)?;
    let three = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"];
    Ok(Architecture {
        family,
        hidden,
        layers: config.count("num_hidden_layers")?,
        heads,
        kv_heads: config.count_or("num_key_value_heads", heads)?,
        head,
        inner: config.count("intermediate_size")?,
        vocabulary: config.count("vocab_size")?,
        longest: config.count("max_position_embeddings")?,
        positions: Positions::Rotary(config.rotary(head, None, 10_000.0)?),
        token_types: 0,
        wiring: Wiring::Pre,
        norm: NormKind::Rms,
        epsilon: config.number_or("rms_norm_eps", 1e-6),
        activation: config.activation("hidden_act", "silu")?,
        gated: true,
        causal: true,
        local: None,
        names: Names { qkv: Qkv::Three(three.map(|name| Dense { name, bias })), ..names },
    })
}
