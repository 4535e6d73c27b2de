//! Learn: what a reward model is, each idea with something to move. All numbers are worked out as one moves.

mod gap;
mod many;
mod pairs;
mod python;
mod toy;

use leptos::prelude::*;

/// The tab.
#[component]
pub fn Learn() -> impl IntoView {
    view! {
        <div class="page-head">
            <h2>"What a reward model is"</h2>
            <p class="lead">
                "People say which of two answers is better. A reward model turns many such choices into one number for any
                answer, and language models are then trained to make that number large. Five steps; move whatever moves."
            </p>
        </div>
        <div class="learn">{pairs::pairs()}{gap::gap()}{toy::toy()}{many::many()}{python::python()}</div>
    }
}

/// One step: a number, a heading, words, and what is to be moved.
fn step(id: &'static str, head: &'static str, words: AnyView, content: AnyView) -> AnyView {
    view! {
        <section class="card learn-step" aria-labelledby=id>
            <div class="learn-words">
                <h3 id=id>{head}</h3>
                {words}
            </div>
            <div class="learn-play">{content}</div>
        </section>
    }
    .into_any()
}

/// A number under its name. `testid` also carries it as `data-value`.
fn figure(testid: &'static str, name: &'static str, value: Signal<f64>, digits: usize) -> AnyView {
    view! {
        <div class="learn-figure">
            <span class="label">{name}</span>
            <b data-testid=testid data-value=move || value.get().to_string()>
                {move || written(value.get(), digits)}
            </b>
        </div>
    }
    .into_any()
}

/// With so many digits, and a true minus.
fn written(value: f64, digits: usize) -> String {
    let sign = if value < -0.5 * 0.1f64.powi(digits as i32) { "\u{2212}" } else { "" };
    format!("{sign}{:.digits$}", value.abs())
}
