//! The hidden layer of an MLP head, off any device: what lies between the features and the weights that make a score.
//!
//! ```text
//! φ(x) = (tanh(W x + b) − tanh(b)) / √units        score = w · φ(x)
//! ```
//! What tanh(b) takes off makes the average response score 0, as it does under a linear head; √units keeps `E|φ|²` about as
//! it is of the features, however many units there are (Neal, 1996, section 2.1), so that a penalty means the same.

use serde::{Deserialize, Serialize};

/// `W` and `b`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HiddenLayer {
    /// `[units, width]`, unit by unit.
    pub weight: Vec<f32>,
    /// `[units]`.
    pub bias: Vec<f32>,
}

impl HiddenLayer {
    /// One for features `[width]`, drawn from the prior that a penalty λ is: even with its variance, 1/λ. `chance` is even
    /// between −1 and 1.
    pub fn drawn(units: usize, width: usize, lambda: f32, chance: impl Iterator<Item = f32>) -> Self {
        let reach = (3.0 / lambda).sqrt();
        let weight = chance.take(units * width).map(|x| x * reach).collect();
        Self { weight, bias: vec![0.0; units] }
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.bias.len()
    }

    /// `φ(x)`: `[width] → [units]`.
    pub fn forward(&self, features: &[f32]) -> Vec<f32> {
        let root = self.root();
        let rise = |(bias, reached): (&f32, f32)| (reached.tanh() - bias.tanh()) / root;
        self.bias.iter().zip(self.reached(features)).map(rise).collect()
    }

    /// The slopes `s` with `s · x = w · φ(x)`, `[width]`: the gradient of the score, averaged over the way from 0 to `x`.
    /// That is integrated gradients (Sundararajan and others, 2017), whose integral a single tanh has in closed form; and
    /// the "rescale" rule of DeepLIFT (Shrikumar and others, 2017).
    pub fn secant(&self, features: &[f32], weights: &[f32]) -> Vec<f32> {
        let root = self.root();
        let mut slopes = vec![0f32; features.len()];
        let rows = self.weight.chunks_exact(features.len().max(1));
        let units = self.bias.iter().zip(self.reached(features)).zip(weights.iter().zip(rows));
        for ((bias, reached), (weight, row)) in units {
            let steepness = weight * steepness(*bias, reached) / root;
            slopes.iter_mut().zip(row).for_each(|(slope, w)| *slope += steepness * w);
        }
        slopes
    }

    /// `W x + b`.
    fn reached(&self, features: &[f32]) -> impl Iterator<Item = f32> {
        let rows = self.weight.chunks_exact(features.len().max(1));
        rows.zip(&self.bias).map(|(row, bias)| kernels::dot(row, features) + bias)
    }

    fn root(&self) -> f32 {
        (self.units() as f32).sqrt()
    }
}

/// The average slope of tanh between two places. Where they are all but the same, the difference is nothing but rounding:
/// there it is the slope halfway.
fn steepness(from: f32, to: f32) -> f32 {
    match to - from {
        way if way.abs() > 1e-2 => (to.tanh() - from.tanh()) / way,
        way => 1.0 - (from + way / 2.0).tanh().powi(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::chance::even;

    #[test]
    fn slopes_and_features_make_the_score_and_nothing_scores_nothing() {
        let mut layer = HiddenLayer::drawn(5, 4, 1.0, even(3));
        layer.bias = vec![0.3, -2.0, 0.0, 4.0, -0.1];
        let weights = [1.5, -0.5, 2.0, 3.0, -1.0];
        for features in [[0.5, -1.0, 2.0, 0.1], [1e-4, 0.0, -2e-4, 1e-5], [0.0; 4], [9.0, 9.0, -9.0, 9.0]] {
            let score = kernels::dot(&layer.forward(&features), &weights);
            let again = kernels::dot(&layer.secant(&features, &weights), &features);
            assert!((score - again).abs() < 1e-5 * score.abs().max(1.0), "{score} {again}");
        }
        assert_eq!(layer.forward(&[0.0; 4]), [0.0; 5]);
    }

    #[test]
    fn it_is_drawn_with_the_priors_variance() {
        let layer = HiddenLayer::drawn(64, 100, 4.0, even(1));
        let variance = layer.weight.iter().map(|w| w * w).sum::<f32>() / layer.weight.len() as f32;
        assert!((variance - 0.25).abs() < 0.01, "{variance}");
    }
}
