//! Texts as they come to the blocks that train, and as they come to the head.

use burn::tensor::{Device, Tensor, TensorData};

use crate::model::input::Input;
use crate::model::reward_model::{LENGTH_SCALE, Scaling};
use crate::protocol::crew::TokenRow;
use crate::train::objective::Aim;

/// A text before the lowest block that trains.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// Its tokens.
    pub row: &'a TokenRow,
    /// log(1 + tokens of the whole response).
    pub log_length: f32,
    /// Its hidden states there, `[tokens, d]`.
    pub hidden: &'a [f32],
}

/// Hidden states `[texts, s, d]` of texts of up to `s` tokens, and how they are to be read, on `device`.
pub fn states(texts: &[Incoming], aim: &Aim, device: &Device) -> (Tensor<3>, Input) {
    let d = aim.scaling.mean.len();
    let s = longest(texts);
    let mut hidden = vec![0f32; texts.len() * s * d];
    for (place, text) in hidden.chunks_exact_mut(s * d).zip(texts) {
        place[..text.hidden.len()].copy_from_slice(text.hidden);
    }
    let hidden = Tensor::from_data(TensorData::new(hidden, [texts.len(), s, d]), device);
    let rows: Vec<TokenRow> = texts.iter().map(|text| text.row.clone()).collect();
    (hidden, Input::new(&rows, aim.recipe.pooling, device))
}

/// Tokens of the longest of them.
pub fn longest(texts: &[Incoming]) -> usize {
    texts.iter().map(|text| text.row.ids.len()).max().unwrap_or(0)
}

/// What [`Scaling::features`] makes of these texts' `pooled [texts, d]`: `[texts, width]`, on the same `device`.
pub fn scaled(pooled: Tensor<2>, texts: &[Incoming], aim: &Aim, device: &Device) -> Tensor<2> {
    let Scaling { mean, std, length } = &aim.scaling;
    let d = mean.len();
    let tensor =
        |values: Vec<f32>, shape: [usize; 2]| Tensor::<2>::from_data(TensorData::new(values, shape), device);
    let root = (d as f32).sqrt();
    let spread = std.iter().map(|std| 1.0 / (std * root)).collect();
    let features = (pooled - tensor(mean.clone(), [1, d])) * tensor(spread, [1, d]);
    let Some((mean, std)) = length else { return features };
    let lengths = texts.iter().map(|text| LENGTH_SCALE * (text.log_length - mean) / std).collect();
    Tensor::cat(vec![features, tensor(lengths, [texts.len(), 1])], 1)
}
