//! Noticing that the GPU is lost: a driver reset, the browser's GPU process gone, a laptop's card switched off.
//!
//! burn's backend learns of it too, but as an error of whatever runs next, or a panic; and where nothing runs, not
//! at all. Nothing in its interface tells of the moment itself, so this listens at the source: it follows the
//! adapter and the device that the backend asks the browser for, and waits for the device's own `lost` promise.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use super::link::FromWorker;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::worker::outbox;

/// From now on, make the loss of any device that is requested in this worker its last words.
pub fn watch() {
    let gpu = Reflect::get(&js_sys::global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"gpu".into()));
    // Without WebGPU no device will be had, which the engine tells when it starts.
    if let Ok(gpu) = gpu
        && gpu.is_object()
    {
        follow(&gpu, "requestAdapter", |adapter| {
            follow(adapter, "requestDevice", |device| {
                if let Ok(lost) = Reflect::get(device, &"lost".into()) {
                    spawn_local(tell(lost.unchecked_into()));
                }
            });
        });
    }
}

/// Let `look` see what this object's method promises, before the caller does. The method stays as it was otherwise.
fn follow(object: &JsValue, method: &'static str, look: fn(&JsValue)) {
    let Ok(original) = Reflect::get(object, &method.into()).and_then(JsCast::dyn_into::<Function>) else {
        return;
    };
    let this = object.clone();
    let followed = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |options: JsValue| {
        let asked = original.call1(&this, &options);
        future_to_promise(async move {
            let given = JsFuture::from(asked?.unchecked_into::<Promise>()).await?;
            if given.is_object() {
                look(&given);
            }
            Ok(given)
        })
    });
    // An object that takes no properties is left alone; a loss then shows as the backend's error.
    let _ = Reflect::set(object, &method.into(), &followed.into_js_value());
}

/// Wait for the loss, and tell of it.
async fn tell(lost: Promise) {
    let Ok(info) = JsFuture::from(lost).await else { return };
    let text = |name: &str| {
        let value = Reflect::get(&info, &name.into()).unwrap_or_default();
        value.as_string().unwrap_or_default()
    };
    let reason = match text("message") {
        message if message.is_empty() => text("reason"),
        message => message,
    };
    outbox::post(&FromWorker::Dying(Fault::new(
        FaultKind::Device,
        format!("The GPU was lost: {}.", reason.trim_end_matches('.')),
        "The CPU can go on instead; your answers are kept.",
    )));
}
