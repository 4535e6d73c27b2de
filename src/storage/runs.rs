//! What the newest run has come to, kept so that it can go on in another engine or at another visit.
//!
//! Written and read by the engine's worker, emptied by the page. What the bytes mean is the engine's matter.

use std::future::IntoFuture;

use idb::{ObjectStoreParams, Transaction};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::database::{Connection, Durability, Step, complete};
use super::trouble::Refusal;
use crate::protocol::Fault;

const RUNS: &str = "runs";

/// There is one run at a time.
const NEWEST: &str = "newest";

const STEPS: [Step; 1] = [version_1];

fn version_1(upgrade: &Transaction) -> Result<(), idb::Error> {
    upgrade.database().create_object_store(RUNS, ObjectStoreParams::new()).map(drop)
}

/// The kept run. All errors are `FaultKind::Storage`.
pub struct Runs {
    connection: Connection,
}

impl Runs {
    /// Open it.
    ///
    /// # Errors
    /// Where the browser keeps nothing.
    pub async fn open() -> Result<Self, Fault> {
        Ok(Self { connection: Connection::open("reward-studio-runs", &STEPS).await? })
    }

    /// What was kept, if anything was.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn get(&self) -> Result<Option<Vec<u8>>, Fault> {
        let transaction = self.connection.reading(&[RUNS])?;
        let store = transaction.object_store(RUNS).map_err(Refusal)?;
        let asked = store.get(JsValue::from_str(NEWEST)).map_err(Refusal)?;
        let found = asked.into_future().await.map_err(Refusal)?;
        Ok(found.and_then(|value| Some(value.dyn_into::<Uint8Array>().ok()?.to_vec())))
    }

    /// Keep these bytes in place of what was kept before; `None` keeps nothing.
    ///
    /// # Errors
    /// If the disk is full or the browser refuses; then what was kept before still is.
    pub async fn put(&self, bytes: Option<&[u8]>) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[RUNS], Durability::Relaxed)?;
        complete(transaction, async |transaction| {
            let store = transaction.object_store(RUNS).map_err(Refusal)?;
            match bytes {
                Some(bytes) => {
                    let key = JsValue::from_str(NEWEST);
                    store.put(&Uint8Array::from(bytes), Some(&key)).map_err(Refusal)?;
                }
                None => {
                    store.clear().map_err(Refusal)?;
                }
            }
            Ok(())
        })
        .await
    }
}
