//! The reward model, whole: a prompt and a response become one number.
//!
//! ```text
//! tokens ─► backbone ([`super::bert`], first `layer` blocks) ─► [`super::pooling`] ─► pooled vector  [d]
//!        ─► [`Scaling`]: standardised, divided by √d; log length appended              ─► features    [d or d + 1]
//!        ─► [`super::hidden_layer`], where the head is an MLP                          ─► features    [units]
//!        ─► one weight a feature                                                       ─► score
//! ```
//! It is trained so that `score(chosen) > score(rejected)`: [`super::loss`]. This file is everything after
//! pooling: a few hundred numbers, kept on the CPU whichever device they were learned on.

use std::borrow::Cow;

pub use kernels::dot;
use serde::{Deserialize, Serialize};

use super::hidden_layer::HiddenLayer;
use crate::domain::likelihood::Likelihood;
use crate::domain::recipe::{LengthFeature, Recipe};

/// Weight of the standardised log length beside the pooled vector, whose mean square norm is 1.
pub const LENGTH_SCALE: f32 = 0.3;

/// What the backbone says of one response: the same whatever is learned later.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// The pooled hidden states, `[d]`.
    pub vector: Vec<f32>,
    /// Tokens of the whole response.
    pub tokens: u32,
}

impl Pooled {
    /// `log(1 + tokens)`.
    pub fn log_length(&self) -> f32 {
        (self.tokens as f32).ln_1p()
    }
}

/// How pooled vectors become features: z-scores over all known responses, labelled or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Mean of each dimension, `[d]`.
    pub mean: Vec<f32>,
    /// Standard deviation of each dimension, `[d]`; above 0.
    pub std: Vec<f32>,
    /// Mean and standard deviation of the log length; `None` when that feature is off.
    pub length: Option<(f32, f32)>,
}

impl Scaling {
    /// The scaling of these responses; a dimension that never varies gets a deviation of 1. `None` for none.
    pub fn of<'a>(
        responses: impl Iterator<Item = &'a Pooled> + Clone,
        length_feature: LengthFeature,
    ) -> Option<Self> {
        let width = responses.clone().next()?.vector.len();
        let (mean, std) = moments(responses.clone().map(|pooled| &pooled.vector[..]), width);
        let length = match length_feature {
            LengthFeature::On => {
                let lengths: Vec<f32> = responses.map(Pooled::log_length).collect();
                let (mean, std) = moments(lengths.chunks_exact(1), 1);
                mean.into_iter().zip(std).next()
            }
            LengthFeature::Off => None,
        };
        Some(Self { mean, std, length })
    }

    /// Number of features: `d`, and one more with the length feature.
    pub fn width(&self) -> usize {
        self.mean.len() + usize::from(self.length.is_some())
    }

    /// `(x − mean) / (std · √d)`, then `0.3 · (log length − mean) / std` where that feature is on.
    pub fn features(&self, pooled: &Pooled) -> Vec<f32> {
        let root = (self.mean.len() as f32).sqrt();
        let standardised =
            pooled.vector.iter().zip(self.mean.iter().zip(&self.std)).map(|(x, (m, s))| (x - m) / (s * root));
        let length = self.length.map(|(mean, std)| LENGTH_SCALE * (pooled.log_length() - mean) / std);
        standardised.chain(length).collect()
    }
}

/// Everything after pooling, learned.
#[derive(Clone, Debug, PartialEq)]
pub struct RewardModel {
    /// How its features come to be.
    pub recipe: Recipe,
    /// From pooled vectors to features.
    pub scaling: Scaling,
    /// What lies between those and the weights, where the head is an MLP.
    pub hidden: Option<HiddenLayer>,
    /// One weight a feature, the length feature's last; or one a hidden unit.
    pub weights: Vec<f32>,
    /// From margins to how likely each answer is.
    pub likelihood: Likelihood,
}

impl RewardModel {
    /// What the weights are of: `[weights]`.
    pub fn features(&self, pooled: &Pooled) -> Vec<f32> {
        let features = self.scaling.features(pooled);
        match &self.hidden {
            Some(hidden) => hidden.forward(&features),
            None => features,
        }
    }

