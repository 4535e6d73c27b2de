//! Texts that are typed, and what the model says of them while they are.

mod result;
mod why;

use leptos::prelude::*;

use super::models::compare::compare;
use super::{conversation, field};
use crate::ui::actions::Actions;

/// The part.
pub fn text() -> AnyView {
    let actions = Actions::of_page();
    let scoring = actions.state.scoring;
    // Texts typed before there was a model are scored as soon as the part is opened with one.
    actions.typed();
    view! {
        <div class="score">
            {conversation::conversation("score-prompt")}
            <div class="score-columns">
                <div class="score-side">
                    {field("score-response", "Response", scoring.response, actions)}
                    {result::first(scoring)}
                </div>
                <div class="score-side">
                    {field("score-response-b", "Another response (optional)", scoring.other, actions)}
                    {result::second(scoring)}
                </div>
            </div>
            <result::Preference />
            {why::why(actions)}
            {compare()}
        </div>
    }
    .into_any()
}
