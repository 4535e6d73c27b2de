//! The living model: how often it guesses the person right, moving with every answer.

use std::sync::Arc;

use leptos::prelude::*;

use super::asking::AskingNext;
use crate::domain::evaluation::Evaluation;
use crate::protocol::event::{ModelCard, Preparation};
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many, milliseconds, percent};
use crate::ui::state::{Backbone, CurvePoint, ENOUGH_TO_JUDGE};
use crate::ui::views::backbone::BackboneStatus;
use crate::ui::views::{reading, verdict};
use crate::ui::widgets::{IntervalBar, ProgressBar, Sparkline};

/// The panel beside the pair (above it on a phone).
#[component]
pub fn HeadPanel() -> impl IntoView {
    let engine = Actions::of_page().state.engine;
    let judged = Memo::new(move |_| engine.judgement());
    let accuracy = Signal::derive(move || judged.with(|it| it.as_ref().and_then(Evaluation::accuracy)));
    let interval = Signal::derive(move || judged.with(|it| it.as_ref().and_then(Evaluation::interval)));
    let curve = Signal::derive(move || {
        engine
            .curve
            .with(|curve| curve.iter().map(|point| (f64::from(point.answers), point.accuracy)).collect())
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
            {move || engine.change.get().map(|change| view! { <p class="quiet head-change">{changed(change)}</p> })}
            {move || {
                engine
                    .curve
                    .with(|curve| since(curve))
                    .map(|words| view! { <p class="quiet head-change" data-testid="living-since">{words}</p> })
            }}
            <Sparkline title="Accuracy by number of answers" points=curve />
            <AskingNext />
            <Facts />
            <Background />
        </aside>
    }
}

/// What can be said of the model, or how many answers it takes until something can.
fn words() -> String {
    let state = Actions::of_page().state;
    let missing = ENOUGH_TO_JUDGE.saturating_sub(state.workspace.counts.get().preferences);
    match (state.engine.judgement(), missing) {
        (Some(evaluation), _) => verdict::against_guessing(&evaluation),
        (None, ENOUGH_TO_JUDGE) => {
            format!("It forms as you answer. After {ENOUGH_TO_JUDGE} answers it makes its first guesses.")
        }
        (None, 1..) => format!("{} until its first guesses.", many(missing, "more answer")),
        (None, 0) => match state.engine.trouble.get() {
            Some(fault) => fault.to_string(),
            None => "It forms as soon as the backbone has read what you answered.".into(),
        },
    }
}

/// What the newest answer did to the accuracy.
fn changed(change: f64) -> String {
    let points = (change * 100.0).round() as i64;
    match points {
        0 => "Your last answer left it where it was.".into(),
        up if up > 0 => {
            format!("Your last answer moved it up by {}.", many(up.unsigned_abs() as usize, "point"))
        }
        down => format!("Your last answer moved it down by {}.", many(down.unsigned_abs() as usize, "point")),
    }
}

/// What the last ten answers or more have done to it.
fn since(curve: &[CurvePoint]) -> Option<String> {
    const BACK: u32 = 10;
    let (newest, earlier) = curve.split_last()?;
    let before = earlier.iter().rfind(|point| point.answers + BACK <= newest.answers)?;
    let points = ((newest.accuracy - before.accuracy) * 100.0).round();
    let moved = match points {
        0.0 => "Unchanged".to_owned(),
        up if up > 0.0 => format!("+{}", many(up as usize, "point")),
        down => format!("−{}", many(-down as usize, "point")),
    };
    Some(format!("{moved} since answer {}.", before.answers))
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
    let preparation = engine.preparation;
    let at_work = Memo::new(move |_| preparation.with(|it| it.done < it.total) && ready.get());
    let share = Signal::derive(move || {
        let Preparation { done, total, .. } = preparation.get();
        (total > 0).then(|| f64::from(done) / f64::from(total))
    });
    let figures = Signal::derive(move || reading::figures(&preparation.get()));
    let waiting = move || engine.fit.get().map_or(0, |fit| fit.waiting);
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
        {move || {
            at_work
                .get()
                .then(|| {
                    view! {
                        <div class="background">
                            <p class="label">"Reading ahead"</p>
                            <ProgressBar label="Reading ahead" share=share figures=figures />
                        </div>
                    }
                })
        }}
        {move || {
            (waiting() > 0)
                .then(|| {
                    let answers = many(waiting() as usize, "answer");
                    view! { <p class="quiet">{format!("Waiting for the features of {answers}.")}</p> }
                })
        }}
    }
}
