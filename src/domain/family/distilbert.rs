//! DistilBERT (Sanh and others, 2019): a BERT of half the depth, without token types and with names of its own. Agrees with
//! `transformers`' `modeling_distilbert.py`.

use super::architecture::{Activation, Architecture, NormKind, Positions, Wiring};
use super::config::Config;
use super::names::{Names, Norm, Qkv, Up, biased, pooler};

const NAMES: Names = Names {
    prefixes: &["distilbert.", ""],
    token_type: None,
    block: "transformer.layer.",
    qkv: Qkv::Three([biased("attention.q_lin"), biased("attention.k_lin"), biased("attention.v_lin")]),
    output: biased("attention.out_lin"),
    attention_norm: Norm { name: "sa_layer_norm", not_first: false },
    up: Up::One(biased("ffn.lin1")),
    down: biased("ffn.lin2"),
    mlp_norm: "output_layer_norm",
    poolers: &[
        pooler("pre_classifier", Activation::Relu, Some("classifier")),
        pooler("pooler.dense", Activation::Relu, None),
    ],
    unused: &["vocab_", "pre_classifier.", "classifier.", "position_ids"],
    ..super::bert::NAMES
};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let (hidden, heads) = (config.count("dim")?, config.count("n_heads")?);
    let activation = config.activation("activation", "gelu")?;
    if activation != Activation::Gelu {
        return Err("its activation is not gelu, and only that is known here".into());
    }
    Ok(Architecture {
        family: "distilbert",
        hidden,
        layers: config.count("n_layers")?,
        heads,
        kv_heads: heads,
        head: hidden / heads,
        inner: config.count("hidden_dim")?,
        vocabulary: config.count("vocab_size")?,
        longest: config.count("max_position_embeddings")?,
        positions: Positions::Learned { skipped: 0 },
        token_types: 0,
        wiring: Wiring::Post,
        norm: NormKind::Layer,
        epsilon: 1e-12,
        activation,
        gated: false,
        causal: false,
        local: None,
        names: NAMES,
    })
}
