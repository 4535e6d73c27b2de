//! The head that a checkpoint brings along: a reward model of another maker, or one that left here and comes back, is a
//! backbone and a model on it.

use serde::Deserialize;
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::studio::HeadWords;
use crate::domain::family::wrapped;
use crate::domain::likelihood::Likelihood;
use crate::domain::recipe::{LengthFeature, Pooling, Recipe};
use crate::engine::ports::ByteSource;
use crate::model::hidden_layer::HiddenLayer;
use crate::model::reward_model::{RewardModel, Scaling, dot};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Another maker's checkpoint does not say how long its texts are to be: this is the longest that the page offers.
const LONGEST: u16 = 512;

/// A decoder's head, by the name that `transformers` has for it.
const SCORE: &str = "score.weight";

/// The model that the head of this checkpoint makes of its backbone, whose `config.json` this is; `None` if it has no head
/// with one output.
///
/// # Errors
/// `FaultKind::File` if there is one that cannot be used here, and why; `FaultKind::Backbone` if it cannot be read.
pub async fn read<S: ByteSource>(
    checkpoint: &Checkpoint<'_, S>,
    config: &[u8],
) -> Result<Option<RewardModel>, Fault> {
    let config: Value = serde_json::from_slice(config).unwrap_or_default();
    let network = checkpoint.architecture();
    let d = network.hidden;
    if let Some(recipe) = wrapped::recipe(&config) {
        return Ok(Some(ours(checkpoint, recipe).await?));
    }
    if network.causal {
        return match checkpoint.beside(SCORE) {
            Some([1, wide]) if *wide == d => {
                let weights = checkpoint.values_beside(SCORE, &[1, d]).await?;
                Ok(Some(linear(checkpoint, &config, Pooling::Last, (weights, 0.0))))
            }
            _ => Ok(None),
        };
    }
    let one = |head: &&str| checkpoint.beside(&format!("{head}.weight")) == Some([1, d].as_slice());
    let Some(head) = network.names.poolers.iter().find_map(|it| it.head).filter(one) else { return Ok(None) };
    let unusable = |why: &str| {
        let what = format!("The model has a head for scores ({head}), but {why}: only its backbone is used.");
        Fault::new(FaultKind::File, what, "Train a head of your own on it.")
    };
    if checkpoint.pooler().is_none_or(|pooler| pooler.head != Some(head)) {
        return Err(unusable("not the layer that its family has before it"));
    }
    let says = |field: &str, usual: &str| config.get(field).is_none_or(|value| value == usual);
    if network.family == "modernbert"
        && !(says("classifier_pooling", "cls") && says("classifier_activation", "gelu"))
    {
        return Err(unusable("it reads the mean of all tokens, or has an activation that is not known here"));
    }
    let weights = checkpoint.values_beside(&format!("{head}.weight"), &[1, d]).await?;
    let bias = format!("{head}.bias");
    let bias = match checkpoint.beside(&bias) {
        Some(_) => checkpoint.values_beside(&bias, &[1]).await?[0],
        None => 0.0,
    };
    Ok(Some(match pooler_scale(checkpoint).await? {
        Some(scale) => {
            let weights = weights.into_iter().map(|weight| weight * scale).collect();
            linear(checkpoint, &config, Pooling::Cls, (weights, bias))
        }
        None => linear(checkpoint, &config, Pooling::Pooler, (weights, bias)),
    }))
}

/// `weights · h + bias` of the hidden state after the last block. What is constant is a mean that is taken off:
/// `w · (h − m) = w · h + b` where `m = −b w / |w|²`.
fn linear<S: ByteSource>(
    checkpoint: &Checkpoint<'_, S>,
    config: &Value,
    pooling: Pooling,
    (weights, bias): (Vec<f32>, f32),
) -> RewardModel {
    let network = checkpoint.architecture();
    let share = bias / dot(&weights, &weights).max(f32::MIN_POSITIVE);
    let scaling = Scaling {
        mean: weights.iter().map(|weight| -share * weight).collect(),
        // Features are divided by √d as well.
        std: vec![(weights.len() as f32).sqrt().recip(); weights.len()],
        length: None,
    };
    // What left here as a class of theirs says it all the same.
    let longest = config["reward_studio"]["max_tokens"].as_u64().unwrap_or(u64::from(LONGEST));
    let recipe = Recipe {
        pooling,
        length_feature: LengthFeature::Off,
        max_tokens: u16::try_from(longest.min(network.longest as u64)).unwrap_or(u16::MAX),
        ..at_the_top(network.layers)
    };
    RewardModel { recipe, scaling, hidden: None, weights, likelihood: Likelihood::PLAIN }
}

