//! Models that are kept: in, out, into the trained model's place, and away.
//!
//! A file that the store refuses is held here, in this tab's memory, and its model is listed all the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::kept_model::{KeptModel, MOST_KEPT, Maker, ModelId, file_name};
use crate::domain::model_file::Foreign;
use crate::protocol::error::FaultKind;
use crate::protocol::event::MadeBy;
use crate::protocol::parcel::Parcel;
use crate::protocol::{Command, Fault, Slot};
use crate::storage::{MODEL_IN_USE, Store};
use crate::ui::browser;
use crate::ui::state::{Backbone, Purpose};

mod given;

/// Key of the setting that names the backbone, by its hash, whose own model was kept last.
const BROUGHT_BY: &str = "brought_by";

/// Files of models that the page has at hand.
#[derive(Default)]
pub(super) struct Files {
    /// The trained model's, for the next engine.
    in_use: Option<(ModelId, Vec<u8>)>,
    /// What the engine was given last, to take the trained model's place.
    given: Option<(KeptModel, Vec<u8>)>,
    /// Those that the store has refused.
    loose: HashMap<ModelId, Vec<u8>>,
}

impl Actions {
    /// Keep the living model as it is now.
    pub fn keep_living(self) {
        self.export(Slot::Living, Purpose::ExportToKeep);
    }

    pub(super) fn ask_to_keep(self) {
        self.export(Slot::Trained, Purpose::ExportToKeep);
    }

    /// Keep the model that came with the backbone, but for one that was kept before: it may have been deleted since.
    pub(super) fn keep_brought(self) {
        let Some(card) = self.state.chosen_backbone() else { return };
        let (of, known) = (card.weights_sha256().to_owned(), self.state.models.brought_by);
        if known.with_value(|known| known.as_ref() != Some(&of)) {
            self.keep(BROUGHT_BY, of.clone());
            known.set_value(Some(of));
            self.ask_to_keep();
        }
    }

    fn export(self, slot: Slot, purpose: Purpose) {
        let request = self.state.ask(purpose);
        self.send(Command::Export { request, slot, parcel: Parcel::Studio });
    }

    /// The file of a model that is to be kept has come.
    pub(super) fn keep_exported(self, slot: Slot, file: Vec<u8>) {
        let trained = self.state.engine.trained.get_untracked();
        let made_by = match (slot, trained.map(|card| card.made_by)) {
            (Slot::Trained, Some(MadeBy::Descent(run))) => Maker::Run(Some(run.0)),
            (Slot::Trained, Some(MadeBy::Upload)) => Maker::Upload,
            (Slot::Trained, Some(MadeBy::Brought)) => Maker::Brought,
            (Slot::Living | Slot::Beside(_), _) | (Slot::Trained, None | Some(MadeBy::ExactFit(_))) => {
                Maker::ExactFit
            }
        };
        let model = match KeptModel::of(&file, Some(made_by), browser::now_ms()) {
            Ok(model) => KeptModel { sources: self.sources(), ..model },
            Err(foreign) => return self.state.notices.fault(unusable(&foreign)),
        };
        // One that came with the backbone makes room for the one that was in use on it before.
        let used = self.state.models.in_use.get_untracked().and_then(|id| self.state.models.get(&id));
        let gives_way = model.made_by == Maker::Brought
            && used.is_some_and(|used| used.about.weights_sha256 == model.about.weights_sha256);
        spawn_local(async move {
            if slot == Slot::Trained && !gives_way {
                self.takes_its_place(model.id.clone(), file.clone());
            }
            let title = browser::title(&model);
            if self.keep_model(model, file).await && slot == Slot::Living {
                self.state.notices.good(format!("{title} is kept."));
            }
        });
    }

    /// Where the answers come from that are learned from.
    fn sources(self) -> Vec<String> {
        let comparisons = self.state.workspace.comparisons();
        self.state.workspace.dataset.with_untracked(|dataset| {
            let pairs = comparisons.iter().filter_map(|it| dataset.pair(&it.pair));
            let sources: BTreeSet<&str> = pairs.map(|pair| pair.source.as_str()).collect();
            sources.into_iter().map(str::to_owned).collect()
        })
    }

