//! The studio's own export: one safetensors file with all that comes after pooling. `public/reward_studio.py`
//! reads it in Python.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `head.weight` | `[d]`, or `[d + 1]` with the length feature's last | weights of the features |
//! | `features.mean`, `features.std` | `[d]` | standardisation of the pooled vector |
//! | `length.mean`, `length.std` | `[1]` | of the log length, where that feature is on |
//! | `backbone.…` | | what training has changed of the backbone, where it went below the head: [`tuned`] |
//!
//! The header's `reward_studio` is JSON: [`Manifest`].

mod tuned;

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::file::floats;
use crate::domain::backbone::BackboneCard;
use crate::domain::depth::{Depth, Lora, Targets};
use crate::domain::evaluation::Evaluation;
use crate::domain::family::architecture::{Activation, Architecture};
use crate::domain::likelihood::{Likelihood, Loss};
use crate::domain::recipe::{LengthFeature, Pooling, Recipe};
use crate::engine::ports::ByteSource;
use crate::model::reward_model::{RewardModel, Scaling};
use crate::model::tuned::{Change, Tuned};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::protocol::event::{MadeBy, ModelCard};

/// Version of the file's shape, and the one where training went below the head: who reads only the first would leave
/// half of such a model out.
const VERSION: u32 = 1;
const TUNED_VERSION: u32 = 2;

/// What the header says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    pub version: u32,
    /// What the features are of.
    pub backbone: BackboneName,
    /// How its vectors become features.
    pub recipe: RecipeWords,
    /// What trained below the head; `None` where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<DepthWords>,
    /// The layer behind the first token, where the pooling is through one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooler: Option<PoolerWords>,
    /// How the model came to be: `exact_fit`, `descent`, `upload`, `brought`.
    pub made_by: String,
    /// The penalty λ.
    pub lambda: f32,
    /// How likely each answer is at a margin; files of before ties could be learned from are Bradley–Terry's.
    #[serde(default = "LikelihoodWords::plain")]
    pub likelihood: LikelihoodWords,
    /// The device it was made on.
    pub device: String,
    /// How it judges pairs it had not seen.
    pub metrics: Option<Metrics>,
    /// Texts with their scores, by which any reader can check itself.
    pub golden: Vec<GoldenScore>,
}

/// Which backbone the weights belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackboneName {
    /// Hub name.
    pub id: String,
    /// Model family.
    pub family: String,
    /// Width of the hidden states.
    pub hidden: u16,
    /// Number of blocks.
    pub layers: u8,
    /// SHA-256 of `model.safetensors`.
    pub weights_sha256: String,
}

/// A recipe in the words of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecipeWords {
    /// Blocks run.
    pub layer: u8,
    /// [`Pooling::word`].
    pub pooling: String,
    /// `on` or `off`.
    pub length_feature: String,
    /// Longest input in tokens.
    pub max_tokens: u16,
}

/// The layer between the first token and a head, in the words of files: where its tensors lie in the backbone's, and what
/// is done with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolerWords {
    /// The product's name, with or without a prefix in the file.
    pub dense: String,
    /// Whether something is added after the product.
    pub bias: bool,
    /// `tanh`, `relu` or `gelu`.
    pub activation: String,
    /// The name of the norm after it.
    pub norm: Option<String>,
}

/// A depth below the head in the words of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepthWords {
    /// `last-n` or `lora`.
    pub trained: String,
    /// LoRA's `r`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// LoRA's α.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f32>,
    /// LoRA's [`Targets::word`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<String>,
}

/// A likelihood in the words of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LikelihoodWords {
    /// [`Loss::word`].
    pub loss: String,
    /// θ of Rao and Kupper, ν of Davidson; `None` where there is none.
    pub tie: Option<f64>,
}

/// Held-out numbers, and the whole evaluation that they come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of held-out pairs that the model orders as the person did.
    pub accuracy: Option<f64>,
    /// Wilson's 95 % interval of it, low and high.
    pub interval: Option<(f64, f64)>,
    /// Everything that was judged.
    pub evaluation: Evaluation,
    /// Share of the margins' variance that the length feature explains.
    pub length_share: Option<f32>,
}

/// A text and the score it must get.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldenScore {
    /// Prompt.
    pub prompt: String,
    /// Response.
    pub response: String,
    /// Score.
    pub score: f32,
}

impl Manifest {
    /// What a model says of itself.
    pub fn of(
        model: &RewardModel,
        card: &ModelCard,
        (backbone, changes, pooler): (&BackboneCard, Option<&Tuned>, Option<PoolerWords>),
        golden: Vec<GoldenScore>,
    ) -> Self {
        Self {
            version: if changes.is_some() { TUNED_VERSION } else { VERSION },
            backbone: BackboneName {
                id: backbone.id.clone(),
                family: backbone.family.clone(),
                hidden: backbone.hidden,
                layers: backbone.layers,
                weights_sha256: backbone.weights_sha256().to_owned(),
            },
            recipe: RecipeWords::of(&model.recipe),
            depth: changes.map(|changes| DepthWords::of(changes.change())),
            pooler,
            made_by: match card.made_by {
                MadeBy::ExactFit(_) => "exact_fit",
                MadeBy::Descent(_) => "descent",
                MadeBy::Upload => "upload",
                MadeBy::Brought => "brought",
            }
            .into(),
            lambda: card.lambda,
            likelihood: LikelihoodWords::of(model.likelihood),
            device: card.device.clone(),
            metrics: card.evaluation.as_ref().map(|evaluation| Metrics {
                accuracy: evaluation.accuracy(),
                interval: evaluation.interval().map(|interval| (interval.low, interval.high)),
                evaluation: evaluation.clone(),
                length_share: card.length_share,
            }),
            golden,
        }
    }
}

