//! The linear head: features → one score. It has no bias: only differences of scores mean anything.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// `score = x · w`.
#[derive(Module, Debug)]
pub struct Head {
    /// `[d, 1]`.
    pub weight: Param<Tensor<2>>,
}

impl Head {
    /// These weights.
    pub fn from_weights(weights: &[f32], device: &Device) -> Self {
        let data = TensorData::new(weights.to_vec(), [weights.len(), 1]);
        Self { weight: Param::from_tensor(Tensor::from_data(data, device)) }
    }

    /// `features [b, d] → scores [b]`. Given differences of features it gives margins: the head is linear.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<1> {
        features.matmul(self.weight.val()).squeeze_dim(1)
    }
}
