//! The help: what the page does, its keys, what it does with what is entered. Opened by `?` anywhere.

use leptos::ev;
use leptos::prelude::*;

use super::annotate::keys::{KEYS, in_a_field};
use crate::ui::actions::Actions;
use crate::ui::state::Tab;
use crate::ui::widgets::Dialog;

/// The dialog and its key.
#[component]
pub fn Help() -> impl IntoView {
    let actions = Actions::of_page();
    let help = actions.state.help;
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "?" && !event.default_prevented() && !in_a_field(&event) {
            event.prevent_default();
            help.set(true);
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <Dialog open=help title="How it works">
            <p>
                "Say which of two responses is better. From your answers a reward model forms: a small pretrained
                language model reads each response, and one learned weight for each of its features turns what it
                read into a score. Train does the same by gradient descent, Evaluate says how far to trust it,
                Score lets you try it, Data takes pairs and models in and out."
            </p>
            <p>
                <button
                    type="button"
                    class="text-button"
                    on:click=move |_| {
                        help.set(false);
                        actions.open_tab(Tab::Learn);
                    }
                >
                    "What a reward model is, with things to move"
                </button>
            </p>
            <h3>"Keys on Annotate"</h3>
            <dl class="keys">{KEYS.map(row).collect_view()}</dl>
            <p class="quiet">
                "Which response stands first is drawn at random for each pair, and recorded. In the tab list, the arrow
                keys go from tab to tab."
            </p>
            <p class="quiet">
                "Everything happens in this tab. What you read, type and answer is never sent anywhere; it is kept in
                this browser until you remove it under Data."
            </p>
        </Dialog>
    }
}

fn row((keys, meaning): (&'static [&'static str], &'static str)) -> impl IntoView {
    view! {
        <div class="key-row">
            <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
            <dd>{meaning}</dd>
        </div>
    }
}
