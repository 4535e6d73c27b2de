//! Which outputs of a block's products, as the network holds them, make which product of the file.

use super::architecture::Architecture;
use super::names::{Dense, Qkv, Up};

/// A product of the file, as a part of one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the file calls it.
    pub dense: Dense,
    /// The output of ours that each of its outputs is, in the file's order.
    pub outputs: Vec<usize>,
}

impl Part {
    fn run(dense: Dense, from: usize, count: usize) -> Self {
        Self { dense, outputs: (from..from + count).collect() }
    }
}

impl Architecture {
    /// The parts of query, key and value.
    pub fn qkv_parts(&self) -> Vec<Part> {
        let (queries, keys) = (self.heads * self.head, self.kv_heads * self.head);
        match self.names.qkv {
            Qkv::Three([query, key, value]) => vec![
                Part::run(query, 0, queries),
                Part::run(key, queries, keys),
                Part::run(value, queries + keys, keys),
            ],
            Qkv::One(dense) => vec![Part::run(dense, 0, queries + 2 * keys)],
            Qkv::ByHead(dense) => {
                let of_head = |head: usize| {
                    (0..3).flat_map(move |kind| {
                        let from = kind * queries + head * self.head;
                        from..from + self.head
                    })
                };
                vec![Part { dense, outputs: (0..self.heads).flat_map(of_head).collect() }]
            }
        }
    }

    /// The parts of the MLP's first product.
    pub fn up_parts(&self) -> Vec<Part> {
        let inner = self.inner;
        match self.names.up {
            Up::One(dense) => vec![Part::run(dense, 0, inner * (1 + usize::from(self.gated)))],
            Up::Two([first, second]) => vec![Part::run(first, 0, inner), Part::run(second, inner, inner)],
        }
    }

    /// The only part of attention's output.
    pub fn output_parts(&self) -> Vec<Part> {
        vec![Part::run(self.names.output, 0, self.hidden)]
    }

    /// The only part of the MLP's second product.
    pub fn down_parts(&self) -> Vec<Part> {
        vec![Part::run(self.names.down, 0, self.hidden)]
    }
}