/// Write a model with its [`Manifest`].
///
/// # Errors
/// `FaultKind::Internal` if it cannot be written, which no model of ours can fail to be.
pub fn write(model: &RewardModel, changes: Option<&Tuned>, manifest: &Manifest) -> Result<Vec<u8>, Fault> {
    let internal = |what: String| Fault::new(FaultKind::Internal, what, "Please report this.");
    let manifest = serde_json::to_string(manifest)
        .map_err(|error| internal(format!("The model's description could not be written ({error}).")))?;
    let header = HashMap::from([("format".into(), "pt".into()), ("reward_studio".into(), manifest)]);

    let Scaling { mean, std, length } = &model.scaling;
    let row = |name: &str, values: &[f32]| (name.to_owned(), vec![values.len()], bytes(values));
    let mut tensors =
        vec![row("head.weight", &model.weights), row("features.mean", mean), row("features.std", std)];
    if let Some((mean, std)) = length {
        tensors.extend([row("length.mean", &[*mean]), row("length.std", &[*std])]);
    }
    for (name, shape, values) in changes.into_iter().flat_map(tuned::tensors) {
        tensors.push((name, shape, bytes(values)));
    }
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
    views
        .and_then(|views| safetensors::serialize(views, Some(header)))
        .map_err(|error| internal(format!("The model's file could not be written ({error}).")))
}

/// What a model file says of itself.
///
/// # Errors
/// `FaultKind::File` if this is not a model file of ours.
pub fn manifest(file: &[u8]) -> Result<Manifest, Fault> {
    let (_, header) = SafeTensors::read_metadata(file)
        .map_err(|error| refused(format!("The file's header cannot be read ({error}).")))?;
    let manifest = header
        .metadata()
        .as_ref()
        .and_then(|entries| entries.get("reward_studio"))
        .ok_or_else(|| refused("This safetensors file is no reward model of this page.".into()))?;
    let manifest: Manifest = serde_json::from_str(manifest)
        .map_err(|error| refused(format!("The file's description cannot be read ({error}).")))?;
    if ![VERSION, TUNED_VERSION].contains(&manifest.version) {
        return Err(refused(format!(
            "The file is of version {}, and this page reads up to {TUNED_VERSION}.",
            manifest.version
        )));
    }
    Ok(manifest)
}

/// A model as its file has it.
pub struct Opened {
    /// The model.
    pub model: RewardModel,
    /// What it is.
    pub card: ModelCard,
    /// What it needs changed of its backbone.
    pub changes: Option<Tuned>,
}

/// Read a model that belongs to `backbone`, which is made as `architecture` says.
///
/// # Errors
/// `FaultKind::File` if this is not a model file of ours, is broken, or belongs to another backbone.
pub fn read(file: &[u8], backbone: &BackboneCard, architecture: &Architecture) -> Result<Opened, Fault> {
    let tensors = SafeTensors::deserialize(file)
        .map_err(|error| refused(format!("This is not a whole safetensors file ({error}).")))?;
    let manifest = manifest(file)?;
    if manifest.backbone.weights_sha256 != backbone.weights_sha256() {
        return Err(Fault::new(
            FaultKind::File,
            format!(
                "This model was made for the backbone {}, and its numbers mean nothing on {}.",
                manifest.backbone.id, backbone.id
            ),
            "Choose that backbone first, or another file.",
        ));
    }
    let changes = match &manifest.depth {
        Some(depth) => {
            let known = || refused(format!("The file's depth is not known here ({depth:?})."));
            Some(tuned::read(&tensors, &depth.depth().ok_or_else(known)?, architecture)?)
        }
        None => None,
    };
    let mut recipe =
        manifest.recipe.recipe().filter(|recipe| (1..=backbone.layers).contains(&recipe.layer)).ok_or_else(
            || refused(format!("The file's recipe is not known here ({:?}).", manifest.recipe)),
        )?;
    recipe.tuned = changes.as_ref().map(|changes| changes.id().to_owned());
    let likelihood = manifest.likelihood.likelihood().ok_or_else(|| {
        refused(format!("The file's likelihood is not known here ({:?}).", manifest.likelihood))
    })?;
    let tensor = |name: &str, width: usize| values(&tensors, name, &[width]);
    let width = usize::from(backbone.hidden);
    let std = tensor("features.std", width)?;
    let length = match recipe.length_feature {
        LengthFeature::On => Some((tensor("length.mean", 1)?[0], tensor("length.std", 1)?[0])),
        LengthFeature::Off => None,
    };
    if std.iter().chain(length.as_ref().map(|(_, std)| std)).any(|std| *std <= 0.0) {
        return Err(refused("The file has a standard deviation that is not above 0.".into()));
    }
    let scaling = Scaling { mean: tensor("features.mean", width)?, std, length };
    let weights = tensor("head.weight", scaling.width())?;
    let (evaluation, length_share) =
        manifest.metrics.map_or((None, None), |metrics| (Some(metrics.evaluation), metrics.length_share));
    let card = ModelCard {
        made_by: MadeBy::Upload,
        backbone: backbone.id.clone(),
        recipe: recipe.clone(),
        device: manifest.device,
        lambda: manifest.lambda,
        likelihood,
        advice: None,
        evaluation,
        length_share,
    };
    Ok(Opened { model: RewardModel { recipe, scaling, weights, likelihood }, card, changes })
}