    /// List this model, and store it. Where the store refuses, or has no room, it stays in this tab, and that is said.
    /// Says whether it is stored.
    pub(super) async fn keep_model(self, model: KeptModel, file: Vec<u8>) -> bool {
        let models = self.state.models;
        if models.get(&model.id).is_some() {
            return true;
        }
        let Some(fault) = self.store_model(&model, &file).await else {
            models.put(model);
            return true;
        };
        let what = format!("{} is in this tab only. {}", browser::title(&model), fault.what);
        let remedy = "Delete other models, or download it: when this tab is closed, it is gone.";
        self.state.notices.fault(Fault::new(fault.kind, what, remedy));
        self.world.update_value(|world| drop(world.models.loose.insert(model.id.clone(), file)));
        models.put_loose(model);
        false
    }

    /// Why it was not stored, if it was not.
    async fn store_model(self, model: &KeptModel, file: &[u8]) -> Option<Fault> {
        let full = format!("{MOST_KEPT} models are kept, and more are not.");
        match self.store() {
            _ if !self.state.models.has_room() => Some(Fault::new(FaultKind::Storage, full, "Delete some.")),
            Some(store) => store.keep_model(model, Some(file)).await.err(),
            None => Some(Fault::new(FaultKind::Storage, "The browser's storage is still opening.", "Wait.")),
        }
    }

    /// Try again to store what was refused.
    pub fn store_models_again(self) {
        spawn_local(async move {
            for id in self.state.models.loose.get_untracked() {
                let file = self.world.with_value(|world| world.models.loose.get(&id).cloned());
                let (Some(model), Some(file)) = (self.state.models.get(&id), file) else { continue };
                if self.store_model(&model, &file).await.is_none() {
                    self.world.update_value(|world| drop(world.models.loose.remove(&id)));
                    self.state.models.is_stored(&id);
                }
            }
        });
    }

    /// What an earlier visit left.
    pub(super) fn find_models(
        self,
        settings: &BTreeMap<String, String>,
        listed: Vec<KeptModel>,
        file: Option<Vec<u8>>,
    ) {
        self.state.models.listed(listed);
        self.state.models.brought_by.set_value(settings.get(BROUGHT_BY).cloned());
        let in_use = settings.get(MODEL_IN_USE).map(|id| ModelId::from_digits(id)).zip(file);
        self.state.models.in_use.set(in_use.as_ref().map(|(id, _)| id.clone()));
        self.world.update_value(|world| world.models.in_use = in_use);
    }

    /// The list as it is in the store, which other tabs may have changed.
    pub(super) async fn list_models(self, store: &Store) {
        match store.models().await {
            Ok(stored) => self.state.models.listed(stored),
            Err(fault) => self.state.notices.fault(fault),
        }
    }

    /// Let the engine have the trained model that the last engine held, or the last visit left. One of another backbone
    /// gives way to the model that this backbone has brought.
    pub(super) fn restore_model(self) {
        let backbone = self.state.engine.backbone;
        let brought = backbone.with_untracked(|it| matches!(it, Backbone::Ready { brought: Some(_), .. }));
        let chosen = self.state.chosen_backbone();
        let gives_way = |id: &ModelId| {
            let both = self.state.models.get(id).zip(chosen.as_ref());
            brought && both.is_some_and(|(model, card)| model.about.weights_sha256 != card.weights_sha256())
        };
        let in_use = self.world.with_value(|world| world.models.in_use.clone());
        if let Some((id, bytes)) = in_use.filter(|(id, _)| !gives_way(id)) {
            self.state.models.comes(id);
            let request = self.state.ask(Purpose::ImportKept);
            self.send(Command::Import { request, slot: Slot::Trained, bytes });
        }
    }

    /// Put this kept model into the trained model's place.
    pub fn use_model(self, id: ModelId) {
        let Some(model) = self.state.models.get(&id) else { return };
        spawn_local(async move {
            match self.model_file(&id).await {
                Ok(file) => self.give_to_engine(model, file).await,
                Err(fault) => self.state.notices.fault(fault),
            }
        });
    }

