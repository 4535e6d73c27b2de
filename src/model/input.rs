//! Token rows as the tensors that a forward pass takes.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::pooling;
use crate::domain::recipe::Pooling;
use crate::protocol::crew::TokenRow;

/// Added to the attention scores of padding: so far below any real score that its softmax is exactly 0.
pub const HIDDEN_FROM_ATTENTION: f32 = -1e9;

/// A batch of `b` rows, right-padded to the longest one's `s` tokens.
#[derive(Clone, Debug)]
pub struct Input {
    /// Token ids, row by row, `b · s`; padding is 0. Not on the device: [`super::words`] looks them up.
    pub ids: Vec<u32>,
    /// Token types, `[b, s]`: 0 up to the first `[SEP]`, 1 after it.
    pub types: Tensor<2, Int>,
    /// Added to attention scores, `[b, 1, 1, s]`: 0 for real tokens; `None` where no row is padded.
    pub attention_bias: Option<Tensor<4>>,
    /// How much each token counts in the pooled vector, `[b, 1, s]`; each row sums to 1.
    pub pooling_weights: Tensor<3>,
}

impl Input {
    /// The tensors of these rows. `rows` must not be empty.
    pub fn new(rows: &[TokenRow], how: Pooling, device: &Device) -> Self {
        let (b, s) = (rows.len(), rows.iter().map(|row| row.ids.len()).max().unwrap_or(0));
        let mut ids = vec![0; b * s];
        let mut types = vec![0i32; b * s];
        let mut bias = vec![HIDDEN_FROM_ATTENTION; b * s];
        let mut weights = vec![0f32; b * s];
        for (place, row) in rows.iter().enumerate() {
            let at = place * s;
            let n = row.ids.len();
            ids[at..at + n].copy_from_slice(&row.ids);
            types[at + row.response_start as usize..at + n].fill(1);
            bias[at..at + n].fill(0.0);
            pooling::weigh(row, how, &mut weights[at..at + n]);
        }
        let padded = rows.iter().any(|row| row.ids.len() < s);
        Self {
            ids,
            types: Tensor::from_data(TensorData::new(types, [b, s]), device),
            attention_bias: padded.then(|| Tensor::from_data(TensorData::new(bias, [b, 1, 1, s]), device)),
            pooling_weights: Tensor::from_data(TensorData::new(weights, [b, 1, s]), device),
        }
    }
}