impl RecipeWords {
    fn of(recipe: &Recipe) -> Self {
        Self {
            layer: recipe.layer,
            pooling: recipe.pooling.word().into(),
            length_feature: match recipe.length_feature {
                LengthFeature::On => "on",
                LengthFeature::Off => "off",
            }
            .into(),
            max_tokens: recipe.max_tokens,
        }
    }

    fn recipe(&self) -> Option<Recipe> {
        Some(Recipe {
            layer: self.layer,
            pooling: Pooling::from_word(&self.pooling)?,
            length_feature: match self.length_feature.as_str() {
                "on" => LengthFeature::On,
                "off" => LengthFeature::Off,
                _ => return None,
            },
            max_tokens: self.max_tokens,
            tuned: None,
        })
    }
}

impl PoolerWords {
    /// Those of this checkpoint's, where the recipe goes through it.
    pub fn of<S: ByteSource>(checkpoint: &Checkpoint<'_, S>, recipe: &Recipe) -> Option<Self> {
        let pooler = checkpoint.pooler().filter(|_| recipe.pooling == Pooling::Pooler)?;
        let bias = format!("{}.bias", pooler.dense);
        Some(Self {
            dense: pooler.dense.into(),
            bias: checkpoint.pooler_tensors().iter().any(|(name, _)| *name == bias),
            activation: match pooler.activation {
                Activation::Gelu | Activation::GeluTanh => "gelu",
                Activation::Silu => "silu",
                Activation::Relu => "relu",
                Activation::Tanh => "tanh",
            }
            .into(),
            norm: pooler.norm.map(str::to_owned),
        })
    }
}

impl DepthWords {
    fn of(change: &Change) -> Self {
        match change {
            // How many blocks is seen by the tensors.
            Change::Tensors(_) => Self { trained: "last-n".into(), rank: None, alpha: None, targets: None },
            Change::Lora(Lora { rank, alpha, targets }, _) => Self {
                trained: "lora".into(),
                rank: Some(*rank),
                alpha: Some(*alpha),
                targets: Some(targets.word().into()),
            },
        }
    }

    /// The low-rank settings, or `Some(None)` of whole tensors; `None` if it is nothing that is known.
    fn depth(&self) -> Option<Option<Lora>> {
        match (self.trained.as_str(), self.rank, self.alpha, self.targets.as_deref()) {
            ("last-n", ..) => Some(None),
            ("lora", Some(rank), Some(alpha), Some(targets)) => {
                let lora = Lora { rank, alpha, targets: Targets::from_word(targets)? };
                Depth::Lora(lora).complaint().is_none().then_some(Some(lora))
            }
            _ => None,
        }
    }
}

impl LikelihoodWords {
    fn plain() -> Self {
        Self::of(Likelihood::PLAIN)
    }

    fn of(likelihood: Likelihood) -> Self {
        let Likelihood { loss, tie } = likelihood;
        Self { loss: loss.word().into(), tie: loss.published_tie(tie) }
    }

    fn likelihood(&self) -> Option<Likelihood> {
        let loss = Loss::from_word(&self.loss)?;
        let tie = if loss.has_tie() { self.tie?.ln() } else { 0.0 };
        (tie.is_finite() && (loss != Loss::RaoKupper || tie >= 0.0)).then_some(Likelihood { loss, tie })
    }
}

/// A tensor's numbers, all of them finite.
fn values(file: &SafeTensors, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
    let view = file.tensor(name).map_err(|_| refused(format!("The file has no tensor {name}.")))?;
    if view.dtype() != Dtype::F32 || view.shape() != shape {
        return Err(refused(format!(
            "The file's tensor {name} is {:?} {:?}, and should be F32 {shape:?}.",
            view.dtype(),
            view.shape()
        )));
    }
    let values: Vec<f32> = floats(view.data()).collect();
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(values),
        false => Err(refused(format!("The file's tensor {name} holds a value that is no finite number."))),
    }
}

fn refused(what: String) -> Fault {
    Fault::new(FaultKind::File, what, "Choose a .safetensors file that was downloaded from this page.")
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
