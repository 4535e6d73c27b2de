//! Where the run stands, in words, and what can be done with what it made.

use leptos::prelude::*;

use crate::domain::run::Ending;
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many, took};
use crate::ui::state::{Phase, Tab};
use crate::ui::widgets::FaultNote;

/// In words, and as `data-state` for programs.
#[component]
pub fn Status() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let training = state.training;
    let words = move || match training.phase.get() {
        Phase::Idle => {
            let answers = state.workspace.counts.get().learnable.min(state.settings.learn_at_most.get());
            if answers == 0 {
                "Not started.".to_owned()
            } else {
                format!("Ready to learn from {}.", many(answers, "answer"))
            }
        }
        Phase::Preparing(0) => "Getting ready.".into(),
        Phase::Preparing(waiting) => {
            format!("Reading first: {} still without features.", many(waiting as usize, "preference"))
        }
        Phase::Training => match (training.reading.get(), training.sizes.get()) {
            (Some(left), _) => {
                format!("Trained. The new model reads the answered responses: {} left.", count(left as usize))
            }
            (None, Some(sizes)) => format!(
                "Learning from {}, {} held out.",
                many(sizes.train as usize, "preference"),
                count(sizes.validation as usize)
            ),
            (None, None) => "Learning.".into(),
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
            let best = match training.start_was_best() {
                true => {
                    " No epoch was better on held-out answers than the head alone, so the backbone stays as it came \
                     and the head is the exact fit."
                }
                false => "",
            };
            format!("{why}. It took {}.{best}", took(f64::from(outcome.seconds)))
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
