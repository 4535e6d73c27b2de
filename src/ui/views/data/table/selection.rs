//! What can be done to the ticked pairs, and the way back from a deletion.

use std::collections::HashSet;

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::figures::{count, many};
use crate::ui::widgets::{Dialog, Glyph, Icon};

/// More than this at once is asked about first.
const ASK_ABOVE: usize = 20;

/// The ticked pairs are to go: at once if they are few, else when the question has been answered.
pub fn ask(actions: Actions) {
    let table = actions.state.table;
    match table.selected.with_untracked(HashSet::len) {
        0 => {}
        1..=ASK_ABOVE => delete(actions),
        _ => table.asking.set(true),
    }
}

fn delete(actions: Actions) {
    let table = actions.state.table;
    table.asking.set(false);
    actions.delete_pairs(table.selected.with_untracked(|selected| selected.iter().cloned().collect()));
}

/// The bar; nothing while nothing is ticked or deleted.
#[component]
pub fn Selection() -> impl IntoView {
    let actions = Actions::of_page();
    let table = actions.state.table;
    let ticked = Memo::new(move |_| table.selected.with(|selected| selected.len()));
    let deleted = Memo::new(move |_| table.deleted.with(Vec::len));
    view! {
        <Show when=move || { ticked.get() > 0 }>
            <div class="table-bar" role="status">
                <p>
                    <b data-testid="selected-count">{move || count(ticked.get())}</b>
                    " ticked"
                </p>
                <button
                    type="button"
                    class="button danger"
                    data-testid="delete-selected"
                    on:click=move |_| ask(actions)
                >
                    "Delete"
                </button>
                <button
                    type="button"
                    class="text-button"
                    data-testid="select-none"
                    on:click=move |_| table.selected.update(|selected| selected.clear())
                >
                    "Take the ticks away"
                </button>
            </div>
        </Show>
        <Show when=move || { deleted.get() > 0 }>
            <div class="table-bar" role="status">
                <p>{move || many(deleted.get(), "pair")} " deleted."</p>
                <button
                    type="button"
                    class="text-button"
                    data-testid="undo-deletion"
                    on:click=move |_| actions.undo_deletion()
                >
                    <Icon glyph=Glyph::Undo />
                    "Bring back"
                </button>
            </div>
        </Show>
        <Dialog open=table.asking title="Delete these pairs?">
            <p>
                {move || many(ticked.get(), "pair")}
                " will leave this workspace, with their answers. You can bring them back until you delete others."
            </p>
            <div class="row end">
                <button type="button" class="button" on:click=move |_| table.asking.set(false)>
                    "Keep them"
                </button>
                <button
                    type="button"
                    class="button danger solid"
                    data-testid="delete-confirm"
                    on:click=move |_| delete(actions)
                >
                    "Delete them"
                </button>
            </div>
        </Dialog>
    }
}
