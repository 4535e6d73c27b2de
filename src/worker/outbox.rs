//! Posting to whoever started this worker; first of all, that it is here.

use wasm_bindgen::{JsCast, JsValue, throw_val};
use wasm_bindgen_futures::spawn_local;
use web_sys::DedicatedWorkerGlobalScope;

use super::client::link::{FromWorker, pack};
use super::client::pulse;
use crate::protocol::Fault;

/// The worker's own global object.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Say that this worker listens, as soon as it holds the lock by which its end is noticed. Whatever is to hear must
/// listen before: a browser may drop what is posted to a worker until then.
pub(super) fn announce() {
    spawn_local(async {
        let lock = format!("reward-studio-worker-{:x}", js_sys::Math::random().to_bits());
        let held = pulse::hold(&lock).await;
        post(&FromWorker::Here { lock: held.then_some(lock) });
    });
}

/// Post this. What cannot be posted ends the worker by an error, which its owner hears as such.
pub(super) fn post(message: &FromWorker) {
    match pack(message) {
        Ok((bytes, transfer)) => {
            if let Err(error) = scope().post_message_with_transfer(&bytes, &transfer) {
                throw_val(error);
            }
        }
        Err(fault) => throw_val(as_error(&fault)),
    }
}

fn as_error(fault: &Fault) -> JsValue {
    js_sys::Error::new(&fault.to_string()).into()
}
