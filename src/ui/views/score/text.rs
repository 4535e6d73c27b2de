//! Texts that are typed, and what the model says of them while they are.

mod result;

use leptos::prelude::*;

use crate::ui::actions::Actions;

/// The part.
pub fn text() -> AnyView {
    let actions = Actions::of_page();
    let scoring = actions.state.scoring;
    // Texts typed before there was a model are scored as soon as the part is opened with one.
    actions.score();
    view! {
        <div class="score">
            <div class="score-prompt-row">
                <Text id="score-prompt" label="Prompt" text=scoring.prompt rows="2" />
                <Example />
            </div>
            <div class="score-columns">
                <div class="score-side">
                    <Text id="score-response" label="Response" text=scoring.response rows="6" />
                    <result::First />
                </div>
                <div class="score-side">
                    <Text id="score-response-b" label="Another response (optional)" text=scoring.other rows="6" />
                    <result::Second />
                </div>
            </div>
            <result::Preference />
        </div>
    }
    .into_any()
}
/// A text that is scored as it changes.
#[component]
fn Text(id: &'static str, label: &'static str, text: RwSignal<String>, rows: &'static str) -> impl IntoView {
    let actions = Actions::of_page();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea
                id=id
                data-testid=id
                rows=rows
                autocomplete="off"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    actions.score();
                }
            ></textarea>
        </div>
    }
}

/// Fills in a pair of the workspace, so that there is something to play with.
#[component]
fn Example() -> impl IntoView {
    let actions = Actions::of_page();
    let pairs = move || actions.state.workspace.counts.get().pairs;
    view! {
        <button
            type="button"
            class="text-button"
            prop:disabled=move || pairs() == 0
            on:click=move |_| actions.fill_in_a_pair()
        >
            "Fill in one of your pairs"
        </button>
    }
}
