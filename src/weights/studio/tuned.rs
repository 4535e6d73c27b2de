//! What training has changed of the backbone, as tensors of our file.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `backbone.<tensor>` | the checkpoint's | the tensor in place of the checkpoint's |
//! | `backbone.<product>.lora_A.weight` | `[r, inputs]` | A of what is added to the product: `α/rank · B A`, where `rank` is the header's |
//! | `backbone.<product>.lora_B.weight` | `[outputs, r]` | B |
//!
//! Names are the checkpoint's own, without what may stand before all of them (`bert.`, `model.`). Where several parts of one
//! product are changed, `r` is a multiple of the header's `rank`.

use std::collections::BTreeMap;

use safetensors::SafeTensors;

use super::{refused, values};
use crate::domain::depth::Lora;
use crate::domain::family::architecture::Architecture;
use crate::domain::family::names::Layout;
use crate::model::tuned::{Change, LowRank, Tuned, Whole};
use crate::protocol::Fault;

const PREFIX: &str = "backbone.";
const A: &str = ".lora_A.weight";
const B: &str = ".lora_B.weight";

/// Names, shapes and values.
pub fn tensors(tuned: &Tuned) -> Vec<(String, Vec<usize>, &[f32])> {
    match tuned.change() {
        Change::Tensors(tensors) => tensors
            .iter()
            .map(|(name, whole)| (format!("{PREFIX}{name}"), whole.shape.clone(), &whole.values[..]))
            .collect(),
        Change::Lora(_, products) => products
            .iter()
            .flat_map(|(name, LowRank { rank, a, b })| {
                [
                    (format!("{PREFIX}{name}{A}"), vec![*rank, a.len() / rank], &a[..]),
                    (format!("{PREFIX}{name}{B}"), vec![b.len() / rank, *rank], &b[..]),
                ]
            })
            .collect(),
    }
}

/// The changes in this file of a backbone that is made so; low-rank ones if there are settings of such.
///
/// # Errors
/// `FaultKind::File` if there is none, or one of a tensor that the backbone does not have, or of another shape.
pub fn read(file: &SafeTensors, lora: &Option<Lora>, architecture: &Architecture) -> Result<Tuned, Fault> {
    let shapes: BTreeMap<String, Vec<usize>> =
        architecture.tensors(architecture.layers).into_iter().collect();
    let names: Vec<&str> = file.names().into_iter().filter_map(|name| name.strip_prefix(PREFIX)).collect();
    if names.is_empty() {
        return Err(refused("The file lacks what was trained below its head.".into()));
    }
    let unknown = |name: &str| refused(format!("The file changes {name}, which its backbone does not have."));
    match lora {
        None => {
            let mut tensors = BTreeMap::new();
            for name in names {
                let shape = shapes.get(name).ok_or_else(|| unknown(name))?;
                let values = values(file, &format!("{PREFIX}{name}"), shape)?;
                tensors.insert(name.to_owned(), Whole { shape: shape.clone(), values });
            }
            Ok(Tuned::new(Change::Tensors(tensors)))
        }
        Some(lora) => {
            let mut products = BTreeMap::new();
            for name in names {
                let Some(product) = name.strip_suffix(A) else {
                    // Each B is read with its A.
                    if name
                        .strip_suffix(B)
                        .is_some_and(|product| file.tensor(&format!("{PREFIX}{product}{A}")).is_ok())
                    {
                        continue;
                    }
                    return Err(unknown(name));
                };
                let (outputs, inputs) = match shapes.get(&format!("{product}.weight")).map(Vec::as_slice) {
                    Some(&[rows, columns]) => match architecture.names.layout {
                        Layout::OutputsFirst => (rows, columns),
                        Layout::InputsFirst => (columns, rows),
                    },
                    Some(_) | None => return Err(unknown(product)),
                };
                let rank =
                    file.tensor(&format!("{PREFIX}{name}")).ok().and_then(|it| it.shape().first().copied());
                let rank = rank.filter(|rank| *rank > 0).ok_or_else(|| unknown(name))?;
                let a = values(file, &format!("{PREFIX}{name}"), &[rank, inputs])?;
                let b = values(file, &format!("{PREFIX}{product}{B}"), &[outputs, rank])?;
                products.insert(product.to_owned(), LowRank { rank, a, b });
            }
            Ok(Tuned::new(Change::Lora(*lora, products)))
        }
    }
}
