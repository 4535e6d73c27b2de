//! A batch of token rows as tensors, padded on the right.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use crate::protocol::crew::TokenRow;

/// What the backbone reads. `batch` rows, `tokens` columns: the longest row's length.
#[derive(Clone, Debug)]
pub struct Input {
    /// Token ids, `[batch, tokens]`; padding is `pad`.
    pub ids: Tensor<2, Int>,
    /// 0 for the prompt's segment, 1 for the response's, `[batch, tokens]`.
    pub types: Tensor<2, Int>,
    /// True where a token is padding, `[batch, tokens]`; `None` when no row has any.
    pub padding: Option<Tensor<2, Bool>>,
    /// Each row's weights for the mean over its real tokens: `1/length` there, 0 on padding, `[batch, tokens]`.
    pub over_tokens: Tensor<2>,
    /// The same over the response's tokens (the final `[SEP]` where there are none), `[batch, tokens]`.
    pub over_response: Tensor<2>,
    /// 1 at the last real token, 0 elsewhere, `[batch, tokens]`.
    pub at_last: Tensor<2>,
}

impl Input {
    /// The batch of these rows; `rows` must not be empty, nor any of its rows.
    pub fn new(rows: &[TokenRow], pad: u32, device: &Device) -> Self {
        let batch = rows.len();
        let tokens = rows.iter().map(|row| row.ids.len()).max().unwrap_or(0);
        let mut ids = vec![pad as i32; batch * tokens];
        let mut types = vec![0i32; batch * tokens];
        let mut padding = vec![true; batch * tokens];
        let mut over_tokens = vec![0f32; batch * tokens];
        let mut over_response = vec![0f32; batch * tokens];
        let mut at_last = vec![0f32; batch * tokens];
        for (index, row) in rows.iter().enumerate() {
            let at = index * tokens;
            let length = row.ids.len();
            let (start, end) = (row.response_start as usize, row.response_end as usize);
            for (place, id) in row.ids.iter().enumerate() {
                ids[at + place] = *id as i32;
                types[at + place] = i32::from(place >= start);
                padding[at + place] = false;
                over_tokens[at + place] = 1.0 / length as f32;
            }
            let response = if start < end { start..end } else { length - 1..length };
            let weight = 1.0 / response.len() as f32;
            over_response[at..][response].fill(weight);
            at_last[at + length - 1] = 1.0;
        }
        let ragged = rows.iter().any(|row| row.ids.len() < tokens);
        let floats =
            |values: Vec<f32>| Tensor::<2>::from_data(TensorData::new(values, [batch, tokens]), device);
        Self {
            ids: Tensor::from_data(TensorData::new(ids, [batch, tokens]), device),
            types: Tensor::from_data(TensorData::new(types, [batch, tokens]), device),
            padding: ragged.then(|| Tensor::from_data(TensorData::new(padding, [batch, tokens]), device)),
            over_tokens: floats(over_tokens),
            over_response: floats(over_response),
            at_last: floats(at_last),
        }
    }
}