    /// The engine says whether it can use it; one that still has to start is given it then.
    async fn give_to_engine(self, model: KeptModel, file: Vec<u8>) {
        let ready = self.state.engine.backbone.with_untracked(|it| matches!(it, Backbone::Ready { .. }));
        if !ready {
            self.takes_its_place(model.id.clone(), file.clone());
            self.keep_model(model, file).await;
            return;
        }
        self.state.models.comes(model.id.clone());
        self.world.update_value(|world| world.models.given = Some((model, file.clone())));
        let request = self.state.ask(Purpose::ImportGiven);
        self.send(Command::Import { request, slot: Slot::Trained, bytes: file });
    }

    /// What was given is the trained model now.
    pub(super) fn is_in_use(self) {
        let given = self.world.try_update_value(|world| world.models.given.take()).flatten();
        let in_use = self.state.models.in_use.get_untracked();
        if let Some((model, file)) = given.filter(|(model, _)| Some(&model.id) == in_use.as_ref()) {
            self.takes_its_place(model.id.clone(), file.clone());
            spawn_local(async move {
                self.keep_model(model, file).await;
            });
        }
    }

    /// From now on this is the trained model: at the next visit, and for the next engine of this one.
    fn takes_its_place(self, id: ModelId, file: Vec<u8>) {
        self.state.models.in_use.set(Some(id.clone()));
        self.keep(MODEL_IN_USE, id.as_str().to_owned());
        self.world.update_value(|world| world.models.in_use = Some((id, file)));
    }

    /// A kept model's file.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read, or is gone.
    pub(super) async fn model_file(self, id: &ModelId) -> Result<Vec<u8>, Fault> {
        if let Some(file) = self.world.with_value(|world| world.models.loose.get(id).cloned()) {
            return Ok(file);
        }
        let file = match self.store() {
            Some(store) => store.model_file(id).await?,
            None => None,
        };
        file.ok_or_else(|| {
            let what = "The model's file is not there any more.";
            Fault::new(FaultKind::Storage, what, "Another tab may have deleted it: load the page again.")
        })
    }

    /// Call a kept model this.
    pub fn rename_model(self, id: &ModelId, name: &str) {
        let Some(model) = self.state.models.get(id).and_then(|model| model.called(name)) else { return };
        self.state.models.put(model.clone());
        let (true, Some(store)) = (!self.is_loose(id), self.store()) else { return };
        spawn_local(async move {
            if let Err(fault) = store.keep_model(&model, None).await {
                self.state.notices.fault(fault);
            }
        });
    }

    /// Delete a kept model. If it is the trained one, there is none any more.
    pub fn delete_model(self, id: ModelId) {
        spawn_local(async move {
            let stored = self.store().filter(|_| !self.is_loose(&id));
            if let Some(store) = stored
                && let Err(fault) = store.forget_model(&id).await
            {
                return self.state.notices.fault(fault);
            }
            self.world.update_value(|world| drop(world.models.loose.remove(&id)));
            self.state.models.remove(&id);
            self.state.comparison.ticked.update(|ticked| ticked.retain(|ticked| *ticked != id));
            if self.state.models.in_use.get_untracked() == Some(id) {
                self.forget_trained();
            }
            self.store_models_again();
        });
    }

    fn forget_trained(self) {
        self.send(Command::Forget { slot: Slot::Trained });
        self.state.engine.trained.set(None);
        self.state.models.in_use.set(None);
        self.world.update_value(|world| world.models.in_use = None);
        self.keep(MODEL_IN_USE, String::new());
        self.typed();
    }

    /// Give the person a kept model's file.
    pub fn download_kept(self, id: ModelId) {
        let Some(model) = self.state.models.get(&id) else { return };
        spawn_local(async move {
            match self.model_file(&id).await {
                Ok(file) => self.save(&file_name(&browser::title(&model)), "application/octet-stream", &file),
                Err(fault) => self.state.notices.fault(fault),
            }
        });
    }

    fn is_loose(self, id: &ModelId) -> bool {
        self.state.models.loose.with_untracked(|loose| loose.contains(id))
    }

    /// The store holds no models any more.
    pub(super) fn forget_kept_models(self) {
        self.world.update_value(|world| world.models = Files::default());
        self.state.models.forget();
        self.state.comparison.forget();
        self.keep(MODEL_IN_USE, String::new());
    }
}

fn unusable(foreign: &Foreign) -> Fault {
    Fault::new(FaultKind::File, foreign.what(), foreign.remedy())
}
