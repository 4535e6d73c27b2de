//! Data: pairs and models in and out, and what the browser keeps.

mod export;
mod import;
mod model;
mod sources;
mod storage;
mod table;

use leptos::prelude::*;

pub use self::table::excerpt;

use crate::ui::actions::Actions;
use crate::ui::figures::count;
use crate::ui::views::drop::DropPlace;
use crate::ui::views::unsaved::UnsavedNote;

/// The tab.
#[component]
pub fn Data() -> impl IntoView {
    let actions = Actions::of_page();
    let counts = actions.state.workspace.counts;
    view! {
        <DropPlace on_files=Callback::new(move |files| actions.give_files(files))>
        <div class="page-head">
            <h2>"Data"</h2>
            <p class="lead">
                <b data-testid="pair-count">{move || count(counts.get().pairs)}</b>
                " pairs, "
                {move || count(counts.get().annotated)}
                " answered, "
                {move || count(counts.get().preferences)}
                " with a preference to learn from. All of it lives in this browser."
            </p>
        </div>
        <UnsavedNote />
        <import::Previews />
        <div class="data-grid">
            <import::Import />
            <export::Export />
        </div>
        <table::Table />
        <div class="data-grid">
            <div class="stack">
                <sources::Sources />
                <storage::Storage />
            </div>
            <model::Model />
        </div>
        </DropPlace>
    }
}
