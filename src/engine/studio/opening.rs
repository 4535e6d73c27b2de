//! The beginning: a device, the backbone on it, a recipe, helpers.

use std::rc::Rc;

use super::Studio;
use crate::domain::backbone::BackboneCard;
use crate::domain::device::{Decision, DeviceKind};
use crate::domain::recipe::Recipe;
use crate::engine::backbone::Backbone;
use crate::engine::device;
use crate::engine::models::Kept;
use crate::engine::ports::Host;
use crate::model::reward_model::RewardModel;
use crate::protocol::crew::CrewCommand;
use crate::protocol::event::{MadeBy, ModelCard, Origin};
use crate::protocol::{BUILD_ID, Event, Fault, Slot};
use crate::weights::head;

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    pub(super) async fn open(&mut self, decision: Decision, card: BackboneCard, base: String, helpers: u8) {
        let kind = decision.kind;
        let device = match device::start(kind).await {
            Ok(device) => device,
            Err(fault) => return self.host.emit(Event::Failed { request: None, fault }),
        };
        self.host.emit(Event::DeviceReady(decision));
        self.device = Some((kind, device.clone()));

        let layers =
            self.library.recipe().map_or(Recipe::measured_best(card.layers).layer, |recipe| recipe.layer);
        let origin = std::cell::Cell::new(Origin::Kept);
        let host = self.host.clone();
        let progress = |got: u64, total: u64, from: Origin| {
            if from == Origin::Network {
                origin.set(from);
            }
            host.emit(Event::BackboneProgress { got, total, origin: from });
        };
        let opened =
            Backbone::open(&*self.host, &base, card.clone(), (kind, device), layers, &progress).await;
        let backbone = match opened {
            Ok(backbone) => backbone,
            Err(fault) => return self.host.emit(Event::BackboneFailed(fault)),
        };
        let recipe = self.library.recipe().cloned().unwrap_or(Recipe::measured_best(card.layers));
        self.library.set_recipe(recipe, card.weights_sha256());
        self.untold = true;
        let head = match backbone.checkpoint(&Recipe::measured_best(card.layers)) {
            Ok(checkpoint) => head::read(&checkpoint, backbone.config_json()).await,
            Err(fault) => Err(fault),
        };
        self.brought = head.unwrap_or_else(|fault| {
            self.host.emit(Event::Failed { request: None, fault });
            None
        });
        let ready = Event::BackboneReady {
            id: card.id.clone(),
            origin: origin.get(),
            layers: backbone.layers(),
            unused: backbone.unused(),
            refused: backbone.encoder.layout().refused().map(Into::into),
            pooler: backbone.has_pooler(),
            brought: self.brought.as_ref().map(|model| model.recipe.clone()),
        };
        self.backbone = Some(backbone);
        // Before the page hears that the backbone is there, and gives the model that was the trained one before.
        if let Some(model) = self.brought.clone() {
            let card = came_along(kind, &model);
            self.keep(Slot::Trained, Kept::new(model, card, None));
        }
        self.host.emit(ready);

        if kind != DeviceKind::WebGpu {
            for _ in 0..helpers {
                let enlist = CrewCommand::Enlist {
                    build: BUILD_ID.into(),
                    backbone: card.clone(),
                    base: base.clone(),
                    device: kind,
                    layers,
                };
                self.crew.expect(hiring(self.host.clone(), enlist));
            }
        }
    }

    pub(super) fn use_recipe(&mut self, recipe: Recipe) {
        let weights = self.backbone.as_ref().map(|backbone| backbone.card.weights_sha256().to_owned());
        self.library.set_recipe(recipe, &weights.unwrap_or_default());
        self.untold = true;
    }
}

/// What is known of a model that its backbone's checkpoint brought along.
fn came_along(kind: DeviceKind, model: &RewardModel) -> ModelCard {
    ModelCard {
        made_by: MadeBy::Brought,
        backbone: String::new(),
        recipe: model.recipe.clone(),
        hidden_units: model.hidden.as_ref().map(|hidden| hidden.units() as u32),
        device: kind.name().into(),
        lambda: 0.0,
        likelihood: model.likelihood,
        advice: None,
        evaluation: None,
        length_share: None,
    }
}

async fn hiring<H: Host>(host: Rc<H>, enlist: CrewCommand) -> Result<H::Helper, Fault> {
    host.hire(enlist).await
}
