//! Files in. The data worker looks into them, the person sees what it saw, and only then are they read.

mod given;
mod reading;
mod room;
mod sift;

use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Blob;

pub(super) use self::given::Held;
use super::{Actions, fetching};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::ui::state::{AfterHalt, FileReport, Tab};
use crate::worker::client::data::DataClient;

/// What the page holds of files on their way in and out.
#[derive(Default)]
pub(super) struct Files {
    /// The data worker, once it was needed.
    client: Option<Rc<DataClient>>,
    /// Files that were given, by their ids.
    held: HashMap<u32, Held>,
    /// Counts them.
    last: u32,
    /// Tells a reading that stands still what is to become of it.
    halted: Option<oneshot::Sender<AfterHalt>>,
}

impl Actions {
    /// The unlabelled set that comes with the page, to be answered.
    pub fn load_starter(self) {
        self.import_sample("samples/starter.jsonl", "starter set", Tab::Annotate);
    }

    /// The labelled set that comes with the page, to be trained on.
    pub fn load_labelled(self) {
        self.import_sample("samples/labelled.jsonl", "labelled sample", Tab::Train);
    }

    /// What comes with the page needs no preview; else it goes the way of every file.
    fn import_sample(self, address: &'static str, name: &'static str, tab: Tab) {
        if untrack(|| self.state.intake.busy()) {
            return;
        }
        self.reading_begins(name, 0);
        let now = move || self.state.settings.tab.get_untracked();
        let asked_on = now();
        spawn_local(async move {
            let report = match self.sample(address, name).await {
                Ok(report) => report,
                Err(fault) => FileReport::refused_whole(name, fault),
            };
            self.state.intake.reading.set(None);
            match &report.fault {
                Some(fault) => self.state.notices.fault(fault.clone()),
                // Who has gone elsewhere meanwhile stays there.
                None if now() != asked_on => {}
                None => self.open_tab(tab),
            }
            self.state.intake.reports.set(vec![report.into()]);
        });
    }

    async fn sample(self, address: &str, name: &str) -> Result<FileReport, Fault> {
        let text = fetching::text(address, name).await?;
        let mut file = self.data_client()?.open(name, blob_of(&text)?);
        let mapping = file.sniffed().await?.mapping;
        Ok(self.read_in(file, name, mapping, Default::default()).await)
    }

    /// The data worker; a new one where there is none, or none any more.
    pub(super) fn data_client(self) -> Result<Rc<DataClient>, Fault> {
        let known = self.world.with_value(|world| world.files.client.clone());
        if let Some(client) = known.filter(|client| !client.is_lost()) {
            return Ok(client);
        }
        let client = Rc::new(DataClient::start()?);
        self.world.update_value(|world| world.files.client = Some(client.clone()));
        Ok(client)
    }

    /// Store pairs and events, then let the page know them.
    pub(super) async fn take_in(self, pairs: Vec<Pair>, events: Vec<LogEvent>) {
        let workspace = self.state.workspace;
        if pairs.is_empty() && events.is_empty() {
            return;
        }
        match workspace.unsaved.with_untracked(|unsaved| unsaved.as_ref().map(|it| it.fault.clone())) {
            // What was refused once would be refused for every batch; the next answer tries again.
            Some(fault) => workspace.hold(fault, &pairs, &events),
            None => self.store_or_hold(&pairs, &events).await,
        }
        workspace.add(pairs, events);
        self.settle_in_stretches().await;
    }
}

/// Text as a file.
fn blob_of(text: &str) -> Result<Blob, Fault> {
    let parts = Array::of1(&Uint8Array::from(text.as_bytes()));
    Blob::new_with_u8_array_sequence(&parts).map_err(|_| unreadable("the browser has no room for it"))
}

fn unreadable(error: &str) -> Fault {
    Fault::new(FaultKind::File, format!("The file could not be read: {error}."), "Choose it again.")
}
