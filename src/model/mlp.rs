//! The position-wise MLP of a transformer block.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::gelu;

/// `W₂ gelu(W₁ x + b₁) + b₂`, with the exact (erf) GELU.
#[derive(Module, Debug)]
pub struct Mlp {
    /// `[d, inner]`.
    pub up: Linear,
    /// `[inner, d]`.
    pub down: Linear,
}

impl Mlp {
    /// `[b, s, d] → [b, s, d]`.
    pub fn forward(&self, hidden: Tensor<3>) -> Tensor<3> {
        self.down.forward(gelu(self.up.forward(hidden)))
    }
}
