//! The shape of a backbone, as its `config.json` gives it.

use serde::Deserialize;

/// A BERT's `config.json` (`transformers`' `BertConfig`); fields that change nothing here are left out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct BertConfig {
    /// Model family.
    pub model_type: String,
    /// Width of the hidden states.
    pub hidden_size: usize,
    /// Number of blocks.
    pub num_hidden_layers: usize,
    /// Attention heads a block.
    pub num_attention_heads: usize,
    /// Width inside the MLP.
    pub intermediate_size: usize,
    /// Rows of the word embedding.
    pub vocab_size: usize,
    /// Rows of the position embedding: the longest input in tokens.
    pub max_position_embeddings: usize,
    /// Rows of the token-type embedding.
    pub type_vocab_size: usize,
    /// ε of the layer norms.
    pub layer_norm_eps: f64,
    /// Activation of the MLP.
    pub hidden_act: String,
}

impl BertConfig {
    /// Read a `config.json`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let config: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))?;
        let Self { model_type, hidden_act, hidden_size, num_attention_heads, type_vocab_size, .. } = &config;
        if model_type != "bert" {
            return Err(format!("its model_type is {model_type}, and only bert is known here"));
        }
        if hidden_act != "gelu" {
            return Err(format!("its hidden_act is {hidden_act}, and only gelu is known here"));
        }
        if *num_attention_heads == 0 || hidden_size % num_attention_heads != 0 {
            return Err(format!("its {num_attention_heads} heads do not divide its width of {hidden_size}"));
        }
        if *type_vocab_size < 2 {
            return Err("it has one token type, and prompt and response need two".into());
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::BertConfig;

    #[test]
    fn a_foreign_config_is_refused_with_its_reason() {
        let json = r#"{"model_type":"gpt2","hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,
            "intermediate_size":8,"vocab_size":9,"max_position_embeddings":8,"type_vocab_size":2,
            "layer_norm_eps":1e-12,"hidden_act":"gelu"}"#;
        assert!(BertConfig::from_json(json.as_bytes()).unwrap_err().contains("gpt2"));
        assert!(BertConfig::from_json(&json.replace("gpt2", "bert").into_bytes()).is_ok());
        let heads =
            json.replace("gpt2", "bert").replace("\"num_attention_heads\":2", "\"num_attention_heads\":3");
        assert!(BertConfig::from_json(heads.as_bytes()).unwrap_err().contains("divide"));
        assert!(BertConfig::from_json(b"{}").is_err());
    }
}
