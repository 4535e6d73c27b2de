//! Where the pairs came from: each source with what it is used for, each import with the way back.

use leptos::prelude::*;

use crate::domain::log::{Action, EventId, Purpose};
use crate::domain::table::SourceFacts;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{count, many};

/// So many are listed.
const SHOWN: usize = 30;

/// An import that was logged.
#[derive(Clone, Debug, PartialEq)]
struct Past {
    event: EventId,
    at_ms: u64,
    name: String,
    pairs: u32,
    labels: u32,
    stands: bool,
}

/// The card; nothing while there are no pairs and never were.
#[component]
pub fn Sources() -> impl IntoView {
    let state = Actions::of_page().state;
    let sources = Memo::new(move |_| {
        let mut sources: Vec<(String, SourceFacts)> = state
            .table
            .facets
            .with(|facets| facets.sources.iter().map(|(name, facts)| (name.clone(), *facts)).collect());
        sources.sort_by_key(|(_, facts)| std::cmp::Reverse(facts.pairs));
        sources
    });
    let past = Memo::new(move |_| {
        // After each look through the pairs, not after each batch of an import: this goes through all events.
        state.table.found.track();
        state.workspace.dataset.with_untracked(|dataset| {
            let imports = dataset.events().iter().rev().filter_map(|event| match &event.action {
                Action::Import { name, pairs, labels } => Some(Past {
                    event: event.id.clone(),
                    at_ms: event.at_ms,
                    name: name.clone(),
                    pairs: *pairs,
                    labels: *labels,
                    stands: dataset.counts_event(&event.id),
                }),
                Action::Label { .. }
                | Action::Undo { .. }
                | Action::Redo { .. }
                | Action::Delete { .. }
                | Action::Use { .. } => None,
            });
            imports.collect::<Vec<_>>()
        })
    });
    let any =
        Memo::new(move |_| sources.with(|sources| !sources.is_empty()) || past.with(|past| !past.is_empty()));
    let more = move || sources.with(Vec::len).saturating_sub(SHOWN);
    view! {
        <Show when=move || any.get()>
            <section class="card" aria-labelledby="sources-head" data-testid="sources">
                <h3 id="sources-head">"Where they came from"</h3>
                <ul class="sources">
                    <For
                        each=move || sources.get().into_iter().take(SHOWN)
                        key=|(name, facts)| (name.clone(), facts.pairs, facts.answered)
                        let:source
                    >
                        <Source name=source.0 facts=source.1 />
                    </For>
                </ul>
                <Show when=move || { more() > 0 }>
                    <p class="quiet">"and "{move || count(more())}" smaller ones"</p>
                </Show>
                <Show when=move || past.with(|past| !past.is_empty())>
                    <h4>"Imports"</h4>
                    <ul class="sources">
                        <For
                            each=move || past.get().into_iter().take(SHOWN)
                            key=|past| (past.event.clone(), past.stands)
                            let:past
                        >
                            <PastImport past=past />
                        </For>
                    </ul>
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn Source(name: String, facts: SourceFacts) -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    let (asked, used, labelled) = (name.clone(), name.clone(), name.clone());
    let purpose = Memo::new(move |_| workspace.dataset.with(|dataset| dataset.purpose(&asked)));
    let on_change = move |event| {
        let purpose = if event_target_value(&event) == "test" { Purpose::Test } else { Purpose::Learn };
        actions.use_source(used.clone(), purpose);
    };
    view! {
        <li>
            <span class="source-name">{if name.is_empty() { "(no name)".to_owned() } else { name.clone() }}</span>
            <span class="quiet">{format!("{}, {} answered", many(facts.pairs, "pair"), count(facts.answered))}</span>
            <select
                class="small-select"
                aria-label=format!("What {labelled} is used for")
                data-testid="source-purpose"
                data-source=name
                on:change=on_change
                prop:value=move || match purpose.get() {
                    Purpose::Learn => "learn",
                    Purpose::Test => "test",
                }
            >
                <option value="learn" selected=move || purpose.get() == Purpose::Learn>
                    "For learning"
                </option>
                <option value="test" selected=move || purpose.get() == Purpose::Test>
                    "Test set: never learned from"
                </option>
            </select>
        </li>
    }
}

#[component]
fn PastImport(past: Past) -> impl IntoView {
    let actions = Actions::of_page();
    let Past { event, at_ms, name, pairs, labels, stands } = past;
    let said = format!(
        "{}, {} · {}",
        many(pairs as usize, "pair"),
        many(labels as usize, "label"),
        browser::moment(at_ms)
    );
    view! {
        <li class:gone=!stands>
            <span class="source-name">{name}</span>
            <span class="quiet">{said}</span>
            <button
                type="button"
                class="text-button"
                data-testid=if stands { "past-import-undo" } else { "past-import-redo" }
                on:click=move |_| {
                    if stands { actions.undo_import(event.clone()) } else { actions.redo_import(event.clone()) }
                }
            >
                {if stands { "Undo" } else { "Bring back" }}
            </button>
        </li>
    }
}
