//! A modal dialog: the browser's own, which keeps the focus inside and closes on Escape.

use leptos::children::ChildrenFn;
use leptos::html;
use leptos::prelude::*;

use super::{Glyph, Icon};

/// Shown while `open` is true; its content is made when it opens.
#[component]
pub fn Dialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// A class beside the dialog's own, where it needs more room.
    #[prop(optional)]
    class: &'static str,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = element.get() else { return };
        if open.get() && !dialog.open() {
            // Refused only when it is already shown.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let name = title.clone();
    view! {
        <dialog class=format!("dialog {class}") node_ref=element aria-label=name on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2>{title}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=move |_| open.set(false)
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
