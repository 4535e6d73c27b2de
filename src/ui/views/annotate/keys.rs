//! The keys of the Annotate tab.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::Dialogs;
use crate::domain::choice::{Choice, Place, Strength};
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::state::Switch;

/// Every key with what it does, for the help.
pub const KEYS: [(&[&str], &str); 17] = [
    (&["1", "A", "←"], "The first response, A, is better"),
    (&["2", "B", "→"], "The second response, B, is better"),
    (&["T", "0"], "A tie: neither is better"),
    (&["G"], "Both are good"),
    (&["X"], "Both are bad"),
    (&["S"], "Skip this pair"),
    (&["Q", "W", "E"], "Before the answer: slightly, clearly, by far better"),
    (&["K"], "Tags; Enter adds one, Escape leaves them"),
    (&["N"], "Note; Enter leaves it"),
    (&["U", "Ctrl+Z"], "Take back the last answer, as often as you like"),
    (&["R", "Ctrl+Y"], "Bring it back"),
    (&["P"], "Back to the pair before"),
    (&["Esc"], "On from a pair shown again; out of focus mode"),
    (&["H", "Y"], "What you have answered; you as an annotator"),
    (&["M", "D"], "Render Markdown; mark what differs"),
    (&["L", "O", "F"], "Scroll together; show the source; focus"),
    (&["?"], "This help"),
];

/// Act on a key, unless it belongs to a field, a dialog or the browser.
pub(super) fn on_key(actions: Actions, dialogs: Dialogs, event: &KeyboardEvent) {
    // A key held down must not answer the pairs that come after this one.
    let foreign = event.repeat() || event.default_prevented() || browser::dialog_is_open();
    if foreign || event.alt_key() || in_a_field(event) {
        return;
    }
    let key = event.key().to_lowercase();
    let done = match (event.ctrl_key() || event.meta_key(), event.shift_key()) {
        (true, shift) => chord(actions, &key, shift),
        (false, _) => answer(actions, &key) || remark(actions, &key) || go(actions, dialogs, &key),
    };
    if done {
        event.prevent_default();
    }
}

fn chord(actions: Actions, key: &str, shift: bool) -> bool {
    match (key, shift) {
        ("z", false) => actions.undo(),
        ("z", true) | ("y", false) => actions.redo(),
        _ => return false,
    }
    true
}

fn answer(actions: Actions, key: &str) -> bool {
    match key {
        "1" | "a" | "arrowleft" => actions.choose(Place::First),
        "2" | "b" | "arrowright" => actions.choose(Place::Second),
        "0" | "t" => actions.answer(Choice::Tie),
        "g" => actions.answer(Choice::BothGood),
        "x" => actions.answer(Choice::BothBad),
        "s" => actions.answer(Choice::Skip),
        "u" => actions.undo(),
        "r" => actions.redo(),
        _ => return false,
    }
    true
}

fn remark(actions: Actions, key: &str) -> bool {
    let strength = |place: usize| actions.state.draft.turn_strength(Strength::ALL[place]);
    match key {
        "q" => strength(0),
        "w" => strength(1),
        "e" => strength(2),
        "k" => browser::focus("tags"),
        "n" => browser::focus("note"),
        _ => return false,
    }
    true
}

fn go(actions: Actions, dialogs: Dialogs, key: &str) -> bool {
    match key {
        "p" => actions.go_back(),
        "escape" => actions.step_out(),
        "h" => dialogs.history.set(true),
        "y" => dialogs.you.set(true),
        _ => {
            let switch = Switch::ALL.into_iter().find(|switch| switch.key().eq_ignore_ascii_case(key));
            let Some(switch) = switch else { return false };
            actions.turn(switch);
        }
    }
    true
}

/// Whether the key is being typed into something.
pub fn in_a_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
