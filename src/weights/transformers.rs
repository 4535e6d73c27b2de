//! A folder for `transformers`' `AutoModelForSequenceClassification`, with one output, the score.
//!
//! Where the recipe reads the first token and no length it is `BertForSequenceClassification`, as plain as any; every
//! other one is a class of its own, whose code comes along (`modeling_reward_studio.py`, by the Hub's `auto_map`).

use serde_json::{Value, json};

use super::folded::Folded;
use super::offer::{Cutting, Offer};
use super::tensors::Tensors;
use crate::domain::recipe::{LengthFeature, Recipe};
use crate::domain::weights_format::{WeightsFormat, is_plain};
use crate::engine::ports::ByteSource;
use crate::model::reward_model::Scaling;
use crate::protocol::Fault;
use crate::text::Encoder;

/// BERT's pooler computes `tanh(W h + b)` before the classifier, and cannot be left out. With `W = εI` and `b = 0` it is
/// `εh (1 − (εh)²/3 + …)`, so with the classifier `a/ε` the score's parts `aᵢ hᵢ` are wrong by `(εhᵢ)²/3` of
/// themselves. Hidden states stand behind a layer norm: |hᵢ| ≤ √d |γᵢ| + |βᵢ|, some tens at most. At ε = 2⁻¹⁴ and |h| = 30
/// that is 1.1·10⁻⁶; in single precision nothing is lost, as ε is a power of two and floating point does not mind the
/// size. Smaller still would be lost in half precision, whose smallest normal number is 2⁻¹⁴, too.
pub const EPSILON: f32 = 1.0 / 16_384.0;

/// What trains when somebody trains the network on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trains {
    /// Everything, as libraries have it.
    Everything,
    /// The head alone, as here.
    Head,
}

/// The archive.
///
/// # Errors
/// `FaultKind::Backbone` if the backbone's weights cannot be read; `FaultKind::Internal` if it cannot be written.
pub async fn write<S: ByteSource>(offer: &Offer<'_, S>) -> Result<Vec<u8>, Fault> {
    let plain = is_plain(&offer.model.recipe);
    let tensors = if plain { plain_tensors(offer) } else { own_tensors(offer) };
    let mut bundle = offer.bundle(tensors.bytes());
    offer.companions(WeightsFormat::Transformers, &mut bundle)?;
    if plain {
        offer.tokenizer("", Cutting::AtTheBeginning, &mut bundle)?;
        bundle.add("config.json", &offer.config(plain_config(offer))?)?;
    } else {
        offer.tokenizer("", Cutting::ByTheNetwork, &mut bundle)?;
        bundle.add("config.json", &offer.config(own_config(offer, Trains::Everything))?)?;
    }
    offer.code("", &mut bundle)?;
    tensors.write("model.safetensors", &offer.checkpoint, &mut bundle).await?;
    bundle.finish()
}

fn plain_tensors<S: ByteSource>(offer: &Offer<'_, S>) -> Tensors {
    let Folded { weight, bias } = Folded::of(offer.model);
    let d = weight.len();
    let mut pooler = vec![0f32; d * d];
    pooler.iter_mut().step_by(d + 1).for_each(|diagonal| *diagonal = EPSILON);
    Tensors::of_backbone(&offer.checkpoint, offer.model.recipe.layer, "bert.")
        .with("bert.pooler.dense.weight", &[d, d], pooler)
        .with("bert.pooler.dense.bias", &[d], vec![0.0; d])
        .with("classifier.weight", &[1, d], weight.iter().map(|a| a / EPSILON).collect())
        .with("classifier.bias", &[1], vec![bias])
}

/// The tensors of the class of our own.
pub fn own_tensors<S: ByteSource>(offer: &Offer<'_, S>) -> Tensors {
    let Scaling { mean, std, length } = &offer.model.scaling;
    let (d, width) = (mean.len(), offer.model.weights.len());
    let (length_mean, length_std) = length.unwrap_or((0.0, 1.0));
    Tensors::of_backbone(&offer.checkpoint, offer.model.recipe.layer, "bert.")
        .with("features_mean", &[d], mean.clone())
        .with("features_std", &[d], std.clone())
        .with("length_mean", &[1], vec![length_mean])
        .with("length_std", &[1], vec![length_std])
        .with("head.weight", &[1, width], offer.model.weights.clone())
}

fn plain_config<S>(offer: &Offer<'_, S>) -> Value {
    json!({
        "architectures": ["BertForSequenceClassification"],
        // Only who trusts the code gets it: it cuts long texts as the page does, and finds the response in a conversation.
        "auto_map": { "AutoModelForSequenceClassification": "modeling_reward_studio.RewardStudioBert" },
        "classifier_dropout": null,
        "id2label": { "0": "LABEL_0" },
        "label2id": { "LABEL_0": 0 },
        "problem_type": "regression",
        "reward_studio": recipe(offer.encoder, &offer.model.recipe, Trains::Everything),
    })
}

/// The configuration of the class of our own. Its `model_type` is nobody else's, so that without trust it does not open
/// as something that it is not.
pub fn own_config<S>(offer: &Offer<'_, S>, trains: Trains) -> Value {
    json!({
        "architectures": ["RewardStudioModel"],
        "auto_map": {
            "AutoConfig": "modeling_reward_studio.RewardStudioConfig",
            "AutoModelForSequenceClassification": "modeling_reward_studio.RewardStudioModel",
        },
        "id2label": { "0": "LABEL_0" },
        "label2id": { "LABEL_0": 0 },
        "model_type": "reward_studio",
        "problem_type": "regression",
        "reward_studio": recipe(offer.encoder, &offer.model.recipe, trains),
    })
}

/// What the code needs to know beside BERT's own settings.
fn recipe(encoder: &Encoder, recipe: &Recipe, trains: Trains) -> Value {
    json!({
        "cls_token_id": encoder.id("[CLS]"),
        "sep_token_id": encoder.id("[SEP]"),
        "pooling": recipe.pooling.word(),
        "length_feature": match recipe.length_feature {
            LengthFeature::On => "on",
            LengthFeature::Off => "off",
        },
        "max_tokens": recipe.max_tokens,
        "trains": match trains {
            Trains::Everything => "everything",
            Trains::Head => "head",
        },
    })
}
