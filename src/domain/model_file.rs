//! What a model's file says of itself, read off its safetensors header; and what to say of a file that is none of ours.
//!
//! Enough to list a model, or to refuse a file, without its tensors. Must not know how tensors are read, nor where bytes
//! come from.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::likelihood::Loss;
use super::metrics::Interval;
use super::recipe::Recipe;

/// The newest version of our files that is understood; all before it are, too.
const VERSION: u32 = 3;

/// The header's own limit in the safetensors format.
const LONGEST_HEADER: u64 = 100_000_000;

/// Bytes before the header, which say how long it is.
pub const LENGTH_BYTES: u64 = 8;

/// What a file of ours says of its model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Hub name of the backbone.
    pub backbone: String,
    /// Its identity: SHA-256 of its weights, 64 hexadecimal digits.
    pub weights_sha256: String,
    /// How its vectors become features.
    pub recipe: Recipe,
    /// The likelihood it was learned under.
    pub loss: Loss,
    /// The penalty λ.
    pub lambda: f32,
    /// How it came to be, in the file's word: `exact_fit`, `descent`, `upload`.
    pub made_by: String,
    /// What trained below the head, in the file's word: `last-n`, `lora`; `None` where nothing did.
    #[serde(default)]
    pub depth: Option<String>,
    /// Units of its head's hidden layer; `None` of a linear head.
    #[serde(default)]
    pub hidden_units: Option<u32>,
    /// Comparisons learned from; `None` where the file does not say.
    pub learned_from: Option<u32>,
    /// Preferences that were held out, and judge it.
    pub judged: usize,
    /// Share of those that it orders as the person did, 0–1.
    pub accuracy: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
}

/// Why a file is no model that can be used here.
#[derive(Clone, Debug, PartialEq)]
pub enum Foreign {
    /// No safetensors file, or not all of one.
    Broken(String),
    /// PyTorch's own container.
    Pickle,
    /// A whole network with a head for classes or scores, of `…ForSequenceClassification`.
    Classifier,
    /// A LoRA adapter.
    Adapter,
    /// Some other network's weights.
    Weights,
    /// One of ours, of a version that is not known here.
    Version(u32),
    /// One of ours, whose description makes no sense.
    Unreadable(String),
}

impl Foreign {
    /// What it is, in a sentence.
    pub fn what(&self) -> String {
        match self {
            Foreign::Broken(why) => format!("This is not a whole safetensors file ({why})."),
            Foreign::Pickle => {
                "This is a file of PyTorch\u{2019}s own kind, which may hold code and is not opened here.".into()
            }
            Foreign::Classifier => {
                "This is a whole network with a head (\u{2026}ForSequenceClassification), and not the model file of this page."
                    .into()
            }
            Foreign::Adapter => "This is a LoRA adapter, which cannot be read here yet.".into(),
            Foreign::Weights => "This safetensors file is no reward model of this page.".into(),
            Foreign::Version(version) => format!("The file is of version {version}, and this page reads up to {VERSION}."),
            Foreign::Unreadable(why) => format!("The file's description cannot be read ({why})."),
        }
    }

    /// What to do, in a sentence.
    pub fn remedy(&self) -> &'static str {
        match self {
            Foreign::Version(_) => "Load the page again; a newer version of it may have written the file.",
            Foreign::Classifier => {
                "Give it on the Train tab as a backbone of your own, with config.json and tokenizer.json: a decoder\u{2019}s \
                 score, and what left Reward Studio, comes along as a model."
            }
            Foreign::Adapter => {
                "What works today are the .safetensors files that this page writes: a head on one of its own backbones."
            }
            Foreign::Broken(_) | Foreign::Pickle | Foreign::Weights | Foreign::Unreadable(_) => {
                "Choose a .safetensors file that was downloaded from this page."
            }
        }
    }
}

