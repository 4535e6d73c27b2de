//! What a family's tensors are called in its own checkpoints, and of which shape each must be.

use super::architecture::{Activation, Architecture, NormKind, Positions};

/// A family's table. Names of a block's parts go after [`Names::block`] and the block's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// What may stand before every name: with a head on top there is something, without it often nothing.
    pub prefixes: &'static [&'static str],
    /// Word embedding.
    pub word: &'static str,
    /// Position embedding.
    pub position: Option<&'static str>,
    /// Token-type embedding.
    pub token_type: Option<&'static str>,
    /// Norm of the embeddings' sum.
    pub embedding_norm: Option<&'static str>,
    /// Before a block's number.
    pub block: &'static str,
    /// Query, key and value.
    pub qkv: Qkv,
    /// Norms of one head's query and key.
    pub head_norms: Option<[&'static str; 2]>,
    /// Output of attention.
    pub output: Dense,
    /// Norm that goes with attention; the first block of a family may do without.
    pub attention_norm: Norm,
    /// First product of the MLP.
    pub up: Up,
    /// Second product of the MLP.
    pub down: Dense,
    /// Norm that goes with the MLP.
    pub mlp_norm: &'static str,
    /// Norm after the last block.
    pub final_norm: Option<&'static str>,
    /// Layers that may stand between the first token and a head: the one of the family's `…ForSequenceClassification`
    /// first, which is what a model leaves as, then others that its checkpoints have.
    pub poolers: &'static [Pooler],
    /// Whether its layer norms have a shift.
    pub shift: bool,
    /// How a product's weight lies in the file.
    pub layout: Layout,
    /// Parts of names that are known and not used: buffers, heads for words.
    pub unused: &'static [&'static str],
}

/// A product's name, and whether something is added after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dense {
    /// Without `.weight`.
    pub name: &'static str,
    /// Whether there is a `.bias`.
    pub bias: bool,
}

/// Query, key and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qkv {
    /// Three products.
    Three([Dense; 3]),
    /// One product: all queries, all keys, all values.
    One(Dense),
    /// One product: the query, key and value of each head in turn.
    ByHead(Dense),
}

/// First product of the MLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Up {
    /// One product; if gated, what is activated comes first.
    One(Dense),
    /// What is activated, and what it is multiplied by.
    Two([Dense; 2]),
}

/// A layer between the first token and a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooler {
    /// Its product, `[d, d]`. Only what is part of the network has the network's prefix in a file.
    pub dense: &'static str,
    /// What comes after the product.
    pub activation: Activation,
    /// And after that.
    pub norm: Option<&'static str>,
    /// The head that the family's own class has behind it, if it has one.
    pub head: Option<&'static str>,
}

/// A norm of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Norm {
    /// Without `.weight`.
    pub name: &'static str,
    /// Whether block 0 has none.
    pub not_first: bool,
}

/// How a product's weight lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `[outputs, inputs]`, as PyTorch's `Linear`.
    OutputsFirst,
    /// `[inputs, outputs]`, as GPT-2's `Conv1D`.
    InputsFirst,
}

/// A pooler without a norm, and the head behind it.
pub const fn pooler(dense: &'static str, activation: Activation, head: Option<&'static str>) -> Pooler {
    Pooler { dense, activation, norm: None, head }
}

/// A product with a bias.
pub const fn biased(name: &'static str) -> Dense {
    Dense { name, bias: true }
}

/// A product without one.
pub const fn bare(name: &'static str) -> Dense {
    Dense { name, bias: false }
}

/// A tensor's name, without prefix, and its shape.
pub type Tensor = (String, Vec<usize>);

