//! A folder for `sentence-transformers`: the backbone, the mean over its tokens, and a dense layer of one output. What
//! `encode` calls an embedding is then the score.

use serde_json::json;

use super::classes::Classes;
use super::custom::Trains;
use super::folded::Folded;
use super::offer::{Offer, pretty};
use super::tensors::Tensors;
use super::tokenizer::{Cutting, Types};
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::protocol::Fault;

/// Where the networks of `transformers` have theirs.
const POOLER: &str = "pooler.dense";

/// The archive of a model whose recipe `WeightsFormat::refusal` has nothing against.
///
/// # Errors
/// As [`super::transformers::write`].
pub async fn write<S: ByteSource>(offer: &Offer<'_, S>) -> Result<Vec<u8>, Fault> {
    let Folded { weight, bias } = Folded::of(offer.model);
    let d = weight.len();
    let mut backbone = Tensors::of_backbone(&offer.checkpoint, offer.model.recipe.layer, "");
    // Nobody computes with the network's own pooler, but libraries complain of its absence.
    if offer.checkpoint.pooler().is_some_and(|pooler| pooler.dense == POOLER) {
        backbone = backbone.with_pooler(&offer.checkpoint, POOLER, "");
    }
    let dense =
        Tensors::default().with("linear.weight", &[1, d], weight).with("linear.bias", &[1], vec![bias]);
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
    let modules =
        [module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling"), module(2, "2_Dense", "Dense")];
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
        (
            "2_Dense/config.json",
            json!({
                "in_features": d, "out_features": 1, "bias": true,
                "activation_function": "torch.nn.modules.linear.Identity",
            }),
        ),
    ];
    for (name, contents) in files {
        bundle.add(name, &pretty(&contents)?)?;
    }
    dense.write("2_Dense/model.safetensors", &offer.checkpoint, &mut bundle).await?;
    backbone.write("model.safetensors", &offer.checkpoint, &mut bundle).await?;
    bundle.finish()
}
