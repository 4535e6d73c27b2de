//! From the hidden states of many tokens to one vector. Padding never counts.

use burn::tensor::Tensor;

use super::input::Input;
use crate::domain::recipe::Pooling;

/// `hidden`, `[batch, tokens, d_model]` → `[batch, d_model]`: each row's weighted sum of its tokens' vectors.
pub fn pool(hidden: Tensor<3>, input: &Input, pooling: Pooling) -> Tensor<2> {
    let [batch, tokens, d_model] = hidden.dims();
    let weights = match pooling {
        Pooling::ResponseMean => input.over_response.clone(),
        Pooling::Mean => input.over_tokens.clone(),
        Pooling::Last => input.at_last.clone(),
        Pooling::Cls => return hidden.narrow(1, 0, 1).reshape([batch, d_model]),
    };
    // [batch, 1, tokens] · [batch, tokens, d_model]
    weights.reshape([batch, 1, tokens]).matmul(hidden).reshape([batch, d_model])
}
