//! Noticing that a worker has ended without a word: browsers tell nobody when a worker closes itself, or is ended
//! to save memory.
//!
//! A worker holds a lock for as long as it lives, and whoever started it waits for that lock: the browser takes it
//! from the dead and gives it to the waiting. The Web Locks API is reached by reflection; its typed bindings are
//! still marked unstable.

use std::future::pending;

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Hold this lock from now until the worker's end. `false` where the browser has no locks.
pub async fn hold(name: &str) -> bool {
    let (told, held) = oneshot::channel();
    let granted = Closure::once_into_js(move || {
        // The lock is held until this promise is kept, which is never.
        let _ = told.send(());
        Promise::new(&mut |_, _| {})
    });
    match request(name, &granted) {
        Ok(asked) => matches!(select(held, JsFuture::from(asked)).await, Either::Left((Ok(()), _))),
        Err(_) => false,
    }
}

/// Comes back when the worker that holds this lock is gone.
pub async fn end_of(name: &str) {
    let granted = Closure::once_into_js(|| JsValue::UNDEFINED);
    let outcome = match request(name, &granted) {
        Ok(asked) => JsFuture::from(asked).await,
        Err(error) => Err(error),
    };
    if outcome.is_err() {
        // The browser refuses to say. The worker's own last words still come through.
        pending::<()>().await;
    }
}

fn request(name: &str, granted: &JsValue) -> Result<Promise, JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
    let locks = Reflect::get(&navigator, &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    request.call2(&locks, &name.into(), granted)?.dyn_into()
}
