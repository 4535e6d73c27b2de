//! BERT for the CPU where nothing is learned: the network of [`super::transformer`], its weights laid out once in the order
//! in which they are read, over texts one behind the other without padding. The loops are in [`kernels`].

use std::rc::Rc;

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{ExecutionError, Tensor};
use kernels::{Matrix, Norm, Weights, Workshop, attend, gelu};

use super::norm::Norm as AnyNorm;
use super::pooling;
use super::transformer::{Block, Embeddings};
use super::words::Words;
use crate::domain::recipe::Pooling;
use crate::protocol::crew::TokenRow;

/// The embeddings and the first blocks.
pub struct PackedBert {
    tables: Rc<Tables>,
    blocks: Vec<PackedBlock>,
    epsilon: f32,
    workshop: Workshop,
}

/// The embeddings: most of a small backbone, so networks that differ in their blocks share them.
struct Tables {
    word: Words,
    position: Vec<f32>,
    token_type: Vec<f32>,
    norm: Norm,
}

struct PackedBlock {
    qkv: Weights,
    output: Weights,
    attention_norm: Norm,
    up: Weights,
    down: Weights,
    mlp_norm: Norm,
    heads: usize,
}

impl PackedBert {
    /// These embeddings, of a network that is a BERT (`Architecture::is_bert`), and no block. `epsilon` is that of every
    /// layer norm.
    ///
    /// # Errors
    /// If the device does not give its numbers away.
    pub async fn new(embeddings: Embeddings, epsilon: f64) -> Result<Self, ExecutionError> {
        let epsilon = epsilon as f32;
        let width = embeddings.word.width();
        let tables = Tables {
            word: embeddings.word,
            position: match embeddings.position {
                Some(table) => numbers(table.weight).await?,
                None => unreachable!("a BERT's places are learned"),
            },
            token_type: match embeddings.token_type {
                Some(table) => numbers(table.weight).await?,
                None => vec![0.0; 2 * width],
            },
            norm: norm(embeddings.norm, epsilon).await?,
        };
        Ok(Self { tables: Rc::new(tables), blocks: vec![], epsilon, workshop: Workshop::default() })
    }

    /// The same embeddings, and no block.
    pub fn without_blocks(&self) -> Self {
        Self {
            tables: self.tables.clone(),
            blocks: vec![],
            epsilon: self.epsilon,
            workshop: Workshop::default(),
        }
    }

    /// One more block.
    ///
    /// # Errors
    /// As [`PackedBert::new`].
    pub async fn push(&mut self, block: Block) -> Result<(), ExecutionError> {
        self.blocks.push(PackedBlock {
            qkv: weights(block.attention.qkv.linear).await?,
            output: weights(block.attention.output.linear).await?,
            attention_norm: norm(block.attention_norm, self.epsilon).await?,
            up: weights(block.mlp.up.linear).await?,
            down: weights(block.mlp.down.linear).await?,
            mlp_norm: norm(Some(block.mlp_norm), self.epsilon).await?,
            heads: block.attention.heads,
        });
        Ok(())
    }

    /// Blocks held.
    pub fn layers(&self) -> usize {
        self.blocks.len()
    }

    /// Pooled hidden states after the first `layer` blocks, row by row: `[b, d]`. `layer` must not exceed the blocks
    /// held.
    pub fn features(&mut self, rows: &[TokenRow], layer: usize, how: Pooling) -> Vec<f32> {
        let width = self.tables.norm.scale.len();
        let hidden = self.hidden(rows, layer);
        let mut tokens = hidden.chunks_exact(width);
        let mut pooled = vec![0.0; rows.len() * width];
        for (row, pooled) in rows.iter().zip(pooled.chunks_exact_mut(width)) {
            let mut shares = vec![0.0; row.ids.len()];
            pooling::weigh(row, how, &mut shares);
            for (share, token) in shares.into_iter().zip(&mut tokens) {
                kernels::add_scaled(pooled, share, token);
            }
        }
        pooled
    }

    /// Hidden states after the first `layer` blocks, token by token, one row behind the other: `[tokens, d]`. `layer`
    /// must not exceed the blocks held.
    pub fn hidden(&mut self, rows: &[TokenRow], layer: usize) -> Vec<f32> {
        let mut hidden = self.embedded(rows);
        let width = self.tables.norm.scale.len();
        let count = hidden.len() / width;
        let room = |outputs: usize| vec![0.0; count * outputs];
        let (mut context, mut more) = (room(width), room(width));
        for block in &self.blocks[..layer] {
            let mut qkv = room(block.qkv.outputs());
            block.qkv.apply(Matrix::new(&hidden, width), &mut qkv);
            let mut start = 0;
            for row in rows {
                let end = start + row.ids.len() * width;
                let (qkv, context) = (&qkv[3 * start..3 * end], &mut context[start..end]);
                attend(qkv, width, block.heads, &mut self.workshop, context);
                start = end;
            }
            block.output.apply(Matrix::new(&context, width), &mut more);
            block.attention_norm.apply_to_sum(&mut hidden, &more);
            let mut inner = room(block.up.outputs());
            block.up.apply(Matrix::new(&hidden, width), &mut inner);
            gelu(&mut inner);
            block.down.apply(Matrix::new(&inner, block.up.outputs()), &mut more);
            block.mlp_norm.apply_to_sum(&mut hidden, &more);
        }
        hidden
    }

    fn embedded(&self, rows: &[TokenRow]) -> Vec<f32> {
        let Tables { word, position, token_type, norm } = &*self.tables;
        let width = norm.scale.len();
        let tokens = rows.iter().map(|row| row.ids.len()).sum::<usize>();
        let mut hidden = Vec::with_capacity(tokens * width);
        for row in rows {
            let start = hidden.len();
            word.look_up(&row.ids, &mut hidden);
            for (place, vector) in hidden[start..].chunks_exact_mut(width).enumerate() {
                let kind = usize::from(place >= row.response_start as usize);
                let [position, kind] = [(position, place), (token_type, kind)]
                    .map(|(table, at)| &table[at * width..(at + 1) * width]);
                for ((number, position), kind) in vector.iter_mut().zip(position).zip(kind) {
                    *number = *number + kind + position;
                }
            }
        }
        norm.apply(&mut hidden);
        hidden
    }
}

async fn numbers<const D: usize>(parameter: Param<Tensor<D>>) -> Result<Vec<f32>, ExecutionError> {
    Ok(parameter.into_value().into_data_async().await?.iter::<f32>().collect())
}

async fn norm(norm: Option<AnyNorm>, epsilon: f32) -> Result<Norm, ExecutionError> {
    let Some(AnyNorm::Layer(norm)) = norm else { unreachable!("a BERT's norms are layer norms") };
    let scale = numbers(norm.gamma).await?;
    let shift = match norm.beta {
        Some(shift) => numbers(shift).await?,
        None => vec![0.0; scale.len()],
    };
    Ok(Norm { scale, shift, epsilon })
}

async fn weights(linear: Linear) -> Result<Weights, ExecutionError> {
    let outputs = linear.weight.dims()[1];
    let weight = numbers(linear.weight).await?;
    let bias = match linear.bias {
        Some(bias) => numbers(bias).await?,
        None => vec![0.0; outputs],
    };
    Ok(Weights::new(Matrix::new(&weight, outputs), &bias))
}
