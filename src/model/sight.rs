//! What a block's tokens see of each other, and where they stand: the same for every block of a kind, so made once a batch.

use burn::tensor::{Device, Tensor, TensorData};

use super::input::{HIDDEN_FROM_ATTENTION, Input};
use super::rotary::Angles;
use crate::domain::family::architecture::{Architecture, Positions};

/// For one kind of block.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Added to attention scores, `[b or 1, 1, s or 1, s]`; `None` where every token sees every other.
    pub bias: Option<Tensor<4>>,
    /// What queries and keys are turned by.
    pub angles: Option<Angles>,
}

impl Sight {
    /// That of blocks that see everything there is to be seen.
    pub fn whole(network: &Architecture, input: &Input) -> Self {
        let [_, s] = input.types.dims();
        let device = input.types.device();
        // Padding is on the right: where nobody looks ahead, nobody sees it.
        let bias = match network.causal {
            true => (s > 1).then(|| unseen(s, |from, to| to > from, &device)),
            false => input.attention_bias.clone(),
        };
        let angles = match &network.positions {
            Positions::Rotary(rotary) => Some(Angles::new(rotary, s, &device)),
            Positions::Learned { .. } => None,
        };
        Self { bias, angles }
    }

    /// That of blocks that see only what is near, where there are any.
    pub fn near(network: &Architecture, input: &Input) -> Option<Self> {
        let local = network.local.as_ref()?;
        let [_, s] = input.types.dims();
        let device = input.types.device();
        let far =
            (s > local.reach + 1).then(|| unseen(s, |from, to| from.abs_diff(to) > local.reach, &device));
        let bias = match (far, input.attention_bias.clone()) {
            (Some(far), Some(padding)) => Some(far + padding),
            (far, padding) => far.or(padding),
        };
        Some(Self { bias, angles: Some(Angles::new(&local.rotary, s, &device)) })
    }
}

/// `[1, 1, s, s]`: what the first token of two does not see of the second.
fn unseen(s: usize, hidden: impl Fn(usize, usize) -> bool, device: &Device) -> Tensor<4> {
    let mut values = vec![0f32; s * s];
    for from in 0..s {
        for to in 0..s {
            if hidden(from, to) {
                values[from * s + to] = HIDDEN_FROM_ATTENTION;
            }
        }
    }
    Tensor::from_data(TensorData::new(values, [1, 1, s, s]), device)
}
