//! Candidates for one prompt, put in order by the model: best-of-n by hand.

mod best_of;
mod candidates;
mod order;

use leptos::prelude::*;

use super::conversation;
use crate::ui::actions::Actions;
use crate::ui::views::drop::DropPlace;

/// The part.
pub fn rank() -> AnyView {
    let actions = Actions::of_page();
    // Candidates typed before there was a model are put in order as soon as the part is opened with one.
    actions.typed();
    let on_files = Callback::new(move |files| actions.take_candidates(files));
    view! {
        <div class="score">
            {conversation::conversation("rank-prompt")}
            <div class="score-columns">
                <DropPlace on_files=on_files>{candidates::candidates(actions, on_files)}</DropPlace>
                {order::order(actions)}
            </div>
        </div>
    }
    .into_any()
}