/// Where the header of a file of `size` bytes ends, by its first [`LENGTH_BYTES`].
///
/// # Errors
/// Where it cannot be a safetensors file.
pub fn header_end(first: &[u8], size: u64) -> Result<u64, Foreign> {
    // A zip archive, as `torch.save` writes it, and the bare pickle of before.
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"\x80\x02") {
        return Err(Foreign::Pickle);
    }
    let length = first.get(..LENGTH_BYTES as usize).and_then(|bytes| bytes.try_into().ok());
    let length = length.map(u64::from_le_bytes).ok_or_else(|| Foreign::Broken("it is too short".into()))?;
    if length > LONGEST_HEADER || length > size.saturating_sub(LENGTH_BYTES) {
        return Err(Foreign::Broken("its header would be longer than the file may be".into()));
    }
    Ok(LENGTH_BYTES + length)
}

/// What a file of `size` bytes says of itself, by its beginning: everything up to [`header_end`], or more.
///
/// # Errors
/// Where it is none of ours.
pub fn about(start: &[u8], size: u64) -> Result<About, Foreign> {
    let end = header_end(start, size)?;
    let header = start.get(LENGTH_BYTES as usize..end as usize);
    let header = header.ok_or_else(|| Foreign::Broken("its header is cut short".into()))?;
    let entries: Map<String, Value> =
        serde_json::from_slice(header).map_err(|error| Foreign::Broken(error.to_string()))?;
    let tensors = || entries.iter().filter(|(name, _)| *name != "__metadata__");
    let data = tensors().filter_map(|(_, tensor)| tensor["data_offsets"][1].as_u64()).max().unwrap_or(0);
    if end.checked_add(data) != Some(size) {
        return Err(Foreign::Broken("it is not as long as its header says".into()));
    }
    let Some(description) = entries.get("__metadata__").and_then(|it| it["reward_studio"].as_str()) else {
        return Err(stranger(tensors().map(|(name, _)| name.as_str())));
    };
    let Description { version, .. } =
        serde_json::from_str(description).map_err(|error| Foreign::Unreadable(error.to_string()))?;
    if !(1..=VERSION).contains(&version) {
        return Err(Foreign::Version(version));
    }
    let manifest: Manifest =
        serde_json::from_str(description).map_err(|error| Foreign::Unreadable(error.to_string()))?;
    Ok(manifest.into())
}

/// What a file without our description is, by its tensors' names.
fn stranger<'a>(mut names: impl Iterator<Item = &'a str>) -> Foreign {
    // The names under which `transformers` keeps the heads of its sequence classifiers.
    const HEADS: [&str; 4] =
        ["score.weight", "classifier.weight", "classifier.out_proj.weight", "v_head.summary.weight"];
    let mut kind = Foreign::Weights;
    names.by_ref().for_each(|name| {
        if name.contains("lora_A") {
            kind = Foreign::Adapter;
        } else if kind == Foreign::Weights && HEADS.contains(&name) {
            kind = Foreign::Classifier;
        }
    });
    kind
}

/// What is read first: the rest may be of another shape.
#[derive(Deserialize)]
struct Description {
    version: u32,
}

/// Of the description that `weights::studio` writes, what a list shows. Whatever else is in it is passed over.
#[derive(Deserialize)]
struct Manifest {
    backbone: BackboneName,
    recipe: Recipe,
    made_by: String,
    depth: Option<Depth>,
    head: Option<Head>,
    lambda: f32,
    likelihood: Option<LikelihoodName>,
    metrics: Option<Metrics>,
}

#[derive(Deserialize)]
struct BackboneName {
    id: String,
    weights_sha256: String,
}

#[derive(Deserialize)]
struct Depth {
    trained: String,
}

#[derive(Deserialize)]
struct Head {
    hidden_units: u32,
}

