//! The page: what a person sees and does.
//!
//! Speaks to the engine only in [`crate::protocol`], and never names a tensor. Two doors: [`state`] is the
//! only place where an event becomes state, [`actions`] the only one that sends a command or writes to the store.

pub mod actions;
mod app;
mod browser;
mod figures;
mod folder;
pub mod state;
mod views;
mod widgets;

use wasm_bindgen::JsCast;

/// Mount the page in place of the skeleton that `index.html` paints before any wasm has loaded.
pub fn start() {
    console_error_panic_hook::set_once();
    crate::storage::register_service_worker();
    let document = leptos::prelude::document();
    let place = document.get_element_by_id("app").and_then(|place| place.dyn_into().ok());
    match place {
        Some(place) => {
            let place: web_sys::HtmlElement = place;
            place.set_text_content(None);
            leptos::mount::mount_to(place, app::App).forget();
        }
        None => leptos::mount::mount_to_body(app::App),
    }
}
