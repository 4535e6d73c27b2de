//! The keys of the Annotate tab.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::domain::choice::{Choice, Place};
use crate::ui::actions::Actions;

/// Every key with what it does, for the help.
pub const KEYS: [(&[&str], &str); 7] = [
    (&["1", "A", "←"], "The first response, A, is better"),
    (&["2", "B", "→"], "The second response, B, is better"),
    (&["T", "0"], "A tie: equally good"),
    (&["X"], "Both are bad"),
    (&["S"], "Skip this pair"),
    (&["U", "Ctrl+Z"], "Take back the last answer"),
    (&["?"], "This help"),
];

/// Act on a key, unless it belongs to a field, a dialog or the browser.
pub fn on_key(actions: Actions, event: &KeyboardEvent) {
    let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    let undo_chord = chord && !event.alt_key() && !event.shift_key() && event.key().eq_ignore_ascii_case("z");
    // A key held down must not answer the pairs that come after this one.
    let foreign = event.repeat() || event.default_prevented() || actions.state.help.get_untracked();
    if foreign || in_a_field(event) || (chord && !undo_chord) {
        return;
    }
    match event.key().as_str() {
        _ if undo_chord => actions.undo(),
        "1" | "a" | "A" | "ArrowLeft" => actions.choose(Place::First),
        "2" | "b" | "B" | "ArrowRight" => actions.choose(Place::Second),
        "0" | "t" | "T" => actions.answer(Choice::Tie),
        "x" | "X" => actions.answer(Choice::BothBad),
        "s" | "S" => actions.answer(Choice::Skip),
        "u" | "U" => actions.undo(),
        _ => return,
    }
    event.prevent_default();
}

/// Whether the key is being typed into something.
pub fn in_a_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
