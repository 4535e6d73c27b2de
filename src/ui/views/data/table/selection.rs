//! What can be done to the ticked pairs, and the way back from a deletion.

use leptos::prelude::*;

use crate::domain::pair::PairId;
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many};
use crate::ui::widgets::{Dialog, Glyph, Icon};

/// More than this at once is asked about first.
const ASK_ABOVE: usize = 20;

/// The bar; nothing while nothing is ticked or deleted.
#[component]
pub fn Selection() -> impl IntoView {
    let actions = Actions::of_page();
    let table = actions.state.table;
    let ticked = Memo::new(move |_| table.selected.with(|selected| selected.len()));
    let deleted = Memo::new(move |_| table.deleted.with(Vec::len));
    let asking = RwSignal::new(false);
    let delete = move || {
        asking.set(false);
        let pairs: Vec<PairId> = table.selected.with_untracked(|selected| selected.iter().cloned().collect());
        actions.delete_pairs(pairs);
    };
    let ask = move |_| {
        if ticked.get_untracked() > ASK_ABOVE { asking.set(true) } else { delete() }
    };
    view! {
        <Show when=move || { ticked.get() > 0 }>
            <div class="table-bar" role="status">
                <p>
                    <b data-testid="selected-count">{move || count(ticked.get())}</b>
                    " ticked"
                </p>
                <button type="button" class="button danger" data-testid="delete-selected" on:click=ask>
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
        <Dialog open=asking title="Delete these pairs?">
            <p>
                {move || many(ticked.get(), "pair")}
                " will leave this workspace, with their answers. You can bring them back until you delete others."
            </p>
            <div class="row end">
                <button type="button" class="button" on:click=move |_| asking.set(false)>
                    "Keep them"
                </button>
                <button
                    type="button"
                    class="button danger solid"
                    data-testid="delete-confirm"
                    on:click=move |_| delete()
                >
                    "Delete them"
                </button>
            </div>
        </Dialog>
    }
}
