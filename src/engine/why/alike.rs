//! Which responses of answered pairs are most like a text, as the model sees texts.

use std::collections::HashSet;

use crate::domain::dataset::Comparison;
use crate::engine::library::{Key, Library};
use crate::model::reward_model::{Pooled, RewardModel, dot};
use crate::protocol::scoring::Neighbour;

/// So many are told.
const NEIGHBOURS: usize = 5;

/// The responses of `answered` pairs with the highest cosine to `pooled` in feature space, each text once. The text
/// itself, if it is one of them, comes first.
pub fn nearest(
    library: &Library,
    model: &RewardModel,
    answered: &[Comparison],
    key: &Key,
    pooled: &Pooled,
) -> Vec<Neighbour> {
    let own = model.scaling.features(pooled);
    let mut seen: HashSet<Key> = HashSet::new();
    let mut near: Vec<(bool, Neighbour)> = Vec::new();
    for comparison in answered {
        for (side, name, response) in library.sides(&comparison.pair, &model.recipe) {
            let same = name == *key;
            if !seen.insert(name) {
                continue;
            }
            let features = model.scaling.features(response);
            let similarity = if same { 1.0 } else { cosine(&own, &features) };
            let score = model.score(response).0;
            near.push((same, Neighbour { pair: comparison.pair.clone(), side, similarity, score }));
        }
    }
    near.sort_by(|(a_same, a), (b_same, b)| b_same.cmp(a_same).then(b.similarity.total_cmp(&a.similarity)));
    near.into_iter().take(NEIGHBOURS).map(|(_, neighbour)| neighbour).collect()
}

/// The cosine of the angle between two vectors; 0 where one of them has no direction.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { (dot(a, b) / lengths).clamp(-1.0, 1.0) } else { 0.0 }
}
