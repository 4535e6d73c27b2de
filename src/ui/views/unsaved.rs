//! What the store has refused: why, and the two ways to save it.

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::figures::many;
use crate::ui::widgets::{FaultNote, Glyph, Icon};

/// Shown as long as something lives in this tab only.
#[component]
pub fn UnsavedNote() -> impl IntoView {
    let actions = Actions::of_page();
    let unsaved = actions.state.workspace.unsaved;
    move || {
        unsaved.get().map(|held| {
            let count = match (held.events.len(), held.pairs.len()) {
                (answers, 0) => many(answers, "answer"),
                (0, pairs) => many(pairs, "pair"),
                (answers, pairs) => format!("{} and {}", many(pairs, "pair"), many(answers, "answer")),
            };
            view! {
                <div class="unsaved" data-testid="unsaved">
                    <FaultNote fault=held.fault />
                    <p class="quiet">
                        {count}
                        " so far "
                        {if held.events.len() + held.pairs.len() == 1 { "is" } else { "are" }}
                        " kept in this tab only. You can go on; each new answer tries again. What you download comes back with “Restore workspace”."
                    </p>
                    <div class="row">
                        <button
                            type="button"
                            class="button"
                            data-testid="store-again"
                            on:click=move |_| actions.store_again()
                        >
                            "Try again"
                        </button>
                        <button
                            type="button"
                            class="button"
                            data-testid="download-unsaved"
                            on:click=move |_| actions.download_unsaved()
                        >
                            <Icon glyph=Glyph::Download />
                            "Download what is unsaved"
                        </button>
                    </div>
                </div>
            }
        })
    }
}
