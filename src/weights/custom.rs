//! A model as the class of our own, which holds every recipe on every family: `modeling_reward_studio.py`, by the Hub's
//! `auto_map`.

use serde_json::{Map, Value, json};

use super::offer::{Offer, pretty};
use super::studio::{HeadWords, PoolerWords};
use super::tensors::Tensors;
use super::tokenizer::Types;
use crate::domain::family::wrapped;
use crate::domain::recipe::{LengthFeature, Pooling};
use crate::engine::ports::ByteSource;
use crate::model::reward_model::Scaling;
use crate::protocol::Fault;
use crate::text::layout::Layout;

/// What trains when somebody trains the network on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trains {
    /// Everything, as libraries have it.
    Everything,
    /// The head alone, as here.
    Head,
}

impl<S: ByteSource> Offer<'_, S> {
    /// The tensors.
    pub fn own_tensors(&self) -> Tensors {
        let Scaling { mean, std, length } = &self.model.scaling;
        let d = mean.len();
        let (length_mean, length_std) = length.unwrap_or((0.0, 1.0));
        let tensors = Tensors::of_backbone(&self.checkpoint, self.model.recipe.layer, "backbone.")
            .with("features_mean", &[d], mean.clone())
            .with("features_std", &[d], std.clone())
            .with("length_mean", &[1], vec![length_mean])
            .with("length_std", &[1], vec![length_std]);
        let tensors = match self.model.recipe.pooling {
            Pooling::Pooler => tensors.with_pooler(&self.checkpoint, "pooler.dense", "pooler.norm"),
            Pooling::ResponseMean | Pooling::Mean | Pooling::Cls | Pooling::Last => tensors,
        };
        self.with_head(None, tensors)
    }

    /// `config.json`: the backbone's own is in it, under its own `model_type`. That of the whole is nobody else's, so that
    /// without trust it does not open as something that it is not.
    ///
    /// # Errors
    /// As [`Offer::settings`].
    pub fn own_config(&self, trains: Trains) -> Result<Vec<u8>, Fault> {
        let mut backbone = self.settings()?;
        if self.checkpoint.architecture().causal {
            backbone.insert("use_cache".into(), json!(false));
        }
        pretty(&json!({
            "architectures": ["RewardStudioModel"],
            "auto_map": {
                "AutoConfig": "modeling_reward_studio.RewardStudioConfig",
                "AutoModelForSequenceClassification": "modeling_reward_studio.RewardStudioModel",
            },
            "backbone": backbone,
            "hidden_size": self.checkpoint.architecture().hidden,
            "id2label": { "0": "LABEL_0" },
            "label2id": { "LABEL_0": 0 },
            "model_type": "reward_studio",
            "pad_token_id": self.specials()?.padding(),
            "problem_type": "regression",
            "reward_studio": self.recipe(trains),
            "torch_dtype": "float32",
        }))
    }

    /// What the code needs to know beside the backbone's own settings.
    pub fn recipe(&self, trains: Trains) -> Value {
        let (recipe, network) = (&self.model.recipe, self.checkpoint.architecture());
        let mut fields = json!({
            "pooling": recipe.pooling.word(),
            "length_feature": match recipe.length_feature {
                LengthFeature::On => "on",
                LengthFeature::Off => "off",
            },
            "max_tokens": self.longest(),
            // A RoBERTa counts its places from here on, whatever they hold.
            "first_place": network.skipped(),
            "left_out": self.left_out(),
            "pooler": self.pooler(),
            "head": self.model.hidden.as_ref().map(HeadWords::of),
            "trains": match trains {
                Trains::Everything => "everything",
                Trains::Head => "head",
            },
        });
        if let Value::Object(fields) = &mut fields {
            fields.extend(self.reading());
        }
        fields
    }

    /// How the layer behind the first token is made, where there is one.
    fn pooler(&self) -> Value {
        let words = PoolerWords::of(&self.checkpoint, &self.model.recipe);
        let network = self.checkpoint.architecture();
        words.map_or(Value::Null, |PoolerWords { activation, norm, bias, .. }| {
            json!({
                "activation": activation,
                "bias": bias,
                "norm_epsilon": norm.map(|_| network.epsilon),
                "norm_bias": network.names.shift,
            })
        })
    }

    /// What comes after a family's last block comes after no other, be it this model or its backbone that ends before.
    pub fn left_out(&self) -> Option<String> {
        let network = self.checkpoint.architecture();
        match network.names.final_norm {
            Some(norm) => (usize::from(self.model.recipe.layer) < network.layers).then(|| norm.to_owned()),
            None => {
                let config: Value = serde_json::from_slice(self.config).ok()?;
                wrapped::recipe(&config)?["left_out"].as_str().map(str::to_owned)
            }
        }
    }

    /// Whether the tokenizer tells this class where a response begins.
    pub fn types(&self) -> Types {
        if self.checkpoint.architecture().reads_pairs() { Types::Told } else { Types::Untold }
    }

    /// What stands around prompt and response.
    fn reading(&self) -> Map<String, Value> {
        let (reads, [before, between, after], before_system, plain) = match self.encoder.layout() {
            Layout::Pair { before, between, after } => {
                ("pairs", [json!(before), json!(between), json!(after)], None, false)
            }
            Layout::Conversation(conversation) => {
                let around = conversation.around().map(|text| json!(text));
                ("conversations", around, conversation.before_system(), conversation.names_speakers())
            }
        };
        let fields = json!({
            "reads": reads, "before": before, "between": between, "after": after,
            "before_system": before_system,
            "names_speakers": plain,
            "token_types": self.checkpoint.architecture().token_types > 1,
        });
        fields.as_object().cloned().unwrap_or_default()
    }
}
