//! Rotary position embedding (Su and others, 2021): queries and keys turned by their places, so that what they say to each
//! other depends on how far apart they are. The two halves of what is turned belong together, as in `transformers`'
//! `rotate_half`.

use burn::tensor::{Device, Tensor, TensorData};

use crate::domain::family::architecture::Rotary;

/// Cosines and sines of the first places, `[1, 1, s, turned]` each.
#[derive(Clone, Debug)]
pub struct Angles {
    cos: Tensor<4>,
    sin: Tensor<4>,
    turned: usize,
}

impl Angles {
    /// Those of `s` places from 0.
    pub fn new(rotary: &Rotary, s: usize, device: &Device) -> Self {
        let turned = 2 * rotary.frequencies.len();
        let angles: Vec<f32> = (0..s)
            .flat_map(|place| {
                let half = rotary.frequencies.iter().map(move |frequency| place as f32 * frequency);
                half.clone().chain(half)
            })
            .collect();
        let table = |of: fn(f32) -> f32| {
            let values: Vec<f32> = angles.iter().map(|&angle| of(angle)).collect();
            Tensor::from_data(TensorData::new(values, [1, 1, s, turned]), device)
        };
        Self { cos: table(f32::cos), sin: table(f32::sin), turned }
    }

    /// `[b, heads, s, head]`, the first dimensions of each head turned, the others as they are.
    pub fn turn(&self, x: Tensor<4>) -> Tensor<4> {
        let head = x.dims()[3];
        let first = x.clone().narrow(3, 0, self.turned);
        let half = self.turned / 2;
        let across =
            Tensor::cat(vec![-first.clone().narrow(3, half, half), first.clone().narrow(3, 0, half)], 3);
        let turned = first * self.cos.clone() + across * self.sin.clone();
        if self.turned == head {
            turned
        } else {
            Tensor::cat(vec![turned, x.narrow(3, self.turned, head - self.turned)], 3)
        }
    }
}
