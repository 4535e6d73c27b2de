//! The data desk's home in a Web Worker: hears commands with the files beside them, posts what the desk answers.

mod blob;

use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MessageEvent};

use self::blob::Sliced;
use super::client::link::{self, FromWorker};
use super::{last_words, outbox};
use crate::data::desk::Desk;
use crate::data::source::Source;
use crate::protocol::Fault;
use crate::protocol::data::DataEvent;
use crate::protocol::error::FaultKind;
use crate::protocol::wire::ToWorker;

/// The worker's beginning; its end is that somebody terminates it.
pub fn start() {
    last_words::install();
    let mut desk = Desk::default();
    EventListener::new(&outbox::scope(), "message", move |event| {
        match hear(&mut desk, &event.unchecked_ref::<MessageEvent>().data()) {
            Ok(events) => events.into_iter().for_each(|event| outbox::post(&FromWorker::Data(event))),
            Err(fault) => outbox::post(&FromWorker::Dying(fault)),
        }
    })
    .forget();
    outbox::announce();
}

/// A message is its bytes, or a list of its bytes and a file.
fn hear(desk: &mut Desk, data: &JsValue) -> Result<Vec<DataEvent>, Fault> {
    let (bytes, file) = match data.dyn_ref::<Array>() {
        Some(both) => (both.get(0), both.get(1).dyn_into::<Blob>().ok()),
        None => (data.clone(), None),
    };
    match link::unpack(&bytes)? {
        ToWorker::Data(command) => {
            let source = file.map(Sliced::new).transpose()?.map(Source::new);
            Ok(desk.hear(command, source))
        }
        ToWorker::Engine(_) | ToWorker::Crew(_) => Err(Fault::new(
            FaultKind::Internal,
            "The data worker was sent a message that is not for it.",
            "Reload the page; if it happens again, please report it.",
        )),
    }
}
