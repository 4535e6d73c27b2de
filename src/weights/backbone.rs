//! A backbone's tensors, found by the names of its family and laid out as the network reads them.

use std::rc::Rc;

use burn::module::Param;
use burn::nn::{Embedding, Linear, RmsNormConfig};
use burn::tensor::{Device, Tensor, TensorData};

use super::checkpoint::{Checkpoint, stored};
use super::file::TensorFile;
use crate::domain::family::architecture::{Architecture, NormKind};
use crate::domain::family::names::{Dense, Layout, Qkv, Up};
use crate::engine::ports::ByteSource;
use crate::model::attention::{Attention, HeadNorms};
use crate::model::mlp::Mlp;
use crate::model::norm::{LayerNorm, Norm};
use crate::model::pooler::Pooler;
use crate::model::transformer::{Block, Embeddings};
use crate::model::tuned::Tuned;
use crate::model::words::Words;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// A checkpoint whose parts are read when they are needed.
pub struct BackboneFile<S> {
    file: Rc<TensorFile<S>>,
    architecture: Architecture,
    prefix: &'static str,
    device: Device,
    tuned: Option<Rc<Tuned>>,
}

/// Columns side by side: a product's weight `[inputs, outputs]`, row by row, and its bias `[outputs]`.
struct Columns {
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    outputs: usize,
}

impl<S: ByteSource> BackboneFile<S> {
    /// The checkpoint in `file`, to be put on `device`.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if a tensor is missing or of another shape: every one is looked for before any is read.
    pub fn new(file: TensorFile<S>, architecture: Architecture, device: Device) -> Result<Self, Fault> {
        let names = &architecture.names;
        let begins = |prefix: &&&str| file.has(&format!("{prefix}{}.weight", names.word));
        let prefix = names.prefixes.iter().find(begins).copied().unwrap_or("");
        let found = Self { file: Rc::new(file), architecture, prefix, device, tuned: None };
        for (name, shape) in found.architecture.tensors(found.architecture.layers) {
            found.file.check(&found.own(&name), &shape)?;
        }
        Ok(found)
    }

    /// The same file, read with these changes over it.
    pub fn with(&self, tuned: Rc<Tuned>) -> Self {
        Self {
            file: self.file.clone(),
            architecture: self.architecture.clone(),
            prefix: self.prefix,
            device: self.device.clone(),
            tuned: Some(tuned),
        }
    }

    /// The changes over the file, where there are any.
    pub fn tuned(&self) -> Option<&Tuned> {
        self.tuned.as_deref()
    }

