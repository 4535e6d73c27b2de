//! The person's pairs, log, settings and model in IndexedDB.
//!
//! | store | key | value |
//! |---|---|---|
//! | `pairs` | a number that counts up, which keeps their order | the pair, as in JSON; its `id` is unique |
//! | `log` | a number that counts up | the event, as in JSON; its `id` is unique |
//! | `settings` | name | text |
//! | `models` | id | what a list says of a kept model, as in JSON |
//! | `model-files` | id | its file's bytes, which no listing reads |
//! | `marks` | `cleared` | how often everything was deleted |
//!
//! Numbers that only count up let a tab read what is new to it and nothing else. `schema` has how earlier versions become
//! this one, `models` what is done with kept models.

mod models;
mod schema;

use std::cell::Cell;
use std::collections::HashSet;
use std::future::IntoFuture;

use futures::future::{try_join, try_join_all};
use idb::{KeyRange, ObjectStore, Query};
use js_sys::{JSON, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use self::models::in_order;
use self::schema::{BY_ID, CLEARED, LOG, MARKS, MODEL_FILES, MODELS, PAIRS, SETTINGS, STEPS};
use super::database::{Connection, Durability, complete};
use super::trouble::{self, Refusal};
use super::{AtHand, MODEL_IN_USE, Piece};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;

/// What goes when everything is deleted; the marks tell of it, and stay.
const EVERYTHING: [&str; 5] = [PAIRS, LOG, MODELS, MODEL_FILES, MARKS];

/// Rows that are read at once: the page does nothing else meanwhile.
const ROWS: u32 = 250;

/// How far this tab has read: the keys of the last rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ReadTo {
    pairs: f64,
    log: f64,
    /// After everything was deleted, reading begins anew.
    cleared: f64,
}

/// The workspace on disk. All of its errors are `FaultKind::Storage`.
pub(super) struct Workspace {
    connection: Connection,
    read_to: Cell<ReadTo>,
}

impl Workspace {
    pub(super) async fn open() -> Result<Self, Fault> {
        let connection = Connection::open("reward-studio", &STEPS).await?;
        let marks = connection.reading(&[MARKS])?.object_store(MARKS).map_err(Refusal)?;
        let cleared = times_cleared(&marks).await.map_err(Refusal)?;
        Ok(Self { connection, read_to: Cell::new(ReadTo { cleared, ..ReadTo::default() }) })
    }

    /// Why it can be used no more.
    pub(super) fn trouble(&self) -> Option<Fault> {
        self.connection.trouble()
    }

    /// Settings and models, and how many rows there are to be read.
    pub(super) async fn at_hand(&self) -> Result<AtHand, Fault> {
        let transaction = self.connection.reading(&[PAIRS, LOG, SETTINGS, MODELS, MODEL_FILES])?;
        let read = async {
            let store = |name| transaction.object_store(name);
            // Each is awaited in the order in which it was asked for: only then is none missed.
            let names = store(SETTINGS)?.get_all_keys(None, None)?;
            let values = store(SETTINGS)?.get_all(None, None)?;
            let models = store(MODELS)?.get_all(None, None)?;
            let in_use = store(SETTINGS)?.get(JsValue::from_str(MODEL_IN_USE))?;
            let (pairs, events) = (store(PAIRS)?.count(None)?, store(LOG)?.count(None)?);
            let (names, values, models) = (names.await?, values.await?, models.await?);
            let in_use = in_use.await?;
            let rows = pairs.await? as usize + events.await? as usize;
            let model = match in_use {
                Some(id) => store(MODEL_FILES)?.get(id)?.await?,
                None => None,
            };
            Ok((names, values, models, model, rows))
        };
        let (names, values, models, model, rows) = read.await.map_err(Refusal)?;
        let text = |value: &JsValue| value.as_string().unwrap_or_default();
        Ok(AtHand {
            settings: names.iter().zip(&values).map(|(name, value)| (text(name), text(value))).collect(),
            models: in_order(readable(&models)),
            model: model.map(|bytes| Uint8Array::new(&bytes).to_vec()),
            rows,
        })
    }

