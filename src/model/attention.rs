//! Multi-head self-attention, bidirectional (Vaswani and others, 2017).

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::module::attention;
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{Bool, Tensor};

/// `softmax(Q Kᵗ / √d_head) V`, heads side by side, then a linear layer
/// (`BertSelfAttention` and `BertSelfOutput.dense` of `transformers`' `modeling_bert.py`).
#[derive(Module, Debug)]
pub struct SelfAttention {
    /// Query, key and value in one product, `[d_model, 3·d_model]`.
    pub query_key_value: Linear,
    /// `[d_model, d_model]`.
    pub output: Linear,
    /// Number of heads.
    pub heads: usize,
}

impl SelfAttention {
    /// `hidden`: `[batch, tokens, d_model]`; `padding`: true where nothing may be attended to, `[batch, tokens]`.
    /// Returns `[batch, tokens, d_model]`.
    pub fn forward(&self, hidden: Tensor<3>, padding: Option<&Tensor<2, Bool>>) -> Tensor<3> {
        let [batch, tokens, d_model] = hidden.dims();
        let d_head = d_model / self.heads;
        // [batch, tokens, 3, heads, d_head] → three of [batch, heads, tokens, d_head]
        let mixed = self.query_key_value.forward(hidden).reshape([batch, tokens, 3, self.heads, d_head]);
        let part = |index: usize| {
            mixed
                .clone()
                .narrow(2, index, 1)
                .reshape([batch, tokens, self.heads, d_head])
                .swap_dims(1, 2)
        };
        let mask = padding.map(|padding| {
            padding
                .clone()
                .reshape([batch, 1, 1, tokens])
                .expand([batch, self.heads, tokens, tokens])
        });
        let context = attention(part(0), part(1), part(2), mask, None, AttentionModuleOptions::default());
        self.output.forward(context.swap_dims(1, 2).reshape([batch, tokens, d_model]))
    }
}
