//! The rows on the screen, out of any number; keys and ticks.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::row::Row;
use super::visible::{Drawn, Frame};
use crate::domain::pair::PairId;
use crate::ui::actions::Actions;

/// The list. It has the focus as a whole; the active row is named to screen readers.
#[component]
pub fn Grid() -> impl IntoView {
    let actions = Actions::of_page();
    let (workspace, table) = (actions.state.workspace, actions.state.table);
    let window_place = NodeRef::<html::Div>::new();
    let ruler = NodeRef::<html::Div>::new();
    let frame = RwSignal::new(Frame::default());
    let measure = move || {
        let (Some(window), Some(ruler)) = (window_place.get_untracked(), ruler.get_untracked()) else {
            return;
        };
        frame.set(Frame {
            total: table.found.with_untracked(|found| found.len()),
            row_px: ruler.get_bounding_client_rect().height(),
            window_px: f64::from(window.client_height()) - f64::from(ruler.offset_top()),
            scrolled_px: f64::from(window.scroll_top()),
        });
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move || {
        table.found.track();
        // The height of the window follows that of the list, which is laid out by then.
        measure();
        request_animation_frame(measure);
    });
    let go_to = move |row: usize| {
        let last = table.found.with_untracked(|found| found.len()).saturating_sub(1);
        table.active.set(row.min(last));
        if let Some(window) = window_place.get_untracked() {
            window.set_scroll_top(frame.get_untracked().reveal(row.min(last)).round() as i32);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (now, page) = (table.active.get_untracked(), frame.with_untracked(Frame::page));
        match event.key().as_str() {
            "ArrowDown" => go_to(now + 1),
            "ArrowUp" => go_to(now.saturating_sub(1)),
            "PageDown" => go_to(now + page),
            "PageUp" => go_to(now.saturating_sub(page)),
            "Home" => go_to(0),
            "End" => go_to(usize::MAX),
            "Enter" => table.opened.set(actions.pair_in_row(now)),
            " " => {
                if let Some(pair) = actions.pair_in_row(now) {
                    table.toggle(&pair);
                }
            }
            "Delete" => {
                let ticked: Vec<PairId> =
                    table.selected.with_untracked(|ticked| ticked.iter().cloned().collect());
                if ticked.is_empty() {
                    return;
                }
                actions.delete_pairs(ticked);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let drawn = Memo::new(move |_| frame.with(Frame::drawn));
    let rows = Memo::new(move |_| {
        let Drawn { rows, .. } = drawn.get();
        workspace.dataset.with(|dataset| {
            table.found.with(|found| {
                let places = found.get(rows.start..rows.end.min(found.len())).unwrap_or_default();
                places
                    .iter()
                    .zip(rows.start..)
                    .filter_map(|(&place, row)| Row::read(dataset, place, row))
                    .collect::<Vec<Row>>()
            })
        })
    });
    view! {
        <div
            class="table-window"
            role="grid"
            aria-label="Pairs"
            aria-multiselectable="true"
            aria-rowcount=move || table.found.with(|found| found.len() + 1).to_string()
            aria-activedescendant=move || format!("row-{}", table.active.get())
            tabindex="0"
            data-testid="data-table"
            node_ref=window_place
            on:scroll=move |_| measure()
            on:keydown=on_key
        >
            <Head />
            <div class="table-list" role="presentation" style:height=move || format!("{}px", frame.with(Frame::tall_px))>
                <div class="table-row ruler" aria-hidden="true" node_ref=ruler></div>
                <div
                    class="table-drawn"
                    role="presentation"
                    style:top=move || format!("{}px", drawn.with(|drawn| drawn.top_px))
                >
                    <For each=move || rows.get() key=|row| row.clone() let:row>
                        {row.show()}
                    </For>
                </div>
            </div>
        </div>
        {move || {
            (table.looking.get().is_none() && table.found.with(|found| found.is_empty()))
                .then(|| view! { <p class="table-nothing quiet">"No pair is like that. Take a word or a filter away."</p> })
        }}
    }
}

/// The columns' names; and the tick for all rows.
#[component]
fn Head() -> impl IntoView {
    let actions = Actions::of_page();
    let table = actions.state.table;
    let all = move || {
        let (ticked, found) =
            (table.selected.with(|ticked| ticked.len()), table.found.with(|found| found.len()));
        found > 0 && ticked >= found
    };
    let on_change = move |_| {
        if all() { table.selected.update(|ticked| ticked.clear()) } else { actions.select_all_found() }
    };
    let names = ["Prompt", "Response A", "Response B", "Answer", "Strength", "Source", "When"];
    view! {
        <div class="table-row table-names" role="row" aria-rowindex="1">
            <span class="cell tick" role="columnheader">
                <input
                    type="checkbox"
                    aria-label="Tick every pair that is shown"
                    data-testid="select-all"
                    tabindex="-1"
                    prop:checked=all
                    on:change=on_change
                />
            </span>
            {names
                .map(|name| {
                    view! {
                        <span class="cell" role="columnheader">
                            {name}
                        </span>
                    }
                })
                .collect_view()}
        </div>
    }
}
