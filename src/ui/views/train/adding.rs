//! Adding a backbone of one's own: by its name on the Hub, or from files.

use leptos::ev::{DragEvent, Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::File;

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{bytes, many};
use crate::ui::state::{AddingStage, Offer};
use crate::ui::views::drop::{choose_files, listed};
use crate::ui::widgets::{Dialog, FaultNote, Glyph, Icon, ProgressBar};

/// The button, and the form that it opens.
#[component]
pub fn AddBackbone(
    /// Nothing can be changed now.
    disabled: Signal<bool>,
) -> impl IntoView {
    let actions = Actions::of_page();
    let adding = actions.state.adding;
    Effect::new(move || {
        if !adding.open.get() {
            adding.reset();
        }
    });
    view! {
        <button
            type="button"
            class="text-button"
            data-testid="backbone-add"
            prop:disabled=move || disabled.get()
            on:click=move |_| actions.add_backbone()
        >
            "Add a backbone"
        </button>
        <Dialog open=adding.open title="Add a backbone">
            {by_name(actions)} {from_files(actions)} {outcome(actions)}
        </Dialog>
    }
}

/// A name, and the button that first looks it up and then fetches what was found.
fn by_name(actions: Actions) -> AnyView {
    let stage = actions.state.adding.stage;
    let typed = RwSignal::new(String::new());
    let busy = Memo::new(move |_| stage.with(|stage| matches!(stage, AddingStage::Busy(..))));
    let size = Memo::new(move |_| stage.with(|stage| offered(stage).map(|offer| offer.card.bytes())));
    let go = move || match size.get_untracked() {
        Some(_) => actions.fetch_backbone(),
        None => actions.look_up_backbone(&typed.get_untracked()),
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !busy.get_untracked() {
            go();
        }
    };
    let on_input = move |event: Event| {
        typed.set(event_target_value(&event));
        // What was found is not what stands here any more.
        actions.state.adding.reset();
    };
    let words = move || match size.get() {
        Some(size) => format!("Fetch {} and use it", bytes(size)),
        None => "Look it up".to_owned(),
    };
    view! {
        <div class="field">
            <label for="backbone-name">"By its name on huggingface.co"</label>
            <input
                id="backbone-name"
                data-testid="backbone-name"
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="org/name, or the address of its page"
                prop:value=move || typed.get()
                on:input=on_input
                on:keydown=on_key
            />
            <p class="hint">
                "This asks huggingface.co for the model’s files. The name is all that leaves this page; the files are
                checked by their hashes and kept in this browser."
            </p>
        </div>
        <div class="row">
            <button
                type="button"
                class="button primary"
                data-testid="backbone-fetch"
                prop:disabled=move || busy.get() || typed.with(|typed| typed.trim().is_empty())
                on:click=move |_| go()
            >
                {words}
            </button>
        </div>
    }
    .into_any()
}

/// Files, a folder or an archive, chosen or dropped.
fn from_files(actions: Actions) -> AnyView {
    let stage = actions.state.adding.stage;
    let busy = Signal::derive(move || stage.with(|stage| matches!(stage, AddingStage::Busy(..))));
    let over = RwSignal::new(false);
    let on_files = Callback::new(move |files| actions.give_backbone(files));
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let (false, Some(carried)) = (busy.get_untracked(), event.data_transfer()) {
            take_dropped(actions, browser::entries_in(&carried));
        }
    };
    view! {
        <div
            class="own-files drop-place"
            class:over=move || over.get()
            on:dragover=move |_| over.set(true)
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            <p>
                "Or from files, which are copied into this browser and sent nowhere: the folder that transformers’
                save_pretrained writes, dropped here or chosen, or a zip of it."
            </p>
            <div class="row">
                {choose_files("backbone-files", "Choose files or a zip", true, busy, on_files)}
                {choose_folder(busy, on_files)}
            </div>
        </div>
    }
    .into_any()
}

fn take_dropped(actions: Actions, entries: Vec<JsValue>) {
    spawn_local(async move {
        match browser::files_of(entries).await {
            Ok(files) => actions.give_backbone(files),
            Err(fault) => {
                actions.state.adding.reset();
                actions.state.adding.stage.set(AddingStage::Refused(fault));
            }
        }
    });
}

fn choose_folder(disabled: Signal<bool>, on_files: Callback<Vec<(String, File)>>) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            // A browser that chooses no folders chooses files.
            let _ = input.set_attribute("webkitdirectory", "");
        }
    });
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        on_files.run(listed(input.files()));
        input.set_value("");
    };
    view! {
        <label class="button" for="backbone-folder">
            <Icon glyph=Glyph::Upload />
            "Choose a folder"
        </label>
        <input
            id="backbone-folder"
            class="file-input"
            data-testid="backbone-folder"
            type="file"
            prop:disabled=disabled
            node_ref=input
            on:change=on_change
        />
    }
    .into_any()
}

/// What has come of it so far.
fn outcome(actions: Actions) -> AnyView {
    let stage = actions.state.adding.stage;
    // The bar is made once and moves; only a change of kind makes the view anew.
    let kind = Memo::new(move |_| stage.with(std::mem::discriminant));
    let doing = Signal::derive(move || match stage.get() {
        AddingStage::Busy(doing, _) => doing,
        AddingStage::Asking | AddingStage::Offered(_) | AddingStage::Refused(_) => String::new(),
    });
    let share = Signal::derive(move || match stage.get() {
        AddingStage::Busy(_, share) => share,
        AddingStage::Asking | AddingStage::Offered(_) | AddingStage::Refused(_) => None,
    });
    let shown = move || {
        // Read, not only tracked: a memo that nobody has read hears of nothing.
        kind.with(|_| ());
        match stage.get_untracked() {
            AddingStage::Asking => ().into_any(),
            AddingStage::Busy(..) => {
                view! { <ProgressBar label="Adding the backbone" share=share figures=doing /> }.into_any()
            }
            AddingStage::Offered(offer) => found(&offer),
            AddingStage::Refused(fault) => view! { <FaultNote fault=fault /> }.into_any(),
        }
    };
    view! { <div aria-live="polite">{shown}</div> }.into_any()
}

/// What was found, before it is fetched.
fn found(offer: &Offer) -> AnyView {
    let card = &offer.card;
    let licence = match card.licence.as_str() {
        "" => "no licence is stated".to_owned(),
        licence => format!("licence {licence}"),
    };
    let facts = format!(
        "{}: {}, {} of width {}, {licence}, {}.",
        card.id,
        card.family,
        many(usize::from(card.layers), "block"),
        card.hidden,
        bytes(card.bytes())
    );
    let remarks = offer.remarks.iter().map(|remark| view! { <p>{remark.clone()}</p> }).collect_view();
    view! {
        <div class="own-offer" data-testid="backbone-offer" data-value=card.bytes().to_string()>
            <p>{facts}</p>
            {remarks}
        </div>
    }
    .into_any()
}

fn offered(stage: &AddingStage) -> Option<&Offer> {
    match stage {
        AddingStage::Offered(offer) => Some(offer),
        AddingStage::Asking | AddingStage::Busy(..) | AddingStage::Refused(_) => None,
    }
}
