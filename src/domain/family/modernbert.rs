//! ModernBERT (Warner and others, 2024): an encoder with rotary places, a gated MLP, norms before, and blocks of which most
//! see only what is near. Agrees with `transformers`' `modeling_modernbert.py`.

use serde_json::Value;

use super::architecture::{Activation, Architecture, Local, NormKind, Positions, Wiring};
use super::config::Config;
use super::names::{Dense, Layout, Names, Norm, Pooler, Qkv, Up, pooler};

const POOLERS: [Pooler; 2] = [
    Pooler { norm: Some("head.norm"), ..pooler("head.dense", Activation::Gelu, Some("classifier")) },
    Pooler { norm: Some("pooler.norm"), ..pooler("pooler.dense", Activation::Gelu, None) },
];

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let (hidden, heads) = (config.count("hidden_size")?, config.count("num_attention_heads")?);
    let layers = config.count("num_hidden_layers")?;
    let head = hidden / heads;
    let [attention_bias, mlp_bias, shift] =
        ["attention_bias", "mlp_bias", "norm_bias"].map(|name| config.switch_or(name, false));
    let dense = |name, bias| Dense { name, bias };
    let every = config.count_or("global_attn_every_n_layers", 3)?;
    let near = |index: usize| match config.get("layer_types").and_then(|types| types.get(index)) {
        Some(kind) => kind.as_str() == Some("sliding_attention"),
        None => !index.is_multiple_of(every),
    };
    // θ of the two kinds of block; version 5 keeps both under `rope_parameters`.
    let theta = |name: &str, otherwise: f64| config.get(name).and_then(Value::as_f64).unwrap_or(otherwise);
    let global = config.rotary(head, Some("full_attention"), theta("global_rope_theta", 160_000.0))?;
    let local = config.rotary(head, Some("sliding_attention"), theta("local_rope_theta", 10_000.0))?;
    Ok(Architecture {
        family: "modernbert",
        hidden,
        layers,
        heads,
        kv_heads: heads,
        head,
        inner: config.count("intermediate_size")?,
        vocabulary: config.count("vocab_size")?,
        longest: config.count("max_position_embeddings")?,
        positions: Positions::Rotary(global),
        token_types: 0,
        wiring: Wiring::Pre,
        norm: NormKind::Layer,
        epsilon: config.number_or("norm_eps", 1e-5),
        activation: config.activation("hidden_activation", "gelu")?,
        gated: true,
        causal: false,
        local: Some(Local {
            blocks: (0..layers).map(near).collect(),
            reach: config.count_or("local_attention", 128)? / 2,
            rotary: local,
        }),
        names: Names {
            prefixes: &["model.", ""],
            word: "embeddings.tok_embeddings",
            position: None,
            token_type: None,
            embedding_norm: Some("embeddings.norm"),
            block: "layers.",
            qkv: Qkv::One(dense("attn.Wqkv", attention_bias)),
            head_norms: None,
            output: dense("attn.Wo", attention_bias),
            attention_norm: Norm { name: "attn_norm", not_first: true },
            up: Up::One(dense("mlp.Wi", mlp_bias)),
            down: dense("mlp.Wo", mlp_bias),
            mlp_norm: "mlp_norm",
            final_norm: Some("final_norm"),
            poolers: &POOLERS,
            shift,
            layout: Layout::OutputsFirst,
            unused: &["head.", "decoder.", "classifier."],
        },
    })
}
