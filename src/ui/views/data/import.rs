//! Pairs in: by choosing, by dropping, by pasting, or from the sets that come with the page.

mod mapping;
mod preview;
mod progress;
mod report;

use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use web_sys::{File, FileList};

pub use self::preview::Previews;
use self::progress::Progress;
use self::report::Reports;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::widgets::{Glyph, Icon};

/// The card.
#[component]
pub fn Import() -> impl IntoView {
    let actions = Actions::of_page();
    let intake = actions.state.intake;
    let input = NodeRef::<html::Input>::new();
    let busy = move || intake.busy();
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        actions.give_files(listed(input.files()));
        // So that the same file can be chosen again after it was mended.
        input.set_value("");
    };
    view! {
        <section class="card" aria-labelledby="import-head">
            <h3 id="import-head">"Bring pairs in"</h3>
            <div class="drop">
                <label class="button" for="import-file">
                    <Icon glyph=Glyph::Upload />
                    "Choose files"
                </label>
                <input
                    id="import-file"
                    class="file-input"
                    data-testid="import-file"
                    type="file"
                    multiple
                    prop:disabled=busy
                    node_ref=input
                    on:change=on_change
                />
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

/// Takes files that are dropped anywhere on it.
#[component]
pub fn DropPlace(children: Children) -> impl IntoView {
    let actions = Actions::of_page();
    // Entering a child is told before leaving its parent.
    let depth = RwSignal::new(0i32);
    let carries_files = |event: &DragEvent| {
        let types = event.data_transfer().map(|carried| carried.types());
        types.is_some_and(|types| types.includes(&"Files".into(), 0))
    };
    // Text that is dragged into a field is the browser's affair.
    let on_drop = move |event: DragEvent| {
        if !carries_files(&event) {
            return;
        }
        event.prevent_default();
        depth.set(0);
        let Some(carried) = event.data_transfer() else { return };
        let folders = browser::folders_in(&carried);
        let files = listed(carried.files());
        actions.give_files(files.into_iter().filter(|file| !folders.contains(&file.name())).collect());
        actions.refuse_folders(folders);
    };
    view! {
        <div
            class="drop-place"
            class:over=move || { depth.get() > 0 }
            on:dragenter=move |event| {
                if carries_files(&event) {
                    depth.update(|depth| *depth += 1);
                }
            }
            on:dragleave=move |event| {
                if carries_files(&event) {
                    depth.update(|depth| *depth = (*depth - 1).max(0));
                }
            }
            on:dragover=move |event| {
                if carries_files(&event) {
                    event.prevent_default();
                }
            }
            on:drop=on_drop
        >
            {children()}
        </div>
    }
}

fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return vec![] };
    (0..files.length()).filter_map(|place| files.get(place)).collect()
}
