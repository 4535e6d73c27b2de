//! The workspace's schema, and how each version of it was made of the one before.
//!
//! Version 1 kept the log in `events`, by the events' ids, and versions 1 and 2 one model, the newest, as bytes in `models`.

use std::future::IntoFuture;

use idb::{Database, IndexParams, KeyPath, ObjectStore, ObjectStoreParams, Transaction};
use js_sys::{Date, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::super::MODEL_IN_USE;
use super::super::database::Step;
use super::super::trouble::Refusal;
use super::models::put;
use crate::domain::kept_model::KeptModel;
use crate::protocol::Fault;

pub(super) const PAIRS: &str = "pairs";
pub(super) const LOG: &str = "log";
pub(super) const SETTINGS: &str = "settings";
pub(super) const MODELS: &str = "models";
pub(super) const MODEL_FILES: &str = "model-files";
pub(super) const BY_ID: &str = "id";
pub(super) const MARKS: &str = "marks";
pub(super) const CLEARED: &str = "cleared";
/// The log's store in version 1.
const EVENTS: &str = "events";
/// The one model's key up to version 2.
const NEWEST: &str = "newest";

/// The schema's history.
pub(super) const STEPS: [Step; 3] = [version_1, version_2, version_3];

fn version_1(upgrade: &Transaction) -> Result<(), idb::Error> {
    let database = upgrade.database();
    counted(&database, PAIRS)?;
    for store in [EVENTS, SETTINGS, MODELS] {
        database.create_object_store(store, ObjectStoreParams::new())?;
    }
    Ok(())
}

/// The log's rows get numbers too.
fn version_2(upgrade: &Transaction) -> Result<(), idb::Error> {
    let database = upgrade.database();
    database.create_object_store(MARKS, ObjectStoreParams::new())?;
    let log = counted(&database, LOG)?;
    let events = upgrade.object_store(EVENTS)?.get_all(None, None)?.into_future();
    spawn_local(async move {
        let moved = async {
            for row in events.await? {
                log.add(&row, None)?;
            }
            database.delete_object_store(EVENTS)
        };
        if moved.await.is_err() {
            // Then the database stays at version 1, and opening it fails.
            let _ = log.transaction().abort();
        }
    });
    Ok(())
}

/// Any number of models: what is said of them apart from their files. The one that was kept becomes the first.
fn version_3(upgrade: &Transaction) -> Result<(), idb::Error> {
    upgrade.database().create_object_store(MODEL_FILES, ObjectStoreParams::new())?;
    let (models, files) = (upgrade.object_store(MODELS)?, upgrade.object_store(MODEL_FILES)?);
    let settings = upgrade.object_store(SETTINGS)?;
    let newest = models.get(JsValue::from_str(NEWEST))?.into_future();
    spawn_local(async move {
        let moved = async {
            let Some(bytes) = newest.await.map_err(Refusal)? else { return Ok::<(), Fault>(()) };
            let bytes = Uint8Array::new(&bytes).to_vec();
            // What this version cannot make sense of stays where it is.
            let Ok(model) = KeptModel::of(&bytes, None, Date::now() as u64) else { return Ok(()) };
            put(&models, &files, &model, Some(&bytes))?;
            let in_use = JsValue::from_str(model.id.as_str());
            settings.put(&in_use, Some(&JsValue::from_str(MODEL_IN_USE))).map_err(Refusal)?;
            models.delete(JsValue::from_str(NEWEST)).map_err(Refusal)?;
            Ok(())
        };
        if moved.await.is_err() {
            let _ = models.transaction().abort();
        }
    });
    Ok(())
}

/// A store whose rows are numbered as they come, and found by their `id`.
fn counted(database: &Database, name: &str) -> Result<ObjectStore, idb::Error> {
    let mut counted = ObjectStoreParams::new();
    counted.auto_increment(true);
    let mut unique = IndexParams::new();
    unique.unique(true);
    let store = database.create_object_store(name, counted)?;
    store.create_index(BY_ID, KeyPath::new_single("id"), Some(unique))?;
    Ok(store)
}