/// After all blocks.
fn at_the_top(layers: usize) -> Recipe {
    let layers = u8::try_from(layers).unwrap_or(u8::MAX);
    Recipe { layer: layers, ..Recipe::measured_best(layers) }
}

/// `ε` where a BERT's pooler is `tanh(ε h)`, as archives of ours have it; anything else mixes the parts of `h`.
async fn pooler_scale<S: ByteSource>(checkpoint: &Checkpoint<'_, S>) -> Result<Option<f32>, Fault> {
    let d = checkpoint.architecture().hidden;
    if checkpoint.architecture().family != "bert" || checkpoint.pooler_tensors().len() != 2 {
        return Ok(None);
    }
    let weight = checkpoint.values("pooler.dense.weight", &[d, d]).await?;
    let bias = checkpoint.values("pooler.dense.bias", &[d]).await?;
    let scale = weight.first().copied().unwrap_or_default();
    let is_scale = |(at, value): (usize, &f32)| *value == if at.is_multiple_of(d + 1) { scale } else { 0.0 };
    let alike = weight.iter().enumerate().all(is_scale) && bias.iter().all(|value| *value == 0.0);
    // Beyond that, the tanh is none that may be left out.
    Ok((alike && scale > 0.0 && scale <= super::plain::EPSILON).then_some(scale))
}

/// A model of ours, from an archive that it left in.
async fn ours<S: ByteSource>(checkpoint: &Checkpoint<'_, S>, recipe: &Value) -> Result<RewardModel, Fault> {
    let network = checkpoint.architecture();
    let d = network.hidden;
    let unknown = || {
        Fault::new(
            FaultKind::File,
            "The archive\u{2019}s config.json describes a recipe that is not known here: only its backbone is used.",
            "Load the page again; a newer version of it may have written the archive.",
        )
    };
    let pooling = recipe["pooling"].as_str().and_then(Pooling::from_word).ok_or_else(unknown)?;
    let longest = recipe["max_tokens"].as_u64().and_then(|tokens| u16::try_from(tokens).ok());
    let length_feature = match recipe["length_feature"].as_str() {
        Some("on") => LengthFeature::On,
        Some("off") => LengthFeature::Off,
        _ => return Err(unknown()),
    };
    let one = async |name: &str| Ok::<f32, Fault>(checkpoint.values_beside(name, &[1]).await?[0]);
    let length = match length_feature {
        LengthFeature::On => Some((one("length_mean").await?, one("length_std").await?)),
        LengthFeature::Off => None,
    };
    let width = d + usize::from(length.is_some());
    let std = checkpoint.values_beside("features_std", &[d]).await?;
    if std.iter().chain(length.as_ref().map(|(_, std)| std)).any(|std| *std <= 0.0) {
        return Err(unknown());
    }
    let hidden = match recipe.get("head").filter(|head| !head.is_null()) {
        Some(head) => {
            let head = HeadWords::deserialize(head).ok().and_then(|head| head.units());
            let units = head.ok_or_else(unknown)?;
            Some(HiddenLayer {
                weight: checkpoint.values_beside("hidden.weight", &[units, width]).await?,
                bias: checkpoint.values_beside("hidden.bias", &[units]).await?,
            })
        }
        None => None,
    };
    let weights = hidden.as_ref().map_or(width, HiddenLayer::units);
    let weights = checkpoint.values_beside("head.weight", &[1, weights]).await?;
    Ok(RewardModel {
        recipe: Recipe {
            pooling,
            length_feature,
            max_tokens: longest.ok_or_else(unknown)?,
            ..at_the_top(network.layers)
        },
        scaling: Scaling { mean: checkpoint.values_beside("features_mean", &[d]).await?, std, length },
        hidden,
        weights,
        likelihood: Likelihood::PLAIN,
    })
}
