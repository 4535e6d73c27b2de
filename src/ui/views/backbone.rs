//! How the backbone is doing: a bar with bytes and rate, then a quiet sentence, or a fault with a way to try
//! again.

use leptos::prelude::*;

use crate::protocol::event::Origin;
use crate::ui::actions::Actions;
use crate::ui::figures::{bytes, duration, many};
use crate::ui::state::{Backbone, Load};
use crate::ui::widgets::{FaultNote, ProgressBar};

/// The backbone's state.
#[component]
pub fn BackboneStatus() -> impl IntoView {
    let actions = Actions::of_page();
    let backbone = actions.state.engine.backbone;
    // The bar is made once and moves; only a change of kind makes the view anew.
    let stage = Memo::new(move |_| backbone.with(std::mem::discriminant));
    let load = move || {
        backbone.with(|backbone| if let Backbone::Loading(load) = backbone { Some(*load) } else { None })
    };
    let share = Signal::derive(move || {
        load().filter(|load| load.total > 0).map(|load| load.got as f64 / load.total as f64)
    });
    let figures = Signal::derive(move || load().map(figures).unwrap_or_default());
    move || {
        stage.with(|_| ());
        match backbone.get_untracked() {
            Backbone::Waiting => {
                let words = move || {
                    let stopped = actions.state.engine.stopped.with(Option::is_some);
                    if stopped { "No engine runs." } else { "Waiting for the device." }
                };
                view! { <p class="quiet">{words}</p> }.into_any()
            }
            Backbone::Loading(_) => {
                view! { <ProgressBar label="Loading the backbone" share=share figures=figures /> }.into_any()
            }
            Backbone::Ready { origin, layers, unused, refused, .. } => view! {
                <p class="quiet">{ready(origin, layers)} {not_used(&unused)} {refused.map(read_as_one)}</p>
            }
            .into_any(),
            Backbone::Failed(fault) => view! {
                <FaultNote fault=fault />
                <button type="button" class="button" on:click=move |_| actions.start_engine_by_hand()>
                    "Try again"
                </button>
            }
            .into_any(),
        }
    }
}

fn figures(load: Load) -> String {
    let so_far = format!("{} of {}", bytes(load.got), bytes(load.total));
    match load.origin {
        Origin::Kept => format!("{so_far}, from this browser"),
        Origin::Network if load.rate > 0.0 => {
            let left = load.total.saturating_sub(load.got) as f64 / load.rate;
            format!("{so_far} · {}/s · {} left", bytes(load.rate as u64), duration(left))
        }
        Origin::Network => so_far,
    }
}

fn ready(origin: Origin, layers: u8) -> String {
    let whence = match origin {
        Origin::Network => "fetched, checked and kept for next time",
        Origin::Kept => "kept by this browser, nothing was fetched",
    };
    format!("Ready: {} in memory, {whence}.", many(usize::from(layers), "block"))
}

/// What becomes of conversations that the chat template cannot write: the token strip of such a pair shows it too.
fn read_as_one(refused: String) -> String {
    format!(
        " Its chat template takes no conversation with {refused}: such a prompt is read as one message of the user."
    )
}

/// What a file has beside the network that its configuration names: worth knowing where a model is not what one thought.
fn not_used(names: &[String]) -> Option<String> {
    match names {
        [] => None,
        [only] => Some(format!(" Its tensor {only} is not used.")),
        [first, more @ ..] => Some(format!(" Its tensor {first} and {} more are not used.", more.len())),
    }
}
