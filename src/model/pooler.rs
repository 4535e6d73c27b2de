//! What a family's own classes have between the first token and a head: a product, an activation, in some families a norm.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::mlp::activated;
use super::norm::Norm;
use crate::domain::family::architecture::Activation;

/// `norm(f(W h + b))`. It is part of the features, and trains at no depth.
#[derive(Module, Debug)]
pub struct Pooler {
    /// `[d, d]`.
    pub dense: Linear,
    /// `f`.
    #[module(skip)]
    pub activation: Activation,
    /// After it.
    pub norm: Option<Norm>,
}

impl Pooler {
    /// `[n, d] → [n, d]`.
    pub fn forward(&self, hidden: Tensor<2>) -> Tensor<2> {
        let inner = activated(self.activation, self.dense.forward(hidden));
        match &self.norm {
            Some(norm) => norm.forward(inner),
            None => inner,
        }
    }
}
