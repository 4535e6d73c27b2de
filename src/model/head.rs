//! The reward head: one weight a feature, one number out.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// `score = features · weight`. Without a bias: adding a constant to every score changes no preference.
#[derive(Module, Debug)]
pub struct Head {
    /// `[features, 1]`.
    pub weight: Param<Tensor<2>>,
}

impl Head {
    /// A head with these weights.
    pub fn new(weight: &[f32], device: &Device) -> Self {
        let data = TensorData::new(weight.to_vec(), [weight.len(), 1]);
        Self { weight: Param::from_tensor(Tensor::from_data(data, device)) }
    }

    /// A head of zeros: every margin is 0, every preference even.
    pub fn zeros(features: usize, device: &Device) -> Self {
        Self::new(&vec![0.0; features], device)
    }

    /// `[batch, features]` → scores, `[batch]`. On differences of features these are margins.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<1> {
        let [batch, _] = features.dims();
        features.matmul(self.weight.val()).reshape([batch])
    }
}
