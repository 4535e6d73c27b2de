//! The run: start, pause, resume, stop, and how far it has come.

use leptos::html;
use leptos::prelude::*;

use crate::domain::run::Ending;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{count, duration, many, percent};
use crate::ui::state::{Backbone, Phase, Tab};
use crate::ui::widgets::{FaultNote, Glyph, Icon, ProgressBar};

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
            <Status />
            <Progress />
        </section>
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

/// In words, and as `data-state` for programs.
#[component]
fn Status() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let training = state.training;
    let words = move || match training.phase.get() {
        Phase::Idle => {
            let preferences = state.workspace.counts.get().preferences;
            if preferences == 0 {
                "Not started.".to_owned()
            } else {
                format!("Ready to learn from {}.", many(preferences, "preference"))
            }
        }
        Phase::Preparing(0) => "Getting ready.".into(),
        Phase::Preparing(waiting) => {
            format!("Reading first: {} still without features.", many(waiting as usize, "preference"))
        }
        Phase::Training => match training.sizes.get() {
            Some(sizes) => format!(
                "Learning from {}, {} held out.",
                many(sizes.train as usize, "preference"),
                count(sizes.validation as usize)
            ),
            None => "Learning.".into(),
        },
        Phase::Paused => "Paused. Nothing is lost.".into(),
        Phase::Done(outcome) => {
            let why = match outcome.ending {
                Ending::Finished => "All epochs are done",
                Ending::StoppedEarly => {
                    "Stopped early: the held-out loss no longer fell, and the best weights were kept"
                }
                Ending::StoppedByPerson => "Stopped by you; the best weights so far were kept",
            };
            format!("{why}. It took {}.", duration(f64::from(outcome.seconds)))
        }
        Phase::Failed(_) => "The run has failed.".into(),
    };
    let failed = move || training.phase.with(|phase| matches!(phase, Phase::Failed(_)));
    let begun_anew = move || {
        let why = training.begun_anew.get().filter(|_| !failed());
        why.map(|why| view! { <p class="blocked">{why}</p> })
    };
    let fault = move || if let Phase::Failed(fault) = training.phase.get() { Some(fault) } else { None };
    let done = move || training.phase.with(|phase| matches!(phase, Phase::Done(_)));
    view! {
        <div class="run-status">
            <p role="status" data-testid="train-status" data-state=move || training.phase.with(Phase::word)>
                {words}
            </p>
            {begun_anew}
            {move || {
                done()
                    .then(|| {
                        view! {
                            <p class="after">
                                <button
                                    type="button"
                                    class="text-button"
                                    on:click=move |_| actions.open_tab(Tab::Evaluate)
                                >
                                    "Judge it"
                                </button>
                                <button
                                    type="button"
                                    class="text-button"
                                    on:click=move |_| actions.open_tab(Tab::Score)
                                >
                                    "Score with it"
                                </button>
                                <button
                                    type="button"
                                    class="text-button"
                                    on:click=move |_| actions.open_tab(Tab::Data)
                                >
                                    "Download it"
                                </button>
                            </p>
                        }
                    })
            }}
            {move || fault().map(|fault| view! { <FaultNote fault=fault /> })}
        </div>
    }
}

#[component]
fn Progress() -> impl IntoView {
    let state = Actions::of_page().state;
    let training = state.training;
    let preparing = move || {
        let waiting = training.phase.with(|phase| matches!(phase, Phase::Preparing(_)));
        waiting.then(|| state.engine.preparation.get()).filter(|preparation| preparation.total > 0)
    };
    let done = move || training.phase.with(|phase| matches!(phase, Phase::Done(_)));
    let share = Signal::derive(move || match (preparing(), training.step.get()) {
        // Stopped early is also done: nothing is left to wait for.
        _ if done() => Some(1.0),
        (Some(preparation), _) => Some(f64::from(preparation.done) / f64::from(preparation.total)),
        (None, Some(step)) => Some(f64::from(step.step) / f64::from(step.steps.max(1))),
        (None, None) => Some(0.0),
    });
    let figures = Signal::derive(move || match (preparing(), training.step.get()) {
        (Some(preparation), _) => format!("features {}/{}", preparation.done, preparation.total),
        (None, Some(step)) => {
            let rate = f64::from(step.rate);
            let left = if rate > 0.0 && training.phase.with(|phase| matches!(phase, Phase::Training)) {
                format!(
                    " · at most {} left",
                    duration(f64::from(step.steps - step.step.min(step.steps)) / rate)
                )
            } else {
                String::new()
            };
            format!(
                "epoch {} · step {} of {} · {rate:.0} steps/s{left}",
                step.epoch,
                count(step.step as usize),
                count(step.steps as usize),
            )
        }
        (None, None) => String::new(),
    });
    view! { <ProgressBar label="Training" share=share figures=figures testid="train-progress" /> }
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
