//! Train: gradient descent on all preferences, on the chosen device, with its curves.

mod adding;
mod advanced;
mod aim;
mod curves;
mod depth;
mod kept;
mod progress;
mod recipe;
mod run;
mod setup;
mod status;

use leptos::prelude::*;

/// The tab.
#[component]
pub fn Train() -> impl IntoView {
    view! {
        <div class="page-head">
            <h2>"Train"</h2>
            <p class="lead">
                "The model beside your answers is solved exactly, in milliseconds. Here the same loss is minimised by
                gradient descent, on the device you choose, while you watch."
            </p>
        </div>
        <div class="columns">
            <div class="card">
                <setup::Setup />
                <aim::Aim />
                <advanced::Advanced />
            </div>
            <div class="card first-on-phone">
                <run::Run />
                <curves::Curves />
            </div>
        </div>
    }
}
