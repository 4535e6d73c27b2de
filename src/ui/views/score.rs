//! Score: the model put to use. A frame: the model that scores, and one part of the tab at a time.

mod conversation;
mod file;
mod models;
mod rank;
mod text;

use leptos::prelude::*;

use super::slot::SlotSelect;
use crate::ui::actions::Actions;
use crate::ui::state::{ScorePart, Tab};
use crate::ui::widgets::segments;

/// The tab.
#[component]
pub fn Score() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let any = Memo::new(move |_| {
        state.engine.living.with(Option::is_some) || state.engine.trained.with(Option::is_some)
    });
    let part = state.scoring.part;
    let place = move || ScorePart::ALL.iter().position(|it| *it == part.get()).unwrap_or(0);
    view! {
        <div class="page-head with-side">
            <div>
                <h2>"Score"</h2>
                <p class="lead">
                    "Put your model to use. A score means nothing by itself: it is there to be compared with those of other
                    responses to the same prompt."
                </p>
            </div>
            {move || any.get().then(|| view! { <SlotSelect /> })}
        </div>
        {move || (!any.get()).then(|| no_model(actions))}
        {segments(
            "What is scored",
            ScorePart::ALL.map(|part| (part.word(), part.name())).to_vec(),
            Signal::derive(place),
            Callback::new(move |place: usize| part.set(ScorePart::ALL[place])),
        )}
        {move || match part.get() {
            ScorePart::Text => text::text(),
            ScorePart::Rank => rank::rank(),
            ScorePart::File => file::file(),
            ScorePart::Models => models::models(),
        }}
    }
}

fn no_model(actions: Actions) -> AnyView {
    view! {
        <p class="blocked">
            "There is no model yet, so nothing can be scored. "
            <button type="button" class="text-button" on:click=move |_| actions.open_tab(Tab::Annotate)>
                "Answer some pairs"
            </button>
            " first."
        </p>
    }
    .into_any()
}

/// A labelled text that the open part follows as it changes.
fn field(id: &'static str, label: &'static str, text: RwSignal<String>, actions: Actions) -> AnyView {
    let on_input = Callback::new(move |typed| {
        text.set(typed);
        actions.typed();
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {area(id.to_owned(), label.to_owned(), "6", text.into(), on_input)}
        </div>
    }
    .into_any()
}

/// The place for a text, whatever way it is written in.
fn area(
    id: String,
    label: String,
    rows: &'static str,
    value: Signal<String>,
    on_input: Callback<String>,
) -> AnyView {
    view! {
        <textarea
            id=id.clone()
            data-testid=id
            aria-label=label
            rows=rows
            dir="auto"
            autocomplete="off"
            spellcheck="false"
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}