    /// What it is made of.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The embeddings, as they came: none of our trainings changes them.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn embeddings(&self) -> Result<Embeddings, Fault> {
        let network = &self.architecture;
        let (names, d) = (&network.names, network.hidden);
        let word = self.own(&format!("{}.weight", names.word));
        let word = Words::new(self.file.numbers(&word, &[network.vocabulary, d]).await?, d);
        let mut position = None;
        if let Some(name) = names.position {
            let skipped = network.skipped();
            let all = self.tensor(&format!("{name}.weight"), &[network.longest + skipped, d]).await?;
            position = Some(all[skipped * d..].to_vec());
        }
        let mut token_type = None;
        if let Some(name) = names.token_type {
            let all = self.tensor(&format!("{name}.weight"), &[network.token_types, d]).await?;
            match &mut position {
                // The only type there is goes with every token, as its place does.
                Some(position) if network.token_types == 1 => {
                    let places = position.chunks_exact_mut(d);
                    places
                        .flat_map(|place| place.iter_mut().zip(&all))
                        .for_each(|(place, kind)| *place += kind);
                }
                _ => token_type = Some(all),
            }
        }
        let table = |values: Vec<f32>| {
            let rows = values.len() / d;
            Embedding { weight: self.param(values, [rows, d]) }
        };
        Ok(Embeddings {
            word,
            position: position.map(table),
            token_type: token_type.map(table),
            norm: match names.embedding_norm {
                Some(name) => Some(self.norm(name, d).await?),
                None => None,
            },
        })
    }

    /// Block `index`, from 0.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn block(&self, index: usize) -> Result<Block, Fault> {
        let network = &self.architecture;
        let (names, d) = (&network.names, network.hidden);
        let at = |part: &str| network.at(index, part);
        let attention_norm = match names.attention_norm.not_first && index == 0 {
            true => None,
            false => Some(self.norm(&at(names.attention_norm.name), d).await?),
        };
        let head_norms = match names.head_norms {
            Some([query, key]) => Some(HeadNorms {
                query: self.norm(&at(query), network.head).await?,
                key: self.norm(&at(key), network.head).await?,
            }),
            None => None,
        };
        Ok(Block {
            attention: Attention {
                qkv: self.qkv(index).await?.into(),
                head_norms,
                output: self.dense(index, names.output, network.heads * network.head, d).await?.into(),
                heads: network.heads,
                kv_heads: network.kv_heads,
            },
            attention_norm,
            mlp: Mlp {
                up: self.up(index).await?.into(),
                down: self.dense(index, names.down, network.inner, d).await?.into(),
                activation: network.activation,
                gated: network.gated,
            },
            mlp_norm: self.norm(&at(names.mlp_norm), d).await?,
            wiring: network.wiring,
        })
    }

    /// The norm after the last block, where the family has one.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn final_norm(&self) -> Result<Option<Norm>, Fault> {
        match self.architecture.names.final_norm {
            Some(name) => Ok(Some(self.norm(name, self.architecture.hidden).await?)),
            None => Ok(None),
        }
    }

    /// The layer between the first token and a head.
    ///
    /// # Errors
    /// `FaultKind::Settings` if the file has none; as [`TensorFile::tensor`].
    pub async fn pooler(&self) -> Result<Pooler, Fault> {
        let missing = || {
            let what = "This backbone\u{2019}s files have no pooler.";
            Fault::new(FaultKind::Settings, what, "Choose another pooling on the Train tab.")
        };
        let pooler = self.checkpoint().pooler().ok_or_else(missing)?;
        let (dense, d) = (pooler.dense, self.architecture.hidden);
        let weight = transposed(&self.tensor(&format!("{dense}.weight"), &[d, d]).await?, d, d);
        let bias = format!("{dense}.bias");
        let bias = match self.file.has(&self.own(&bias)) {
            true => Some(self.tensor(&bias, &[d]).await?),
            false => None,
        };
        Ok(Pooler {
            dense: self.linear(Columns { weight, bias, outputs: d }, d),
            activation: pooler.activation,
            norm: match pooler.norm {
                Some(name) => Some(self.norm(name, d).await?),
                None => None,
            },
        })
    }

    /// The file by itself.
    pub fn checkpoint(&self) -> Checkpoint<'_, S> {
        Checkpoint::new(&self.file, &self.architecture, self.prefix, self.tuned())
    }

    /// Tensors that nothing here reads and that the family's table does not know either, by name.
    pub fn unused(&self) -> Vec<String> {
        let network = &self.architecture;
        let read: Vec<String> =
            network.tensors(network.layers).into_iter().map(|(name, _)| self.own(&name)).collect();
        let known = |name: &str| network.names.unused.iter().any(|part| name.contains(part));
        self.file.names().filter(|name| !read.contains(name) && !known(name)).collect()
    }

    async fn qkv(&self, index: usize) -> Result<Linear, Fault> {
        let network = &self.architecture;
        let (d, head) = (network.hidden, network.head);
        let [q, kv] = [network.heads * head, network.kv_heads * head];
        match network.names.qkv {
            Qkv::Three(three) => {
                let mut parts = Vec::with_capacity(3);
                for (dense, outputs) in three.into_iter().zip([q, kv, kv]) {
                    parts.push(self.columns(index, dense, d, outputs).await?);
                }
                Ok(self.linear(side_by_side(parts, d), d))
            }
            Qkv::One(dense) => self.dense(index, dense, d, q + 2 * kv).await,
            Qkv::ByHead(dense) => {
                let mut columns = self.columns(index, dense, d, q + 2 * kv).await?;
                let rows = columns.weight.chunks_exact(q + 2 * kv);
                columns.weight = rows.flat_map(|row| by_kind(row, head)).collect();
                columns.bias = columns.bias.map(|bias| by_kind(&bias, head).collect());
                Ok(self.linear(columns, d))
            }
        }
    }

    async fn up(&self, index: usize) -> Result<Linear, Fault> {
        let network = &self.architecture;
        let (d, inner) = (network.hidden, network.inner);
        match network.names.up {
            Up::One(dense) => self.dense(index, dense, d, network.up_width()).await,
            Up::Two([first, second]) => {
                let first = self.columns(index, first, d, inner).await?;
                let second = self.columns(index, second, d, inner).await?;
                Ok(self.linear(side_by_side(vec![first, second], d), d))
            }
        }
    }

    async fn dense(
        &self,
        index: usize,
        dense: Dense,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, Fault> {
        Ok(self.linear(self.columns(index, dense, inputs, outputs).await?, inputs))
    }

    async fn columns(
        &self,
        index: usize,
        dense: Dense,
        inputs: usize,
        outputs: usize,
    ) -> Result<Columns, Fault> {
        let name = self.architecture.at(index, dense.name);
        let weight = format!("{name}.weight");
        let weight = match self.architecture.names.layout {
            Layout::OutputsFirst => {
                transposed(&self.tensor(&weight, &[outputs, inputs]).await?, outputs, inputs)
            }
            Layout::InputsFirst => self.tensor(&weight, &[inputs, outputs]).await?,
        };
        let bias = match dense.bias {
            true => Some(self.tensor(&format!("{name}.bias"), &[outputs]).await?),
            false => None,
        };
        Ok(Columns { weight, bias, outputs })
    }

    async fn norm(&self, name: &str, width: usize) -> Result<Norm, Fault> {
        let network = &self.architecture;
        let gamma = self.param(self.tensor(&format!("{name}.weight"), &[width]).await?, [width]);
        Ok(match network.norm {
            NormKind::Layer => {
                let beta = match network.names.shift {
                    true => Some(self.param(self.tensor(&format!("{name}.bias"), &[width]).await?, [width])),
                    false => None,
                };
                Norm::Layer(LayerNorm { gamma, beta, epsilon: network.epsilon })
            }
            NormKind::Rms => {
                let mut norm = RmsNormConfig::new(width).with_epsilon(network.epsilon).init(&self.device);
                norm.gamma = gamma;
                Norm::Rms(norm)
            }
        })
    }

    fn linear(&self, columns: Columns, inputs: usize) -> Linear {
        let Columns { weight, bias, outputs } = columns;
        Linear {
            weight: self.param(weight, [inputs, outputs]),
            bias: bias.map(|bias| self.param(bias, [outputs])),
        }
    }

    async fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        self.checkpoint().values(name, shape).await
    }

    fn own(&self, name: &str) -> String {
        stored(&self.file, self.prefix, name)
    }

    fn param<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Param<Tensor<D>> {
        Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), &self.device))
    }
}

