//! Evaluate: whether to trust the model, in numbers with intervals and in words.

mod curve;
mod figures;
mod instead;
mod measures;
mod mistakes;
mod runs;
mod slices;
mod tests;

use std::sync::Arc;

use leptos::prelude::*;

use super::slot::SlotSelect;
use crate::protocol::Slot;
use crate::protocol::event::ModelCard;
use crate::ui::actions::Actions;
use crate::ui::state::{Backbone, Tab};

/// The tab.
#[component]
pub fn Evaluate() -> impl IntoView {
    let state = Actions::of_page().state;
    let card = Signal::derive(move || match state.slot_in_view() {
        Slot::Living => state.engine.living.get(),
        Slot::Trained => state.engine.trained.get(),
        Slot::Beside(number) => state.engine.beside.with(|beside| beside.get(&number).cloned()),
    });
    let any = Memo::new(move |_| card.with(Option::is_some));
    view! {
        <div class="page-head with-side">
            <div>
                <h2>"Evaluate"</h2>
                <p class="lead">"How often it would have chosen as you did, on answers it had not seen."</p>
            </div>
            {move || any.get().then(|| view! { <SlotSelect /> })}
        </div>
        {move || {
            if any.get() {
                view! { <Judgement card=card /> }.into_any()
            } else {
                view! { <NoModel /> }.into_any()
            }
        }}
    }
}

#[component]
fn Judgement(card: Signal<Option<Arc<ModelCard>>>) -> impl IntoView {
    let actions = Actions::of_page();
    let dataset = actions.state.workspace.dataset;
    let judged = Memo::new(move |_| {
        let evaluation = card.with(|card| card.as_ref().and_then(|card| card.evaluation.clone()))?;
        Some(Arc::new(dataset.with(|dataset| evaluation.by_the_answers_of(dataset))))
    });
    let any = Memo::new(move |_| judged.get().is_some_and(|it| !it.judged.is_empty()));
    Effect::new(move || {
        judged.track();
        actions.look_closer(card.get());
    });
    Effect::new(move || actions.measure_words());
    Effect::new(move || actions.study());
    move || {
        if any.get() {
            view! {
                <figures::Figures
                    judged=judged
                    made_by=Signal::derive(move || card.with(|card| card.as_ref().map(|card| card.made_by)))
                />
                <measures::Calibration judged=judged />
                <measures::Margins judged=judged card=card />
                <curve::Curve />
                <instead::Instead />
                <Honesty />
                <slices::Slices />
                <mistakes::Mistakes judged=judged />
                <runs::Runs />
                <tests::Tests />
            }
            .into_any()
        } else {
            view! {
                <div class="empty-state">
                    <h3>"Nothing was held out yet."</h3>
                    <p>"With a few more answers, to different prompts, there will be some to judge it by."</p>
                </div>
                <runs::Runs />
                <tests::Tests />
            }
            .into_any()
        }
    }
}

/// Whether texts are still being read: until they all are, the engine takes no closer look.
fn still_reading() -> bool {
    let engine = Actions::of_page().state.engine;
    let ready = engine.backbone.with(|backbone| matches!(backbone, Backbone::Ready { .. }));
    !ready || engine.preparation.with(|preparation| preparation.done < preparation.total)
}

/// What is said then.
const STILL_READING: &str = "This waits until all texts are read.";

/// What no number on this page says.
#[component]
fn Honesty() -> impl IntoView {
    view! {
        <aside class="honesty" aria-label="What this model cannot do">
            <h3>"Read this with it"</h3>
            <ul>
                <li>
                    "It rewards how an answer looks and reads: style, tone, length. It does not check whether an answer is
                    true, nor whether it does what was asked. On tests of that kind models like this one do no better than
                    guessing, often worse."
                </li>
                <li>
                    "With one consistent taste, 50 to 100 answers usually reach 70 to 95%. On \u{201c}generally better\u{201d},
                    where people disagree with one another, 60 to 70% is normal."
                </li>
                <li>
                    "It was measured on English. A score means nothing alone: only differences between answers
                    to one prompt do."
                </li>
            </ul>
        </aside>
    }
}

#[component]
fn NoModel() -> impl IntoView {
    let actions = Actions::of_page();
    view! {
        <div class="empty-state">
            <h3>"There is no model to judge yet."</h3>
            <p>"It forms from your answers. A dozen are enough for a first look."</p>
            <button type="button" class="button primary" on:click=move |_| actions.open_tab(Tab::Annotate)>
                "Answer some pairs"
            </button>
        </div>
    }
}