#[derive(Deserialize)]
struct LikelihoodName {
    loss: Loss,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metrics {
    accuracy: Option<f64>,
    interval: Option<(f64, f64)>,
    evaluation: Option<Evaluation>,
}

#[derive(Deserialize)]
struct Evaluation {
    learned_from: u32,
    judged: Vec<IgnoredAny>,
}

impl From<Manifest> for About {
    fn from(manifest: Manifest) -> Self {
        let Manifest { backbone, recipe, made_by, depth, head, lambda, likelihood, metrics } = manifest;
        let Metrics { accuracy, interval, evaluation } = metrics.unwrap_or_default();
        Self {
            backbone: backbone.id,
            weights_sha256: backbone.weights_sha256,
            recipe,
            // Files of before ties could be learned from.
            loss: likelihood.map_or(Loss::BradleyTerry, |it| it.loss),
            lambda,
            made_by,
            depth: depth.map(|depth| depth.trained),
            hidden_units: head.map(|head| head.hidden_units),
            learned_from: evaluation.as_ref().map(|it| it.learned_from),
            judged: evaluation.map_or(0, |it| it.judged.len()),
            accuracy,
            interval: interval.map(|(low, high)| Interval { low, high }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A safetensors file with these tensors' names, one number each, and this description of ours.
    fn file(names: &[&str], description: Option<&str>) -> Vec<u8> {
        let mut header = Map::new();
        for (place, name) in names.iter().enumerate() {
            let offsets = [4 * place, 4 * place + 4];
            let tensor = serde_json::json!({ "dtype": "F32", "shape": [1], "data_offsets": offsets });
            header.insert((*name).into(), tensor);
        }
        if let Some(description) = description {
            header.insert("__metadata__".into(), serde_json::json!({ "reward_studio": description }));
        }
        let header = Value::Object(header).to_string();
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(vec![0; 4 * names.len()]);
        bytes
    }

    fn said(bytes: &[u8]) -> Result<About, Foreign> {
        about(bytes, bytes.len() as u64)
    }

    #[test]
    fn a_file_of_another_maker_is_called_what_it_is() {
        let bert = ["bert.pooler.dense.weight", "classifier.bias", "classifier.weight"];
        assert_eq!(said(&file(&bert, None)), Err(Foreign::Classifier));
        assert_eq!(said(&file(&["model.norm.weight", "score.weight"], None)), Err(Foreign::Classifier));
        let adapter = ["base_model.model.q.lora_A.weight", "score.weight"];
        assert_eq!(said(&file(&adapter, None)), Err(Foreign::Adapter));
        assert_eq!(said(&file(&["encoder.weight"], None)), Err(Foreign::Weights));
        assert_eq!(said(b"PK\x03\x04and more"), Err(Foreign::Pickle));
        assert!(Foreign::Classifier.remedy().contains("backbone of your own"));
        assert!(Foreign::Adapter.remedy().contains("What works today"));
    }

    #[test]
    fn what_is_cut_anywhere_is_broken_and_never_panics() {
        let whole = file(&["head.weight"], Some("{}"));
        for cut in 0..whole.len() {
            assert!(matches!(said(&whole[..cut]), Err(Foreign::Broken(_))), "cut at {cut}");
        }
        assert!(matches!(said(b"not a model"), Err(Foreign::Broken(_))));
        let endless = [u64::MAX.to_le_bytes().as_slice(), b"{}"].concat();
        assert!(matches!(said(&endless), Err(Foreign::Broken(_))));
    }

    #[test]
    fn a_file_of_before_ties_and_of_no_evaluation_is_read_and_one_of_tomorrow_is_not() {
        let description = r#"{"version":1,"backbone":{"id":"org/name","family":"bert","hidden":1,"layers":2,
            "weights_sha256":"ab"},"recipe":{"layer":2,"pooling":"response_mean","length_feature":"off",
            "max_tokens":128},"made_by":"descent","lambda":0.5,"device":"CPU","metrics":null,"golden":[]}"#;
        let about = said(&file(&["head.weight"], Some(description))).expect("it is ours");
        assert_eq!((about.backbone.as_str(), about.loss), ("org/name", Loss::BradleyTerry));
        assert_eq!((about.learned_from, about.judged, about.accuracy), (None, 0, None));
        let tomorrow = r#"{"version":4,"backbones":[]}"#;
        assert_eq!(said(&file(&["head.weight"], Some(tomorrow))), Err(Foreign::Version(4)));
        assert!(matches!(said(&file(&[], Some("[]"))), Err(Foreign::Unreadable(_))));
    }
}
