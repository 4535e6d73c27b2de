//! The line to a worker: starts it, posts messages to it, hears what it says, ends it.
//!
//! Whoever has a worker uses this: the page for its engine, the engine for its helpers. It does not look into
//! what is said beyond the worker's "here".

use std::future::Future;
use std::pin::pin;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::pulse;
use crate::protocol::crew::CrewEvent;
use crate::protocol::data::DataEvent;
use crate::protocol::error::FaultKind;
use crate::protocol::{Event, Fault, wire};
use crate::storage::trouble;

/// How long a worker may take to load and become ready.
const PATIENCE_MS: u32 = 60_000;

/// Anything a worker may say to whoever started it; the counterpart of [`wire::ToWorker`].
///
/// The order of the variants stays, so that the greeting of another build can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "it becomes bytes at once, and the large one comes once a file (and where pointers are short it is not large)"
)]
pub enum FromWorker {
    /// It is loaded and listens. What was posted before may have been lost.
    Here {
        /// The lock that it holds for as long as it lives; `None` where the browser has no locks.
        lock: Option<String>,
    },
    /// From the engine to the page.
    Engine(Event),
    /// From a helper to the engine.
    Crew(CrewEvent),
    /// Its last words: nothing will come after this.
    Dying(Fault),
    /// From the data worker to the page.
    Data(DataEvent),
}

/// What a worker says, in order; an error is the end of it.
pub type Heard = UnboundedReceiver<Result<FromWorker, Fault>>;

/// A worker that was started. Dropping this ends it.
pub struct Link {
    worker: Worker,
    ear: UnboundedSender<Result<FromWorker, Fault>>,
    _listeners: [EventListener; 3],
}

impl Link {
    /// Start the worker of this script; a relative address is relative to the page.
    ///
    /// # Errors
    /// `FaultKind::Device` if the browser refuses to make a worker.
    pub fn open(script: &str) -> Result<(Self, Heard), Fault> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options).map_err(|error| {
            broken(format!("The browser would not start a worker: {}.", trouble::words(&error)))
        })?;
        let (ear, heard) = unbounded();
        let listen = |kind: &'static str, read: fn(&web_sys::Event) -> Result<FromWorker, Fault>| {
            let ear = ear.clone();
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&worker, kind, options, move |event| {
                // A helper's error would otherwise count as one of the engine that hired it.
                event.prevent_default();
                // Nobody listens any more: then nobody needs to know.
                let _ = ear.unbounded_send(read(event));
            })
        };
        let listeners = [
            listen("message", |event| unpack(&event.unchecked_ref::<MessageEvent>().data())),
            listen("error", |event| Err(broken(what_broke(event)))),
            listen("messageerror", |_| Err(broken("A message from the worker could not be read.".into()))),
        ];
        Ok((Self { worker, ear, _listeners: listeners }, heard))
    }

    /// Wait until the worker listens; from then on its end is heard too, however it comes.
    ///
    /// # Errors
    /// Why it never will.
    pub async fn until_here(&self, heard: &mut Heard) -> Result<(), Fault> {
        loop {
            if let FromWorker::Here { lock } = next(heard).await? {
                if let Some(lock) = lock {
                    let ear = self.ear.clone();
                    spawn_local(async move {
                        pulse::end_of(&lock).await;
                        // A link that was dropped has ended its worker itself.
                        let _ = ear.unbounded_send(Err(gone()));
                    });
                }
                return Ok(());
            }
        }
    }

    /// Post a message.
    ///
    /// # Errors
    /// `FaultKind::Internal` if it cannot be packed or the browser refuses it.
    pub fn post(&self, message: &wire::ToWorker) -> Result<(), Fault> {
        let (bytes, transfer) = pack(message)?;
        self.worker.post_message_with_transfer(&bytes, &transfer).map_err(|error| unposted(&error))
    }

    /// Post a message with a file beside it, which crosses as what it is: its bytes stay where they are.
    ///
    /// # Errors
    /// As [`Link::post`].
    pub fn post_with(&self, message: &wire::ToWorker, file: &Blob) -> Result<(), Fault> {
        let (bytes, transfer) = pack(message)?;
        let both = Array::of2(&bytes, file);
        self.worker.post_message_with_transfer(&both, &transfer).map_err(|error| unposted(&error))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The error that a worker died of may still be on its way, when its last words have been heard already.
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::once_with_options(&self.worker, "error", options, web_sys::Event::prevent_default)
            .forget();
        self.worker.terminate();
    }
}

/// The next thing that is said.
///
/// # Errors
/// Why nothing more will come.
pub async fn next(heard: &mut Heard) -> Result<FromWorker, Fault> {
    match heard.next().await {
        Some(Ok(FromWorker::Dying(fault))) | Some(Err(fault)) => Err(fault),
        Some(Ok(said)) => Ok(said),
        None => Err(gone()),
    }
}

/// The outcome of `work`, if it comes in good time.
///
/// # Errors
/// Those of `work`; `FaultKind::Device` if it takes too long.
pub async fn patiently<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    match select(pin!(work), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => {
            Err(broken(format!("The worker did not start within {} seconds.", PATIENCE_MS / 1000)))
        }
    }
}

/// A message as an array of bytes, and the list that hands its memory over instead of copying it.
///
/// # Errors
/// `FaultKind::Internal` if it cannot be written.
pub fn pack(message: &impl Serialize) -> Result<(Uint8Array, Array), Fault> {
    let bytes = Uint8Array::from(wire::encode(message)?.as_slice());
    let transfer = Array::of1(&bytes.buffer());
    Ok((bytes, transfer))
}

/// The message of an array of bytes.
///
/// # Errors
/// `FaultKind::Build` if it is not one of this build's messages.
pub fn unpack<T: for<'a> Deserialize<'a>>(data: &JsValue) -> Result<T, Fault> {
    wire::decode(&Uint8Array::new(data).to_vec())
}

/// The worker has ended without a word.
pub fn gone() -> Fault {
    broken("The worker is gone.".into())
}

fn unposted(error: &JsValue) -> Fault {
    Fault::new(
        FaultKind::Internal,
        format!("A message could not be posted to the worker: {}.", trouble::words(error)),
        "Reload the page; your answers are kept.",
    )
}

fn broken(what: String) -> Fault {
    Fault::new(FaultKind::Device, what, "Reload the page, or choose another device; your answers are kept.")
}

/// An error inside the worker carries a message; a script that could not be loaded does not.
fn what_broke(event: &web_sys::Event) -> String {
    match event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message) {
        Some(message) if !message.is_empty() => format!("The worker stopped: {message}."),
        _ => "The worker could not be loaded.".into(),
    }
}
