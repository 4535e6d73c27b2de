//! A backbone: embeddings, and as many of its blocks as are needed. What differs between families is data
//! ([`Architecture`]); each agrees with `transformers`' file of that family (`domain::family`).

use burn::module::Module;
use burn::nn::Embedding;
use burn::tensor::{Int, Tensor};

use super::attention::Attention;
use super::input::Input;
use super::mlp::Mlp;
use super::norm::Norm;
use super::pooling::pool;
use super::sight::Sight;
use super::words::Words;
use crate::domain::family::architecture::{Architecture, Wiring};

/// The embeddings and the first blocks; what a family computes after its last hidden state is left out.
#[derive(Module, Debug)]
pub struct Transformer {
    /// Token ids to vectors.
    pub embeddings: Embeddings,
    /// The blocks held, lowest first.
    pub blocks: Vec<Block>,
    /// After the last of all blocks, where the family has one. Held once that block is.
    pub final_norm: Option<Norm>,
    /// What it is made of.
    #[module(skip)]
    pub architecture: Architecture,
}

impl Transformer {
    /// Pooled hidden states after the first `layer` blocks: `[b, d]`. `layer` must not exceed the blocks held.
    pub fn features(&self, input: &Input, layer: usize) -> Tensor<2> {
        pool(self.hidden(input, layer), input.pooling_weights.clone())
    }

    /// Hidden states after the first `layer` blocks: `[b, s, d]`; after the last one, behind the final norm.
    pub fn hidden(&self, input: &Input, layer: usize) -> Tensor<3> {
        let sights = Sights::new(&self.architecture, input);
        let embedded = self.embeddings.forward(input);
        let hidden = self.blocks[..layer]
            .iter()
            .enumerate()
            .fold(embedded, |hidden, (index, block)| block.forward(hidden, sights.of(index)));
        match &self.final_norm {
            Some(norm) if layer == self.architecture.layers => norm.forward(hidden),
            _ => hidden,
        }
    }
}

/// What the blocks of each kind see.
pub struct Sights<'a> {
    network: &'a Architecture,
    whole: Sight,
    near: Option<Sight>,
}

impl<'a> Sights<'a> {
    /// Of these rows.
    pub fn new(network: &'a Architecture, input: &Input) -> Self {
        Self { network, whole: Sight::whole(network, input), near: Sight::near(network, input) }
    }

    /// Of block `index`.
    pub fn of(&self, index: usize) -> &Sight {
        let local = self.network.local.as_ref();
        match &self.near {
            Some(near) if local.is_some_and(|local| local.blocks[index]) => near,
            _ => &self.whole,
        }
    }
}

/// Word, position and token-type vectors, summed and normalised, as far as the family has them.
#[derive(Module, Debug)]
pub struct Embeddings {
    /// `[vocabulary, d]`, not on the device.
    #[module(skip)]
    pub word: Words,
    /// `[longest input, d]`.
    pub position: Option<Embedding>,
    /// `[2, d]`.
    pub token_type: Option<Embedding>,
    /// Over `d`.
    pub norm: Option<Norm>,
}

impl Embeddings {
    /// `[b, s, d]`.
    pub fn forward(&self, input: &Input) -> Tensor<3> {
        let [b, s] = input.types.dims();
        let device = input.types.device();
        let mut sum = self.word.forward(&input.ids, [b, s], &device);
        if let Some(token_type) = &self.token_type {
            sum = sum + token_type.forward(input.types.clone());
        }
        if let Some(position) = &self.position {
            let places: Tensor<2, Int> = Tensor::arange(0..s as i64, &device).unsqueeze();
            sum = sum + position.forward(places);
        }
        match &self.norm {
            Some(norm) => norm.forward(sum),
            None => sum,
        }
    }
}

/// Attention and MLP, hung together as [`Wiring`] says.
#[derive(Module, Debug)]
pub struct Block {
    /// Mixes tokens.
    pub attention: Attention,
    /// That of attention; ModernBERT's first block has none.
    pub attention_norm: Option<Norm>,
    /// Works on each token.
    pub mlp: Mlp,
    /// That of the MLP.
    pub mlp_norm: Norm,
    /// Where the norms stand.
    #[module(skip)]
    pub wiring: Wiring,
}

impl Block {
    /// `[b, s, d] → [b, s, d]`.
    pub fn forward(&self, hidden: Tensor<3>, sight: &Sight) -> Tensor<3> {
        let attended = |x| self.attention.forward(x, sight);
        match self.wiring {
            Wiring::Post => {
                let hidden = self.attention_normed(hidden.clone() + attended(hidden));
                self.mlp_norm.forward(hidden.clone() + self.mlp.forward(hidden))
            }
            Wiring::Pre => {
                let hidden = hidden.clone() + attended(self.attention_normed(hidden));
                hidden.clone() + self.mlp.forward(self.mlp_norm.forward(hidden))
            }
            Wiring::Parallel => {
                let inner = self.mlp.forward(self.mlp_norm.forward(hidden.clone()));
                hidden.clone() + attended(self.attention_normed(hidden)) + inner
            }
        }
    }

    fn attention_normed(&self, x: Tensor<3>) -> Tensor<3> {
        match &self.attention_norm {
            Some(norm) => norm.forward(x),
            None => x,
        }
    }
}