    /// The next rows that this tab has not read: those of the log first, as the pairs are only understood with it.
    pub(super) async fn read_on(&self) -> Result<Piece, Fault> {
        let transaction = self.connection.reading(&[PAIRS, LOG, MARKS])?;
        let before = self.read_to.get();
        let read = async {
            let cleared = times_cleared(&transaction.object_store(MARKS)?).await?;
            let from =
                if cleared == before.cleared { before } else { ReadTo { cleared, ..ReadTo::default() } };
            let events = after(&transaction.object_store(LOG)?, from.log, ROWS).await?;
            let room = ROWS - events.values.len() as u32;
            let pairs = match room {
                0 => Rows::default(),
                room => after(&transaction.object_store(PAIRS)?, from.pairs, room).await?,
            };
            Ok((from, events, pairs))
        };
        let (from, events, pairs) = read.await.map_err(Refusal)?;
        let rows = events.values.len() + pairs.values.len();
        let (log, brought) = (readable(&events.values), readable(&pairs.values));
        let piece = Piece {
            begun_anew: from.cleared != before.cleared,
            unreadable: rows - log.len() - brought.len(),
            last: rows < ROWS as usize,
            pairs: brought,
            events: log,
        };
        // Rows written by this tab meanwhile may have moved the mark already.
        let now = self.read_to.get();
        let now = if now.cleared == from.cleared { now } else { from };
        self.read_to.set(ReadTo {
            pairs: pairs.last.unwrap_or(from.pairs).max(now.pairs),
            log: events.last.unwrap_or(from.log).max(now.log),
            ..from
        });
        Ok(piece)
    }

    /// An event that is known changes nothing, nor does a pair, unless it comes with another import: then its row is
    /// written anew, at the end.
    pub(super) async fn append(&self, pairs: &[Pair], events: &[LogEvent]) -> Result<(), Fault> {
        let (mut seen, mut done) = (HashSet::new(), HashSet::new());
        let pairs: Vec<&Pair> = pairs.iter().filter(|pair| seen.insert(&pair.id)).collect();
        let events: Vec<&LogEvent> = events.iter().filter(|event| done.insert(&event.id)).collect();
        let transaction = self.connection.writing(&[PAIRS, LOG], Durability::Strict)?;
        let (pairs, events) = complete(transaction, async |transaction| {
            let store = transaction.object_store(LOG).map_err(Refusal)?;
            let known = keys(&store, events.iter().map(|event| event.id.as_str())).await.map_err(Refusal)?;
            let mut written = vec![];
            for (event, _) in events.iter().zip(known).filter(|(_, key)| key.is_none()) {
                store.add(&to_row(*event)?, None).map_err(Refusal)?;
                written.push(event.id.as_str());
            }
            let events = ends(&store, &written).await.map_err(Refusal)?;
            let store = transaction.object_store(PAIRS).map_err(Refusal)?;
            let known = keys(&store, pairs.iter().map(|pair| pair.id.as_str())).await.map_err(Refusal)?;
            let mut written = vec![];
            for (pair, known) in pairs.iter().zip(known) {
                if let Some(key) = known {
                    if !comes_anew(&store, &key, pair).await? {
                        continue;
                    }
                    store.delete(key).map_err(Refusal)?;
                }
                store.add(&to_row(*pair)?, None).map_err(Refusal)?;
                written.push(pair.id.as_str());
            }
            Ok((ends(&store, &written).await.map_err(Refusal)?, events))
        })
        .await?;
        let read_to = self.read_to.get();
        self.read_to.set(ReadTo {
            pairs: past(read_to.pairs, pairs),
            log: past(read_to.log, events),
            ..read_to
        });
        Ok(())
    }

    pub(super) async fn setting(&self, name: &str) -> Result<Option<String>, Fault> {
        let transaction = self.connection.reading(&[SETTINGS])?;
        let read = async { transaction.object_store(SETTINGS)?.get(JsValue::from_str(name))?.await };
        Ok(read.await.map_err(Refusal)?.and_then(|value| value.as_string()))
    }

    pub(super) async fn set(&self, name: &str, value: &str) -> Result<(), Fault> {
        let transaction = self.connection.writing(&[SETTINGS], Durability::Relaxed)?;
        complete(transaction, async |transaction| {
            let store = transaction.object_store(SETTINGS).map_err(Refusal)?;
            store.put(&JsValue::from_str(value), Some(&JsValue::from_str(name))).map_err(Refusal)?;
            Ok(())
        })
        .await
    }

