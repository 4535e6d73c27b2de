//! The browser's refusals in words that a person can use.

use wasm_bindgen::{JsCast, JsValue};

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// What a browser's error says: its name and message.
pub(crate) fn words(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => {
            let (name, message) = (String::from(error.name()), String::from(error.message()));
            if message.is_empty() { name } else { format!("{name}: {}", message.trim_end_matches('.')) }
        }
        None => error.as_string().unwrap_or_else(|| "no reason given".into()),
    }
}

/// The fault of an error that the browser's storage gave.
pub(super) fn fault(error: &JsValue) -> Fault {
    let full = error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "QuotaExceededError");
    if full {
        Fault::new(
            FaultKind::Storage,
            "The browser's storage is full.",
            "Download your data in the Data tab, free some disk space, then reload the page.",
        )
    } else {
        refused(&words(error))
    }
}

/// The browser does not let us keep things, for this reason.
pub(super) fn refused(reason: &str) -> Fault {
    Fault::new(
        FaultKind::Storage,
        format!("The browser's storage refused its service ({reason})."),
        "Download your data in the Data tab before you close this tab; a window that is not private may help.",
    )
}

/// Another tab took the storage over.
pub(super) fn taken_over() -> Fault {
    Fault::new(
        FaultKind::Storage,
        "Another tab runs a newer version of this page and has taken the storage over.",
        "Reload this tab.",
    )
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        if let idb::Error::DomException(error) = &refusal.0 {
            return fault(error);
        }
        refused(refusal.0.to_string().trim_end_matches('.'))
    }
}

/// An error of IndexedDB on its way to becoming a fault, so that `?` takes it there.
pub(super) struct Refusal(pub(super) idb::Error);
