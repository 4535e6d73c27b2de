//! Files by choosing or by dropping.

use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{File, FileList};

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::widgets::{Glyph, Icon};

/// A button that lets files be chosen.
pub fn choose_files(
    id: &'static str,
    words: &'static str,
    multiple: bool,
    disabled: Signal<bool>,
    on_files: Callback<Vec<(String, File)>>,
) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        on_files.run(listed(input.files()));
        // So that the same file can be chosen again after it was mended.
        input.set_value("");
    };
    view! {
        <label class="button" for=id>
            <Icon glyph=Glyph::Upload />
            {words}
        </label>
        <input
            id=id
            class="file-input"
            data-testid=id
            type="file"
            multiple=multiple
            prop:disabled=disabled
            node_ref=input
            on:change=on_change
        />
    }
    .into_any()
}

/// Takes files that are dropped anywhere on it, and those in folders that are.
#[component]
pub fn DropPlace(on_files: Callback<Vec<(String, File)>>, children: Children) -> impl IntoView {
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
        let entries = browser::entries_in(&carried);
        spawn_local(async move {
            match browser::files_of(entries).await {
                Ok(files) => on_files.run(files),
                Err(fault) => actions.state.notices.fault(fault),
            }
        });
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

/// Each with its path: that from the folder on which was chosen, or its name.
pub fn listed(files: Option<FileList>) -> Vec<(String, File)> {
    let Some(files) = files else { return vec![] };
    let files = (0..files.length()).filter_map(|place| files.get(place));
    files.map(|file| (browser::path_of(&file), file)).collect()
}
