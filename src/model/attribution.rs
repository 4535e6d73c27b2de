//! The score as a linear function of the pooled vector, and so of every hidden state that is pooled.
//!
//! ```text
//! score = Σᵢ slopeᵢ (pooledᵢ − meanᵢ) + length part        slopeᵢ = riseᵢ / (stdᵢ √d)
//! pooled = Σₜ shareₜ · hiddenₜ,  Σₜ shareₜ = 1             ⇒  token t adds shareₜ · slope·(hiddenₜ − mean)
//! ```
//! The slope is the gradient, the average vector the baseline: gradient × (input − baseline), which for a linear
//! function is exact and all that any of the gradient methods can say (Ancona and others, 2018, section 2; Sundararajan
//! and others, 2017). Under a linear head the rise is its weight. An MLP's depends on where the text is: it is that from
//! the average response to this one ([`RewardModel::slopes`]), which is integrated gradients, and sums as exactly. What a
//! token has told the others below the pooled layer is counted as theirs.

use super::reward_model::{LENGTH_SCALE, Pooled, RewardModel, dot};

/// A model's score, taken apart.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// The gradient at the pooled vector, `[d]`.
    slope: Vec<f32>,
    /// The average vector, `[d]`.
    mean: Vec<f32>,
    /// Slope and average of the log length; `None` where it is no feature.
    length: Option<(f32, f32)>,
}

impl Attribution {
    /// That of this model's score of this text.
    pub fn of(model: &RewardModel, pooled: &Pooled) -> Self {
        let scaling = &model.scaling;
        let root = (scaling.mean.len() as f32).sqrt();
        let rise = model.slopes(&scaling.features(pooled));
        let slope: Vec<f32> = rise.iter().zip(&scaling.std).map(|(w, s)| w / (s * root)).collect();
        let length = scaling.length.zip(rise.get(scaling.mean.len()).copied());
        Self {
            slope,
            mean: scaling.mean.clone(),
            length: length.map(|((mean, std), weight)| (LENGTH_SCALE * weight / std, mean)),
        }
    }

    /// What a hidden state `[d]` would add if it counted alone, beside the average vector.
    pub fn state(&self, hidden: &[f32]) -> f32 {
        // The difference first: where a dimension hardly varies, both products are large and all but the same.
        let apart: Vec<f32> = hidden.iter().zip(&self.mean).map(|(value, mean)| value - mean).collect();
        dot(&apart, &self.slope)
    }

    /// What the length adds.
    pub fn length(&self, pooled: &Pooled) -> f32 {
        self.length.map_or(0.0, |(slope, mean)| slope * (pooled.log_length() - mean))
    }

    /// The score, put together again.
    pub fn score(&self, pooled: &Pooled) -> f32 {
        self.state(&pooled.vector) + self.length(pooled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Likelihood;
    use crate::domain::recipe::{LengthFeature, Recipe};
    use crate::model::hidden_layer::HiddenLayer;
    use crate::model::reward_model::Scaling;
    use crate::train::chance::even;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = f32> {
        -3f32..3.0
    }

    proptest! {
        #[test]
        fn the_parts_are_the_score(
            rows in prop::collection::vec(prop::collection::vec(value(), 12), 2..9),
            weights in prop::collection::vec(value(), 13),
            length in any::<bool>(),
            units in prop::option::of(1usize..6),
        ) {
            let rows: Vec<Pooled> = rows
                .into_iter()
                .enumerate()
                .map(|(at, vector)| Pooled { vector, tokens: (at * at) as u32 })
                .collect();
            let feature = if length { LengthFeature::On } else { LengthFeature::Off };
            let scaling = Scaling::of(rows.iter(), feature).expect("rows");
            let hidden = units.map(|units| HiddenLayer::drawn(units, scaling.width(), 0.3, even(units as u64)));
            let weights = weights[..units.unwrap_or(scaling.width())].to_vec();
            let recipe = Recipe { length_feature: feature, ..Recipe::measured_best(6) };
            let model = RewardModel { recipe, scaling, hidden, weights, likelihood: Likelihood::PLAIN };
            for row in &rows {
                let parts = Attribution::of(&model, row);
                let (score, length_part) = model.score(row);
                prop_assert!((parts.score(row) - score).abs() < 1e-4 * score.abs().max(1.0));
                prop_assert!((parts.length(row) - length_part).abs() < 1e-5);
            }
        }
    }
}
