//! The end of the queue: what was done, and where to go from here.

use leptos::prelude::*;

use super::answer_bar::UndoButton;
use crate::ui::actions::Actions;
use crate::ui::figures::many;
use crate::ui::state::Tab;

/// Nothing is left to ask.
#[component]
pub fn Done() -> impl IntoView {
    let actions = Actions::of_page();
    let counts = actions.state.workspace.counts;
    let said = move || {
        let counts = counts.get();
        let learned = if counts.preferences == counts.annotated {
            String::new()
        } else {
            format!(" A model learns from the {} with a clear preference.", counts.preferences)
        };
        format!("{} in this workspace.{learned}", many(counts.annotated, "answer"))
    };
    let way = move |tab: Tab, words: &'static str, why: &'static str| {
        view! {
            <li>
                <button type="button" class="way" on:click=move |_| actions.open_tab(tab)>
                    <strong>{words}</strong>
                    <span>{why}</span>
                </button>
            </li>
        }
    };
    view! {
        <div class="done">
            <h2>"Every pair is answered."</h2>
            <p class="lead">{said}</p>
            <ul class="ways">
                {way(Tab::Evaluate, "Judge it", "How often it agrees with you, and where it does not.")}
                {way(Tab::Score, "Try it", "Type a prompt and a response and watch the score.")}
                {way(Tab::Train, "Train it", "Gradient descent, step by step, with its curves.")}
                {way(
                    Tab::Data,
                    "Take it along",
                    "Download the answers and the weights, or bring more pairs.",
                )}
            </ul>
            <UndoButton />
        </div>
    }
}
