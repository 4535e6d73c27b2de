//! What the browser keeps: the person's pairs and answers (page side), backbone files and features (worker side).
//!
//! Knows IndexedDB, the Cache API and `domain`; must not know burn, the engine or the views. Every door works
//! without the browser's storage too (private windows): it then keeps things in memory and says so.

pub mod backbones;
mod database;
pub mod features;
mod memory;
pub(crate) mod offline;
pub mod runs;
pub mod space;
pub mod stream;
pub(crate) mod trouble;
mod workspace;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::BroadcastChannel;

use self::memory::Memory;
use self::workspace::Workspace;
use crate::domain::kept_model::{KeptModel, ModelId};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;

pub use offline::register_service_worker;

/// The setting that names the kept model which is in the trained model's place.
pub const MODEL_IN_USE: &str = "model_in_use";

/// What an earlier visit left, as far as it is there at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AtHand {
    /// Settings by name.
    pub settings: BTreeMap<String, String>,
    /// What is said of the kept models, in the order they were made.
    pub models: Vec<KeptModel>,
    /// The file of the one that [`MODEL_IN_USE`] names.
    pub model: Option<Vec<u8>>,
    /// Pairs and events that are still to be read.
    pub rows: usize,
}

/// A piece of what is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    /// Everything was deleted since this tab last read: what came before is gone.
    pub begun_anew: bool,
    /// Pairs in the order they came.
    pub pairs: Vec<Pair>,
    /// Events in the order they came.
    pub events: Vec<LogEvent>,
    /// Rows that this version cannot make sense of. They stay where they are.
    pub unreadable: usize,
    /// For now there is no more.
    pub last: bool,
}

/// The person's workspace.
#[derive(Clone)]
pub struct Store {
    inner: Rc<Inner>,
}

struct Inner {
    place: Place,
    /// To and from other tabs; `None` where the browser has no such thing, and where nothing is shared.
    channel: Option<BroadcastChannel>,
    watcher: RefCell<Option<EventListener>>,
    asked_to_persist: Cell<bool>,
}

enum Place {
    Disk(Workspace),
    /// With the reason.
    Memory(Memory, Fault),
}

impl Store {
    /// Open the workspace; in memory where the browser keeps nothing (then `trouble` says why).
    pub async fn open() -> Self {
        let (place, channel) = match Workspace::open().await {
            Ok(workspace) => (Place::Disk(workspace), BroadcastChannel::new("reward-studio").ok()),
            Err(fault) => (Place::Memory(Memory::default(), fault), None),
        };
        let (watcher, asked_to_persist) = (RefCell::default(), Cell::default());
        Self { inner: Rc::new(Inner { place, channel, watcher, asked_to_persist }) }
    }

    /// Why nothing will outlive this tab; `None` when all is well.
    pub fn trouble(&self) -> Option<Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.trouble(),
            Place::Memory(_, fault) => Some(fault.clone()),
        }
    }

    /// Settings and models, and how many rows there are to be read.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read.
    pub async fn at_hand(&self) -> Result<AtHand, Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.at_hand().await,
            Place::Memory(memory, _) => Ok(memory.at_hand()),
        }
    }

    /// The next pairs and events that this tab has neither read nor written: the log first. To be asked again until the
    /// last piece has come; one at a time.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read.
    pub async fn read_on(&self) -> Result<Piece, Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.read_on().await,
            // Whatever is in this tab's memory was written by it.
            Place::Memory(..) => Ok(Piece { last: true, ..Piece::default() }),
        }
    }

    /// Add pairs and events in one transaction; returns when it is on disk. Known events change nothing, nor do known
    /// pairs unless they come with another import.
    /// Other tabs are told.
    ///
    /// # Errors
    /// `FaultKind::Storage` if the disk is full or the browser refuses; then nothing of it was written.
    pub async fn append(&self, pairs: &[Pair], events: &[LogEvent]) -> Result<(), Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.append(pairs, events).await?,
            Place::Memory(..) => {}
        }
        self.tell_other_tabs();
        self.ask_to_persist();
        Ok(())
    }

    /// Keep a setting.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub async fn set(&self, name: &str, value: &str) -> Result<(), Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.set(name, value).await?,
            Place::Memory(memory, _) => memory.set(name, value),
        }
        Ok(())
    }

    /// A setting as it is now, which another tab may have written.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.setting(name).await,
            Place::Memory(memory, _) => Ok(memory.at_hand().settings.remove(name)),
        }
    }

    /// What is said of the kept models, in the order they were made.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read.
    pub async fn models(&self) -> Result<Vec<KeptModel>, Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.models().await,
            Place::Memory(memory, _) => Ok(memory.at_hand().models),
        }
    }

    /// A kept model's file.
    ///
    /// # Errors
    /// `FaultKind::Storage` if it cannot be read.
    pub async fn model_file(&self, id: &ModelId) -> Result<Option<Vec<u8>>, Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.model_file(id).await,
            Place::Memory(memory, _) => Ok(memory.model_file(id)),
        }
    }

    /// Keep a model; without `file`, only what is said of one that is kept. Other tabs are told.
    ///
    /// # Errors
    /// `FaultKind::Storage` if the disk is full or the browser refuses; then nothing of it was written.
    pub async fn keep_model(&self, model: &KeptModel, file: Option<&[u8]>) -> Result<(), Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.keep_model(model, file).await?,
            Place::Memory(memory, _) => memory.keep_model(model, file),
        }
        self.tell_other_tabs();
        Ok(())
    }

    /// Delete a kept model. Other tabs are told.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub async fn forget_model(&self, id: &ModelId) -> Result<(), Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => workspace.forget_model(id).await?,
            Place::Memory(memory, _) => memory.forget_model(id),
        }
        self.tell_other_tabs();
        Ok(())
    }

    /// Forget pairs, events, models and the features kept of them (settings stay). Other tabs are told.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub async fn clear(&self) -> Result<(), Fault> {
        match &self.inner.place {
            Place::Disk(workspace) => {
                workspace.clear().await?;
                features::Features::open().await?.clear().await?;
                runs::Runs::open().await?.put(None).await?;
            }
            Place::Memory(memory, _) => memory.forget_models(),
        }
        self.tell_other_tabs();
        Ok(())
    }

    /// Call `heard` whenever another tab has written or cleared; for as long as this store lives.
    pub fn watch(&self, heard: impl Fn() + 'static) {
        let Some(channel) = &self.inner.channel else { return };
        self.inner.watcher.replace(Some(EventListener::new(channel, "message", move |_| heard())));
    }

    fn tell_other_tabs(&self) {
        if let Some(channel) = &self.inner.channel {
            // A tab that does not hear of it sees it when it is loaded again.
            let _ = channel.post_message(&JsValue::TRUE);
        }
    }

    /// Ask the browser, once a visit and only when there is something to lose, not to clear this up when space
    /// runs short. Its answer changes nothing here; the Data tab shows it.
    fn ask_to_persist(&self) {
        if self.inner.asked_to_persist.replace(true) || matches!(self.inner.place, Place::Memory(..)) {
            return;
        }
        spawn_local(async {
            space::ask_to_persist().await;
        });
    }
}
