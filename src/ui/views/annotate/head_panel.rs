//! The living model: how often it guesses the person right, moving with every answer.

use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::evaluation::Evaluation;
use crate::protocol::event::{ModelCard, Preparation};
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many, milliseconds, percent};
use crate::ui::state::Backbone;
use crate::ui::views::backbone::BackboneStatus;
use crate::ui::views::verdict;
use crate::ui::widgets::{IntervalBar, Sparkline};

/// Below this many preferences no interval says anything worth reading.
const FIRST_WORD: usize = 5;

/// The panel beside the pair (above it on a phone).
#[component]
pub fn HeadPanel() -> impl IntoView {
    let engine = Actions::of_page().state.engine;
    let judged = move |read: fn(&Evaluation) -> Option<f64>| {
        engine.living.with(|card| card.as_ref().and_then(|card| card.evaluation.as_ref()).and_then(read))
    };
    let accuracy = Signal::derive(move || judged(Evaluation::accuracy));
    let interval = Signal::derive(move || {
        engine.living.with(|card| {
            card.as_ref().and_then(|card| card.evaluation.as_ref()).and_then(Evaluation::interval)
        })
    });
    let curve = Signal::derive(move || {
        engine
            .curve
            .with(|curve| curve.iter().map(|point| (f64::from(point.learned_from), point.accuracy)).collect())
    });
    let number = move || accuracy.get().map_or("–".to_owned(), percent);
    view! {
        <aside class="head-panel" aria-label="Your model so far">
            <h2 class="label">"Your model so far"</h2>
            <p class="head-number">
                <b
                    data-testid="living-accuracy"
                    data-value=move || accuracy.get().map(|value| value.to_string())
                >
                    {number}
                </b>
                <span>"of your answers guessed right, unseen"</span>
            </p>
            <IntervalBar accuracy=accuracy interval=interval />
            <p class="head-words" aria-live="polite">
                {move || words()}
            </p>
            <Sparkline title="Accuracy by number of answers" points=curve />
            <Facts />
            <Background />
        </aside>
    }
}

/// What can be said of the model, or how many answers it takes until something can.
fn words() -> String {
    let state = Actions::of_page().state;
    let preferences = state.workspace.counts.get().preferences;
    let said = state.engine.living.with(|card| {
        let evaluation = card.as_ref().and_then(|card| card.evaluation.as_ref())?;
        evaluation.accuracy().map(|_| verdict::against_guessing(evaluation))
    });
    match said {
        Some(said) => said,
        None if preferences == 0 => {
            format!("It forms as you answer. After {FIRST_WORD} answers it makes its first guesses.")
        }
        None if preferences < FIRST_WORD => {
            format!("{} until it makes its first guesses.", many(FIRST_WORD - preferences, "more answer"))
        }
        None => match state.engine.trouble.get() {
            Some(fault) => fault.to_string(),
            None => "It forms as soon as the backbone has read your pairs.".into(),
        },
    }
}

/// The small print in figures.
#[component]
fn Facts() -> impl IntoView {
    let engine = Actions::of_page().state.engine;
    let learned = |card: &Arc<ModelCard>| {
        card.evaluation.as_ref().map(|evaluation| count(evaluation.learned_from as usize))
    };
    let length = |card: &Arc<ModelCard>| card.length_share.map(|share| percent(f64::from(share)));
    view! {
        <dl class="facts">
            {move || {
                let card = engine.living.get()?;
                Some(
                    view! {
                        {learned(&card).map(|learned| view! { <Fact name="learned from" value=learned /> })}
                        {length(&card).map(|share| view! { <Fact name="due to length" value=share /> })}
                    },
                )
            }}
            {move || {
                engine
                    .fit
                    .get()
                    .map(|fit| view! { <Fact name="fitted in" value=milliseconds(f64::from(fit.fit_ms)) /> })
            }}
        </dl>
    }
}

#[component]
fn Fact(name: &'static str, value: String) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// What is still being done behind the reading: loading, then features.
#[component]
fn Background() -> impl IntoView {
    let engine = Actions::of_page().state.engine;
    let ready =
        Memo::new(move |_| engine.backbone.with(|backbone| matches!(backbone, Backbone::Ready { .. })));
    let features = move || {
        let Preparation { done, total, rate, .. } = engine.preparation.get();
        (done < total).then(|| {
            let rate = if rate > 0.0 { format!(" · {rate:.0}/s") } else { String::new() };
            view! { <p class="quiet background">{format!("Reading ahead · features {done}/{total}{rate}")}</p> }
        })
    };
    view! {
        {move || {
            (!ready.get())
                .then(|| {
                    view! {
                        <div class="background">
                            <p class="label">"Language model"</p>
                            <BackboneStatus />
                        </div>
                    }
                })
        }}
        {features}
    }
}
