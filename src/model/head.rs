//! The head, where it learns: features → one score. Its last layer has no bias: only differences of scores mean anything.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

use super::hidden_layer::HiddenLayer;

/// `score = x · w`, or `φ(x) · w` behind a [`HiddenLayer`].
#[derive(Module, Debug)]
pub struct Head {
    /// `[width, units]` and `[units]`; `None` of a linear head.
    pub hidden: Option<Linear>,
    /// `[width, 1]`, or `[units, 1]`.
    pub weight: Param<Tensor<2>>,
}

impl Head {
    /// These weights, behind this hidden layer.
    pub fn from_weights(weights: &[f32], hidden: Option<&HiddenLayer>, device: &Device) -> Self {
        let data = TensorData::new(weights.to_vec(), [weights.len(), 1]);
        let hidden = hidden.map(|HiddenLayer { weight, bias }| {
            let (units, width) = (bias.len(), weight.len() / bias.len().max(1));
            let rows = Tensor::<2>::from_data(TensorData::new(weight.clone(), [units, width]), device);
            let bias = Tensor::from_data(TensorData::new(bias.clone(), [units]), device);
            Linear { weight: Param::from_tensor(rows.transpose()), bias: Some(Param::from_tensor(bias)) }
        });
        Self { hidden, weight: Param::from_tensor(Tensor::from_data(data, device)) }
    }

    /// `features [b, width] → scores [b]`. A linear head makes margins of differences of features.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<1> {
        let features = match &self.hidden {
            Some(Linear { weight, bias: Some(bias) }) => {
                let (weight, bias) = (weight.val(), bias.val().unsqueeze());
                let [_, units] = weight.dims();
                let reached = (features.matmul(weight) + bias.clone()).tanh();
                (reached - bias.tanh()).div_scalar((units as f32).sqrt())
            }
            Some(_) | None => features,
        };
        features.matmul(self.weight.val()).squeeze_dim(1)
    }
}
