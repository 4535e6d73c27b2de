//! Faults where they belong, and notices in passing.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::protocol::Fault;
use crate::ui::state::{Mend, Notice, Notices, Tone};

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
    /// Do what a notice offers.
    on_mend: Callback<Mend>,
) -> impl IntoView {
    let item = move |notice: Notice| {
        let Notice { id, tone, what, remedy, mend } = notice;
        let glyph = match tone {
            Tone::Good => Glyph::Tick,
            Tone::Bad => Glyph::Warning,
        };
        view! {
            <div class="notice" class:bad=tone == Tone::Bad>
                <Icon glyph=glyph />
                <p>
                    <strong>{what}</strong>
                    " "
                    {remedy}
                    {mend
                        .map(|mend| {
                            view! {
                                " "
                                <button
                                    type="button"
                                    class="text-button"
                                    on:click=move |_| on_mend.run(mend)
                                >
                                    {mend.words()}
                                </button>
                            }
                        })}
                </p>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Dismiss"
                    on:click=move |_| notices.dismiss(id)
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
        }
    };
    view! {
        <div class="notices" data-testid="notices" role="status" aria-live="polite" aria-label="Notices">
            <For each=move || notices.list.get() key=|notice| notice.id children=item />
        </div>
    }
}
