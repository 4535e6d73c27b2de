//! The position-wise MLP of a transformer block.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::{gelu_approximate, relu, silu, tanh};

use super::loops::gelu;
use super::projection::Projection;
use crate::domain::family::architecture::Activation;

/// `W₂ f(W₁ x + b₁) + b₂`; if gated, `W₂ (f(u) · v)` of the halves `u` and `v` of the first product.
#[derive(Module, Debug)]
pub struct Mlp {
    /// `[d, inner]`, or `[d, 2 inner]`.
    pub up: Projection,
    /// `[inner, d]`.
    pub down: Projection,
    /// `f`.
    #[module(skip)]
    pub activation: Activation,
    /// Whether there are two halves.
    pub gated: bool,
}

impl Mlp {
    /// `[b, s, d] → [b, s, d]`.
    pub fn forward(&self, hidden: Tensor<3>) -> Tensor<3> {
        let up = self.up.forward(hidden);
        let inner = if self.gated {
            let half = up.dims()[2] / 2;
            activated(self.activation, up.clone().narrow(2, 0, half)) * up.narrow(2, half, half)
        } else {
            activated(self.activation, up)
        };
        self.down.forward(inner)
    }
}

/// Each number by itself.
pub fn activated<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    match activation {
        Activation::Gelu => gelu(x),
        Activation::GeluTanh => gelu_approximate(x),
        Activation::Silu => silu(x),
        Activation::Relu => relu(x),
        Activation::Tanh => tanh(x),
    }
}
