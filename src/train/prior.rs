//! What is believed of a head before any answer: where its weights are drawn to, and how strongly.
//!
//! A penalty is a normal prior, `wᵢ ~ N(mᵢ, 1/λ)`. Its mean is zero, which prefers nothing, or the head of a reward model
//! that is learned on from: then the answers say by how much to leave it, and without any it stays what it was.

use crate::domain::config::{Objective, Start};
use crate::domain::recipe::Recipe;
use crate::model::reward_model::{RewardModel, Scaling};

/// A prior over the weights of a head.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// λ, for a summed loss; above 0.
    pub lambda: f32,
    /// m, `[width]`; `None` for zeros.
    pub mean: Option<Vec<f32>>,
}

impl Prior {
    /// Around zero.
    pub fn plain(lambda: f32) -> Self {
        Self { lambda, mean: None }
    }

    /// `w − m`.
    pub fn apart(&self, weights: impl Iterator<Item = f64>) -> Vec<f64> {
        match &self.mean {
            Some(mean) => weights.zip(mean).map(|(w, m)| w - f64::from(*m)).collect(),
            None => weights.collect(),
        }
    }

    /// m itself, of so many weights.
    pub fn centre(&self, width: usize) -> Vec<f32> {
        self.mean.clone().unwrap_or_else(|| vec![0.0; width])
    }
}

/// Where the objective wants to start: the weights under which features of this `scaling` differ in score as they do by
/// `brought`, the model that came with the backbone, `[scaling.width()]`. `None` where it wants to start from nothing, where no
/// model came, or where that one reads other vectors or has no linear head.
pub fn mean(
    objective: &Objective,
    brought: Option<&RewardModel>,
    recipe: &Recipe,
    scaling: &Scaling,
) -> Option<Vec<f32>> {
    let RewardModel { recipe: its, scaling: old, hidden, weights, .. } =
        brought.filter(|_| objective.start == Start::Brought)?;
    if hidden.is_some() || !its.reads_as(recipe) {
        return None;
    }
    let of_vector = weights.iter().zip(&old.std).zip(&scaling.std).map(|((w, old), new)| w * new / old);
    let of_length = scaling.length.map(|(_, new)| {
        let own = old.length.zip(weights.get(old.mean.len()));
        own.map_or(0.0, |((_, old), w)| w * new / old)
    });
    Some(of_vector.chain(of_length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Likelihood;
    use crate::domain::recipe::LengthFeature;
    use crate::model::reward_model::{Pooled, dot};

    #[test]
    fn other_features_of_the_same_vectors_differ_in_score_as_before() {
        let pooled = |vector: [f32; 3], tokens| Pooled { vector: vector.to_vec(), tokens };
        let (a, b) = (pooled([1.0, -2.0, 0.5], 3), pooled([0.0, 4.0, 0.1], 90));
        let recipe = Recipe { length_feature: LengthFeature::On, ..Recipe::measured_best(6) };
        let model = RewardModel {
            recipe: recipe.clone(),
            scaling: Scaling { mean: vec![0.3; 3], std: vec![0.5, 2.0, 1.0], length: Some((2.0, 0.7)) },
            hidden: None,
            weights: vec![0.4, -1.0, 2.0, 0.9],
            likelihood: Likelihood::PLAIN,
        };
        let scaling = Scaling::of([a.clone(), b.clone()].iter(), LengthFeature::On).unwrap();
        let objective = Objective { start: Start::Brought, ..Objective::default() };
        let mean =
            |objective: &Objective, recipe: &Recipe| super::mean(objective, Some(&model), recipe, &scaling);
        let carried = mean(&objective, &recipe).unwrap();
        let margin = dot(&scaling.features(&a), &carried) - dot(&scaling.features(&b), &carried);
        assert!((margin - model.margin(&a, &b).0).abs() < 1e-5, "{margin}");
        assert_eq!(mean(&objective, &Recipe { layer: 1, ..recipe.clone() }), None);
        assert_eq!(mean(&Objective::default(), &recipe), None);
    }
}
