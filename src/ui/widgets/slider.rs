//! A slider with its name and what it stands at, in words.

use leptos::prelude::*;

/// What a slider can be set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Notches {
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
    /// Between two.
    pub step: f64,
}

/// The slider. Its id is its test id.
pub fn slider(
    id: &'static str,
    label: impl IntoView + 'static,
    notches: Notches,
    value: Signal<f64>,
    words: Signal<String>,
    on_move: Callback<f64>,
) -> AnyView {
    let on_input = move |event| {
        if let Ok(value) = event_target_value(&event).parse() {
            on_move.run(value);
        }
    };
    view! {
        <div class="slider">
            <label for=id>{label}</label>
            <output for=id>{move || words.get()}</output>
            <input
                id=id
                data-testid=id
                type="range"
                min=notches.least.to_string()
                max=notches.most.to_string()
                step=notches.step.to_string()
                aria-valuetext=move || words.get()
                prop:value=move || value.get().to_string()
                on:input=on_input
            />
        </div>
    }
    .into_any()
}