/// Several products of the same `inputs` as one. Where one has a bias, all have.
fn side_by_side(parts: Vec<Columns>, inputs: usize) -> Columns {
    let outputs = parts.iter().map(|part| part.outputs).sum();
    let mut weight = Vec::with_capacity(inputs * outputs);
    for row in 0..inputs {
        for part in &parts {
            weight.extend_from_slice(&part.weight[row * part.outputs..(row + 1) * part.outputs]);
        }
    }
    let bias = parts.into_iter().map(|part| part.bias).collect::<Option<Vec<_>>>().map(|all| all.concat());
    Columns { weight, bias, outputs }
}

/// The query, key and value of each head in turn → all queries, all keys, all values.
fn by_kind(values: &[f32], head: usize) -> impl Iterator<Item = f32> + '_ {
    (0..3).flat_map(move |kind| values.chunks_exact(head).skip(kind).step_by(3).flatten().copied())
}

/// `[rows, columns] → [columns, rows]`.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut turned = vec![0f32; values.len()];
    for (r, row) in values.chunks_exact(columns).enumerate() {
        for (c, &value) in row.iter().enumerate() {
            turned[c * rows + r] = value;
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_turns_rows_into_columns() {
        assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }

    #[test]
    fn heads_come_apart_by_kind() {
        // q0 k0 v0 q1 k1 v1, heads two wide.
        let mixed = [0.0, 0.1, 1.0, 1.1, 2.0, 2.1, 10.0, 10.1, 11.0, 11.1, 12.0, 12.1];
        let parted: Vec<f32> = by_kind(&mixed, 2).collect();
        assert_eq!(parted, [0.0, 0.1, 10.0, 10.1, 1.0, 1.1, 11.0, 11.1, 2.0, 2.1, 12.0, 12.1]);
    }

    #[test]
    fn products_of_one_input_become_one() {
        let part = |weight: &[f32], bias: f32| Columns {
            outputs: weight.len() / 2,
            weight: weight.to_vec(),
            bias: Some(vec![bias; weight.len() / 2]),
        };
        let one = side_by_side(vec![part(&[1.0, 2.0, 3.0, 4.0], 0.5), part(&[5.0, 6.0], 0.6)], 2);
        assert_eq!((one.weight, one.outputs), (vec![1.0, 2.0, 5.0, 3.0, 4.0, 6.0], 3));
        assert_eq!(one.bias, Some(vec![0.5, 0.5, 0.6]));
    }
}
