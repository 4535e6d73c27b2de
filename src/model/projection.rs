//! A product of a block: a frozen or trained matrix, and low-rank changes of it where it is adapted.
//!
//! burn has adapters of its own, on whole parameters. Ours go on parts of a product, since query, key and value are one
//! here; and they are applied to what goes through, not added to the matrix, so that the matrix needs no gradient.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::loops::{linear, times};

/// `x W + b`, and the changes of its adapters.
#[derive(Module, Debug)]
pub struct Projection {
    /// `W [inputs, outputs]` and `b [outputs]`.
    pub linear: Linear,
    /// Changes of parts of the outputs, from left to right; they do not overlap.
    pub adapters: Vec<Adapter>,
}

/// A low-rank change of some of a product's outputs (Hu and others, 2021): `scale · x A B` is added to them.
#[derive(Module, Debug)]
pub struct Adapter {
    /// `A`, `[inputs, r]`.
    pub down: Param<Tensor<2>>,
    /// `B`, `[r, changed outputs]`.
    pub up: Param<Tensor<2>>,
    /// The first output that is changed.
    pub from: usize,
    /// α/r.
    pub scale: f64,
}

impl From<Linear> for Projection {
    fn from(linear: Linear) -> Self {
        Self { linear, adapters: Vec::new() }
    }
}

impl Projection {
    /// `[b, s, inputs] → [b, s, outputs]`.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        match self.change() {
            Some((down, up)) => linear(&self.linear, x.clone()) + times(times(x, down), up),
            None => linear(&self.linear, x),
        }
    }

    /// All adapters as one product: `A [inputs, Σ r]`, side by side, and `scale · B [Σ r, outputs]`, each in its own rows
    /// and columns. `None` where there is none.
    fn change(&self) -> Option<(Tensor<2>, Tensor<2>)> {
        let (first, outputs) = (self.adapters.first()?, self.linear.weight.dims()[1]);
        let device = first.up.val().device();
        let rows = self.adapters.iter().map(|adapter| {
            let up = adapter.up.val().mul_scalar(adapter.scale);
            let [rank, width] = up.dims();
            let nothing = |columns: usize| Tensor::zeros([rank, columns], &device);
            let (before, after) = (adapter.from, outputs - adapter.from - width);
            let parts =
                [(before > 0).then(|| nothing(before)), Some(up), (after > 0).then(|| nothing(after))];
            Tensor::cat(parts.into_iter().flatten().collect(), 1)
        });
        let up = Tensor::cat(rows.collect(), 0);
        let down = Tensor::cat(self.adapters.iter().map(|adapter| adapter.down.val()).collect(), 1);
        Some((down, up))
    }
}

impl Adapter {
    /// One that changes nothing yet: `A` as `start` has it, `[inputs, r]` row by row, and `B` zero, so that training
    /// starts from the backbone as it came.
    pub fn unchanging(start: Tensor<2>, (from, width): (usize, usize), scale: f64, device: &Device) -> Self {
        let [_, rank] = start.dims();
        Self {
            down: Param::from_tensor(start),
            up: Param::from_tensor(Tensor::zeros([rank, width], device)),
            from,
            scale,
        }
    }
}
