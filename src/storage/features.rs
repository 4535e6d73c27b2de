//! Features of texts, kept across visits: computing them is the slow part of a visit.
//!
//! Read and written by the engine's worker, emptied by the page. The key says all that a feature depends on; its owner makes it.

use std::future::IntoFuture;

use futures::future::try_join_all;
use idb::{ObjectStoreParams, Transaction};
use js_sys::Float32Array;
use wasm_bindgen::{JsCast, JsValue};

use super::database::{Connection, Durability, Step, complete};
use super::trouble::Refusal;
use crate::protocol::Fault;

const FEATURES: &str = "features";

const STEPS: [Step; 1] = [version_1];

fn version_1(upgrade: &Transaction) -> Result<(), idb::Error> {
    upgrade.database().create_object_store(FEATURES, ObjectStoreParams::new()).map(drop)
}

/// The kept features. All errors are `FaultKind::Storage`.
pub struct Features {
    connection: Connection,
}

impl Features {
    /// Open them.
    ///
    /// # Errors
    /// Where the browser keeps nothing.
    pub async fn open() -> Result<Self, Fault> {
        Ok(Self { connection: Connection::open("reward-studio-features", &STEPS).await? })
    }

    /// The features of these keys, `None` where there is none.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn get(&self, keys: &[String]) -> Result<Vec<Option<Vec<f32>>>, Fault> {
        let transaction = self.connection.reading(&[FEATURES])?;
        let store = transaction.object_store(FEATURES).map_err(Refusal)?;
        let asked: Vec<_> = keys
            .iter()
            .map(|key| Ok(store.get(JsValue::from_str(key))?.into_future()))
            .collect::<Result<_, idb::Error>>()
            .map_err(Refusal)?;
        let found = try_join_all(asked).await.map_err(Refusal)?;
        Ok(found.into_iter().map(|value| Some(value?.dyn_into::<Float32Array>().ok()?.to_vec())).collect())
    }

    /// Keep these, in one transaction.
    ///
    /// # Errors
    /// If the disk is full or the browser refuses; then none of them is kept.
    pub async fn put(&self, entries: &[(String, Vec<f32>)]) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[FEATURES], Durability::Relaxed)?;
        complete(transaction, async |transaction| {
            let store = transaction.object_store(FEATURES).map_err(Refusal)?;
            for (key, values) in entries {
                let values = Float32Array::from(values.as_slice());
                store.put(&values, Some(&JsValue::from_str(key))).map_err(Refusal)?;
            }
            Ok(())
        })
        .await
    }

    /// Forget them all: they derive from what the person has written.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn clear(&self) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[FEATURES], Durability::Relaxed)?;
        complete(transaction, async |transaction| {
            transaction.object_store(FEATURES).map_err(Refusal)?.clear().map_err(Refusal)?;
            Ok(())
        })
        .await
    }
}
