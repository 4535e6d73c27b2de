//! A picture of what the page is about: two responses, one chosen, and an accuracy that leaves guessing
//! behind.

use leptos::prelude::*;

/// Decoration; the words beside it say the same.
#[component]
pub fn Specimen() -> impl IntoView {
    const LESS: &str = "M24 64h92M24 84h104M24 104h76M24 124h98M24 144h52";
    const MORE: &str =
        "M204 50h110M204 70h124M204 90h96M204 110h118M204 130h124M204 150h84M204 170h112M204 190h60";
    const CURVE: &str = "M4 306C40 304 52 300 76 294S118 284 138 276s40-20 66-24 44-2 66-12 44-14 78-16";
    view! {
        <svg class="specimen" viewBox="0 0 352 324" aria-hidden="true" focusable="false">
            <rect class="sheet" x="4" y="34" width="148" height="136" rx="10" />
            <path class="text" d=LESS />
            <rect class="sheet chosen" x="180" y="18" width="168" height="196" rx="10" />
            <path class="text" d=MORE />
            <circle class="seal" cx="340" cy="24" r="15" />
            <path class="seal-tick" d="M333 24.5l5 5 9-10.5" />
            <path class="guess" d="M4 312H348" />
            <path class="curve" d=CURVE />
            <circle class="seal" cx="348" cy="224" r="5" />
        </svg>
    }
}
