//! The models that are kept, and which of them is in the trained model's place.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::domain::backbone::BackboneCard;
use crate::domain::kept_model::{KeptModel, MOST_KEPT, ModelId};

/// What it takes to use a kept model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// It can be used as things are.
    Nothing,
    /// This backbone of the catalogue, by the name a person reads.
    Backbone(String),
    /// A backbone that is not in the catalogue, by its Hub name.
    Unknown(String),
}

/// The kept models.
#[derive(Clone, Copy)]
pub struct Models {
    /// In the order they were made.
    pub list: RwSignal<Vec<KeptModel>>,
    /// Which of them is the trained model; `None` while that is none of them.
    pub in_use: RwSignal<Option<ModelId>>,
    /// Those that only this tab holds, because the store has refused them.
    pub loose: RwSignal<BTreeSet<ModelId>>,
    /// The backbone, by its hash, whose own model was kept last.
    pub brought_by: StoredValue<Option<String>>,
    coming: StoredValue<Option<ModelId>>,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            list: RwSignal::new(vec![]),
            in_use: RwSignal::new(None),
            loose: RwSignal::new(BTreeSet::new()),
            brought_by: StoredValue::new(None),
            coming: StoredValue::new(None),
        }
    }
}

impl Models {
    /// The model of this id.
    pub fn get(&self, id: &ModelId) -> Option<KeptModel> {
        self.list.with_untracked(|list| list.iter().find(|model| model.id == *id).cloned())
    }

    /// The one that is the trained model now.
    pub fn used(&self) -> Option<KeptModel> {
        let in_use = self.in_use.get()?;
        self.list.with(|list| list.iter().find(|model| model.id == in_use).cloned())
    }

    /// What the store holds now; those that it has refused stay beside.
    pub fn listed(&self, stored: Vec<KeptModel>) {
        let loose = self.loose.get_untracked();
        self.list.update(|list| {
            let refused = list.drain(..).filter(|model| loose.contains(&model.id));
            let refused: Vec<KeptModel> =
                refused.filter(|model| stored.iter().all(|kept| kept.id != model.id)).collect();
            *list = stored;
            list.extend(refused);
            list.sort_by_key(|model| model.at_ms);
        });
    }

    /// One more, or another description of one that is there.
    pub fn put(&self, model: KeptModel) {
        self.list.update(|list| match list.iter_mut().find(|kept| kept.id == model.id) {
            Some(kept) => *kept = model,
            // One that a workspace brings may be older than those that are here.
            None => list.insert(list.partition_point(|kept| kept.at_ms <= model.at_ms), model),
        });
    }

    /// One more, which the store has refused.
    pub fn put_loose(&self, model: KeptModel) {
        self.loose.update(|loose| {
            loose.insert(model.id.clone());
        });
        self.put(model);
    }

    /// The store has taken it after all.
    pub fn is_stored(&self, id: &ModelId) {
        self.loose.update(|loose| {
            loose.remove(id);
        });
    }

    /// It is deleted.
    pub fn remove(&self, id: &ModelId) {
        self.list.update(|list| list.retain(|model| model.id != *id));
        self.is_stored(id);
    }

    /// Whether the store has room for another.
    pub fn has_room(&self) -> bool {
        let loose = self.loose.with_untracked(BTreeSet::len);
        self.list.with_untracked(Vec::len) - loose < MOST_KEPT
    }

    /// This one was given to the engine, to take the trained model's place.
    pub fn comes(&self, id: ModelId) {
        self.coming.set_value(Some(id));
    }

    /// Nothing is kept any more.
    pub fn forget(&self) {
        self.list.set(vec![]);
        self.in_use.set(None);
        self.loose.set(BTreeSet::new());
        self.brought_by.set_value(None);
        self.coming.set_value(None);
    }

    /// What was given to the engine is the trained model now.
    pub(super) fn arrived(&self) {
        self.in_use.set(self.coming.try_update_value(Option::take).flatten());
    }

    /// The engine did not take it; `instead` says whether there still is a trained model.
    pub(super) fn refused(&self, instead: bool) {
        self.coming.set_value(None);
        if !instead {
            self.in_use.set(None);
        }
    }

    /// A run has ended: the trained model is one that is yet to be kept.
    pub(super) fn trained_anew(&self) {
        self.in_use.set(None);
    }
}

/// What it takes to use this model while the backbone `chosen` of the catalogue is at work. Before the catalogue is read
/// nothing is known to be missing.
pub fn needs(model: &KeptModel, cards: &[BackboneCard], chosen: &str) -> Needs {
    match cards.iter().find(|card| card.weights_sha256() == model.about.weights_sha256) {
        Some(card) if card.id == chosen => Needs::Nothing,
        Some(card) => Needs::Backbone(card.name.clone()),
        None if cards.is_empty() => Needs::Nothing,
        None => Needs::Unknown(model.about.backbone.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::backbone::FileCard;
    use crate::domain::kept_model::made_up::kept;

    fn card(id: &str, sha256: &str) -> BackboneCard {
        let weights = FileCard { bytes: 1, sha256: sha256.into() };
        BackboneCard {
            id: id.into(),
            name: format!("{id} by name"),
            family: "bert".into(),
            folder: String::new(),
            licence: "MIT".into(),
            hidden: 8,
            layers: 2,
            matrix_bytes: 0,
            files: BTreeMap::from([("model.safetensors".into(), weights)]),
        }
    }

    #[test]
    fn a_model_needs_the_very_weights_that_it_was_made_on() {
        let cards = [card("one", "aa"), card("two", "bb")];
        assert_eq!(needs(&kept("m", "aa"), &cards, "one"), Needs::Nothing);
        assert_eq!(needs(&kept("m", "bb"), &cards, "one"), Needs::Backbone("two by name".into()));
        assert_eq!(needs(&kept("m", "cc"), &cards, "one"), Needs::Unknown("org/name".into()));
        assert_eq!(needs(&kept("m", "cc"), &[], "one"), Needs::Nothing);
    }

    #[test]
    fn what_the_store_has_refused_stays_in_the_list_until_it_is_stored_or_deleted() {
        let models = Models::default();
        let at = |id: &str, at_ms| KeptModel { at_ms, ..kept(id, "aa") };
        let ids = || {
            models
                .list
                .with_untracked(|list| list.iter().map(|it| it.id.as_str().to_owned()).collect::<Vec<_>>())
        };
        models.put_loose(at("refused", 2));
        models.put(at("stored", 1));
        assert_eq!(ids(), ["stored", "refused"], "by age, in whatever order they come");
        models.listed(vec![at("stored", 1), at("of another tab", 3)]);
        assert_eq!(ids(), ["stored", "refused", "of another tab"]);
        models.listed(vec![at("refused", 2)]);
        assert_eq!(ids(), ["refused"], "once");
        models.remove(&ModelId::from_digits("refused"));
        models.listed(vec![]);
        assert!(ids().is_empty());
    }

    #[test]
    fn there_is_room_for_so_many_and_those_in_memory_take_none() {
        let models = Models::default();
        for number in 0..MOST_KEPT {
            assert!(models.has_room());
            models.put(kept(&number.to_string(), "aa"));
        }
        assert!(!models.has_room());
        models.put_loose(kept("7", "aa"));
        assert!(models.has_room());
    }
}
