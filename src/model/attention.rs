//! Multi-head self-attention (Vaswani and others, 2017).

use burn::module::Module;
use burn::tensor::Tensor;

use super::loops::attention;
use super::norm::Norm;
use super::projection::Projection;
use super::sight::Sight;

/// `softmax(QKᵀ/√head + bias) V`, then the output projection.
#[derive(Module, Debug)]
pub struct Attention {
    /// Query, key and value in one product, `[d, (heads + 2 kv_heads) head]`: one pass over the input instead of three.
    pub qkv: Projection,
    /// Of each head's query, and of its key; over a head's width.
    pub head_norms: Option<HeadNorms>,
    /// Output projection, `[heads · head, d]`.
    pub output: Projection,
    /// Number of query heads.
    pub heads: usize,
    /// Number of key and value heads; divides `heads`.
    pub kv_heads: usize,
}

/// Norms within a head.
#[derive(Module, Debug)]
pub struct HeadNorms {
    /// Of the query.
    pub query: Norm,
    /// Of the key.
    pub key: Norm,
}

impl Attention {
    /// `hidden [b, s, d] → [b, s, d]`.
    pub fn forward(&self, hidden: Tensor<3>, sight: &Sight) -> Tensor<3> {
        let [b, s, _] = hidden.dims();
        let [mut query, mut key, value] = self.three(hidden);
        if let Some(norms) = &self.head_norms {
            (query, key) = (norms.query.forward(query), norms.key.forward(key));
        }
        if let Some(angles) = &sight.angles {
            (query, key) = (angles.turn(query), angles.turn(key));
        }
        let (key, value) = (self.shared(key), self.shared(value));
        let context = attention([query, key, value], sight.bias.clone());
        let head = context.dims()[3];
        self.output.forward(context.swap_dims(1, 2).reshape([b, s, self.heads * head]))
    }

    /// Query `[b, heads, s, head]`, key and value `[b, kv_heads, s, head]`.
    fn three(&self, hidden: Tensor<3>) -> [Tensor<4>; 3] {
        let [b, s, _] = hidden.dims();
        let qkv = self.qkv.forward(hidden);
        let (heads, kv_heads) = (self.heads, self.kv_heads);
        let head = qkv.dims()[2] / (heads + 2 * kv_heads);
        // [b, s, (heads + 2 kv_heads) head] → [b, heads + 2 kv_heads, s, head]
        let all = qkv.reshape([b, s, heads + 2 * kv_heads, head]).swap_dims(1, 2);
        [(0, heads), (heads, kv_heads), (heads + kv_heads, kv_heads)]
            .map(|(from, count)| all.clone().narrow(1, from, count))
    }

    /// Each key or value head once for every query head that shares it.
    fn shared(&self, x: Tensor<4>) -> Tensor<4> {
        if self.kv_heads == self.heads {
            return x;
        }
        let [b, kv_heads, s, head] = x.dims();
        let each = self.heads / kv_heads;
        x.reshape([b, kv_heads, 1, s, head])
            .expand([b, kv_heads, each, s, head])
            .reshape([b, self.heads, s, head])
    }
}
