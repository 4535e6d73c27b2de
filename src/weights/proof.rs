//! An archive opened again from its own bytes, by its own tokenizer, configuration and weights: what does it score?
//!
//! One block of the backbone at a time, so that it is in memory once more for a moment only in small parts.

use std::ops::Range;

use burn::tensor::{Device, Tensor};
use serde_json::Value;

use super::backbone::BackboneFile;
use super::bundle::Opened;
use super::file::TensorFile;
use super::studio::GoldenScore;
use super::{head, peft, sentence_transformers};
use crate::domain::family::architecture::Architecture;
use crate::domain::family::{self, wrapped};
use crate::domain::recipe::{Pooling, Recipe};
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::model::input::Input;
use crate::model::pooler::Pooler;
use crate::model::pooling::pool;
use crate::model::reward_model::{Pooled, dot};
use crate::model::transformer::Sights;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::text::Encoder;

/// Scores may be so far apart; of those beyond ±1, whose last digits are worth more, by this share of themselves.
const TOLERANCE: f32 = 1e-4;

/// Look whether the archive scores these texts as the model does.
///
/// # Errors
/// `FaultKind::Internal` if it does not; `FaultKind::File` or `FaultKind::Backbone` if a part of it cannot be read;
/// `FaultKind::Device` if the device was lost.
pub async fn prove(
    archive: &[u8],
    format: WeightsFormat,
    recipe: &Recipe,
    golden: &[GoldenScore],
    device: &Device,
) -> Result<(), Fault> {
    let scores = scores(archive, format, recipe, golden, device).await?;
    agree(golden, &scores)
}

/// Whether these are the golden texts' scores.
///
/// # Errors
/// `FaultKind::Internal` if they are not.
pub fn agree(golden: &[GoldenScore], scores: &[f32]) -> Result<(), Fault> {
    // A score that is no number is as far away as can be, which a maximum would overlook.
    let apart = |(text, score): (&GoldenScore, &f32)| {
        let apart = (text.score - score).abs() / text.score.abs().max(1.0);
        if apart.is_nan() { f32::INFINITY } else { apart }
    };
    let apart = golden.iter().zip(scores).map(apart).fold(0.0, f32::max);
    if golden.len() == scores.len() && apart <= TOLERANCE {
        return Ok(());
    }
    Err(Fault::new(
        FaultKind::Internal,
        format!(
            "The file was made and opened again, and its scores are up to {apart:.1e} away from the model\u{2019}s: more \
             than {TOLERANCE:.0e}. It is not given out."
        ),
        "Download the model in Reward Studio\u{2019}s own format, and report this.",
    ))
}

async fn scores(
    archive: &[u8],
    format: WeightsFormat,
    recipe: &Recipe,
    golden: &[GoldenScore],
    device: &Device,
) -> Result<Vec<f32>, Fault> {
    let folder = match format {
        WeightsFormat::ScaleOut => "model/",
        WeightsFormat::Peft => peft::BASE,
        WeightsFormat::Transformers | WeightsFormat::SentenceTransformers | WeightsFormat::Studio => "",
    };
    let mut archive = Opened::new(archive)?;
    let mut part = |name: &str| archive.part(&format!("{folder}{name}"));
    let config = part("config.json")?;
    let Written { network, holder } = written(config)?;
    let tokenizer = part("tokenizer.json")?;
    let encoder = match network.reads_pairs() {
        true => Encoder::of_pairs(tokenizer)?,
        false => Encoder::of_conversations(tokenizer, Some(part("tokenizer_config.json")?), None)?,
    };
    let encoder = encoder.within(network.longest);
    let weights = part("model.safetensors")?;

    let encoded: Result<Vec<_>, Fault> =
        golden.iter().map(|it| encoder.encode(&it.prompt, &it.response, recipe.max_tokens)).collect();
    let encoded = encoded?;
    let inputs: Vec<Input> = encoded
        .iter()
        .map(|encoded| Input::new(std::slice::from_ref(&encoded.row), recipe.pooling, device))
        .collect();
    let mut backbone = BackboneFile::new(TensorFile::open(Slice(weights)).await?, network, device.clone())?;
    if format == WeightsFormat::Peft {
        let file = TensorFile::open(Slice(archive.part("adapter_model.safetensors")?)).await?;
        backbone = backbone.with(peft::read(archive.part("adapter_config.json")?, file).await?);
    }
    let through_pooler = match holder {
        Holder::Encoder(_) => format != WeightsFormat::SentenceTransformers,
        Holder::Decoder | Holder::Ours => recipe.pooling == Pooling::Pooler,
    };
    let pooler = if through_pooler { Some(backbone.pooler().await?) } else { None };
    let pooled: Vec<Pooled> = vectors(&backbone, pooler.as_ref(), &inputs)
        .await?
        .into_iter()
        .zip(&encoded)
        .map(|(vector, encoded)| Pooled { vector, tokens: encoded.response_tokens })
        .collect();

    let weights = TensorFile::open(Slice(weights)).await?;
    match (format, holder) {
        (WeightsFormat::SentenceTransformers, _) => {
            let mut vectors = vectors_of(&pooled);
            for index in 2.. {
                let folder = sentence_transformers::folder(index);
                let Ok(dense) = archive.part(&format!("{folder}/model.safetensors")) else { break };
                let dense = TensorFile::open(Slice(dense)).await?;
                vectors = affine(&dense, "linear", &vectors).await?;
                let config: Value = serde_json::from_slice(archive.part(&format!("{folder}/config.json"))?)
                    .map_err(|error| unusable(error.to_string()))?;
                if config["activation_function"] == "torch.nn.modules.activation.Tanh" {
                    vectors.iter_mut().flatten().for_each(|value| *value = value.tanh());
                }
            }
            one_each(vectors)
        }
        (_, Holder::Encoder(head)) => one_each(affine(&weights, head, &vectors_of(&pooled)).await?),
        (_, Holder::Decoder) => one_each(affine(&weights, "score", &vectors_of(&pooled)).await?),
        (_, Holder::Ours) => {
            let model = head::read(&backbone.checkpoint(), config).await?;
            let model = model.ok_or_else(|| unusable("it has no head".into()))?;
            Ok(pooled.iter().map(|it| model.score(it).0).collect())
        }
    }
}

