//! The run: start, pause, resume, stop, or why it cannot start.

use leptos::html;
use leptos::prelude::*;

use super::progress::Progress;
use super::status::Status;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{count, percent};
use crate::ui::state::{Backbone, Phase};
use crate::ui::widgets::{Glyph, Icon};

/// Buttons, status, bar, result.
#[component]
pub fn Run() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let training = state.training;
    let blocked = Memo::new(move |_| blocked());
    let is = move |wanted: fn(&Phase) -> bool| training.phase.with(wanted);
    let paused = move || is(|phase| matches!(phase, Phase::Paused));
    let (pause, resume) = (NodeRef::<html::Button>::new(), NodeRef::<html::Button>::new());
    // One of the two is hidden: the focus goes along to the other, instead of getting lost.
    Effect::new(move |before: Option<bool>| {
        let now = paused();
        let (from, to) = if now { (pause, resume) } else { (resume, pause) };
        if before.is_some_and(|before| before != now)
            && let (Some(from), Some(to)) = (from.get_untracked(), to.get_untracked())
        {
            browser::hand_focus_over(&from, &to);
        }
        now
    });
    view! {
        <section class="stack" aria-label="Run">
            <div class="run-head">
                <div class="run-buttons">
                    <button
                        type="button"
                        class="button primary"
                        data-testid="train-start"
                        prop:disabled=move || blocked.get().is_some() || is(Phase::active)
                        on:click=move |_| actions.train()
                    >
                        <Icon glyph=Glyph::Play />
                        "Train"
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="train-pause"
                        node_ref=pause
                        hidden=paused
                        prop:disabled=move || !is(|phase| matches!(phase, Phase::Training))
                        on:click=move |_| actions.pause()
                    >
                        <Icon glyph=Glyph::Pause />
                        "Pause"
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="train-resume"
                        node_ref=resume
                        hidden=move || !paused()
                        on:click=move |_| actions.resume()
                    >
                        <Icon glyph=Glyph::Play />
                        "Resume"
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="train-stop"
                        prop:disabled=move || !is(Phase::active)
                        on:click=move |_| actions.stop()
                    >
                        <Icon glyph=Glyph::Stop />
                        "Stop"
                    </button>
                </div>
                <ValidationAccuracy />
            </div>
            {move || {
                (!is(Phase::active))
                    .then(|| blocked.get())
                    .flatten()
                    .map(|why| view! { <p class="blocked">{why}</p> })
            }}
            <Left blocked=blocked />
            <Status />
            <Progress />
        </section>
    }
}

/// A run that was left before its end: it can be gone on with.
#[component]
fn Left(blocked: Memo<Option<String>>) -> impl IntoView {
    let actions = Actions::of_page();
    let training = actions.state.training;
    let left = move || training.unfinished.get().filter(|_| !training.phase.with(Phase::active));
    move || {
        left().map(|left| {
            view! {
                <div class="left" data-testid="train-left">
                    <p class="blocked">
                        {format!(
                            "A run was left at step {} of {}. It can go on from there, with what it has learned from.",
                            count(left.step as usize),
                            count(left.steps as usize),
                        )}
                    </p>
                    <p class="after">
                        <button
                            type="button"
                            class="button"
                            data-testid="train-go-on"
                            prop:disabled=move || blocked.get().is_some()
                            on:click=move |_| actions.go_on_with_run()
                        >
                            "Go on with it"
                        </button>
                        <button
                            type="button"
                            class="text-button"
                            data-testid="train-let-go"
                            on:click=move |_| actions.let_go_of_run()
                        >
                            "Let it go"
                        </button>
                    </p>
                </div>
            }
        })
    }
}

/// Why a run cannot start; `None` if it can.
fn blocked() -> Option<String> {
    let state = Actions::of_page().state;
    if !state.workspace.loaded.get() {
        return Some("Opening your workspace…".into());
    }
    if state.workspace.counts.get().preferences == 0 {
        return Some(
            "There is nothing to learn from yet. Answer some pairs on Annotate, \
             or load the labelled sample on Data."
                .into(),
        );
    }
    if state.engine.stopped.with(Option::is_some) {
        return Some("The engine has stopped. Start it again under Device.".into());
    }
    state.engine.backbone.with(|backbone| match backbone {
        Backbone::Ready { .. } => None,
        Backbone::Waiting | Backbone::Loading(_) => {
            Some("Training can start as soon as the backbone is loaded.".into())
        }
        Backbone::Failed(_) => Some("Training needs the backbone.".into()),
    })
}

/// The newest epoch's, then the run's.
#[component]
fn ValidationAccuracy() -> impl IntoView {
    let training = Actions::of_page().state.training;
    let value = move || {
        let done = training
            .phase
            .with(|phase| if let Phase::Done(outcome) = phase { outcome.validation_accuracy } else { None });
        done.or_else(|| {
            training.epochs.with(|epochs| epochs.last().and_then(|epoch| epoch.validation_accuracy))
        })
    };
    view! {
        <p class="run-number">
            <b data-testid="validation-accuracy" data-value=move || value().map(|value| value.to_string())>
                {move || value().map_or("–".to_owned(), |value| percent(f64::from(value)))}
            </b>
            <span>"held-out accuracy"</span>
        </p>
    }
}