    pub(super) async fn clear(&self) -> Result<(), Fault> {
        let transaction = self.connection.writing(&EVERYTHING, Durability::Strict)?;
        complete(transaction, async |transaction| {
            let clear = async {
                for store in EVERYTHING.into_iter().filter(|store| *store != MARKS) {
                    transaction.object_store(store)?.clear()?;
                }
                let marks = transaction.object_store(MARKS)?;
                let times = times_cleared(&marks).await? + 1.0;
                marks.put(&JsValue::from_f64(times), Some(&JsValue::from_str(CLEARED)))?;
                Ok(times)
            };
            Ok(clear.await.map_err(Refusal)?)
        })
        .await
        .map(|cleared| self.read_to.set(ReadTo { cleared, ..self.read_to.get() }))
    }
}

async fn times_cleared(marks: &ObjectStore) -> Result<f64, idb::Error> {
    let times = marks.get(JsValue::from_str(CLEARED))?.await?;
    Ok(times.and_then(|times| times.as_f64()).unwrap_or(0.0))
}

/// Rows with the key of their last.
#[derive(Default)]
struct Rows {
    values: Vec<JsValue>,
    last: Option<f64>,
}

/// The first rows, at most so many, whose keys are greater than `key`.
async fn after(store: &ObjectStore, key: f64, most: u32) -> Result<Rows, idb::Error> {
    let range = || Ok(Some(Query::from(KeyRange::lower_bound(&JsValue::from_f64(key), Some(true))?)));
    let keys = store.get_all_keys(range()?, Some(most))?.into_future();
    let values = store.get_all(range()?, Some(most))?.into_future();
    let (keys, values) = try_join(keys, values).await?;
    Ok(Rows { values, last: keys.last().and_then(JsValue::as_f64) })
}

/// The keys of the rows with these ids, `None` for those that the store does not hold.
async fn keys<'a>(
    store: &ObjectStore,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<Option<JsValue>>, idb::Error> {
    let index = store.index(BY_ID)?;
    let asked: Vec<_> = ids
        .map(|id| Ok(index.get_key(JsValue::from_str(id))?.into_future()))
        .collect::<Result<_, idb::Error>>()?;
    try_join_all(asked).await
}

/// The keys of the first and the last of rows just written, in the order of `ids`.
async fn ends(store: &ObjectStore, ids: &[&str]) -> Result<Option<(f64, f64)>, idb::Error> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(None) };
    let mut found = keys(store, [*first, *last].into_iter()).await?.into_iter().flatten();
    let mut next = || found.next()?.as_f64();
    Ok(next().zip(next()))
}

/// Where this tab has read to, after it has written rows with these keys: to their end, if no other tab's lie between.
fn past(read_to: f64, written: Option<(f64, f64)>) -> f64 {
    written.filter(|(first, _)| *first == read_to + 1.0).map_or(read_to, |(_, last)| last)
}

/// Whether a known pair now comes with another import than the one that its row names.
async fn comes_anew(store: &ObjectStore, key: &JsValue, pair: &Pair) -> Result<bool, Fault> {
    let row = async { store.get(key.clone())?.await }.await.map_err(Refusal)?;
    // A row that this version cannot read stays as it is; it must not keep what comes with it from being stored.
    let kept: Option<Pair> = row.as_ref().and_then(|row| from_row(row).ok());
    Ok(kept.is_some_and(|kept| kept.import != pair.import))
}

/// A value as the browser stores it: an object with the fields that its JSON has.
fn to_row(value: &impl Serialize) -> Result<JsValue, Fault> {
    let text = serde_json::to_string(value).map_err(|error| trouble::refused(&error.to_string()))?;
    JSON::parse(&text).map_err(|error| trouble::fault(&error))
}

fn readable<T: DeserializeOwned>(rows: &[JsValue]) -> Vec<T> {
    rows.iter().filter_map(|row| from_row(row).ok()).collect()
}

fn from_row<T: DeserializeOwned>(row: &JsValue) -> Result<T, Fault> {
    let text = JSON::stringify(row).map_err(|error| trouble::fault(&error))?;
    serde_json::from_str(&String::from(text))
        .map_err(|error| trouble::refused(&format!("a stored row cannot be read: {error}")))
}
