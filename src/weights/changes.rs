//! From the blocks that have trained to what they have changed, under the names and in the layout of their family's files:
//! the way back of [`super::backbone`].

use std::collections::BTreeMap;

use burn::module::Param;
use burn::tensor::{ExecutionError, Tensor};

use crate::domain::depth::Depth;
use crate::domain::family::architecture::Architecture;
use crate::domain::family::names::Layout;
use crate::domain::family::parts::Part;
use crate::model::norm::Norm;
use crate::model::projection::Projection;
use crate::model::tuned::{Change, LowRank, Whole};
use crate::model::upper::Upper;

/// What these blocks, which are on no graph, have changed at this depth.
///
/// # Errors
/// If the device was lost.
pub async fn changes(upper: &Upper, depth: &Depth) -> Result<Change, ExecutionError> {
    let mut found =
        Found { network: &upper.architecture, tensors: BTreeMap::new(), products: BTreeMap::new() };
    for (index, block) in (upper.first..).zip(&upper.blocks) {
        let (network, names) = (found.network, &found.network.names);
        let products = [
            (&block.attention.qkv, network.qkv_parts()),
            (&block.attention.output, network.output_parts()),
            (&block.mlp.up, network.up_parts()),
            (&block.mlp.down, network.down_parts()),
        ];
        for (projection, parts) in products {
            match depth {
                Depth::Lora(_) => found.low_rank(index, projection, &parts).await?,
                Depth::Last(_) | Depth::Head => found.product(index, projection, &parts).await?,
            }
        }
        if matches!(depth, Depth::Lora(_)) {
            continue;
        }
        let heads = block.attention.head_norms.as_ref().zip(names.head_norms);
        let of_heads =
            heads.into_iter().flat_map(|(norms, [query, key])| [(&norms.query, query), (&norms.key, key)]);
        let of_attention = block.attention_norm.iter().map(|norm| (norm, names.attention_norm.name));
        for (norm, name) in of_heads.chain(of_attention).chain([(&block.mlp_norm, names.mlp_norm)]) {
            found.norm(&network.at(index, name), norm).await?;
        }
    }
    match depth {
        Depth::Lora(lora) => Ok(Change::Lora(*lora, found.products)),
        Depth::Last(_) | Depth::Head => {
            if let Some((norm, name)) = upper.final_norm.as_ref().zip(found.network.names.final_norm) {
                found.norm(name, norm).await?;
            }
            Ok(Change::Tensors(found.tensors))
        }
    }
}

struct Found<'a> {
    network: &'a Architecture,
    tensors: BTreeMap<String, Whole>,
    products: BTreeMap<String, LowRank>,
}

impl Found<'_> {
    async fn product(
        &mut self,
        index: usize,
        projection: &Projection,
        parts: &[Part],
    ) -> Result<(), ExecutionError> {
        let [inputs, outputs] = projection.linear.weight.dims();
        let weight = numbers(&projection.linear.weight).await?;
        let bias = match &projection.linear.bias {
            Some(bias) => Some(numbers(bias).await?),
            None => None,
        };
        for Part { dense, outputs: own } in parts {
            let name = self.network.at(index, dense.name);
            let at = |input: usize, output: usize| weight[input * outputs + output];
            let whole = match self.network.names.layout {
                Layout::OutputsFirst => Whole {
                    shape: vec![own.len(), inputs],
                    values: own
                        .iter()
                        .flat_map(|&output| (0..inputs).map(move |input| at(input, output)))
                        .collect(),
                },
                Layout::InputsFirst => Whole {
                    shape: vec![inputs, own.len()],
                    values: (0..inputs)
                        .flat_map(|input| own.iter().map(move |&output| at(input, output)))
                        .collect(),
                },
            };
            self.tensors.insert(format!("{name}.weight"), whole);
            if let Some(bias) = bias.as_ref().filter(|_| dense.bias) {
                self.row(format!("{name}.bias"), own.iter().map(|&output| bias[output]).collect());
            }
        }
        Ok(())
    }

    async fn norm(&mut self, name: &str, norm: &Norm) -> Result<(), ExecutionError> {
        let (scale, shift) = match norm {
            Norm::Layer(norm) => (&norm.gamma, norm.beta.as_ref()),
            Norm::Rms(norm) => (&norm.gamma, None),
        };
        self.row(format!("{name}.weight"), numbers(scale).await?);
        if let Some(shift) = shift {
            self.row(format!("{name}.bias"), numbers(shift).await?);
        }
        Ok(())
    }

    fn row(&mut self, name: String, values: Vec<f32>) {
        self.tensors.insert(name, Whole { shape: vec![values.len()], values });
    }

    /// Where the file has one product and several parts of it are changed, their ranks add up: each has its own rows of A
    /// and its own columns of B.
    async fn low_rank(
        &mut self,
        index: usize,
        projection: &Projection,
        parts: &[Part],
    ) -> Result<(), ExecutionError> {
        let inputs = projection.linear.weight.dims()[0];
        let mut adapters = Vec::with_capacity(projection.adapters.len());
        for adapter in &projection.adapters {
            let [rank, width] = adapter.up.dims();
            adapters.push((
                adapter.from..adapter.from + width,
                rank,
                numbers(&adapter.down).await?,
                numbers(&adapter.up).await?,
            ));
        }
        for Part { dense, outputs } in parts {
            let own: Vec<_> = adapters
                .iter()
                .filter(|(range, ..)| outputs.iter().any(|output| range.contains(output)))
                .collect();
            let whole: usize = own.iter().map(|(_, rank, ..)| rank).sum();
            if whole == 0 {
                continue;
            }
            let mut change = LowRank { rank: whole, a: Vec::new(), b: vec![0.0; outputs.len() * whole] };
            let mut before = 0;
            for (range, rank, down, up) in own {
                let width = range.len();
                for r in 0..*rank {
                    change.a.extend((0..inputs).map(|input| down[input * rank + r]));
                    for (place, output) in
                        outputs.iter().enumerate().filter(|(_, output)| range.contains(output))
                    {
                        change.b[place * whole + before + r] = up[r * width + output - range.start];
                    }
                }
                before += rank;
            }
            self.products.insert(self.network.at(index, dense.name), change);
        }
        Ok(())
    }
}

async fn numbers<const D: usize>(parameter: &Param<Tensor<D>>) -> Result<Vec<f32>, ExecutionError> {
    Ok(parameter.val().into_data_async().await?.iter::<f32>().collect())
}
