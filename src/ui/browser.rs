//! What the views and actions need of the browser itself: clocks, chance, files to save, the theme.

use js_sys::{Array, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Milliseconds since 1970 UTC.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Milliseconds on a clock that never goes back.
pub fn clock_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// 64 bits drawn by the browser's generator; by the clock where that is refused.
pub fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    match getrandom_04::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => now_ms() ^ clock_ms().to_bits(),
    }
}

/// Use this colour scheme; `None` follows the system.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    // A theme that cannot be set leaves the page readable as it is.
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Give the person a file.
///
/// # Errors
/// `FaultKind::File` if the browser refuses.
pub fn save_file(name: &str, kind: &str, bytes: &[u8]) -> Result<(), Fault> {
    let give = || {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // The download has its own hold on the blob once the click was handled.
        gloo_timers::callback::Timeout::new(60_000, move || {
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
        Ok::<(), wasm_bindgen::JsValue>(())
    };
    give().map_err(|_| {
        Fault::new(
            FaultKind::File,
            format!("The browser would not save {name}."),
            "Allow downloads for this page and try again.",
        )
    })
}

/// Go to the top of the page, where the next pair begins on a phone.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}
