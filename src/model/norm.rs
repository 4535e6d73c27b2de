//! Norms over a hidden state's width.

use burn::module::{Module, Param};
use burn::nn::RmsNorm;
use burn::tensor::Tensor;

use super::loops::layer_norm;

/// One of the kinds that backbones have.
#[derive(Module, Debug)]
pub enum Norm {
    /// `γ (x − mean) / √(variance + ε) + β` (Ba and others, 2016).
    Layer(LayerNorm),
    /// `γ x / √(mean of x² + ε)` (Zhang and Sennrich, 2019).
    Rms(RmsNorm),
}

/// A layer norm's parameters.
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// `γ`, `[d]`.
    pub gamma: Param<Tensor<1>>,
    /// `β`, `[d]`, where there is one.
    pub beta: Option<Param<Tensor<1>>>,
    /// `ε`.
    pub epsilon: f64,
}

impl Norm {
    /// Over the last dimension.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Norm::Layer(norm) => layer_norm(norm, x),
            Norm::Rms(norm) => norm.forward(x),
        }
    }
}
