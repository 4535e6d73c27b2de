//! The feed-forward layer of a transformer block.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::gelu;

/// `down(gelu(up(x)))`, with the exact, erf-based GELU
/// (`BertIntermediate` and `BertOutput.dense` of `transformers`' `modeling_bert.py`).
#[derive(Module, Debug)]
pub struct Mlp {
    /// `[d_model, d_inner]`.
    pub up: Linear,
    /// `[d_inner, d_model]`.
    pub down: Linear,
}

impl Mlp {
    /// `[batch, tokens, d_model]` → the same shape.
    pub fn forward(&self, hidden: Tensor<3>) -> Tensor<3> {
        self.down.forward(gelu(self.up.forward(hidden)))
    }
}
