//! The curves of the run: loss and accuracy, on what it learns from and on what it does not see.

use leptos::prelude::*;

use crate::domain::run::EpochReport;
use crate::ui::actions::Actions;
use crate::ui::figures::percent;
use crate::ui::widgets::{LineChart, Series, Stroke};

/// Both charts, or a word on what they will show.
#[component]
pub fn Curves() -> impl IntoView {
    let training = Actions::of_page().state.training;
    let epochs = training.epochs;
    let line = move |name: &'static str, stroke: Stroke, read: fn(&EpochReport) -> Option<f32>| {
        let point = |epoch: &EpochReport| read(epoch).map(|value| (f64::from(epoch.step), f64::from(value)));
        let points = epochs.with(|epochs| epochs.iter().filter_map(point).collect());
        Series { name: name.into(), stroke, points }
    };
    let loss = Signal::derive(move || {
        let batches: Vec<_> = training.losses.with(|losses| losses.iter().copied().collect());
        // Where epochs come faster than reports of steps, single batches say nothing more.
        let telling = batches.len() > epochs.with(|epochs| epochs.iter().count());
        let batches = Series { name: "each batch".into(), stroke: Stroke::Faint, points: batches };
        let means = [
            line("learned from", Stroke::Second, |epoch| Some(epoch.train_loss)),
            line("held out", Stroke::Main, |epoch| epoch.validation_loss),
        ];
        telling.then_some(batches).into_iter().chain(means).collect()
    });
    let accuracy = Signal::derive(move || {
        vec![
            line("learned from", Stroke::Second, |epoch| Some(epoch.train_accuracy)),
            line("held out", Stroke::Main, |epoch| epoch.validation_accuracy),
        ]
    });
    let any = Memo::new(move |_| {
        epochs.with(|epochs| !epochs.is_empty()) || training.losses.with(|losses| !losses.is_empty())
    });
    move || {
        if any.get() {
            view! {
                <div class="curves">
                    <LineChart title="Loss" x_name="step" series=loss write=|value| format!("{value:.3}") />
                    <LineChart
                        title="Accuracy"
                        x_name="step"
                        series=accuracy
                        range=(0.0, 1.0)
                        write=percent
                    />
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="curves-empty">
                    <p>
                        "The curves appear here. The loss is "
                        <code>"−log σ(r_chosen − r_rejected)"</code>
                        ", averaged over your preferences: it starts at 0.693, where the model knows nothing."
                    </p>
                </div>
            }
            .into_any()
        }
    }
}
