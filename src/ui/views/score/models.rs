//! The models that are kept: which there are, which is in use, and which are to be compared.

pub mod compare;
mod row;

use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use web_sys::FileList;

use crate::domain::kept_model::{KeptModel, MOST_COMPARED, MOST_KEPT};
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::many;
use crate::ui::state::ScorePart;
use crate::ui::widgets::{Dialog, Glyph, Icon};

/// The part.
pub fn models() -> AnyView {
    let actions = Actions::of_page();
    let models = actions.state.models;
    let doomed = RwSignal::new(None::<KeptModel>);
    let rows = move || {
        models.list.get().into_iter().rev().map(|model| row::row(actions, model, doomed)).collect_view()
    };
    let over = RwSignal::new(false);
    // Elsewhere on the page a file that is dropped is let fall.
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(actions, event.data_transfer().and_then(|carried| carried.files()));
    };
    view! {
        <div
            class="models drop-place"
            class:over=move || over.get()
            on:dragover=move |_| over.set(true)
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            {head(actions)}
            {move || (!models.loose.with(|loose| loose.is_empty())).then(|| unstored(actions))}
            <ul class="model-list" data-testid="models" aria-label="Kept models">
                {rows}
            </ul>
            {move || models.list.with(Vec::is_empty).then(nothing_yet)}
            {compared(actions)}
        </div>
        {deletion(actions, doomed)}
    }
    .into_any()
}

/// What can be done at once.
fn head(actions: Actions) -> AnyView {
    let engine = actions.state.engine;
    let input = NodeRef::<html::Input>::new();
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        take(actions, input.files());
        input.set_value("");
    };
    view! {
        <div class="row">
            <button
                type="button"
                class="button"
                data-testid="model-keep-living"
                prop:disabled=move || engine.living.with(Option::is_none)
                on:click=move |_| actions.keep_living()
            >
                <Icon glyph=Glyph::Tick />
                "Keep the living model as it is now"
            </button>
            <label class="button" for="model-upload">
                <Icon glyph=Glyph::Upload />
                "Upload models"
            </label>
            <input
                id="model-upload"
                class="file-input"
                data-testid="model-upload"
                type="file"
                accept=".safetensors"
                multiple
                node_ref=input
                on:change=on_change
            />
        </div>
        <p class="quiet">
            "Every training that ends is kept here by itself, and so is every file that you drop on this list. Nothing \
             goes until you delete it."
        </p>
    }
    .into_any()
}

fn take(actions: Actions, files: Option<FileList>) {
    let Some(files) = files else { return };
    actions.upload_models((0..files.length()).filter_map(|place| files.get(place)).collect());
}

fn nothing_yet() -> AnyView {
    view! {
        <div class="empty-state">
            <h3>"No model is kept yet."</h3>
            <p>"Train one, keep the living one, or drop the file of one that was downloaded from this page."</p>
        </div>
    }
    .into_any()
}

/// Some are in this tab only.
fn unstored(actions: Actions) -> AnyView {
    let models = actions.state.models;
    let words = move || {
        let why = if models.has_room() {
            "The browser had no room for them.".to_owned()
        } else {
            format!("{MOST_KEPT} are kept at most: delete some, and the others are stored.")
        };
        format!("{} in this tab only. {why}", many(models.loose.with(|loose| loose.len()), "model"))
    };
    view! {
        <p class="blocked" role="status">
            {words}
            " "
            <button type="button" class="text-button" on:click=move |_| actions.store_models_again()>
                "Try to store again"
            </button>
        </p>
    }
    .into_any()
}

/// How many are ticked, and the way to see them side by side.
fn compared(actions: Actions) -> AnyView {
    let (ticked, part) = (actions.state.comparison.ticked, actions.state.scoring.part);
    let words = move || match ticked.with(Vec::len) {
        1 => "Tick another one to compare the two on a text.".to_owned(),
        most if most >= MOST_COMPARED => format!("{most} are ticked, which is the most."),
        some => format!("{some} are ticked."),
    };
    let bar = move || {
        view! {
            <div class="table-bar" role="status">
                <p>{words}</p>
                <button
                    type="button"
                    class="button primary"
                    prop:disabled=move || ticked.with(Vec::len) < 2
                    on:click=move |_| part.set(ScorePart::Text)
                >
                    "Compare them on a text"
                </button>
                <button type="button" class="text-button" on:click=move |_| ticked.set(vec![])>
                    "Take the ticks away"
                </button>
            </div>
        }
    };
    let any = Memo::new(move |_| ticked.with(|ticked| !ticked.is_empty()));
    (move || any.get().then(bar)).into_any()
}

/// Whether it is really to go.
fn deletion(actions: Actions, doomed: RwSignal<Option<KeptModel>>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(doomed.with(Option::is_some)));
    Effect::new(move || {
        // Set to what it is already it would still wake the effect above, and that this one, for ever.
        if !open.get() && doomed.with_untracked(Option::is_some) {
            doomed.set(None);
        }
    });
    let words = move || {
        doomed.get().map(|model| {
            let in_use = actions.state.models.in_use.get().as_ref() == Some(&model.id);
            let use_too =
                if in_use { " It is in use: Score and Evaluate go back to the living model." } else { "" };
            format!("{} and its file are removed from this browser.{use_too}", browser::title(&model))
        })
    };
    let delete = move |_| {
        if let Some(model) = doomed.get_untracked() {
            actions.delete_model(model.id);
        }
        open.set(false);
    };
    view! {
        <Dialog open=open title="Delete this model?">
            <p>{words}" There is no way back, except from a file that you have downloaded."</p>
            <div class="row end">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    "Keep it"
                </button>
                <button type="button" class="button danger solid" data-testid="model-delete-confirm" on:click=delete>
                    "Delete it"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
