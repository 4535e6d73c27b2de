//! What is said of a pair: remarks, how much better, and the answer itself. The latter two are within a thumb's reach
//! on a phone, and have their keys on a wide screen.

use leptos::prelude::*;

use super::remarks::Remarks;
use super::strength::StrengthBar;
use crate::domain::choice::{Choice, Place};
use crate::ui::actions::Actions;
use crate::ui::widgets::{Glyph, Icon};

/// The buttons that answer the current pair.
#[component]
pub fn AnswerBar() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    // Not `disabled`: a button that is disabled under the finger loses the focus, and the person their place.
    let waiting = move || if workspace.saving.get() { "true" } else { "false" };
    let side = move |testid: &'static str, place: Place, words: &'static str, key: &'static str| {
        view! {
            <button
                type="button"
                class="button choice"
                data-testid=testid
                aria-disabled=waiting
                on:click=move |_| actions.choose(place)
            >
                {words}
                <kbd aria-hidden="true">{key}</kbd>
            </button>
        }
    };
    let other = move |testid: &'static str, choice: Choice, words: &'static str, key: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=testid
                aria-disabled=waiting
                on:click=move |_| actions.answer(choice)
            >
                {words}
                <kbd aria-hidden="true">{key}</kbd>
            </button>
        }
    };
    view! {
        <div class="answers">
            <Remarks />
            <div class="answer-dock">
            <StrengthBar />
            <div class="answer-bar" role="group" aria-label="Your answer">
                {side("choose-a", Place::First, "A is better", "1")}
                <div class="answer-middle">
                    {other("choose-tie", Choice::Tie, "Tie", "T")}
                    {other("choose-both-good", Choice::BothGood, "Both good", "G")}
                    {other("choose-both-bad", Choice::BothBad, "Both bad", "X")}
                    {other("skip", Choice::Skip, "Skip", "S")}
                    <UndoButton />
                </div>
                {side("choose-b", Place::Second, "B is better", "2")}
            </div>
            </div>
        </div>
    }
}

/// Takes the newest answer back.
#[component]
pub fn UndoButton() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    view! {
        <button
            type="button"
            class="button undo"
            data-testid="undo"
            aria-label="Undo"
            prop:disabled=move || !workspace.can_undo.get()
            on:click=move |_| actions.undo()
        >
            <Icon glyph=Glyph::Undo />
            <span class="undo-word">"Undo"</span>
            <kbd aria-hidden="true">"U"</kbd>
        </button>
    }
}