impl Architecture {
    /// The embeddings' tensors.
    pub fn embedding_tensors(&self) -> Vec<Tensor> {
        let (names, d) = (&self.names, self.hidden);
        let mut tensors = vec![(format!("{}.weight", names.word), vec![self.vocabulary, d])];
        if let Some(name) = names.position {
            tensors.push((format!("{name}.weight"), vec![self.longest + self.skipped(), d]));
        }
        if let Some(name) = names.token_type {
            tensors.push((format!("{name}.weight"), vec![self.token_types, d]));
        }
        if let Some(name) = names.embedding_norm {
            self.norm_tensors(name.into(), d, &mut tensors);
        }
        tensors
    }

    /// The tensors of block `index`, from 0.
    pub fn block_tensors(&self, index: usize) -> Vec<Tensor> {
        let (names, d) = (&self.names, self.hidden);
        let [q, kv] = [self.heads * self.head, self.kv_heads * self.head];
        let mut tensors = vec![];
        match names.qkv {
            Qkv::Three(three) => {
                for (dense, outputs) in three.into_iter().zip([q, kv, kv]) {
                    self.dense_tensors(index, dense, d, outputs, &mut tensors);
                }
            }
            Qkv::One(dense) | Qkv::ByHead(dense) => {
                self.dense_tensors(index, dense, d, q + 2 * kv, &mut tensors);
            }
        }
        for name in names.head_norms.into_iter().flatten() {
            self.norm_tensors(self.at(index, name), self.head, &mut tensors);
        }
        self.dense_tensors(index, names.output, q, d, &mut tensors);
        if !(names.attention_norm.not_first && index == 0) {
            self.norm_tensors(self.at(index, names.attention_norm.name), d, &mut tensors);
        }
        let inner = self.inner;
        match names.up {
            Up::One(dense) => {
                self.dense_tensors(index, dense, d, inner * (1 + usize::from(self.gated)), &mut tensors);
            }
            Up::Two(two) => {
                two.into_iter().for_each(|dense| self.dense_tensors(index, dense, d, inner, &mut tensors));
            }
        }
        self.dense_tensors(index, names.down, inner, d, &mut tensors);
        self.norm_tensors(self.at(index, names.mlp_norm), d, &mut tensors);
        tensors
    }

    /// The tensors after the last block.
    pub fn final_tensors(&self) -> Vec<Tensor> {
        let mut tensors = vec![];
        if let Some(name) = self.names.final_norm {
            self.norm_tensors(name.into(), self.hidden, &mut tensors);
        }
        tensors
    }

    /// The embeddings' tensors and those of the first `layers` blocks; with the last block goes what comes after it.
    pub fn tensors(&self, layers: usize) -> Vec<Tensor> {
        let mut tensors = self.embedding_tensors();
        tensors.extend((0..layers).flat_map(|index| self.block_tensors(index)));
        if layers == self.layers {
            tensors.extend(self.final_tensors());
        }
        tensors
    }

    /// The name of a part of block `index`.
    pub fn at(&self, index: usize, part: &str) -> String {
        format!("{}{index}.{part}", self.names.block)
    }

    /// Rows of the position table that are nobody's.
    pub fn skipped(&self) -> usize {
        match self.positions {
            Positions::Learned { skipped } => skipped,
            Positions::Rotary(_) => 0,
        }
    }

    fn dense_tensors(
        &self,
        index: usize,
        dense: Dense,
        inputs: usize,
        outputs: usize,
        tensors: &mut Vec<Tensor>,
    ) {
        let shape = match self.names.layout {
            Layout::OutputsFirst => vec![outputs, inputs],
            Layout::InputsFirst => vec![inputs, outputs],
        };
        tensors.push((self.at(index, &format!("{}.weight", dense.name)), shape));
        if dense.bias {
            tensors.push((self.at(index, &format!("{}.bias", dense.name)), vec![outputs]));
        }
    }

    fn norm_tensors(&self, name: String, width: usize, tensors: &mut Vec<Tensor>) {
        tensors.push((format!("{name}.weight"), vec![width]));
        if self.norm == NormKind::Layer && self.names.shift {
            tensors.push((format!("{name}.bias"), vec![width]));
        }
    }
}
