//! `config.json` of a BERT checkpoint, as `transformers` writes it.

use serde::Deserialize;

/// The sizes of a BERT encoder (`transformers`' `BertConfig`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct BertConfig {
    /// Must be `bert`.
    pub model_type: String,
    /// Number of word pieces.
    pub vocab_size: usize,
    /// Width of the hidden states.
    pub hidden_size: usize,
    /// Number of transformer blocks.
    pub num_hidden_layers: usize,
    /// Heads of each attention; divides `hidden_size`.
    pub num_attention_heads: usize,
    /// Width inside each feed-forward layer.
    pub intermediate_size: usize,
    /// Longest input in tokens.
    pub max_position_embeddings: usize,
    /// Number of segment types.
    pub type_vocab_size: usize,
    /// ε of every layer norm.
    pub layer_norm_eps: f64,
    /// Activation inside the feed-forward layers; only `gelu` is known.
    pub hidden_act: String,
    /// Token id used for padding.
    #[serde(default)]
    pub pad_token_id: u32,
}

impl BertConfig {
    /// Read and check a `config.json`.
    ///
    /// # Errors
    /// A sentence that names the field which is missing or cannot be served.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let config: Self =
            serde_json::from_slice(json).map_err(|error| format!("config.json cannot be read: {error}."))?;
        if config.model_type != "bert" {
            return Err(format!("config.json is of a \"{}\" model; only \"bert\" is served.", config.model_type));
        }
        if config.hidden_act != "gelu" {
            return Err(format!("The activation \"{}\" is not served; only \"gelu\" is.", config.hidden_act));
        }
        if config.num_attention_heads == 0 || !config.hidden_size.is_multiple_of(config.num_attention_heads) {
            return Err(format!(
                "The hidden size {} cannot be divided among {} attention heads.",
                config.hidden_size, config.num_attention_heads
            ));
        }
        Ok(config)
    }
}
