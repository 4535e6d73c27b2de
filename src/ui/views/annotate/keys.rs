//! The keys of the Annotate tab, and the table that tells of them.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::domain::choice::{Choice, Place};
use crate::ui::actions::Actions;

/// Act on a key, unless it belongs to a field, a dialog or the browser.
pub fn on_key(actions: Actions, help: RwSignal<bool>, event: &KeyboardEvent) {
    let undo_chord = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("z");
    let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    // A key held down must not answer the pairs that come after this one.
    if event.repeat() || event.default_prevented() || help.get_untracked() || in_a_field(event) {
        return;
    }
    if undo_chord && !event.shift_key() {
        actions.undo();
    } else if chord {
        return;
    } else {
        match event.key().as_str() {
            "1" | "a" | "A" | "ArrowLeft" => actions.choose(Place::First),
            "2" | "b" | "B" | "ArrowRight" => actions.choose(Place::Second),
            "3" | "t" | "T" => actions.answer(Choice::Tie),
            "4" | "x" | "X" => actions.answer(Choice::BothBad),
            "s" | "S" => actions.answer(Choice::Skip),
            "u" | "U" => actions.undo(),
            "?" => help.set(true),
            _ => return,
        }
    }
    event.prevent_default();
}

fn in_a_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// The keys, for the help dialog.
#[component]
pub fn KeyTable() -> impl IntoView {
    const KEYS: [(&str, &str); 7] = [
        ("1  A  ←", "The first response is better"),
        ("2  B  →", "The second response is better"),
        ("3  T", "A tie: equally good"),
        ("4  X", "Both are bad"),
        ("S", "Skip this pair"),
        ("U  Ctrl+Z", "Take back the last answer"),
        ("?", "This table"),
    ];
    let row = |(keys, meaning): (&'static str, &'static str)| {
        view! {
            <div class="key-row">
                <dt>{keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                <dd>{meaning}</dd>
            </div>
        }
    };
    view! {
        <dl class="keys">{KEYS.map(row).collect_view()}</dl>
        <p class="quiet">"Which response stands first is drawn at random for each pair, and recorded."</p>
    }
}
