//! BERT's encoder (Devlin and others, 2019), post-norm; agrees with `transformers`' `modeling_bert.py`.

use burn::module::Module;
use burn::nn::{Embedding, LayerNorm};
use burn::tensor::{Int, Tensor};

use super::attention::Attention;
use super::input::Input;
use super::mlp::Mlp;
use super::pooling::pool;

/// The embeddings and the first blocks; the pooler is left out, no recipe uses it.
#[derive(Module, Debug)]
pub struct Bert {
    /// Token ids to vectors.
    pub embeddings: Embeddings,
    /// The blocks held, lowest first.
    pub blocks: Vec<Block>,
}

impl Bert {
    /// Pooled hidden states after the first `layer` blocks: `[b, d]`. `layer` must not exceed the blocks held.
    pub fn features(&self, input: &Input, layer: usize) -> Tensor<2> {
        pool(self.hidden(input, layer), input.pooling_weights.clone())
    }

    /// Hidden states after the first `layer` blocks: `[b, s, d]`.
    pub fn hidden(&self, input: &Input, layer: usize) -> Tensor<3> {
        let embedded = self.embeddings.forward(input.ids.clone(), input.types.clone());
        self.blocks[..layer]
            .iter()
            .fold(embedded, |hidden, block| block.forward(hidden, input.attention_bias.clone()))
    }
}

/// Word, position and token-type vectors, summed and normalised.
#[derive(Module, Debug)]
pub struct Embeddings {
    /// `[vocabulary, d]`.
    pub word: Embedding,
    /// `[longest input, d]`.
    pub position: Embedding,
    /// `[2, d]`.
    pub token_type: Embedding,
    /// Over `d`.
    pub norm: LayerNorm,
}

impl Embeddings {
    /// `ids [b, s]`, `types [b, s]` → `[b, s, d]`.
    pub fn forward(&self, ids: Tensor<2, Int>, types: Tensor<2, Int>) -> Tensor<3> {
        let [_, s] = ids.dims();
        let positions = Tensor::arange(0..s as i64, &ids.device()).unsqueeze::<2>();
        let sum = self.word.forward(ids) + self.token_type.forward(types) + self.position.forward(positions);
        self.norm.forward(sum)
    }
}

/// `h ← norm(h + attention(h))`, `h ← norm(h + mlp(h))`.
#[derive(Module, Debug)]
pub struct Block {
    /// Mixes tokens.
    pub attention: Attention,
    /// After the attention's residual.
    pub attention_norm: LayerNorm,
    /// Works on each token.
    pub mlp: Mlp,
    /// After the MLP's residual.
    pub mlp_norm: LayerNorm,
}

impl Block {
    /// `hidden [b, s, d]`, `bias [b, 1, 1, s]` → `[b, s, d]`.
    pub fn forward(&self, hidden: Tensor<3>, bias: Option<Tensor<4>>) -> Tensor<3> {
        let hidden = self.attention_norm.forward(hidden.clone() + self.attention.forward(hidden, bias));
        self.mlp_norm.forward(hidden.clone() + self.mlp.forward(hidden))
    }
}