    /// How steeply the score rises with each of the scaling's features, from the average response to this one: `[width]`.
    /// Their products with the features sum to the score.
    pub fn slopes(&self, features: &[f32]) -> Cow<'_, [f32]> {
        match &self.hidden {
            Some(hidden) => Cow::Owned(hidden.secant(features, &self.weights)),
            None => Cow::Borrowed(&self.weights),
        }
    }

    /// The score, and the part of it that is the length feature's.
    pub fn score(&self, pooled: &Pooled) -> (f32, f32) {
        let features = self.scaling.features(pooled);
        let length_part = match self.scaling.length {
            Some(_) => features.last().zip(self.slopes(&features).last()).map_or(0.0, |(x, w)| x * w),
            None => 0.0,
        };
        let score = match &self.hidden {
            Some(hidden) => dot(&hidden.forward(&features), &self.weights),
            None => dot(&features, &self.weights),
        };
        (score, length_part)
    }

    /// `features(first) − features(second)`, whose product with the weights is their margin: `[weights]`.
    pub fn difference(&self, first: &Pooled, second: &Pooled) -> Vec<f32> {
        let (first, second) = (self.features(first), self.features(second));
        first.iter().zip(&second).map(|(a, b)| a - b).collect()
    }

    /// `score(chosen) − score(rejected)`, and the length feature's part of it.
    pub fn margin(&self, chosen: &Pooled, rejected: &Pooled) -> (f32, f32) {
        let ((chosen, chosen_length), (rejected, rejected_length)) =
            (self.score(chosen), self.score(rejected));
        (chosen - rejected, chosen_length - rejected_length)
    }
}

/// Mean and population standard deviation of each column of rows `[n, width]`, the latter 1 where nothing varies. Twice
/// along the rows, as they lie in memory.
fn moments<'a>(rows: impl Iterator<Item = &'a [f32]> + Clone, width: usize) -> (Vec<f32>, Vec<f32>) {
    let count = rows.clone().count() as f64;
    let mut mean = vec![0f64; width];
    rows.clone().for_each(|row| kernels::add(&mut mean, row));
    mean.iter_mut().for_each(|sum| *sum /= count);
    let mut variance = vec![0f64; width];
    rows.for_each(|row| kernels::add_squares(&mut variance, row, &mean));
    let std = variance.iter().map(|sum| (sum / count).sqrt() as f32);
    (
        mean.iter().map(|&mean| mean as f32).collect(),
        std.map(|std| if std > 1e-6 { std } else { 1.0 }).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pooled(vector: [f32; 3], tokens: u32) -> Pooled {
        Pooled { vector: vector.to_vec(), tokens }
    }

    #[test]
    fn features_are_standardised_with_a_mean_square_norm_of_one() {
        let responses =
            [pooled([1.0, 0.0, 5.0], 3), pooled([3.0, 2.0, 5.0], 9), pooled([8.0, -7.0, 5.0], 30)];
        let scaling = Scaling::of(responses.iter(), LengthFeature::Off).unwrap();
        let square: f32 = responses
            .iter()
            .map(|response| scaling.features(response).iter().map(|x| x * x).sum::<f32>())
            .sum();
        // The third dimension never varies and counts nothing.
        assert!((square / 3.0 - 2.0 / 3.0).abs() < 1e-5);
    }

    #[test]
    fn moments_are_to_the_last_bit_those_of_each_column_by_itself() {
        let spread = |at: usize| ((at * 7919) % 104_729) as f32 / 997.0 - 40.0;
        let responses: Vec<Pooled> =
            (0..50).map(|at| pooled([spread(at), spread(at + 50) * 1e-3, 0.1], (at * at) as u32)).collect();
        let column = |values: Vec<f32>| {
            let values = values.into_iter().map(f64::from);
            let count = values.clone().count() as f64;
            let mean = values.clone().sum::<f64>() / count;
            let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            let std = variance.sqrt() as f32;
            (mean as f32, if std > 1e-6 { std } else { 1.0 })
        };
        let scaling = Scaling::of(responses.iter(), LengthFeature::On).unwrap();
        for place in 0..3 {
            let own = column(responses.iter().map(|response| response.vector[place]).collect());
            assert_eq!((scaling.mean[place], scaling.std[place]), own);
        }
        let lengths = column(responses.iter().map(Pooled::log_length).collect());
        assert_eq!(scaling.length, Some(lengths));
    }

    #[test]
    fn swapping_the_pair_negates_the_margin_and_equal_responses_have_none() {
        let (a, b) = (pooled([1.0, 2.0, 3.0], 4), pooled([0.5, -1.0, 9.0], 40));
        let scaling = Scaling::of([a.clone(), b.clone()].iter(), LengthFeature::On).unwrap();
        let model = RewardModel {
            recipe: Recipe::measured_best(6),
            scaling,
            hidden: None,
            weights: vec![0.3, -0.2, 0.7, 1.5],
            likelihood: Likelihood::PLAIN,
        };
        assert_eq!(model.margin(&a, &b).0, -model.margin(&b, &a).0);
        assert_eq!(model.margin(&a, &a), (0.0, 0.0));
    }
}
