//! Posting to whoever started this worker.

use wasm_bindgen::{JsCast, JsValue, throw_val};
use web_sys::DedicatedWorkerGlobalScope;

use super::link::{FromWorker, pack};
use crate::protocol::Fault;

/// The worker's own global object.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
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
