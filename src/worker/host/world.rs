//! The world of an engine in a browser: posts, clocks, files, kept features and helper workers.

use std::cell::Cell;

use super::backbone::{self, BlobFile};
use super::breath::Breath;
use super::crew::{self, Member};
use super::link::FromWorker;
use crate::domain::backbone::BackboneCard;
use crate::engine::ports::Host;
use crate::protocol::crew::CrewCommand;
use crate::protocol::error::FaultKind;
use crate::protocol::event::Origin;
use crate::protocol::{Event, Fault};
use crate::storage::features::Features;
use crate::storage::runs::Runs;
use crate::storage::trouble;
use crate::worker::outbox;

/// What the engine's ports lead to in a Web Worker.
pub struct World {
    breath: Breath,
    /// `None` in a helper, and where the browser keeps nothing.
    features: Option<Features>,
    /// As these.
    runs: Option<Runs>,
    told_of_storage: Cell<bool>,
}

impl World {
    /// An engine's world.
    ///
    /// # Errors
    /// `FaultKind::Device` if the browser lacks what no engine can do without.
    pub(super) async fn of_engine() -> Result<Self, Fault> {
        let mut world = Self::of_helper()?;
        match Features::open().await {
            Ok(features) => world.features = Some(features),
            Err(fault) => world.storage_trouble(fault),
        }
        match Runs::open().await {
            Ok(runs) => world.runs = Some(runs),
            Err(fault) => world.storage_trouble(fault),
        }
        Ok(world)
    }

    /// A helper's world: it keeps nothing of its own.
    ///
    /// # Errors
    /// `FaultKind::Device` if the browser lacks what no engine can do without.
    pub(super) fn of_helper() -> Result<Self, Fault> {
        let breath = Breath::new().map_err(|error| {
            Fault::new(
                FaultKind::Device,
                format!("This browser's workers cannot run the engine: {}.", trouble::words(&error)),
                "Use another browser, or a newer version of this one.",
            )
        })?;
        Ok(Self { breath, features: None, runs: None, told_of_storage: Cell::new(false) })
    }

    /// Work goes on without storage, so telling it once is enough.
    fn storage_trouble(&self, fault: Fault) {
        if !self.told_of_storage.replace(true) {
            self.emit(Event::Failed { request: None, fault });
        }
    }
}

impl Host for World {
    type File = BlobFile;
    type Helper = Member;

    fn emit(&self, event: Event) {
        outbox::post(&FromWorker::Engine(event));
    }

    fn now_ms(&self) -> f64 {
        now_ms()
    }

    async fn breathe(&self) {
        self.breath.take().await;
    }

    async fn open(
        &self,
        base: &str,
        card: &BackboneCard,
        file: &str,
        progress: &dyn Fn(u64, Origin),
    ) -> Result<Self::File, Fault> {
        backbone::open(base, card, file, progress, |fault| self.storage_trouble(fault)).await
    }

    async fn kept_features(&self, keys: &[String]) -> Vec<Option<Vec<f32>>> {
        let none = || vec![None; keys.len()];
        match &self.features {
            Some(features) => features.get(keys).await.unwrap_or_else(|fault| {
                self.storage_trouble(fault);
                none()
            }),
            None => none(),
        }
    }

    async fn keep_features(&self, entries: Vec<(String, Vec<f32>)>) {
        if let Some(features) = &self.features
            && let Err(fault) = features.put(&entries).await
        {
            self.storage_trouble(fault);
        }
    }

    async fn keep_run(&self, saved: Option<Vec<u8>>) -> bool {
        let Some(runs) = &self.runs else { return false };
        match runs.put(saved.as_deref()).await {
            Ok(()) => true,
            Err(fault) => {
                self.storage_trouble(fault);
                false
            }
        }
    }

    async fn kept_run(&self) -> Option<Vec<u8>> {
        match self.runs.as_ref()?.get().await {
            Ok(saved) => saved,
            Err(fault) => {
                self.storage_trouble(fault);
                None
            }
        }
    }

    async fn hire(&self, enlist: CrewCommand) -> Result<Self::Helper, Fault> {
        crew::hire(enlist).await
    }
}

/// Milliseconds since the worker's start, on a clock that never goes back.
pub(super) fn now_ms() -> f64 {
    outbox::scope().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}
