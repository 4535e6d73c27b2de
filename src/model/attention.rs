//! Multi-head self-attention (Vaswani and others, 2017), bidirectional, as BERT has it.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::module::attention;
use burn::tensor::ops::AttentionModuleOptions;

/// `softmax(QKᵀ/√d_head + bias) V`, then the output projection.
#[derive(Module, Debug)]
pub struct Attention {
    /// Query, key and value in one product, `[d, 3d]`: one pass over the input instead of three.
    pub qkv: Linear,
    /// Output projection, `[d, d]`.
    pub output: Linear,
    /// Number of heads; divides `d`.
    pub heads: usize,
}

impl Attention {
    /// `hidden [b, s, d]`, `bias [b, 1, 1, s]` → `[b, s, d]`.
    pub fn forward(&self, hidden: Tensor<3>, bias: Option<Tensor<4>>) -> Tensor<3> {
        let [b, s, d] = hidden.dims();
        let head = d / self.heads;
        // [b, s, 3d] → [b, s, 3, heads, head] → [3, b, heads, s, head]
        let qkv = self.qkv.forward(hidden).reshape([b, s, 3, self.heads, head]).permute([2, 0, 3, 1, 4]);
        let part = |index: usize| qkv.clone().narrow(0, index, 1).squeeze_dim::<4>(0);
        let context = attention(part(0), part(1), part(2), None, bias, AttentionModuleOptions::default());
        self.output.forward(context.swap_dims(1, 2).reshape([b, s, d]))
    }
}
