//! The BERT encoder (Devlin and others, 2019), post-norm, as `transformers`' `modeling_bert.py` computes it.

use burn::module::Module;
use burn::nn::{Embedding, LayerNorm};
use burn::tensor::{Bool, Int, Tensor};

use super::attention::SelfAttention;
use super::input::Input;
use super::mlp::Mlp;

/// Embeddings and the first blocks of a BERT checkpoint.
#[derive(Module, Debug)]
pub struct Bert {
    /// Token, position and segment embeddings.
    pub embeddings: Embeddings,
    /// The blocks that were loaded; pooling an early one needs no later ones.
    pub blocks: Vec<Block>,
}

/// The sum of three embeddings, normalised.
#[derive(Module, Debug)]
pub struct Embeddings {
    /// `[vocabulary, d_model]`.
    pub word: Embedding,
    /// `[positions, d_model]`.
    pub position: Embedding,
    /// `[segment types, d_model]`.
    pub token_type: Embedding,
    /// Over `d_model`.
    pub norm: LayerNorm,
}

/// One transformer block; each half adds to its input, then normalises.
#[derive(Module, Debug)]
pub struct Block {
    /// Tokens look at each other.
    pub attention: SelfAttention,
    /// After the attention.
    pub attention_norm: LayerNorm,
    /// Each token on its own.
    pub mlp: Mlp,
    /// After the feed-forward layer.
    pub mlp_norm: LayerNorm,
}

impl Bert {
    /// Hidden states after `layer` blocks (0: the embeddings), `[batch, tokens, d_model]`.
    ///
    /// # Panics
    /// If fewer than `layer` blocks were loaded; the engine loads before it asks.
    pub fn hidden_states(&self, input: &Input, layer: usize) -> Tensor<3> {
        let mut hidden = self.embeddings.forward(input.ids.clone(), input.types.clone());
        for block in &self.blocks[..layer] {
            hidden = block.forward(hidden, input.padding.as_ref());
        }
        hidden
    }
}

impl Embeddings {
    /// `ids` and `types`, `[batch, tokens]` → `[batch, tokens, d_model]`.
    pub fn forward(&self, ids: Tensor<2, Int>, types: Tensor<2, Int>) -> Tensor<3> {
        let [batch, tokens] = ids.dims();
        let places = Tensor::<1, Int>::arange(0..tokens as i64, &ids.device()).reshape([1, tokens]);
        let position = self.position.forward(places).expand([batch as i64, -1, -1]);
        self.norm.forward(self.word.forward(ids) + self.token_type.forward(types) + position)
    }
}

impl Block {
    /// `[batch, tokens, d_model]` → the same shape.
    pub fn forward(&self, hidden: Tensor<3>, padding: Option<&Tensor<2, Bool>>) -> Tensor<3> {
        let attended = self.attention.forward(hidden.clone(), padding);
        let hidden = self.attention_norm.forward(attended + hidden);
        self.mlp_norm.forward(self.mlp.forward(hidden.clone()) + hidden)
    }
}
