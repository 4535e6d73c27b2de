//! A folder for `sentence-transformers`: the backbone, the mean over its tokens, and a dense layer of one output, behind
//! another with tanh where the head is an MLP. What `encode` calls an embedding is then the score.

use serde_json::json;

use super::classes::Classes;
use super::custom::Trains;
use super::folded::Folded;
use super::offer::{Offer, pretty};
use super::tensors::Tensors;
use super::tokenizer::{Cutting, Types};
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::model::reward_model::RewardModel;
use crate::protocol::Fault;

/// Where the networks of `transformers` have theirs.
const POOLER: &str = "pooler.dense";

/// The archive of a model whose recipe `WeightsFormat::refusal` has nothing against.
///
/// # Errors
/// As [`super::transformers::write`].
pub async fn write<S: ByteSource>(offer: &Offer<'_, S>) -> Result<Vec<u8>, Fault> {
    let d = offer.model.scaling.mean.len();
    let mut backbone = Tensors::of_backbone(&offer.checkpoint, offer.model.recipe.layer, "");
    // Nobody computes with the network's own pooler, but libraries complain of its absence.
    if offer.checkpoint.pooler().is_some_and(|pooler| pooler.dense == POOLER) {
        backbone = backbone.with_pooler(&offer.checkpoint, POOLER, "");
    }
    let mut bundle = offer.bundle(backbone.bytes());
    offer.companions(WeightsFormat::SentenceTransformers, &mut bundle)?;
    let network = offer.checkpoint.architecture();
    let types = if network.token_types > 1 { Types::Told } else { Types::Untold };
    offer.tokenizer("", Cutting::AtTheEnd, types, &mut bundle)?;
    let mut config = offer.settings()?;
    config.insert("architectures".into(), json!([Classes::of(network.family).model()]));
    config.insert("pad_token_id".into(), json!(offer.specials()?.padding()));
    // For `verify.py`.
    config.insert("reward_studio".into(), offer.recipe(Trains::Everything));
    config.insert("torch_dtype".into(), json!("float32"));
    bundle.add("config.json", &pretty(&config)?)?;
    let module = |index: u8, path: &str, kind: &str| {
        json!({
            "idx": index, "name": index.to_string(), "path": path,
            "type": format!("sentence_transformers.models.{kind}"),
        })
    };
    let layers = layers(offer.model);
    let mut modules = vec![module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling")];
    modules.extend((2..).zip(&layers).map(|(index, _)| module(index, &folder(index), "Dense")));
    bundle.add("modules.json", &pretty(&modules)?)?;
    let longest = offer.longest();
    let files = [
        ("sentence_bert_config.json", json!({ "max_seq_length": longest, "do_lower_case": false })),
        // Two scores are compared by their difference, and by no angle.
        ("config_sentence_transformers.json", json!({ "similarity_fn_name": "dot", "prompts": {} })),
        (
            "1_Pooling/config.json",
            json!({ "word_embedding_dimension": d, "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false }),
        ),
    ];
    for (name, contents) in files {
        bundle.add(name, &pretty(&contents)?)?;
    }
    for (index, Dense { weight, bias, activation }) in (2..).zip(layers) {
        let (outputs, folder) = (bias.len(), folder(index));
        let inputs = weight.len() / outputs.max(1);
        let config = json!({
            "in_features": inputs, "out_features": outputs, "bias": true,
            "activation_function": format!("torch.nn.modules.{activation}"),
        });
        bundle.add(&format!("{folder}/config.json"), &pretty(&config)?)?;
        let tensors = Tensors::default().with("linear.weight", &[outputs, inputs], weight).with(
            "linear.bias",
            &[outputs],
            bias,
        );
        tensors.write(&format!("{folder}/model.safetensors"), &offer.checkpoint, &mut bundle).await?;
    }
    backbone.write("model.safetensors", &offer.checkpoint, &mut bundle).await?;
    bundle.finish()
}

/// A dense layer.
struct Dense {
    /// `[outputs, inputs]`.
    weight: Vec<f32>,
    /// `[outputs]`.
    bias: Vec<f32>,
    /// Its module and class in `torch.nn.modules`.
    activation: &'static str,
}

/// Where the dense layer of this number lies.
pub fn folder(index: u8) -> String {
    format!("{index}_Dense")
}

/// From the pooled vector to the score, standardisation and all.
fn layers(model: &RewardModel) -> Vec<Dense> {
    const LAST: &str = "linear.Identity";
    let Some(hidden) = &model.hidden else {
        let Folded { weight, bias } = Folded::of(model);
        return vec![Dense { weight, bias: vec![bias], activation: LAST }];
    };
    let units = hidden.weight.chunks_exact(model.scaling.width()).zip(&hidden.bias).map(|(row, bias)| {
        let Folded { weight, bias: folded } = Folded::of_weights(row, &model.scaling);
        (weight, bias + folded)
    });
    let (weight, bias): (Vec<Vec<f32>>, Vec<f32>) = units.unzip();
    let root = (hidden.units() as f32).sqrt();
    let weights: Vec<f32> = model.weights.iter().map(|weight| weight / root).collect();
    let at_nothing = weights.iter().zip(&hidden.bias).map(|(weight, bias)| weight * bias.tanh()).sum::<f32>();
    vec![
        Dense { weight: weight.concat(), bias, activation: "activation.Tanh" },
        Dense { weight: weights, bias: vec![-at_nothing], activation: LAST },
    ]
}
