//! The tab list: one tab stop, arrow keys between tabs (WAI-ARIA's tabs pattern, opening as they move).

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Glyph, Icon};
use crate::ui::state::Tab;

/// The six tabs.
#[component]
pub fn TabList(
    /// The open one.
    open: RwSignal<Tab>,
    /// Asked to open another.
    on_open: Callback<Tab>,
) -> impl IntoView {
    let on_key = move |event: KeyboardEvent| {
        let now = open.get_untracked();
        let place = Tab::ALL.iter().position(|tab| *tab == now).unwrap_or(0);
        let count = Tab::ALL.len();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (place + 1) % count,
            "ArrowLeft" | "ArrowUp" => (place + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        // Consumed here: on the Annotate tab the same arrows choose a response.
        event.prevent_default();
        event.stop_propagation();
        on_open.run(Tab::ALL[next]);
        focus(Tab::ALL[next]);
    };
    let tab = move |tab: Tab| {
        let chosen = move || open.get() == tab;
        view! {
            <button
                type="button"
                class="tab"
                role="tab"
                id=format!("tab-{}", tab.word())
                data-testid=format!("tab-{}", tab.word())
                aria-selected=move || if chosen() { "true" } else { "false" }
                aria-controls=format!("panel-{}", tab.word())
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| on_open.run(tab)
            >
                <Icon glyph=glyph(tab) />
                <span>{tab.name()}</span>
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Parts of the studio" on:keydown=on_key>
            {Tab::ALL.map(tab).collect_view()}
        </div>
    }
}

fn glyph(tab: Tab) -> Glyph {
    match tab {
        Tab::Annotate => Glyph::Annotate,
        Tab::Train => Glyph::Train,
        Tab::Evaluate => Glyph::Evaluate,
        Tab::Score => Glyph::Score,
        Tab::Data => Glyph::Data,
        Tab::Learn => Glyph::Learn,
    }
}

fn focus(tab: Tab) {
    let element = document().get_element_by_id(&format!("tab-{}", tab.word()));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot take focus leaves it where it was.
        let _ = element.focus();
    }
}
