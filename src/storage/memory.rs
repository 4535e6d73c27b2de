//! What a tab whose browser keeps nothing remembers of its settings and models. Its pairs and log live on the page.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{AtHand, MODEL_IN_USE};
use crate::domain::kept_model::{KeptModel, ModelId};

/// A workspace in memory.
#[derive(Default)]
pub(super) struct Memory {
    kept: RefCell<AtHand>,
    files: RefCell<BTreeMap<ModelId, Vec<u8>>>,
}

impl Memory {
    pub(super) fn at_hand(&self) -> AtHand {
        let mut at_hand = self.kept.borrow().clone();
        let in_use = at_hand.settings.get(MODEL_IN_USE).map(|id| ModelId::from_digits(id));
        at_hand.model = in_use.and_then(|id| self.model_file(&id));
        at_hand
    }

    pub(super) fn set(&self, name: &str, value: &str) {
        self.kept.borrow_mut().settings.insert(name.into(), value.into());
    }

    pub(super) fn keep_model(&self, model: &KeptModel, file: Option<&[u8]>) {
        let models = &mut self.kept.borrow_mut().models;
        match models.iter_mut().find(|kept| kept.id == model.id) {
            Some(kept) => *kept = model.clone(),
            None => models.push(model.clone()),
        }
        if let Some(file) = file {
            self.files.borrow_mut().insert(model.id.clone(), file.to_vec());
        }
    }

    pub(super) fn model_file(&self, id: &ModelId) -> Option<Vec<u8>> {
        self.files.borrow().get(id).cloned()
    }

    pub(super) fn forget_model(&self, id: &ModelId) {
        self.kept.borrow_mut().models.retain(|kept| kept.id != *id);
        self.files.borrow_mut().remove(id);
    }

    pub(super) fn forget_models(&self) {
        self.kept.borrow_mut().models.clear();
        self.files.borrow_mut().clear();
    }
}
