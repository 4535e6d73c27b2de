//! Tags and a note on the pair. They become part of the answer when it falls.

use std::collections::BTreeMap;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::widgets::{Glyph, Icon};

/// Suggestions at most.
const MOST: usize = 40;

/// The two fields.
#[component]
pub fn Remarks() -> impl IntoView {
    let state = Actions::of_page().state;
    let draft = state.draft;
    let on_note_key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | "Escape") {
            event.prevent_default();
            browser::focus("asking");
        }
    };
    view! {
        <div class="remarks">
            <Tags />
            <input
                id="note"
                class="remark"
                data-testid="note"
                type="text"
                autocomplete="off"
                placeholder="Note"
                aria-label="Note"
                aria-keyshortcuts="N"
                prop:value=move || draft.note.get()
                on:input=move |event| draft.note.set(event_target_value(&event))
                on:keydown=on_note_key
            />
        </div>
    }
}

#[component]
fn Tags() -> impl IntoView {
    let state = Actions::of_page().state;
    let draft = state.draft;
    let typed = RwSignal::new(String::new());
    // Whoever types a tag and goes on without Enter means it all the same.
    let take = move || {
        draft.add_tags(&typed.get_untracked());
        typed.set(String::new());
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" | "," if !typed.with_untracked(String::is_empty) => {
            event.prevent_default();
            take();
        }
        "Enter" | "Escape" => {
            event.prevent_default();
            browser::focus("asking");
        }
        "Backspace" if typed.with_untracked(String::is_empty) => {
            draft.tags.update(|tags| drop(tags.pop()));
        }
        _ => {}
    };
    let tag = move |tag: String| {
        let (own, name) = (tag.clone(), format!("Remove the tag {tag}"));
        view! {
            <button
                type="button"
                class="tag"
                aria-label=name
                on:click=move |_| {
                    draft.remove_tag(&own);
                    browser::focus("tags");
                }
            >
                {tag}
                <Icon glyph=Glyph::Close />
            </button>
        }
    };
    view! {
        <div class="remark tags">
            {move || draft.tags.get().into_iter().map(tag).collect_view()}
            <input
                id="tags"
                data-testid="tags"
                type="text"
                autocomplete="off"
                list="known-tags"
                placeholder="Tags"
                aria-label="Tags"
                aria-keyshortcuts="K"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
                on:change=move |_| take()
                on:keydown=on_key
            />
            <datalist id="known-tags">
                {move || used_tags().into_iter().map(|tag| view! { <option value=tag></option> }).collect_view()}
            </datalist>
        </div>
    }
}

/// The tags that I have used, the most used first.
fn used_tags() -> Vec<String> {
    Actions::of_page().state.workspace.with_given(|_, given| {
        let mut used = BTreeMap::<&str, usize>::new();
        for tag in given.iter().flat_map(|given| &given.label.tags) {
            *used.entry(tag).or_default() += 1;
        }
        let mut tags: Vec<(&str, usize)> = used.into_iter().collect();
        tags.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        tags.into_iter().take(MOST).map(|(tag, _)| tag.to_owned()).collect()
    })
}
