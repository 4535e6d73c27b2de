//! Pairs in: by choosing, by dropping, by pasting, or from the sets that come with the page.

mod mapping;
mod preview;
mod progress;
mod report;

use leptos::html;
use leptos::prelude::*;

pub use self::preview::Previews;
use self::progress::Progress;
use self::report::Reports;
use crate::ui::actions::Actions;
use crate::ui::views::drop::choose_files;

/// The card.
#[component]
pub fn Import() -> impl IntoView {
    let actions = Actions::of_page();
    let intake = actions.state.intake;
    let busy = move || intake.busy();
    let on_files = Callback::new(move |files| actions.give_files(files));
    view! {
        <section class="card" aria-labelledby="import-head">
            <h3 id="import-head">"Bring pairs in"</h3>
            <div class="drop">
                {choose_files("import-file", "Choose files", true, Signal::derive(busy), on_files)}
                <p class="quiet">
                    "or drop them anywhere on this tab. TRL, Anthropic HH, HelpSteer, UltraFeedback, Chatbot Arena, \
                     RewardBench, Argilla, Label Studio and more, as JSON, JSON Lines, CSV or Parquet, gzipped or not. \
                     You see what a file holds before anything is taken in."
                </p>
            </div>
            <Paste />
            <p class="samples">
                <button
                    type="button"
                    class="text-button"
                    data-testid="load-starter"
                    prop:disabled=busy
                    on:click=move |_| actions.load_starter()
                >
                    "Load the starter set"
                </button>
                <button
                    type="button"
                    class="text-button"
                    data-testid="load-labelled"
                    prop:disabled=busy
                    on:click=move |_| actions.load_labelled()
                >
                    "Load the labelled sample"
                </button>
            </p>
            <Progress />
            <Reports />
        </section>
    }
}

/// Text instead of a file.
#[component]
fn Paste() -> impl IntoView {
    let actions = Actions::of_page();
    let place = NodeRef::<html::Textarea>::new();
    let empty = RwSignal::new(true);
    let look = move |_| {
        let Some(area) = place.get_untracked() else { return };
        actions.give_text(&area.value());
        area.set_value("");
        empty.set(true);
    };
    view! {
        <details class="paste">
            <summary>"Paste text instead"</summary>
            <div class="field">
                <label for="import-paste">"Rows of any of these formats, or cells copied from a spreadsheet"</label>
                <textarea
                    id="import-paste"
                    data-testid="import-paste"
                    rows="5"
                    spellcheck="false"
                    autocomplete="off"
                    node_ref=place
                    on:input=move |event| empty.set(event_target_value(&event).trim().is_empty())
                ></textarea>
            </div>
            <button
                type="button"
                class="button"
                data-testid="import-paste-look"
                prop:disabled=move || empty.get() || actions.state.intake.busy()
                on:click=look
            >
                "Look at it"
            </button>
        </details>
    }
}
