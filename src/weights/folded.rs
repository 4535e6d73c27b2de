//! Standardisation and head as one affine map of the pooled vector, for networks that know no standardisation:
//! `score = Σ wᵢ (hᵢ − mᵢ) / (sᵢ √d) = Σ aᵢ hᵢ + b`.

use crate::model::reward_model::{RewardModel, Scaling};

/// The map.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// `aᵢ`, `[d]`.
    pub weight: Vec<f32>,
    /// `b`.
    pub bias: f32,
}

impl Folded {
    /// Of a model with a linear head and without the length feature. In double precision: the bias is a sum over all dimensions, and large
    /// beside the scores.
    pub fn of(model: &RewardModel) -> Self {
        Self::of_weights(&model.weights, &model.scaling)
    }

    /// Of these weights of features of this scaling.
    pub fn of_weights(weights: &[f32], scaling: &Scaling) -> Self {
        let root = (scaling.mean.len() as f64).sqrt();
        let each = || weights.iter().zip(scaling.mean.iter().zip(&scaling.std));
        let slope = |w: f32, s: f32| f64::from(w) / (f64::from(s) * root);
        Self {
            weight: each().map(|(&w, (_, &s))| slope(w, s) as f32).collect(),
            bias: -each().map(|(&w, (&m, &s))| slope(w, s) * f64::from(m)).sum::<f64>() as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Likelihood;
    use crate::domain::recipe::{LengthFeature, Recipe};
    use crate::model::reward_model::Pooled;

    #[test]
    fn the_folded_map_gives_the_models_scores() {
        let model = RewardModel {
            recipe: Recipe { length_feature: LengthFeature::Off, ..Recipe::measured_best(6) },
            scaling: Scaling { mean: vec![5.0, -3.0], std: vec![0.5, 2.0], length: None },
            hidden: None,
            weights: vec![0.75, -1.5],
            likelihood: Likelihood::PLAIN,
        };
        let folded = Folded::of(&model);
        for vector in [[4.0f32, 1.0], [5.5, -7.25], [0.0, 0.0]] {
            let score: f32 = vector.iter().zip(&folded.weight).map(|(h, a)| h * a).sum::<f32>() + folded.bias;
            let pooled = Pooled { vector: vector.to_vec(), tokens: 3 };
            assert!((score - model.score(&pooled).0).abs() < 1e-5);
        }
    }
}