/// What an archive's `config.json` says.
struct Written {
    network: Architecture,
    holder: Holder,
}

/// What makes a score of a pooled vector.
enum Holder {
    /// An encoder's pooler, and the classifier of this name.
    Encoder(&'static str),
    /// A decoder's head.
    Decoder,
    /// The class that comes along.
    Ours,
}

fn written(json: &[u8]) -> Result<Written, Fault> {
    let config: Value = serde_json::from_slice(json).map_err(|error| unusable(error.to_string()))?;
    let network = family::read(&config).map_err(unusable)?;
    let holder = match wrapped::recipe(&config) {
        Some(_) => Holder::Ours,
        None if network.causal => Holder::Decoder,
        None => {
            let head = network.names.poolers.iter().find_map(|pooler| pooler.head);
            Holder::Encoder(head.ok_or_else(|| unusable("its family has no head of this kind".into()))?)
        }
    };
    Ok(Written { network, holder })
}

fn unusable(why: String) -> Fault {
    let what = format!("The archive's config.json cannot be used: {why}.");
    Fault::new(FaultKind::File, what, "Please report this.")
}

fn vectors_of(pooled: &[Pooled]) -> Vec<Vec<f32>> {
    pooled.iter().map(|it| it.vector.clone()).collect()
}

/// A pooled vector for each input, behind the pooler where there is one.
async fn vectors<S: ByteSource>(
    backbone: &BackboneFile<S>,
    pooler: Option<&Pooler>,
    inputs: &[Input],
) -> Result<Vec<Vec<f32>>, Fault> {
    let embeddings = backbone.embeddings().await?;
    let mut hidden: Vec<Tensor<3>> = inputs.iter().map(|input| embeddings.forward(input)).collect();
    drop(embeddings);
    let sights: Vec<Sights> =
        inputs.iter().map(|input| Sights::new(backbone.architecture(), input)).collect();
    for layer in 0..backbone.architecture().layers {
        let block = backbone.block(layer).await?;
        let through = |(hidden, sights): (Tensor<3>, &Sights)| block.forward(hidden, sights.of(layer));
        hidden = hidden.into_iter().zip(&sights).map(through).collect();
    }
    if let Some(norm) = backbone.final_norm().await? {
        hidden = hidden.into_iter().map(|hidden| norm.forward(hidden)).collect();
    }
    let mut vectors = Vec::with_capacity(inputs.len());
    for (hidden, input) in hidden.into_iter().zip(inputs) {
        let pooled = pool(hidden, input.pooling_weights.clone());
        let pooled = pooler.map_or_else(|| pooled.clone(), |pooler| pooler.forward(pooled.clone()));
        let data = pooled.into_data_async().await.map_err(|error| {
            let what = format!("The device failed while the file was checked ({error}).");
            Fault::new(FaultKind::Device, what, "Download it again.")
        })?;
        vectors.push(data.iter::<f32>().collect());
    }
    Ok(vectors)
}

/// `W x + b` of each vector, or `W x` where there is no `b`.
async fn affine<S: ByteSource>(
    file: &TensorFile<S>,
    name: &str,
    vectors: &[Vec<f32>],
) -> Result<Vec<Vec<f32>>, Fault> {
    let d = vectors.first().map_or(0, Vec::len);
    let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
    let outputs = file.shape(&weight).and_then(|shape| shape.first().copied()).unwrap_or(1);
    let weight = file.tensor(&weight, &[outputs, d]).await?;
    let bias = if file.has(&bias) { file.tensor(&bias, &[outputs]).await? } else { vec![0.0; outputs] };
    let one = |vector: &Vec<f32>| {
        weight.chunks_exact(d.max(1)).zip(&bias).map(|(row, bias)| dot(row, vector) + bias).collect()
    };
    Ok(vectors.iter().map(one).collect())
}

/// The one number of each vector that is a score.
fn one_each(vectors: Vec<Vec<f32>>) -> Result<Vec<f32>, Fault> {
    let one = |vector: Vec<f32>| match vector[..] {
        [score] => Ok(score),
        _ => Err(unusable(format!("it ends in {} numbers and not in one", vector.len()))),
    };
    vectors.into_iter().map(one).collect()
}

/// A file inside another, in memory.
struct Slice<'a>(&'a [u8]);

impl ByteSource for Slice<'_> {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault> {
        let range = range.start as usize..range.end as usize;
        self.0.get(range).map(<[u8]>::to_vec).ok_or_else(|| {
            Fault::new(FaultKind::File, "A file in the archive ends too soon.", "Please report this.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_scores_and_no_numbers_are_refused() {
        let golden = |score| GoldenScore { prompt: String::new(), response: String::new(), score };
        let golden = [golden(1.0), golden(-2.0)];
        assert!(agree(&golden, &[1.000_05, -2.000_15]).is_ok());
        let fault = agree(&golden, &[1.001, -2.0]).unwrap_err();
        assert!(fault.what.contains("not given out"), "{fault}");
        assert!(agree(&golden, &[1.0, f32::NAN]).is_err());
        assert!(agree(&golden, &[1.0]).is_err());
    }
}
