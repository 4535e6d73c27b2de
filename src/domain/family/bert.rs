//! BERT (Devlin and others, 2019): MiniLM, BGE, E5. Agrees with `transformers`' `modeling_bert.py`.

use super::architecture::{Activation, Architecture, NormKind, Positions, Wiring};
use super::config::Config;
use super::names::{Layout, Names, Norm, Qkv, Up, biased, pooler};

/// The names of BERT and of what was made after it.
pub(super) const NAMES: Names = Names {
    prefixes: &["bert.", ""],
    word: "embeddings.word_embeddings",
    position: Some("embeddings.position_embeddings"),
    token_type: Some("embeddings.token_type_embeddings"),
    embedding_norm: Some("embeddings.LayerNorm"),
    block: "encoder.layer.",
    qkv: Qkv::Three([
        biased("attention.self.query"),
        biased("attention.self.key"),
        biased("attention.self.value"),
    ]),
    head_norms: None,
    output: biased("attention.output.dense"),
    attention_norm: Norm { name: "attention.output.LayerNorm", not_first: false },
    up: Up::One(biased("intermediate.dense")),
    down: biased("output.dense"),
    mlp_norm: "output.LayerNorm",
    final_norm: None,
    poolers: &[pooler("pooler.dense", Activation::Tanh, Some("classifier"))],
    shift: true,
    layout: Layout::OutputsFirst,
    unused: &["pooler.", "cls.", "position_ids", "classifier."],
};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let network = encoder(config, "bert", NAMES, 0)?;
    if network.token_types < 2 {
        return Err("it has one token type, and prompt and response need two".into());
    }
    Ok(network)
}

/// A BERT, or what has its `config.json`.
pub(super) fn encoder(
    config: &Config,
    family: &'static str,
    names: Names,
    skipped: usize,
) -> Result<Architecture, String> {
    config.absolute_positions()?;
    let (hidden, heads) = (config.count("hidden_size")?, config.count("num_attention_heads")?);
    let rows = config.count("max_position_embeddings")?;
    let activation = config.activation("hidden_act", "gelu")?;
    if activation != Activation::Gelu {
        return Err("its hidden_act is not gelu, and only that is known here".into());
    }
    Ok(Architecture {
        family,
        hidden,
        layers: config.count("num_hidden_layers")?,
        heads,
        kv_heads: heads,
        head: hidden / heads,
        inner: config.count("intermediate_size")?,
        vocabulary: config.count("vocab_size")?,
        longest: rows.saturating_sub(skipped),
        positions: Positions::Learned { skipped },
        token_types: config.count_or("type_vocab_size", 2)?,
        wiring: Wiring::Post,
        norm: NormKind::Layer,
        epsilon: config.number_or("layer_norm_eps", 1e-12),
        activation,
        gated: false,
        causal: false,
        local: None,
        names,
    })
}
