//! How far the run has come: features first, then steps.

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::figures::{count, duration};
use crate::ui::state::Phase;
use crate::ui::views::reading;
use crate::ui::widgets::ProgressBar;

/// The bar, with epoch, step, rate and remaining time.
#[component]
pub fn Progress() -> impl IntoView {
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
        (Some(preparation), _) => reading::figures(&preparation),
        (None, Some(step)) => {
            // Not every step is reported: at the end the last epoch knows better how far it came.
            let (epoch, done) = training
                .epochs
                .with(|epochs| epochs.last().map(|epoch| (epoch.epoch, epoch.step)))
                .filter(|(_, done)| *done > step.step)
                .unwrap_or((step.epoch, step.step));
            let rate = f64::from(step.rate);
            let left = if rate > 0.0 && training.phase.with(|phase| matches!(phase, Phase::Training)) {
                format!(" · at most {} left", duration(f64::from(step.steps.saturating_sub(done)) / rate))
            } else {
                String::new()
            };
            format!(
                "epoch {epoch} · step {} of {} · {}{left}",
                count(done as usize),
                count(step.steps as usize),
                pace(rate),
            )
        }
        (None, None) => String::new(),
    });
    view! { <ProgressBar label="Training" share=share figures=figures testid="train-progress" /> }
}

/// Steps a second, or seconds a step, whichever is the larger number.
fn pace(rate: f64) -> String {
    if rate >= 2.0 {
        return format!("{} steps/s", count(rate.round() as usize));
    }
    if rate > 0.0 { format!("{:.1} s a step", 1.0 / rate) } else { "first step".into() }
}
