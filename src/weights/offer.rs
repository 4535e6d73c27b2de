//! What every export is made of, and the files that all of them carry beside the weights.

use serde_json::{Map, Value, json};

use super::bundle::Bundle;
use super::checkpoint::Checkpoint;
use super::specials::Specials;
use super::studio::Manifest;
use super::{model_card, run_log};
use crate::domain::backbone::BackboneCard;
use crate::domain::family::wrapped;
use crate::domain::run::RunLog;
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
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

impl<S: ByteSource> Offer<'_, S> {
    /// What every export carries: model card, manifest, log, and the script that checks it.
    ///
    /// # Errors
    /// As [`Bundle::add`] and [`Offer::plain`].
    pub fn companions(&self, format: WeightsFormat, bundle: &mut Bundle) -> Result<(), Fault> {
        bundle.add("README.md", model_card::markdown(self, format)?.as_bytes())?;
        bundle.add("manifest.json", &pretty(&self.manifest)?)?;
        bundle.add("verify.py", VERIFY.as_bytes())?;
        if let Some(log) = self.log {
            bundle.add("run.json", &pretty(log)?)?;
            bundle.add("run.csv", run_log::csv(log).as_bytes())?;
        }
        Ok(())
    }
}

impl<S> Offer<'_, S> {
    /// An archive with room for these weights.
    pub fn bundle(&self, weights: usize) -> Bundle {
        Bundle::with_room(weights + ROOM)
    }

    /// The backbone's `config.json` with its blocks counted anew, and nothing in it of who makes what of it.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is no JSON object, which a backbone that runs has read before.
    pub fn settings(&self) -> Result<Map<String, Value>, Fault> {
        let unread = |why: &str| {
            let what = format!("The backbone's config.json cannot be read ({why}).");
            Fault::new(FaultKind::Backbone, what, "Load the page again to fetch it anew.")
        };
        let config: Value =
            serde_json::from_slice(self.config).map_err(|error| unread(&error.to_string()))?;
        let Value::Object(mut config) = wrapped::network(&config).clone() else {
            return Err(unread("it is no object"));
        };
        // Where its makers had it on their disk, and in which numbers, says nothing here.
        for foreign in
            ["_name_or_path", "architectures", "auto_map", "dtype", "torch_dtype", "transformers_version"]
        {
            config.remove(foreign);
        }
        let blocks = self.model.recipe.layer;
        let counted = ["n_layer", "n_layers"].into_iter().find(|name| config.contains_key(*name));
        config.insert(counted.unwrap_or("num_hidden_layers").into(), json!(blocks));
        if let Some(Value::Array(kinds)) = config.get_mut("layer_types") {
            kinds.truncate(usize::from(blocks));
        }
        Ok(config)
    }

    /// Tokens that have a part to play.
    ///
    /// # Errors
    /// As [`Specials::of`] and [`Offer::settings`].
    pub fn specials(&self) -> Result<Specials, Fault> {
        Specials::of(self.encoder, &self.settings()?)
    }

    /// The longest input in tokens: the recipe's, or what the network has places for.
    pub fn longest(&self) -> u16 {
        self.encoder.longest(self.model.recipe.max_tokens)
    }

    /// The network's code.
    ///
    /// # Errors
    /// As [`Bundle::add`].
    pub fn code(&self, folder: &str, bundle: &mut Bundle) -> Result<(), Fault> {
        bundle.add(&format!("{folder}modeling_reward_studio.py"), MODELLING.as_bytes())
    }
}

/// JSON for people.
pub fn pretty(value: &impl serde::Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec_pretty(value).map_err(|error| {
        let what = format!("The model's description could not be written ({error}).");
        Fault::new(FaultKind::Internal, what, "Please report this.")
    })
}
