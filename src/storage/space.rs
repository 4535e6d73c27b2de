//! How much the browser lets this page keep, and whether for good.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// What the browser says of the space it gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes that this page has stored, and bytes that it may; `None` where the browser does not tell.
    pub used: Option<(u64, u64)>,
    /// Whether what is stored stays even when the disk runs full; `None` where the browser does not tell.
    pub persisted: Option<bool>,
}

/// Ask the browser.
pub async fn space() -> Space {
    let Some(storage) = manager() else { return Space::default() };
    let estimate = async {
        let estimate: StorageEstimate = JsFuture::from(storage.estimate().ok()?).await.ok()?.unchecked_into();
        Some((estimate.get_usage()? as u64, estimate.get_quota()? as u64))
    };
    let persisted = async { JsFuture::from(storage.persisted().ok()?).await.ok()?.as_bool() };
    Space { used: estimate.await, persisted: persisted.await }
}

/// Ask the browser not to clear this up when space runs short. Some ask the person; the answer is `None` where it
/// gives none.
pub async fn ask_to_persist() -> Option<bool> {
    JsFuture::from(manager()?.persist().ok()?).await.ok()?.as_bool()
}

/// Absent over plain http.
fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    js_sys::Reflect::get(&navigator, &"storage".into()).ok()?.dyn_into().ok()
}
