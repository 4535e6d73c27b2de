//! Scores on demand: the newest request only, one forward pass for what is not known yet.

use super::backbone::Backbone;
use super::confidence::Confidence;
use super::library::Library;
use super::ports::ByteSource;
use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::Fault;
use crate::protocol::scoring::Score;
use crate::text::Encoded;

/// A response with what the backbone says of it.
pub struct Read {
    pooled: Pooled,
    cut_tokens: u32,
}

/// Read responses to one prompt as `model`'s recipe does; what the library knows is not computed again.
///
/// # Errors
/// As [`Backbone::pooled`].
pub async fn read<S: ByteSource>(
    backbone: &mut Backbone<S>,
    library: &Library,
    model: &RewardModel,
    prompt: &str,
    responses: &[String],
) -> Result<Vec<Read>, Fault> {
    let recipe = &model.recipe;
    let same_recipe = library.serves(recipe);
    let encoded = responses
        .iter()
        .map(|response| backbone.encoder.encode(prompt, response, recipe.max_tokens))
        .collect::<Result<Vec<Encoded>, Fault>>()?;
    let mut vectors: Vec<Option<Vec<f32>>> = responses
        .iter()
        .map(|response| {
            let known = same_recipe.then(|| library.vector(&library.key(prompt, response))).flatten();
            known.map(|pooled| pooled.vector.clone())
        })
        .collect();
    let missing: Vec<usize> = (0..vectors.len()).filter(|&at| vectors[at].is_none()).collect();
    let rows: Vec<_> = missing.iter().map(|&at| encoded[at].row.clone()).collect();
    let computed = backbone.pooled(&rows, recipe.layer, recipe.pooling).await?;
    let width = computed.len() / rows.len().max(1);
    for (&at, vector) in missing.iter().zip(computed.chunks_exact(width.max(1))) {
        vectors[at] = Some(vector.to_vec());
    }
    Ok(vectors
        .into_iter()
        .zip(encoded)
        .filter_map(|(vector, encoded)| {
            let pooled = Pooled { vector: vector?, tokens: encoded.response_tokens };
            Some(Read { pooled, cut_tokens: encoded.cut_tokens })
        })
        .collect())
}

impl Read {
    /// What the backbone says of it.
    pub fn pooled(&self) -> &Pooled {
        &self.pooled
    }

    /// What `model` says of it, and how surely.
    pub fn score(&self, model: &RewardModel, confidence: Option<&Confidence>, ms: f64) -> Score {
        let (value, length_part) = model.score(&self.pooled);
        Score {
            value,
            length_part,
            response_tokens: self.pooled.tokens,
            cut_tokens: self.cut_tokens,
            ms: ms as f32,
            doubt: confidence.and_then(|confidence| confidence.of_score(model, &self.pooled)),
            standing: None,
        }
    }
}
