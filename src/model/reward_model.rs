//! The reward model, whole: read this first.
//!
//! `prompt, response → tokens → hidden states → pooling → features → head → score`
//!
//! The backbone is pretrained and frozen; what is learned is the head, and with it the scale on which each
//! feature is measured. [`RewardModel::score`] is the one way from a pooled vector to a score: training,
//! the page's live score and the export all go through [`Features`].

use crate::domain::recipe::{LengthFeature, Recipe};

/// What the log length is multiplied by after standardising, so that it is a feature among hundreds and not
/// drowned by the √d that scales the others.
pub const LENGTH_SCALE: f32 = 0.3;

/// A response as the backbone saw it: everything a head may look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// The pooled vector, `[d]`.
    pub vector: Vec<f32>,
    /// Tokens of the response before any cut.
    pub response_tokens: u32,
}

/// How pooled vectors become features: standardised by the mean and deviation of all responses known
/// (their answers are not needed), divided by √d so that E|x|² = 1, with the log length appended.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// Mean of each component, `[d]`.
    pub mean: Vec<f32>,
    /// Standard deviation of each component, `[d]`; 1 where a component never varies.
    pub deviation: Vec<f32>,
    /// Mean and standard deviation of `log(1 + tokens)`.
    pub length: (f32, f32),
}

/// A head on features: what one training gives.
#[derive(Clone, Debug, PartialEq)]
pub struct RewardModel {
    /// How the pooled vectors were made.
    pub recipe: Recipe,
    /// How they become features.
    pub features: Features,
    /// The head's weights, `[d]`, or `[d + 1]` with the length feature last.
    pub weight: Vec<f32>,
}

/// A score and the part of it that length has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// The reward: only differences between responses to one prompt mean anything.
    pub value: f32,
    /// The length feature's share of it.
    pub length_part: f32,
}

impl Features {
    /// Measure mean and deviation over these responses (population deviation, as NumPy's `std`).
    ///
    /// Returns `None` for no responses.
    pub fn measure<'a>(responses: impl Iterator<Item = &'a Pooled> + Clone) -> Option<Self> {
        let d = responses.clone().next()?.vector.len();
        let mut count = 0.0f64;
        let mut sum = vec![0.0f64; d];
        let mut length_sum = 0.0f64;
        for response in responses.clone() {
            count += 1.0;
            length_sum += f64::from(log_length(response.response_tokens));
            for (sum, value) in sum.iter_mut().zip(&response.vector) {
                *sum += f64::from(*value);
            }
        }
        let mean: Vec<f64> = sum.into_iter().map(|sum| sum / count).collect();
        let length_mean = length_sum / count;
        let mut square = vec![0.0f64; d];
        let mut length_square = 0.0f64;
        for response in responses {
            length_square += (f64::from(log_length(response.response_tokens)) - length_mean).powi(2);
            for ((square, value), mean) in square.iter_mut().zip(&response.vector).zip(&mean) {
                *square += (f64::from(*value) - mean).powi(2);
            }
        }
        Some(Self {
            mean: mean.into_iter().map(|mean| mean as f32).collect(),
            deviation: square.into_iter().map(|square| deviation(square, count)).collect(),
            length: (length_mean as f32, deviation(length_square, count)),
        })
    }

    /// Features of one response, `[d]`, or `[d + 1]` with the length feature.
    pub fn of(&self, response: &Pooled, length: LengthFeature) -> Vec<f32> {
        let scale = 1.0 / (self.mean.len() as f32).sqrt();
        let mut features: Vec<f32> = response
            .vector
            .iter()
            .zip(&self.mean)
            .zip(&self.deviation)
            .map(|((value, mean), deviation)| (value - mean) / deviation * scale)
            .collect();
        match length {
            LengthFeature::On => features.push(self.length_feature(response.response_tokens)),
            LengthFeature::Off => {}
        }
        features
    }

    fn length_feature(&self, tokens: u32) -> f32 {
        LENGTH_SCALE * (log_length(tokens) - self.length.0) / self.length.1
    }
}

impl RewardModel {
    /// The score of one response.
    ///
    /// # Panics
    /// If the vector is not as wide as the model's features; both come from the same recipe.
    pub fn score(&self, response: &Pooled) -> Scored {
        let features = self.features.of(response, self.recipe.length_feature);
        assert_eq!(features.len(), self.weight.len(), "features and head must be of one width");
        let value = features.iter().zip(&self.weight).map(|(x, w)| x * w).sum();
        let length_part = match self.recipe.length_feature {
            LengthFeature::On => features[features.len() - 1] * self.weight[self.weight.len() - 1],
            LengthFeature::Off => 0.0,
        };
        Scored { value, length_part }
    }
}

/// `log(1 + tokens)`.
pub fn log_length(tokens: u32) -> f32 {
    (tokens as f32).ln_1p()
}

/// The deviation of `count` values whose squared distances from their mean sum to `square`; 1 where nothing varies.
fn deviation(square: f64, count: f64) -> f32 {
    let deviation = (square / count).sqrt();
    if deviation > 1e-6 { deviation as f32 } else { 1.0 }
}
