//! Faults where they belong, and notices in passing.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::protocol::Fault;
use crate::ui::state::{Notice, Notices, Tone};

/// A fault in its place on the page: what happened, and what to do.
#[component]
pub fn FaultNote(
    /// What to tell.
    fault: Fault,
) -> impl IntoView {
    view! {
        <div class="fault" role="alert">
            <Icon glyph=Glyph::Warning />
            <p>
                <strong>{fault.what}</strong>
                " "
                {fault.remedy}
            </p>
        </div>
    }
}

/// The notices, in a corner of the screen.
#[component]
pub fn NoticeList(
    /// What to tell.
    notices: Notices,
) -> impl IntoView {
    let item = move |notice: Notice| {
        let Notice { id, tone, what, remedy } = notice;
        let glyph = match tone {
            Tone::Good => Glyph::Tick,
            Tone::Bad => Glyph::Warning,
        };
        view! {
            <li class="notice" class:bad=tone == Tone::Bad>
                <Icon glyph=glyph />
                <p>
                    <strong>{what}</strong>
                    " "
                    {remedy}
                </p>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Dismiss"
                    on:click=move |_| notices.dismiss(id)
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </li>
        }
    };
    view! {
        <ul class="notices" role="status" aria-live="polite" aria-label="Notices">
            <For each=move || notices.list.get() key=|notice| notice.id children=item />
        </ul>
    }
}
