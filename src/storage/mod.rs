//! What the browser keeps: the person's pairs and answers (page side), backbone files and features (worker side).
//!
//! Knows IndexedDB, the Cache API and `domain`; must not know burn, the engine or the views. Every door works
//! without the browser's storage too (private windows): it then keeps things in memory and says so.

use std::collections::BTreeMap;

use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;

/// What an earlier visit left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saved {
    /// All pairs in the order they came.
    pub pairs: Vec<Pair>,
    /// The log in the order of its events' ids.
    pub events: Vec<LogEvent>,
    /// Settings by name.
    pub settings: BTreeMap<String, String>,
    /// The newest trained or uploaded model, as its export file.
    pub model: Option<Vec<u8>>,
}

/// The person's workspace.
#[derive(Clone)]
pub struct Store {}

impl Store {
    /// Open the workspace; in memory where the browser keeps nothing (then `trouble` says why).
    pub async fn open() -> Self {
        Self {}
    }

    /// Why nothing will outlive this tab; `None` when all is well.
    pub fn trouble(&self) -> Option<Fault> {
        None
    }

    /// Everything kept.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read.
    pub async fn load(&self) -> Result<Saved, Fault> {
        Ok(Saved::default())
    }

    /// Add pairs and events in one transaction; returns when it is on disk. Known ones change nothing.
    /// Other tabs are told.
    ///
    /// # Errors
    /// `FaultKind::Storage` if the disk is full or the browser refuses; then nothing of it was written.
    pub async fn append(&self, pairs: &[Pair], events: &[LogEvent]) -> Result<(), Fault> {
        let _ = (pairs, events);
        Ok(())
    }

    /// Keep a setting.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub async fn set(&self, name: &str, value: &str) -> Result<(), Fault> {
        let _ = (name, value);
        Ok(())
    }

    /// Keep the trained model's export file (`None` forgets it).
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub async fn keep_model(&self, bytes: Option<&[u8]>) -> Result<(), Fault> {
        let _ = bytes;
        Ok(())
    }

    /// Forget pairs, events and model (settings stay). Other tabs are told.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub async fn clear(&self) -> Result<(), Fault> {
        Ok(())
    }

    /// Call `heard` whenever another tab has written or cleared; for as long as this store lives.
    pub fn watch(&self, heard: impl Fn() + 'static) {
        let _ = heard;
    }
}

/// Make the page work offline; trouble is no reason to fail and goes to the console.
pub fn register_service_worker() {}
