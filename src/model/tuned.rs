//! What a training below the head has changed of a backbone: values under the family's own names, kept on the CPU whichever
//! device they were learned on. The backbone's file stays what it is, and is read with these over it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::domain::depth::{LAST, LORA, Lora};
use crate::domain::family::names::Layout;
use crate::domain::pair::hex;

/// Digits of its hash.
const ID: usize = 16;

/// Changes of a backbone.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuned {
    id: String,
    change: Change,
}

/// What is changed, by names without prefix as `Architecture::tensors` has them.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Tensors in place of the file's, of the file's own shapes.
    Tensors(BTreeMap<String, Whole>),
    /// Low-rank changes of products, by the product's name, without `.weight`.
    Lora(Lora, BTreeMap<String, LowRank>),
}

/// A tensor of the file's, anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// As in the file.
    pub shape: Vec<usize>,
    /// Row by row.
    pub values: Vec<f32>,
}

/// A low-rank change of one of the file's products, in PEFT's layout.
#[derive(Clone, Debug, PartialEq)]
pub struct LowRank {
    /// `r`. That of its settings, or a multiple where several parts of one product are changed.
    pub rank: usize,
    /// `lora_A`, `[r, inputs]`.
    pub a: Vec<f32>,
    /// `lora_B`, `[outputs, r]`.
    pub b: Vec<f32>,
}

impl Tuned {
    /// These changes.
    pub fn new(change: Change) -> Self {
        Self { id: identity(&change), change }
    }

    /// A name that no other changes have: how they came to be, and 16 hexadecimal digits of a hash of them.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is changed.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// A tensor of the file, `values` of `shape`, as it is with the changes over it.
    pub fn over(&self, name: &str, shape: &[usize], layout: Layout, mut values: Vec<f32>) -> Vec<f32> {
        match &self.change {
            Change::Tensors(tensors) => match tensors.get(name) {
                Some(tensor) => tensor.values.clone(),
                None => values,
            },
            Change::Lora(lora, products) => {
                let product = name.strip_suffix(".weight").and_then(|name| products.get(name));
                if let (Some(product), [rows, columns]) = (product, shape) {
                    match layout {
                        Layout::OutputsFirst => {
                            product.add_to(&mut values, *columns, lora.scale(), |o, i| (o, i))
                        }
                        Layout::InputsFirst => {
                            product.add_to(&mut values, *rows, lora.scale(), |o, i| (i, o))
                        }
                    }
                }
                values
            }
        }
    }
}

impl LowRank {
    /// Add `scale · B A` to a matrix of `inputs`, whose rows are as long as `at` has it for output and input.
    fn add_to(
        &self,
        matrix: &mut [f32],
        inputs: usize,
        scale: f32,
        at: impl Fn(usize, usize) -> (usize, usize),
    ) {
        let outputs = self.b.len() / self.rank;
        let (_, columns) = at(outputs, inputs);
        for (output, b) in self.b.chunks_exact(self.rank).enumerate() {
            for input in 0..inputs {
                let sum: f32 = b.iter().enumerate().map(|(r, b)| b * self.a[r * inputs + input]).sum();
                let (row, column) = at(output, input);
                matrix[row * columns + column] += scale * sum;
            }
        }
    }
}

fn identity(change: &Change) -> String {
    let mut hash = Sha256::new();
    let mut take = |name: &str, values: &[&[f32]]| {
        hash.update(name);
        hash.update([0]);
        for value in values.iter().copied().flatten() {
            hash.update(value.to_le_bytes());
        }
    };
    match change {
        Change::Tensors(tensors) => tensors.iter().for_each(|(name, tensor)| take(name, &[&tensor.values])),
        Change::Lora(lora, products) => {
            take("scale", &[&[lora.scale()]]);
            products.iter().for_each(|(name, product)| take(name, &[&product.a, &product.b]));
        }
    }
    let kind = match change {
        Change::Tensors(_) => LAST,
        Change::Lora(..) => LORA,
    };
    format!("{kind}-{}", &hex(&hash.finalize())[..ID])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lora(products: BTreeMap<String, LowRank>) -> Tuned {
        Tuned::new(Change::Lora(Lora { rank: 1, alpha: 2.0, ..Lora::default() }, products))
    }

    #[test]
    fn a_low_rank_change_is_added_to_its_product_however_that_lies() {
        let change = LowRank { rank: 1, a: vec![1.0, 2.0, 3.0], b: vec![10.0, -1.0] };
        let tuned = lora(BTreeMap::from([("block.query".into(), change)]));
        let over = |shape: &[usize], layout| tuned.over("block.query.weight", shape, layout, vec![0.5; 6]);
        // Two outputs, three inputs; α/r = 2.
        assert_eq!(over(&[2, 3], Layout::OutputsFirst), [20.5, 40.5, 60.5, -1.5, -3.5, -5.5]);
        assert_eq!(over(&[3, 2], Layout::InputsFirst), [20.5, -1.5, 40.5, -3.5, 60.5, -5.5]);
        let untouched = tuned.over("block.key.weight", &[2, 3], Layout::OutputsFirst, vec![0.5; 6]);
        assert_eq!(untouched, [0.5; 6]);
    }

    #[test]
    fn other_values_are_another_backbone() {
        let tensors = |value| {
            let whole = Whole { shape: vec![1], values: vec![value] };
            Tuned::new(Change::Tensors(BTreeMap::from([("w".into(), whole)])))
        };
        assert_eq!(tensors(1.0).id(), tensors(1.0).id());
        assert_ne!(tensors(1.0).id(), tensors(1.5).id());
        assert_eq!(tensors(1.0).over("w", &[1], Layout::OutputsFirst, vec![0.0]), [1.0]);
    }
}
