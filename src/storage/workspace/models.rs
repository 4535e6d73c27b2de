//! Kept models: a row that a list reads, and a file that it does not.

use idb::ObjectStore;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::super::database::{Durability, complete};
use super::super::trouble::Refusal;
use super::schema::{MODEL_FILES, MODELS};
use super::{Workspace, readable, to_row};
use crate::domain::kept_model::{KeptModel, ModelId};
use crate::protocol::Fault;

impl Workspace {
    /// All kept models, in the order they were made.
    pub(in crate::storage) async fn models(&self) -> Result<Vec<KeptModel>, Fault> {
        let models = self.connection.reading(&[MODELS])?.object_store(MODELS).map_err(Refusal)?;
        let rows = async { models.get_all(None, None)?.await }.await.map_err(Refusal)?;
        Ok(in_order(readable(&rows)))
    }

    /// A model's file.
    pub(in crate::storage) async fn model_file(&self, id: &ModelId) -> Result<Option<Vec<u8>>, Fault> {
        let files = self.connection.reading(&[MODEL_FILES])?.object_store(MODEL_FILES).map_err(Refusal)?;
        let bytes = async { files.get(key(id))?.await }.await.map_err(Refusal)?;
        Ok(bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()))
    }

    /// Keep a model; without `file`, only what is said of one that is kept.
    pub(in crate::storage) async fn keep_model(
        &self,
        model: &KeptModel,
        file: Option<&[u8]>,
    ) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[MODELS, MODEL_FILES], Durability::Strict)?;
        complete(transaction, async |transaction| {
            let models = transaction.object_store(MODELS).map_err(Refusal)?;
            let files = transaction.object_store(MODEL_FILES).map_err(Refusal)?;
            put(&models, &files, model, file)
        })
        .await
    }

    /// Delete a model with its file.
    pub(in crate::storage) async fn forget_model(&self, id: &ModelId) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[MODELS, MODEL_FILES], Durability::Strict)?;
        complete(transaction, async |transaction| {
            for store in [MODELS, MODEL_FILES] {
                let store = transaction.object_store(store).map_err(Refusal)?;
                store.delete(key(id)).map_err(Refusal)?;
            }
            Ok(())
        })
        .await
    }
}

/// Write a model's row and, where it is given, its file.
pub(super) fn put(
    models: &ObjectStore,
    files: &ObjectStore,
    model: &KeptModel,
    file: Option<&[u8]>,
) -> Result<(), Fault> {
    let key = key(&model.id);
    models.put(&to_row(model)?, Some(&key)).map_err(Refusal)?;
    if let Some(file) = file {
        files.put(&Uint8Array::from(file), Some(&key)).map_err(Refusal)?;
    }
    Ok(())
}

/// The oldest first.
pub(super) fn in_order(mut models: Vec<KeptModel>) -> Vec<KeptModel> {
    models.sort_by_key(|model| model.at_ms);
    models
}

fn key(id: &ModelId) -> JsValue {
    JsValue::from_str(id.as_str())
}
