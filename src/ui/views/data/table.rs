//! All pairs in a table, however many: to look through, to find, to open, to change, to delete.

mod filters;
mod grid;
mod pair;
mod row;
mod selection;
mod visible;

use leptos::prelude::*;

use self::filters::Filters;
use self::grid::Grid;
use self::pair::OpenedPair;
pub use self::row::{answer_word, excerpt};
use self::selection::Selection;
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many, percent};

/// The table with its tools. Nothing while there are no pairs.
#[component]
pub fn Table() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let any = Memo::new(move |_| state.workspace.counts.get().pairs > 0);
    Effect::new(move || {
        state.workspace.dataset.track();
        actions.look_through();
    });
    move || {
        any.get().then(|| {
            view! {
                <section class="table-card" aria-labelledby="table-head">
                    <div class="table-top">
                        <h3 id="table-head">"All pairs"</h3>
                        <p class="quiet" role="status" data-testid="table-count">
                            {how_many}
                        </p>
                    </div>
                    <Filters />
                    <Selection />
                    <Grid />
                    <OpenedPair />
                </section>
            }
        })
    }
}

fn how_many() -> String {
    let state = Actions::of_page().state;
    let (all, table) = (state.workspace.counts.get().pairs, state.table);
    if let Some(share) = table.looking.get() {
        return format!("Looking through {}: {}", many(all, "pair"), percent(share));
    }
    match table.found.with(|found| found.len()) {
        found if found == all => many(all, "pair"),
        found => format!("{} of {}", count(found), many(all, "pair")),
    }
}
