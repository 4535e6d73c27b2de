//! What the header of our own file says of the model, in the words of files.

use serde::{Deserialize, Serialize};

use crate::domain::backbone::BackboneCard;
use crate::domain::config::MOST_UNITS;
use crate::domain::depth::{Depth, Lora, Targets};
use crate::domain::evaluation::Evaluation;
use crate::domain::family::architecture::Activation;
use crate::domain::likelihood::{Likelihood, Loss};
use crate::domain::recipe::{LengthFeature, Pooling, Recipe};
use crate::engine::ports::ByteSource;
use crate::model::hidden_layer::HiddenLayer;
use crate::model::reward_model::RewardModel;
use crate::model::tuned::{Change, Tuned};
use crate::protocol::event::{MadeBy, ModelCard};
use crate::weights::checkpoint::Checkpoint;

/// Version of the file's shape, the one where training went below the head, and the one where the head is an MLP: who
/// reads only an earlier one would leave a part of such a model out.
pub(super) const VERSION: u32 = 1;
const TUNED_VERSION: u32 = 2;
pub(super) const MLP_VERSION: u32 = 3;

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
    /// How the head is made; `None` of a linear one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<HeadWords>,
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

/// An MLP head in the words of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadWords {
    /// Units of its one hidden layer.
    pub hidden_units: u32,
    /// `tanh`.
    pub activation: String,
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
            version: match (&model.hidden, changes) {
                (Some(_), _) => MLP_VERSION,
                (None, Some(_)) => TUNED_VERSION,
                (None, None) => VERSION,
            },
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
            head: model.hidden.as_ref().map(HeadWords::of),
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

    pub(super) fn recipe(&self) -> Option<Recipe> {
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

impl HeadWords {
    /// Of this hidden layer.
    pub fn of(hidden: &HiddenLayer) -> Self {
        Self { hidden_units: hidden.units() as u32, activation: "tanh".into() }
    }

    /// Its units; `None` if it is nothing that is known.
    pub fn units(&self) -> Option<usize> {
        ((1..=MOST_UNITS).contains(&self.hidden_units) && self.activation == "tanh")
            .then_some(self.hidden_units as usize)
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
    pub(super) fn depth(&self) -> Option<Option<Lora>> {
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

    pub(super) fn likelihood(&self) -> Option<Likelihood> {
        let loss = Loss::from_word(&self.loss)?;
        let tie = if loss.has_tie() { self.tie?.ln() } else { 0.0 };
        (tie.is_finite() && (loss != Loss::RaoKupper || tie >= 0.0)).then_some(Likelihood { loss, tie })
    }
}
