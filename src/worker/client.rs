//! The page's end of the engine's worker: starts it, greets it, hands commands over and events back.
//!
//! Must not know what commands and events mean, but for the greeting.

pub mod data;
pub mod link;
pub mod pulse;

use std::convert::Infallible;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{AbortHandle, abortable};
use futures::{StreamExt, select_biased};
use wasm_bindgen_futures::spawn_local;

use self::link::{FromWorker, Heard, Link};
use crate::domain::device::DeviceKind;
use crate::protocol::wire::{ToWorker, check_build};
use crate::protocol::{BUILD_ID, Command, Event, Fault};
use crate::storage;

/// What the page hears.
#[derive(Clone, Debug)]
pub enum News {
    /// The engine speaks.
    Event(Event),
    /// The worker is gone (could not be loaded, crashed, is of another build); nothing more will come.
    Lost(Fault),
}

/// A running worker. Dropping it ends the worker; nothing is heard afterwards.
pub struct Client {
    commands: UnboundedSender<Command>,
    life: AbortHandle,
}

impl Client {
    /// Start the worker that holds this device's backend and greet it. What is sent before it has answered waits.
    ///
    /// # Errors
    /// `FaultKind::Device` if the browser refuses to make a worker.
    pub fn start(device: DeviceKind, hear: impl Fn(News) + 'static) -> Result<Self, Fault> {
        let (link, heard) = Link::open(script(device))?;
        let (commands, inbox) = unbounded();
        let (life, handle) = abortable(async move {
            // The link goes with its task's end, so the worker is already ended when the page hears of it.
            let Err(fault) = live(device, link, heard, inbox, &hear).await;
            hear(News::Lost(fault));
        });
        spawn_local(async move {
            // Aborted is what happens when the client is dropped, and is as it should be.
            let _ = life.await;
        });
        Ok(Self { commands, life: handle })
    }

    /// Hand a command over.
    pub fn send(&self, command: Command) {
        // A lost worker takes no commands; the page has heard `News::Lost` and knows.
        let _ = self.commands.unbounded_send(command);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.life.abort();
    }
}

/// The loader of the worker that holds this device's backend, as Trunk names it.
fn script(device: DeviceKind) -> &'static str {
    match device {
        DeviceKind::WebGpu => "./worker_gpu_loader.js",
        DeviceKind::Cpu | DeviceKind::NdArray => "./worker_cpu_loader.js",
    }
}

/// The worker's whole life as the page sees it. Commands wait in their channel until the greeting is over.
async fn live(
    device: DeviceKind,
    link: Link,
    mut heard: Heard,
    mut commands: UnboundedReceiver<Command>,
    hear: &dyn Fn(News),
) -> Result<Infallible, Fault> {
    let hello = link::patiently(greet(&link, &mut heard)).await?;
    if device == DeviceKind::WebGpu {
        storage::offline::keep_lazy_files();
    }
    hear(News::Event(hello));
    loop {
        select_biased! {
            said = heard.select_next_some() => match said? {
                FromWorker::Engine(event) => hear(News::Event(event)),
                FromWorker::Dying(fault) => return Err(fault),
                // A second "here" would be a bug of ours, and a helper's answer cannot come from an engine.
                FromWorker::Here { .. } | FromWorker::Crew(_) | FromWorker::Data(_) => {}
            },
            command = commands.select_next_some() => link.post(&ToWorker::Engine(command))?,
        }
    }
}

/// Exchange build ids.
async fn greet(link: &Link, heard: &mut Heard) -> Result<Event, Fault> {
    link.until_here(heard).await?;
    link.post(&ToWorker::Engine(Command::Hello { build: BUILD_ID.into() }))?;
    loop {
        if let FromWorker::Engine(Event::Hello { build }) = link::next(heard).await? {
            return match check_build(&build) {
                Some(fault) => Err(fault),
                None => Ok(Event::Hello { build }),
            };
        }
    }
}
