//! The whole workspace as one file: out, and in again.

use leptos::html;
use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::figures::percent;
use crate::ui::state::Errand;
use crate::ui::widgets::{Glyph, Icon, ProgressBar};

/// Two buttons, and how far it is.
#[component]
pub fn Carry() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    let carrying = workspace.carrying;
    let errand = Memo::new(move |_| carrying.get().map(|(errand, _)| errand));
    let input = NodeRef::<html::Input>::new();
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            actions.restore_workspace(file);
        }
        input.set_value("");
    };
    let share = Signal::derive(move || carrying.get().map(|(_, share)| share));
    let figures = Signal::derive(move || share.get().map(percent).unwrap_or_default());
    view! {
        <div class="row">
            <button
                type="button"
                class="button"
                data-testid="workspace-save"
                prop:disabled=move || errand.get().is_some() || !workspace.loaded.get()
                on:click=move |_| actions.save_workspace()
            >
                <Icon glyph=Glyph::Download />
                "Save workspace"
            </button>
            <label class="button" for="workspace-restore">
                <Icon glyph=Glyph::Upload />
                "Restore workspace"
            </label>
            <input
                id="workspace-restore"
                class="file-input"
                data-testid="workspace-restore"
                type="file"
                accept=".jsonl"
                prop:disabled=move || errand.get().is_some() || !workspace.loaded.get()
                node_ref=input
                on:change=on_change
            />
        </div>
        {move || {
            errand
                .get()
                .map(|errand| {
                    let label = match errand {
                        Errand::Save => "Saving the workspace",
                        Errand::Restore => "Restoring the workspace",
                    };
                    view! { <ProgressBar label=label share=share figures=figures testid="workspace-progress" /> }
                })
        }}
        <p class="quiet">
            "One file with all pairs, everything that was done, the settings and the trained model. Restoring adds what \
            is missing here and changes nothing that is here, so it also brings the work of several people together."
        </p>
    }
}
