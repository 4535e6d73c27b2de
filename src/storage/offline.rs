//! The page without a network: registers the service worker (`public/sw.js`), which keeps the page's own files.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration, console};

/// Make the page work offline; trouble is no reason to fail and goes to the console.
pub fn register_service_worker() {
    let Some(container) = container() else { return };
    spawn_local(async move {
        if let Err(error) = JsFuture::from(container.register("./sw.js")).await {
            console::warn_2(&"The page will not work offline:".into(), &error);
        }
    });
}

/// Have the service worker keep the large files too that only some visitors need: this one needs them.
pub(crate) fn keep_lazy_files() {
    let Some(container) = container() else { return };
    spawn_local(async move {
        let ask = async {
            let registration: ServiceWorkerRegistration =
                JsFuture::from(container.ready()?).await?.dyn_into()?;
            match registration.active() {
                Some(worker) => worker.post_message(&"keep lazy files".into()),
                None => Ok(()),
            }
        };
        if let Err(error) = ask.await {
            console::warn_2(&"The GPU's engine will not work offline:".into(), &error);
        }
    });
}

/// Absent over plain http and in some private windows.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let container: JsValue = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    container.dyn_into().ok()
}
