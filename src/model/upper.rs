//! The blocks that train, above hidden states that stay as they are.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};

use super::input::Input;
use super::norm::Norm;
use super::pooler::Pooler;
use super::pooling::pool;
use super::projection::{Adapter, Projection};
use super::transformer::{Block, Sights};
use crate::domain::depth::{Lora, Targets};
use crate::domain::family::architecture::{Architecture, NormKind};
use crate::domain::family::names::Up;

/// The topmost blocks that a recipe runs.
#[derive(Module, Debug)]
pub struct Upper {
    /// Lowest first.
    pub blocks: Vec<Block>,
    /// After the last of all blocks, where that is held and the family has one.
    pub final_norm: Option<Norm>,
    /// Behind the pooling, where the recipe has one; frozen.
    pub pooler: Option<Pooler>,
    /// The number of the lowest block, from 0.
    pub first: usize,
    /// What the whole network is made of.
    #[module(skip)]
    pub architecture: Architecture,
}

impl Upper {
    /// `hidden [b, s, d]`, the states before block `at` of these (0 is the lowest), after it.
    pub fn through(&self, at: usize, hidden: Tensor<3>, sights: &Sights) -> Tensor<3> {
        self.blocks[at].forward(hidden, sights.of(self.first + at))
    }

    /// Pooled vectors `[b, d]` of `top [b, s, d]`, the states after the last of these blocks.
    pub fn pooled(&self, top: Tensor<3>, input: &Input) -> Tensor<2> {
        let top = match &self.final_norm {
            Some(norm) => norm.forward(top),
            None => top,
        };
        let pooled = pool(top, input.pooling_weights.clone());
        match &self.pooler {
            Some(pooler) => pooler.forward(pooled),
            None => pooled,
        }
    }

    /// About so many bytes are kept for the way back by the graph of these blocks over `texts` of `s` tokens: what the
    /// operations remember of one block (ours in [`super::loops`], others in `burn-autodiff`), whichever of its parameters
    /// train; and what the way back through one attention takes, which is not kept.
    pub fn graph_bytes(&self, texts: usize, s: usize) -> usize {
        let Architecture { heads, hidden, norm, .. } = self.architecture;
        let (qkv, up) = (self.architecture.qkv_width(), self.architecture.up_width());
        // What goes into each norm and comes out of it; burn's own also keeps what it is made of.
        let norms = match norm {
            NormKind::Layer => 4 * hidden,
            NormKind::Rms => 10 * hidden,
        };
        // Of a token: the norms, query to context, the MLP before and after its activation.
        let token = norms + 2 * qkv + hidden + 2 * up;
        // Of two tokens, on a GPU: their score, its share, the slopes of both.
        let once = 4 * heads * s;
        texts * s * (self.blocks.len() * token + once) * size_of::<f32>()
    }

    /// These blocks, frozen, with adapters that change nothing yet. `chance` is even between −1 and 1: A starts as PEFT has
    /// it, even between ±1/√inputs.
    pub fn adapted(self, lora: &Lora, mut chance: impl Iterator<Item = f32>, device: &Device) -> Self {
        let mut upper = self.no_grad();
        let Architecture { heads, kv_heads, head, hidden, inner, ref names, .. } = upper.architecture;
        let (queries, keys) = (heads * head, kv_heads * head);
        let [query, key, value] = [(0, queries), (queries, keys), (queries + keys, keys)];
        let whole = (0, hidden);
        // What is activated and what it is multiplied by are two products in some files, and one in others.
        let ups = match names.up {
            Up::Two(_) => vec![(0, inner), (inner, inner)],
            Up::One(_) => vec![(0, upper.architecture.up_width())],
        };
        let mut adapt = |projection: &mut Projection, parts: &[(usize, usize)]| {
            let [inputs, _] = projection.linear.weight.dims();
            let bound = 1.0 / (inputs as f32).sqrt();
            let rank = lora.rank as usize;
            projection.adapters.extend(parts.iter().map(|&part| {
                let start: Vec<f32> = chance.by_ref().take(inputs * rank).map(|x| x * bound).collect();
                let start = Tensor::from_data(TensorData::new(start, [inputs, rank]), device);
                Adapter::unchanging(start, part, f64::from(lora.scale()), device)
            }));
        };
        for block in &mut upper.blocks {
            let attention = &mut block.attention;
            match lora.targets {
                Targets::QueryValue => adapt(&mut attention.qkv, &[query, value]),
                Targets::Attention | Targets::Everything => {
                    adapt(&mut attention.qkv, &[query, key, value]);
                    adapt(&mut attention.output, &[whole]);
                }
            }
            if lora.targets == Targets::Everything {
                adapt(&mut block.mlp.up, &ups);
                adapt(&mut block.mlp.down, &[whole]);
            }
        }
        upper
    }
}
