//! Score: what the model says of what is typed, while it is typed.

mod result;

use leptos::prelude::*;

use super::slot::SlotSelect;
use crate::ui::actions::Actions;
use crate::ui::state::Tab;

/// The tab.
#[component]
pub fn Score() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let any = Memo::new(move |_| {
        state.engine.living.with(Option::is_some) || state.engine.trained.with(Option::is_some)
    });
    // Texts typed before there was a model are scored as soon as the tab is opened with one.
    actions.score();
    view! {
        <div class="page-head with-side">
            <div>
                <h2>"Score"</h2>
                <p class="lead">
                    "Type, and see what your model makes of it. A score alone says nothing; give it a second response to
                    compare with."
                </p>
            </div>
            {move || any.get().then(|| view! { <SlotSelect /> })}
        </div>
        {move || {
            (!any.get())
                .then(|| {
                    view! {
                        <p class="blocked">
                            "There is no model yet, so nothing can be scored. "
                            <button
                                type="button"
                                class="text-button"
                                on:click=move |_| actions.open_tab(Tab::Annotate)
                            >
                                "Answer some pairs"
                            </button>
                            " first."
                        </p>
                    }
                })
        }}
        <div class="score">
            <div class="score-prompt-row">
                <Text id="score-prompt" label="Prompt" text=state.scoring.prompt rows="2" />
                <Example />
            </div>
            <div class="score-columns">
                <div class="score-side">
                    <Text id="score-response" label="Response" text=state.scoring.response rows="6" />
                    <result::First />
                </div>
                <div class="score-side">
                    <Text
                        id="score-response-b"
                        label="Another response (optional)"
                        text=state.scoring.other
                        rows="6"
                    />
                    <result::Second />
                </div>
            </div>
            <result::Preference />
        </div>
    }
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
