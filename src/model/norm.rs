//! Norms over a hidden state's width.

use burn::module::Module;
use burn::nn::{LayerNorm, RmsNorm};
use burn::tensor::Tensor;

/// One of the kinds that backbones have.
#[derive(Module, Debug)]
pub enum Norm {
    /// `γ (x − mean) / √(variance + ε) + β` (Ba and others, 2016).
    Layer(LayerNorm),
    /// `γ x / √(mean of x² + ε)` (Zhang and Sennrich, 2019).
    Rms(RmsNorm),
}

impl Norm {
    /// Over the last dimension.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Norm::Layer(norm) => norm.forward(x),
            Norm::Rms(norm) => norm.forward(x),
        }
    }
}
