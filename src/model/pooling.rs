//! Hidden states → one vector a row. Every pooling is a weighted mean over real tokens, so one product serves all.

use burn::tensor::Tensor;

use crate::domain::recipe::Pooling;
use crate::protocol::crew::TokenRow;

/// Write how much each of the row's tokens counts: weights that sum to 1, one a token.
pub fn weigh(row: &TokenRow, how: Pooling, weights: &mut [f32]) {
    let (start, end, last) = (row.response_start as usize, row.response_end as usize, row.ids.len() - 1);
    let counted = match how {
        // An empty response has nothing but the separator after it.
        Pooling::ResponseMean if start == end => last..last + 1,
        Pooling::ResponseMean => start..end,
        Pooling::Mean => 0..last + 1,
        Pooling::Cls | Pooling::Pooler => 0..1,
        Pooling::Last => last..last + 1,
    };
    let share = 1.0 / counted.len() as f32;
    weights[counted].fill(share);
}

/// `weights [b, 1, s] · hidden [b, s, d] → [b, d]`.
pub fn pool(hidden: Tensor<3>, weights: Tensor<3>) -> Tensor<2> {
    weights.matmul(hidden).squeeze_dim(1)
}
