//! BERT's tensors by the names in its own checkpoints, with or without the `bert.` in front.

use burn::module::Param;
use burn::nn::{Embedding, LayerNorm, LayerNormConfig, Linear};
use burn::tensor::{Device, Tensor, TensorData};

use super::checkpoint::Checkpoint;
use super::file::TensorFile;
use crate::engine::ports::ByteSource;
use crate::model::attention::Attention;
use crate::model::bert::{Block, Embeddings};
use crate::model::config::BertConfig;
use crate::model::mlp::Mlp;
use crate::protocol::Fault;

/// A BERT checkpoint whose parts are read when they are needed.
pub struct BertFile<S> {
    file: TensorFile<S>,
    config: BertConfig,
    prefix: &'static str,
    device: Device,
}

impl<S: ByteSource> BertFile<S> {
    /// The checkpoint in `file`, to be put on `device`.
    pub fn new(file: TensorFile<S>, config: BertConfig, device: Device) -> Self {
        let prefix = if file.has("bert.embeddings.word_embeddings.weight") { "bert." } else { "" };
        Self { file, config, prefix, device }
    }

    /// The embeddings.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn embeddings(&self) -> Result<Embeddings, Fault> {
        let BertConfig { vocab_size, max_position_embeddings, type_vocab_size, .. } = self.config;
        Ok(Embeddings {
            word: self.embedding("embeddings.word_embeddings", vocab_size).await?,
            position: self.embedding("embeddings.position_embeddings", max_position_embeddings).await?,
            token_type: self.embedding("embeddings.token_type_embeddings", type_vocab_size).await?,
            norm: self.norm("embeddings.LayerNorm").await?,
        })
    }

    /// Block `index`, from 0.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn block(&self, index: usize) -> Result<Block, Fault> {
        let (d, inner) = (self.config.hidden_size, self.config.intermediate_size);
        let at = |part: &str| format!("encoder.layer.{index}.{part}");
        let mut qkv = Vec::with_capacity(3);
        for part in ["query", "key", "value"] {
            qkv.push(self.weight_and_bias(&at(&format!("attention.self.{part}")), d, d).await?);
        }
        // [d, d] three times, side by side.
        let mut weight = Vec::with_capacity(3 * d * d);
        for row in 0..d {
            for (part, _) in &qkv {
                weight.extend_from_slice(&part[row * d..(row + 1) * d]);
            }
        }
        let bias = qkv.into_iter().flat_map(|(_, bias)| bias).collect();
        Ok(Block {
            attention: Attention {
                qkv: self.linear_of(weight, bias, d),
                output: self.linear(&at("attention.output.dense"), d, d).await?,
                heads: self.config.num_attention_heads,
            },
            attention_norm: self.norm(&at("attention.output.LayerNorm")).await?,
            mlp: Mlp {
                up: self.linear(&at("intermediate.dense"), d, inner).await?,
                down: self.linear(&at("output.dense"), inner, d).await?,
            },
            mlp_norm: self.norm(&at("output.LayerNorm")).await?,
        })
    }

    /// The file by itself.
    pub fn checkpoint(&self) -> Checkpoint<'_, S> {
        Checkpoint::new(&self.file, self.prefix)
    }

    async fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        self.file.tensor(&format!("{}{name}", self.prefix), shape).await
    }

    async fn embedding(&self, name: &str, rows: usize) -> Result<Embedding, Fault> {
        let d = self.config.hidden_size;
        let values = self.tensor(&format!("{name}.weight"), &[rows, d]).await?;
        Ok(Embedding { weight: self.param(values, [rows, d]) })
    }

    async fn norm(&self, name: &str) -> Result<LayerNorm, Fault> {
        let d = self.config.hidden_size;
        let gamma = self.tensor(&format!("{name}.weight"), &[d]).await?;
        let beta = self.tensor(&format!("{name}.bias"), &[d]).await?;
        let mut norm = LayerNormConfig::new(d).with_epsilon(self.config.layer_norm_eps).init(&self.device);
        norm.gamma = self.param(gamma, [d]);
        norm.beta = Some(self.param(beta, [d]));
        Ok(norm)
    }

    async fn linear(&self, name: &str, input: usize, output: usize) -> Result<Linear, Fault> {
        let (weight, bias) = self.weight_and_bias(name, input, output).await?;
        Ok(self.linear_of(weight, bias, input))
    }

    /// Weight as `[input, output]` (checkpoints have it the other way round), and bias `[output]`.
    async fn weight_and_bias(
        &self,
        name: &str,
        input: usize,
        output: usize,
    ) -> Result<(Vec<f32>, Vec<f32>), Fault> {
        let weight = self.tensor(&format!("{name}.weight"), &[output, input]).await?;
        let bias = self.tensor(&format!("{name}.bias"), &[output]).await?;
        Ok((transposed(&weight, output, input), bias))
    }

    fn linear_of(&self, weight: Vec<f32>, bias: Vec<f32>, input: usize) -> Linear {
        let output = bias.len();
        Linear { weight: self.param(weight, [input, output]), bias: Some(self.param(bias, [output])) }
    }

    fn param<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Param<Tensor<D>> {
        Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), &self.device))
    }
}

/// `[rows, columns] → [columns, rows]`.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut turned = vec![0f32; values.len()];
    for (r, row) in values.chunks_exact(columns).enumerate() {
        for (c, &value) in row.iter().enumerate() {
            turned[c * rows + r] = value;
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    #[test]
    fn transposing_turns_rows_into_columns() {
        assert_eq!(super::transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
