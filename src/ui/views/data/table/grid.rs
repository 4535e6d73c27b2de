//! The rows on the screen, out of any number; keys and ticks.

use std::collections::HashSet;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::row::Row;
use super::selection;
use super::visible::{Drawn, Frame};
use crate::domain::dataset::Dataset;
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
        // A frame that was asked for may come when the table has gone, and these with it.
        let place = window_place.try_get_untracked().flatten();
        let (Some(window), Some(ruler)) = (place, ruler.try_get_untracked().flatten()) else { return };
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
            // Once, however long the key is held down.
            "Delete" if !event.repeat() => selection::ask(actions),
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
    let (workspace, table) = (actions.state.workspace, actions.state.table);
    let all = Memo::new(move |_| {
        workspace.dataset.with(|dataset| {
            table.found.with(|found| table.selected.with(|selected| all_ticked(dataset, found, selected)))
        })
    });
    let on_change = move |_| {
        if all.get_untracked() {
            table.selected.update(|ticked| ticked.clear())
        } else {
            actions.select_all_found()
        }
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

/// Whether every pair in these places is ticked, and there is one. Other pairs may be ticked too.
fn all_ticked(dataset: &Dataset, found: &[u32], ticked: &HashSet<PairId>) -> bool {
    let is_ticked = |&place: &u32| dataset.at(place as usize).is_some_and(|pair| ticked.contains(&pair.id));
    // Comparing the numbers first spares looking at 160,000 pairs after every tick.
    !found.is_empty() && ticked.len() >= found.len() && found.iter().all(is_ticked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pair::Pair;

    #[test]
    fn the_head_is_ticked_when_all_that_is_shown_is_whatever_else_is() {
        let pairs: Vec<Pair> = (0..4).map(|at| Pair::new(&at.to_string(), "a", "b", "made")).collect();
        let ids: Vec<PairId> = pairs.iter().map(|pair| pair.id.clone()).collect();
        let dataset = Dataset::new(pairs, &[]);
        let ticked = |places: &[usize]| places.iter().map(|&at| ids[at].clone()).collect::<HashSet<_>>();
        assert!(all_ticked(&dataset, &[0, 1], &ticked(&[0, 1, 3])));
        assert!(!all_ticked(&dataset, &[0, 1], &ticked(&[2, 3])), "as many, but others");
        assert!(!all_ticked(&dataset, &[0, 1], &ticked(&[0])));
        assert!(!all_ticked(&dataset, &[], &ticked(&[0])));
        assert!(!all_ticked(&dataset, &[9], &ticked(&[0])), "a place that has no pair");
    }
}
