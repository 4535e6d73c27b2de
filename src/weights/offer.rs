//! What every export is made of, and the files that all of them carry beside the weights.

use serde_json::{Map, Value, json};

use super::bundle::Bundle;
use super::checkpoint::Checkpoint;
use super::studio::Manifest;
use super::{model_card, run_log};
use crate::domain::backbone::BackboneCard;
use crate::domain::run::RunLog;
use crate::domain::weights_format::WeightsFormat;
use crate::model::reward_model::RewardModel;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::text::Encoder;

/// Scores the embedded texts again, with `transformers` and `tokenizers` alone.
const VERIFY: &str = include_str!("../../public/verify.py");

/// The network that `transformers` has no class for.
const MODELLING: &str = include_str!("../../public/modeling_reward_studio.py");

/// Room for everything but the weights.
const ROOM: usize = 4 << 20;

/// A model with all that an export needs of it.
pub struct Offer<'a, S> {
    /// The model.
    pub model: &'a RewardModel,
    /// What it says of itself, with the texts that prove it.
    pub manifest: Manifest,
    /// Its run, where there was one.
    pub log: Option<&'a RunLog>,
    /// Its backbone.
    pub backbone: &'a BackboneCard,
    /// The backbone's `config.json`.
    pub config: &'a [u8],
    /// The backbone's weights.
    pub checkpoint: Checkpoint<'a, S>,
    /// The backbone's tokenizer.
    pub encoder: &'a Encoder,
}

/// Who cuts a text that is too long, and where: what the tokenizer's own settings are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cutting {
    /// The network does, as the page, and counts the whole response: the tokenizer lets everything pass.
    ByTheNetwork,
    /// The tokenizer, at the beginning: asked to cut the prompt alone, it does what the page does.
    AtTheBeginning,
    /// The tokenizer, at the end: where the longer text is cut, as sentence-transformers has it, the response keeps its
    /// beginning.
    AtTheEnd,
}

impl<S> Offer<'_, S> {
    /// An archive with room for these weights.
    pub fn bundle(&self, weights: usize) -> Bundle {
        Bundle::with_room(weights + ROOM)
    }

    /// The backbone's configuration with its blocks counted anew, and these fields over its own.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is no JSON object, which a backbone that runs has read before.
    pub fn config(&self, fields: Value) -> Result<Vec<u8>, Fault> {
        let mut config: Map<String, Value> = serde_json::from_slice(self.config).map_err(|error| {
            let what = format!("The backbone's config.json cannot be read ({error}).");
            Fault::new(FaultKind::Backbone, what, "Load the page again to fetch it anew.")
        })?;
        // Where its makers had it on their disk says nothing here.
        config.remove("_name_or_path");
        config.insert("num_hidden_layers".into(), json!(self.model.recipe.layer));
        config.insert("torch_dtype".into(), json!("float32"));
        config.entry("pad_token_id").or_insert(json!(self.encoder.id("[PAD]").unwrap_or(0)));
        if let Value::Object(fields) = fields {
            config.extend(fields);
        }
        pretty(&Value::Object(config))
    }

    /// What every export carries: model card, manifest, log, and the script that checks it.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn companions(&self, format: WeightsFormat, bundle: &mut Bundle) -> Result<(), Fault> {
        bundle.add("README.md", model_card::markdown(self, format).as_bytes())?;
        bundle.add("manifest.json", &pretty(&self.manifest)?)?;
        bundle.add("verify.py", VERIFY.as_bytes())?;
        if let Some(log) = self.log {
            bundle.add("run.json", &pretty(log)?)?;
            bundle.add("run.csv", run_log::csv(log).as_bytes())?;
        }
        Ok(())
    }

    /// The network's code.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn code(&self, folder: &str, bundle: &mut Bundle) -> Result<(), Fault> {
        bundle.add(&format!("{folder}modeling_reward_studio.py"), MODELLING.as_bytes())
    }

    /// The tokenizer's files.
    ///
    /// # Errors
    /// As [`Bundle::add`], and [`Encoder::to_json`].
    pub fn tokenizer(&self, folder: &str, cutting: Cutting, bundle: &mut Bundle) -> Result<(), Fault> {
        let recipe = u64::from(self.model.recipe.max_tokens);
        let (longest, side) = match cutting {
            Cutting::ByTheNetwork => (1_000_000_000, "left"),
            Cutting::AtTheBeginning => (recipe, "left"),
            Cutting::AtTheEnd => (recipe, "right"),
        };
        let specials = json!({
            "cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]", "sep_token": "[SEP]",
            "unk_token": "[UNK]",
            // BERT has no such token; trainers ask for one, and this is what its texts end with.
            "eos_token": "[SEP]",
        });
        let mut config = json!({
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
            "model_max_length": longest,
            "padding_side": "right",
            "truncation_side": side,
            "clean_up_tokenization_spaces": false,
            "chat_template": CHAT_TEMPLATE,
        });
        if let (Value::Object(config), Value::Object(specials)) = (&mut config, &specials) {
            config.extend(specials.clone());
        }
        bundle.add(&format!("{folder}tokenizer.json"), self.encoder.to_json()?.as_bytes())?;
        bundle.add(&format!("{folder}tokenizer_config.json"), &pretty(&config)?)?;
        bundle.add(&format!("{folder}special_tokens_map.json"), &pretty(&specials)?)
    }
}

/// A conversation as this page reads it: what was asked is a transcript (a lone question is itself), and the last answer
/// the response. All special tokens stand in it, since trainers tokenise what comes out without adding any.
const CHAT_TEMPLATE: &str = concat!(
    "{%- set answered = messages and messages[-1]['role'] == 'assistant' -%}",
    "{%- set asked = messages[:-1] if answered else messages -%}",
    "{{- '[CLS]' -}}",
    "{%- if asked | length == 1 and asked[0]['role'] == 'user' -%}",
    "{{- asked[0]['content'] -}}",
    "{%- else -%}",
    "{%- for turn in asked -%}",
    "{{- ('' if loop.first else '\\n\\n') ~ (turn['role'][:1] | upper) ~ turn['role'][1:] ~ ': ' ~ turn['content'] -}}",
    "{%- endfor -%}",
    "{%- endif -%}",
    "{{- '[SEP]' -}}",
    "{%- if answered -%}{{- messages[-1]['content'] ~ '[SEP]' -}}{%- endif -%}",
);

/// JSON for people.
pub fn pretty(value: &impl serde::Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec_pretty(value).map_err(|error| {
        let what = format!("The model's description could not be written ({error}).");
        Fault::new(FaultKind::Internal, what, "Please report this.")
    })
}
