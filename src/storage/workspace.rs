//! The person's pairs, log, settings and model in IndexedDB.
//!
//! | store | key | value |
//! |---|---|---|
//! | `pairs` | a number that counts up, which keeps their order | the pair, as in JSON; its `id` is unique |
//! | `events` | the event's id | the event, as in JSON |
//! | `settings` | name | text |
//! | `models` | `newest` | the export file's bytes |

use std::collections::HashSet;
use std::future::IntoFuture;

use futures::future::try_join_all;
use idb::{IndexParams, KeyPath, ObjectStore, ObjectStoreParams, Transaction};
use js_sys::{JSON, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::Saved;
use super::database::{Connection, Durability, Step, complete};
use super::trouble::{self, Refusal};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;

const PAIRS: &str = "pairs";
const EVENTS: &str = "events";
const SETTINGS: &str = "settings";
const MODELS: &str = "models";
const BY_ID: &str = "id";
const NEWEST: &str = "newest";

/// The schema's history.
const STEPS: [Step; 1] = [version_1];

fn version_1(upgrade: &Transaction) -> Result<(), idb::Error> {
    let database = upgrade.database();
    let mut counted = ObjectStoreParams::new();
    counted.auto_increment(true);
    let mut unique = IndexParams::new();
    unique.unique(true);
    database.create_object_store(PAIRS, counted)?.create_index(
        BY_ID,
        KeyPath::new_single("id"),
        Some(unique),
    )?;
    for store in [EVENTS, SETTINGS, MODELS] {
        database.create_object_store(store, ObjectStoreParams::new())?;
    }
    Ok(())
}

/// The workspace on disk. All of its errors are `FaultKind::Storage`.
pub(super) struct Workspace {
    connection: Connection,
}

impl Workspace {
    pub(super) async fn open() -> Result<Self, Fault> {
        Ok(Self { connection: Connection::open("reward-studio", &STEPS).await? })
    }

    /// Why it can be used no more.
    pub(super) fn trouble(&self) -> Option<Fault> {
        self.connection.trouble()
    }

    pub(super) async fn load(&self) -> Result<Saved, Fault> {
        let transaction = self.connection.reading(&[PAIRS, EVENTS, SETTINGS, MODELS])?;
        let read = async {
            let store = |name| transaction.object_store(name);
            let pairs = store(PAIRS)?.get_all(None, None)?;
            let events = store(EVENTS)?.get_all(None, None)?;
            let names = store(SETTINGS)?.get_all_keys(None, None)?;
            let values = store(SETTINGS)?.get_all(None, None)?;
            let model = store(MODELS)?.get(JsValue::from_str(NEWEST))?;
            Ok((pairs.await?, events.await?, names.await?, values.await?, model.await?))
        };
        let (pairs, events, names, values, model) = read.await.map_err(Refusal)?;
        let mut events: Vec<LogEvent> = events.iter().map(from_row).collect::<Result<_, _>>()?;
        events.sort_by(|a, b| a.id.cmp(&b.id));
        let text = |value: &JsValue| value.as_string().unwrap_or_default();
        Ok(Saved {
            pairs: pairs.iter().map(from_row).collect::<Result<_, _>>()?,
            events,
            settings: names.iter().zip(&values).map(|(name, value)| (text(name), text(value))).collect(),
            model: model.map(|bytes| Uint8Array::new(&bytes).to_vec()),
        })
    }

    /// What is known already changes nothing.
    pub(super) async fn append(&self, pairs: &[Pair], events: &[LogEvent]) -> Result<(), Fault> {
        // The rows are made first: once a transaction has begun, it ends when nothing is asked of it.
        let rows: Vec<(JsValue, JsValue)> = events
            .iter()
            .map(|event| Ok((JsValue::from_str(event.id.as_str()), to_row(event)?)))
            .collect::<Result<_, Fault>>()?;
        let transaction = self.connection.writing(&[PAIRS, EVENTS], Durability::Strict)?;
        complete(transaction, async |transaction| {
            let store = transaction.object_store(EVENTS).map_err(Refusal)?;
            for (id, row) in &rows {
                store.put(row, Some(id)).map_err(Refusal)?;
            }
            let store = transaction.object_store(PAIRS).map_err(Refusal)?;
            for pair in unknown(&store, pairs).await.map_err(Refusal)? {
                store.add(&to_row(pair)?, None).map_err(Refusal)?;
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn set(&self, name: &str, value: &str) -> Result<(), Fault> {
        self.put(SETTINGS, name, &JsValue::from_str(value), Durability::Relaxed).await
    }

    pub(super) async fn keep_model(&self, bytes: Option<&[u8]>) -> Result<(), Fault> {
        match bytes {
            Some(bytes) => self.put(MODELS, NEWEST, &Uint8Array::from(bytes), Durability::Strict).await,
            None => self.empty(&[MODELS]).await,
        }
    }

    pub(super) async fn clear(&self) -> Result<(), Fault> {
        self.empty(&[PAIRS, EVENTS, MODELS]).await
    }

    async fn put(
        &self,
        store: &str,
        key: &str,
        value: &JsValue,
        durability: Durability,
    ) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[store], durability)?;
        complete(transaction, async |transaction| {
            let store = transaction.object_store(store).map_err(Refusal)?;
            store.put(value, Some(&JsValue::from_str(key))).map_err(Refusal)?;
            Ok(())
        })
        .await
    }

    async fn empty(&self, stores: &[&str]) -> Result<(), Fault> {
        let transaction = self.connection.writing(stores, Durability::Strict)?;
        complete(transaction, async |transaction| {
            for store in stores {
                transaction.object_store(store).and_then(|store| store.clear()).map_err(Refusal)?;
            }
            Ok(())
        })
        .await
    }
}

/// Those of `pairs` that the store does not hold, each once.
async fn unknown<'a>(store: &ObjectStore, pairs: &'a [Pair]) -> Result<Vec<&'a Pair>, idb::Error> {
    let mut seen = HashSet::new();
    let pairs: Vec<&Pair> = pairs.iter().filter(|pair| seen.insert(&pair.id)).collect();
    let index = store.index(BY_ID)?;
    let asked: Vec<_> = pairs
        .iter()
        .map(|pair| Ok(index.get_key(JsValue::from_str(pair.id.as_str()))?.into_future()))
        .collect::<Result<_, idb::Error>>()?;
    let keys = try_join_all(asked).await?;
    Ok(pairs.into_iter().zip(keys).filter(|(_, key)| key.is_none()).map(|(pair, _)| pair).collect())
}

/// A value as the browser stores it: an object with the fields that its JSON has.
fn to_row(value: &impl Serialize) -> Result<JsValue, Fault> {
    let text = serde_json::to_string(value).map_err(|error| trouble::refused(&error.to_string()))?;
    JSON::parse(&text).map_err(|error| trouble::fault(&error))
}

fn from_row<T: DeserializeOwned>(row: &JsValue) -> Result<T, Fault> {
    let text = JSON::stringify(row).map_err(|error| trouble::fault(&error))?;
    serde_json::from_str(&String::from(text))
        .map_err(|error| trouble::refused(&format!("a stored row cannot be read: {error}")))
}
