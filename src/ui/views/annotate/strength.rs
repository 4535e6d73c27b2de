//! How much better: said before the choice falls, and only where one response is better.

use leptos::prelude::*;

use super::said::how_much;
use crate::domain::choice::Strength;
use crate::ui::actions::Actions;

/// The keys of the strengths, in their order.
pub const KEYS: [&str; 3] = ["Q", "W", "E"];

/// Three buttons, of which one may be down.
#[component]
pub fn StrengthBar() -> impl IntoView {
    let draft = Actions::of_page().state.draft;
    let button = move |(strength, key): (Strength, &'static str)| {
        let down = move || draft.strength.get() == Some(strength);
        view! {
            <button
                type="button"
                class="button strength"
                data-testid=format!("strength-{}", strength.get())
                aria-pressed=move || if down() { "true" } else { "false" }
                on:click=move |_| draft.turn_strength(strength)
            >
                {how_much(strength)}
                <kbd aria-hidden="true">{key}</kbd>
            </button>
        }
    };
    view! {
        <div class="strengths" role="group" aria-label="How much better">
            <span class="label" aria-hidden="true">
                "How much better"
            </span>
            {Strength::ALL.into_iter().zip(KEYS).map(button).collect_view()}
        </div>
    }
}
